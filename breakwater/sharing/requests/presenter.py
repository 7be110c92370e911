"""What the pages of requests show. Plain functions, no database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.urls import reverse

from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, NotAllowed
from breakwater.sharing.agreements.presenter import bases_shown
from breakwater.sharing.answers import AnswerFacts
from breakwater.sharing.requests.actions import Asked
from breakwater.sharing.requests.queries import RequestFacts
from breakwater.sharing.rules import AWAITED, SETTLED, Deed, Reply, Standing, next_standing
from breakwater.web import times

COLOURS = {
    Standing.TO_SIGN: "purple",
    Standing.ASKED: "",
    Standing.BY_PHONE: "orange",
    Standing.ANSWERED: "green",
    Standing.NOTHING_KNOWN: "green",
    Standing.DECLINED: "magenta",
    Standing.NOT_SIGNED: "grey",
    Standing.WITHDRAWN: "grey",
}
SAID = {
    Reply.ANSWER: "answered",
    Reply.NOTHING_KNOWN: "nothing known",
    Reply.DECLINE: "declined to answer",
    Reply.PHONE: "asks to be rung",
}


def panel(requests: Collection[RequestFacts], actor: Actor, now: datetime) -> dict[str, Any]:
    """Context of sharing/requests_panel.html: what is late first, then what is awaited."""
    rows = [line(one, now) for one in sorted(requests, key=lambda one: _order(one, now))]
    awaited = sum(one.awaited for one in requests)
    late = sum(one.is_late(now) for one in requests)
    return {
        "rows": rows,
        "may_ask": Verb.ASK_PARTNERS in actor.verbs,
        "awaited": _count(awaited, late),
        # The page on which triage decides says it too.
        "before_deciding": _before_deciding(requests, _count(awaited, late)),
    }


def line(one: RequestFacts, now: datetime) -> dict[str, Any]:
    """One request as the panel and the list of what waits show it."""
    late = one.is_late(now)
    return {
        "reference": one.reference,
        "href": reverse("request", args=[one.reference]),
        "team": one.team,
        "about": one.about,
        "tags": tags(one, now),
        "due_at": one.due_at if one.awaited else None,
        "asked": f"Asked by {one.asked_by}, {times.short_date_time(one.asked_at)}",
        "answers": [answer(one, given) for given in one.answers],
        "for_police": for_police(one),
        "warning": unreached(one),
        "ring": ring(one) if late or one.standing is Standing.BY_PHONE else "",
    }


def tags(one: RequestFacts, now: datetime) -> list[dict[str, str]]:
    """Return how a request stands, in words and colour, and how it is to be handled."""
    found = [{"text": one.standing.capitalize(), "colour": COLOURS[one.standing]}]
    if one.is_late(now):
        left = times.time_left(one.due_at, now)
        found = [{"text": f"Late: {left.words}", "colour": "red"}, *found]
    return found


def answer(one: RequestFacts, given: AnswerFacts) -> dict[str, Any]:
    """Return one answer: who, when, what to each question, and how it is to be handled."""
    words = given.words
    texts = words.answers if words else ()
    # A call is noted as one text: it answers no question by number.
    by_question = not given.by_phone and len(texts) == len(one.questions)
    said = [
        (one.questions[number] if by_question else "", text)
        for number, text in enumerate(texts)
        if text
    ]
    spoke = words.phone if words else ""
    who = f"{spoke}, on the phone with {given.by}" if given.by_phone and spoke else given.by
    return {
        "head": f"{SAID[given.reply].capitalize()}: {who}, {times.short_date_time(given.at)}",
        "said": said,
        "reason": words.reason if words else "",
        "phone": spoke if given.reply is Reply.PHONE else "",
        "third_parties": bool(words and words.third_parties),
        "documents": list(words.names) if words else [],
        "handling": given.handling,
        "gone": words is None,
    }


def for_police(one: RequestFacts) -> list[str]:
    return [
        f"An answer for police eyes only, {times.short_date_time(at)}: ask {one.agency}"
        + (f", {one.contact}" if one.contact else "")
        for at in one.for_police
    ]


def unreached(one: RequestFacts) -> str:
    """Return what to do where the hub could not write to the team: never silently."""
    if not one.awaited or not one.reminders or one.reminders[-1].sent_at:
        return ""
    if not one.mailbox:
        return f"This team has no mailbox: no e-mail was sent. {ring(one)}"
    return "The e-mail that something waits has not been sent yet."


def ring(one: RequestFacts) -> str:
    return f"Ring {one.agency}: {one.contact}" if one.contact else f"Ring {one.agency}"


def page(one: RequestFacts, actor: Actor, now: datetime) -> dict[str, Any]:
    """Context of sharing/request.html."""
    shown = line(one, now)
    own = one.asked_by_id == actor.user_id
    asks = Verb.ASK_PARTNERS in actor.verbs
    return shown | {
        "one": one,
        "facts_rows": [
            ("About", one.about),
            ("Asked by", f"{one.asked_by}, {times.short_date_time(one.asked_at)}"),
            ("For", one.purpose.capitalize()),
            ("Why it is needed", one.necessity),
            ("Was the family asked?", consent(one)),
            ("How it must be handled", [each.capitalize() for each in one.handling]),
            ("Asked after", [times.short_date_time(r.made_at) for r in one.reminders if r.number]),
            ("Withdrawn, because", one.withdrawn),
        ],
        "bases": bases_shown(one.bases),
        "override": override(one),
        "may_sign": one.standing is Standing.TO_SIGN
        and Verb.SIGN_OVERRIDE in actor.verbs
        and not own,
        "may_note": asks and one.standing in AWAITED | SETTLED,
        "may_withdraw": asks and can(one.standing, Deed.WITHDRAW),
    }


def can(standing: Standing, deed: Deed) -> bool:
    try:
        next_standing(standing, deed)
    except NotAllowed:
        return False
    return True


def consent(one: RequestFacts) -> str:
    why = f": {one.consent_reason}" if one.consent_reason else ""
    return f"{one.consent.capitalize()}{why}"


def override(one: RequestFacts) -> list[tuple[str, Any]]:
    """Return why there is no agreement, and what the supervisor said, row by row."""
    if one.override is None:
        return []
    ruled = one.override
    signed = "" if ruled.signed is None else ("Signed" if ruled.signed else "Not signed")
    at = times.short_date_time(ruled.at) if ruled.at else ""
    return [
        ("Why without an agreement", ruled.reason),
        (f"{signed}, because", ruled.ruling),
        (f"{signed} by" if signed else "Signature", f"{ruled.by}, {at}" if ruled.by else ""),
    ]


def send_words(partners: int, uncovered: int) -> str:
    """Return what the button says: how many are asked, and that some wait for a signature."""
    if uncovered == partners:
        return "Ask for a signature"
    return f"Send to {times.plural(partners - uncovered, 'partner')}" + (
        f", {uncovered} for a signature" if uncovered else ""
    )


def what_became(done: Collection[Asked]) -> list[tuple[bool, str]]:
    """Return what to say after asking: (well, sentence)."""
    sent = [one.team for one in done if one.standing is Standing.ASKED]
    waits = [one for one in done if one.standing is Standing.TO_SIGN]
    said = []
    if sent:
        said.append((True, f"Asked: {', '.join(sent)}."))
    if waits:
        names = ", ".join(one.team for one in waits)
        said.append((True, f"Waits for a supervisor's signature, nothing was sent: {names}."))
    for one in done:
        if not one.reached and one.standing is Standing.ASKED:
            said.append(
                (False, f"The hub could tell nobody at {one.team}: ring them. The page of the "
                 "request says whom."),
            )  # fmt: skip
        elif not one.reached:
            said.append(
                (False, f"Nobody else may sign for {one.team}: ask your hub's manager who can.")
            )
    return said


def _order(one: RequestFacts, now: datetime) -> tuple[bool, bool, bool, float]:
    waits = one.standing is Standing.TO_SIGN
    return (not one.is_late(now), not one.awaited, not waits, -one.asked_at.timestamp())


def _before_deciding(requests: Collection[RequestFacts], count: str) -> str:
    names = dict.fromkeys(one.team for one in requests if one.awaited)
    return f"{count}: {', '.join(names)}." if count else ""


def _count(awaited: int, late: int) -> str:
    if not awaited:
        return ""
    words = f"{times.plural(awaited, 'partner')} still to answer"
    if late == awaited:
        return f"{words}, late"
    return f"{words}, {late} of them late" if late else words
