"""What the templates show, made from what the queries gave. Plain functions, no database."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from breakwater.people.linkage.numbers import valid_nhs_number
from breakwater.people.rules import PersonAsTold, PersonRole, full_date
from breakwater.referrals.case_file import FiledReferral
from breakwater.referrals.progress import DecisionFacts, RouteFacts, StageFacts
from breakwater.referrals.queries import (
    PersonOnPage,
    ReferralFacts,
    ReferralPage,
)
from breakwater.referrals.rules import LEVEL_WORDS, OUTCOME_WORDS
from breakwater.web import times

Facts = list[tuple[str, Any]]
NOT_SAID = "Not said"
RATING_COLOURS = {"red": "red", "amber": "orange", "green": "green", "blue": "blue"}


def referral_page(page: ReferralPage, now: datetime) -> dict[str, Any]:
    """Context of referral.html and decide.html."""
    today = timezone.localdate(now)
    people = [_person(entry, today) for entry in page.people]
    return {
        "page": page,
        "heading": heading(page),
        "people": people,
        "who_is_worried": who_is_worried(page),
        "online": online(page.online),
        "decision_facts": decision_facts,
        "route_facts": route_facts,
        "stages": [_stage(stage) for stage in page.progress.stages],
        "rating_colours": RATING_COLOURS,
        "now": now,
    }


def stages_after(page: ReferralPage, version: int) -> list[dict[str, Any]]:
    """Return what was done to a referral since it had this version: each step makes a new one."""
    return [_stage(stage) for stage in page.progress.stages[max(version - 1, 0) :]]


def case_page(referrals: list[ReferralFacts]) -> dict[str, Any]:
    """Context of case.html."""
    rows = [
        {
            "title": referral.reference,
            "href": reverse("referral", args=[referral.reference]),
            "facts": [
                capital(referral.category),
                times.short_date_time(referral.received_at),
                capital(referral.state),
            ],
        }
        for referral in referrals
    ]
    return {"rows": rows, "columns": ("What", "Received", "State")}


def heading(page: ReferralPage) -> str:
    """Return "Neglect: Amelia Hartley and Jake Hartley"."""
    people = [entry.mention.person for entry in page.people]
    children = [person for person in people if person.role is PersonRole.CHILD]
    return f"{capital(page.category)}: {names_of_children(children)}"


def names_of_children(children: list[PersonAsTold]) -> str:
    """Return "Amelia Hartley and a child whose name is not known"."""
    names = [child.name for child in children if child.name]
    article = "a" if names else "A"
    if unnamed := len(children) - len(names):
        names.append(f"{article} child" if unnamed == 1 else f"{unnamed} children")
        names[-1] += " whose name is not known" if unnamed == 1 else " whose names are not known"
    if not names:
        return "No child named"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def told(person: PersonAsTold, today: date) -> Facts:
    """Return what was told of a person, row by row; what was not told is not there."""
    return [
        ("Born", born_in_words(person.born, today)),
        ("Age as told", "" if person.age is None else f"{person.age}"),
        ("Sex", person.sex),
        ("Ethnicity", person.ethnicity),
        ("Address", ", ".join(part for part in (person.address, person.postcode) if part)),
        ("School", person.school),
        ("NHS number", _nhs_number(person.nhs_number)),
        ("Pupil number", person.upn),
        ("Phone", person.phone),
        ("Email", person.email),
        ("Account", person.handle),
        ("Note", person.note),
    ]


def born_in_words(born: str, today: date) -> str:
    """Return "14 May 2017 (aged 9)"; of a partial date, what there is of it."""
    whole = full_date(born)
    if whole is None:
        if len(born) == 7:
            return f"{times.MONTHS[int(born[5:]) - 1]} {born[:4]}"
        return born
    age = today.year - whole.year - ((today.month, today.day) < (whole.month, whole.day))
    return f"{times.date(whole)} (aged {age})"


def decision_facts(decision: DecisionFacts) -> Facts:
    """Return a decision row by row; what was not said is not there."""
    return [
        ("Decided", OUTCOME_WORDS[decision.outcome]),
        ("Level of need", f"{decision.level}. {LEVEL_WORDS[decision.level]}"),
        ("Suggested", f"Level {decision.suggested_level}" if decision.suggested_level else ""),
        ("Leads", decision.team),
        ("Area", decision.area),
        ("Reason", decision.reason),
        ("Agreed by", decision.agreed_by),
        ("Consent", capital(decision.consent)),
        ("Why", decision.consent_reason),
        ("Decided by", decision.by),
        ("When", times.short_date_time(decision.at)),
    ]


def route_facts(route: RouteFacts) -> Facts:
    """Return how a team stands to the work, row by row."""
    return [
        ("Work", capital(route.state) + (", leads" if route.leads else "")),
        ("Worker", route.worker),
        ("Refused because", route.refusal),
        ("Settled", route.ruling),
    ]


def who_is_worried(page: ReferralPage | FiledReferral) -> Facts:
    """Return who told it and how, consent, and whether the child was seen."""
    reporter = page.reporter or {}
    wishes = {True: "Wants to hear what happens", False: "Does not want feedback", None: ""}
    seen = {True: "Yes", False: "No", None: NOT_SAID}[page.seen_child]
    return [
        ("Name", reporter.get("name") or ("Anonymous" if page.reporter is None else NOT_SAID)),
        ("Role", reporter.get("role")),
        ("Agency", reporter.get("agency")),
        ("Phone", reporter.get("phone")),
        ("Email", reporter.get("email")),
        ("Came by", capital(page.channel)),
        ("Sent", times.short_date_time(page.sent_at)),
        ("Feedback", wishes[reporter.get("wants_feedback")]),
        ("Consent", capital(page.consent) or NOT_SAID),
        ("Why", page.consent_reason),
        ("Child seen", seen),
    ]


def online(report: dict[str, Any] | None) -> Facts:
    """Return the metadata of an online report; nothing for other channels."""
    if report is None:
        return []
    counts = report.get("severity_counts") or {}
    incident = report.get("incident_at")
    return [
        ("Reference", report.get("reference")),
        ("Service", report.get("service")),
        ("When", times.short_date_time(datetime.fromisoformat(incident)) if incident else ""),
        ("Accounts", report.get("accounts")),
        ("IP addresses", [_internet_address(ip) for ip in report.get("ip_addresses") or ()]),
        ("Items by severity", ", ".join(f"{k}: {v}" for k, v in sorted(counts.items()))),
    ]


def _stage(stage: StageFacts) -> dict[str, Any]:
    colour = RATING_COLOURS.get(stage.rating)
    return {
        "title": capital(stage.action),
        "when": stage.at,
        "by": stage.by,
        "body": stage.reason,
        "tags": [{"text": capital(stage.rating), "colour": colour}] if colour else [],
    }


def _person(entry: PersonOnPage, today: date) -> dict[str, Any]:
    person = entry.mention.person
    return {
        "name": person.name or "Name not known",
        "role": capital(person.role),
        "told": told(person, today),
        "known": [(line, line.person and said(line.person, today)) for line in entry.known],
    }


def said(person: PersonAsTold, today: date) -> str:
    """Return what another source said of the person, in a few words."""
    born = f"born {born_in_words(person.born, today)}" if person.born else ""
    aged = f"aged {person.age}" if person.age is not None and not born else ""
    name = person.name or "Name not known"
    return ", ".join(part for part in (name, born, aged, person.address, person.postcode) if part)


def _nhs_number(text: str) -> str:
    valid = valid_nhs_number(text)
    if valid:
        return f"{valid[:3]} {valid[3:6]} {valid[6:]}"
    return f"{text} (not a valid NHS number: check it)" if text else ""


def _internet_address(ip: dict[str, str]) -> str:
    at = ip.get("at")
    when = f" at {times.short_date_time(datetime.fromisoformat(at))}" if at else ""
    return f"{ip['address']}{when}"


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]
