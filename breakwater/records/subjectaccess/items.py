"""A case taken apart: each field once, with whose it is. Pure: no database."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from breakwater.attachments.queries import DocumentLine
from breakwater.audit.queries import Tally
from breakwater.people.queries import MentionFacts
from breakwater.people.rules import PersonAsTold
from breakwater.records.subjectaccess.rules import Item, Whose, but_own, holds, names_others
from breakwater.records.wholooked.rules import said
from breakwater.referrals.case_file import FiledReferral
from breakwater.referrals.rules import OUTCOME_WORDS
from breakwater.referrals.said import SaidKind
from breakwater.sharing.disclosures.parts import GivenAnswer
from breakwater.sharing.disclosures.queries import TeamTold
from breakwater.sharing.rules import Handling, Sent
from breakwater.web import times

SAID_WORDS = {
    "by": "Said or written down by",
    "to": "Handed to",
    "partner": "Who challenges",
    "agency": "Their agency",
    "outside": "With whom of the partnership",
}
YES_NO = {True: "Yes", False: "No", None: ""}


# What a partner gave under these is not for a family to read.
FAMILY_MAY_NOT = frozenset({Handling.NOT_FAMILY, Handling.POLICE_ONLY})
NEVER_LEFT = frozenset({Sent.TO_SIGN, Sent.NOT_SIGNED})
BY_PARTNERS = frozenset({"answer", "answer_requests", "open_paper", "confirm_taken_back"})


@dataclass(frozen=True)
class Sharing:
    """What was shared of a case, and what partners answered in it."""

    told: Sequence[TeamTold] = ()
    answers: Sequence[GivenAnswer] = ()

    @property
    def held_documents(self) -> frozenset[int]:
        """Return the documents that came with an answer which the family may not read."""
        return frozenset(
            document
            for answer in self.answers
            if not FAMILY_MAY_NOT.isdisjoint(answer.handling)
            for document in answer.documents
        )


@dataclass(frozen=True)
class Others:
    """By what the others of a case are known, and the person's own words."""

    names: list[str] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)

    def found_in(self, text: str) -> tuple[str, ...]:
        """Return what of others a text holds, as it is written there."""
        places = names_others(text, self.names, self.own)
        strings = [s for s in self.strings if holds(text, s)]
        return tuple(dict.fromkeys([text[a:b] for a, b in places] + strings))


def items_of(
    file: Sequence[FiledReferral],
    subject: Collection[int],
    tallies: Sequence[Tally],
    agencies: dict[int, str],
    documents: Sequence[DocumentLine] = (),
    sharing: Sharing | None = None,
) -> list[Item]:
    """Return every part of a case. `subject` are the mentions of the person who asks."""
    people = [person for referral in file for person in referral.people]
    mine = [person for person in people if person.id in subject]
    others = _others(file, [p for p in people if p.id not in subject], mine)
    items: list[Item] = []
    for referral in file:
        items += _referral(referral, others)
        items += _reporter(referral)
        items += _people(referral, subject, others)
        items += _decisions(referral, others)
        items += _stages(referral, others)
        items += _said(referral, others)
    sharing = sharing or Sharing()
    items += _answers(sharing)
    items += _told(sharing, subject)
    items += _documents(documents, sharing)
    items += _who_looked(tallies, agencies)
    # Strings of other people that are the person's own too (home, family name) need not go.
    own = [item.text for item in items if item.whose is Whose.SUBJECT and item.parts]
    return [
        item if item.whose is Whose.SUBJECT else replace(item, parts=but_own(item.parts, own))
        for item in items
    ]


def _others(
    file: Sequence[FiledReferral], others: list[MentionFacts], mine: list[MentionFacts]
) -> Others:
    known = Others(own=[n for p in mine for n in _names(p.person)])
    for person in (other.person for other in others):
        known.names.extend(_names(person))
        known.strings.extend(
            text
            for text in (
                *(person.address, person.postcode, person.phone, person.email, person.handle),
                *(person.nhs_number, person.upn),
            )
            if text
        )
    for referral in file:
        reporter = referral.reporter or {}
        known.names.append(str(reporter.get("name") or ""))
        known.strings.extend(
            str(reporter[key]) for key in ("agency", "phone", "email") if reporter.get(key)
        )
        for line in referral.said:
            known.names.append(line.partner)
            known.strings.extend(text for text in (line.agency, line.outside) if text)
    return known


def _names(person: PersonAsTold) -> list[str]:
    return [name for name in (person.given, person.family, person.known_as) if name]


def _field(key: str, section: str, label: str, text: str, whose: Whose) -> list[Item]:
    """Return a field as one item; what was not told is none. A yes or a number hides nothing."""
    if not text:
        return []
    parts = (text,) if len(text) > 3 or whose is Whose.OTHER else ()
    return [Item(key, section, label, text, whose, parts=parts)]


def _free(
    key: str, section: str, label: str, text: str, whose: Whose, others: Others
) -> list[Item]:
    """Return free text, a paragraph an item: whole for a person where it speaks of others."""
    items = []
    paragraphs = [line.strip() for line in text.splitlines() if line.strip()]
    for place, paragraph in enumerate(paragraphs):
        found = others.found_in(paragraph)
        name = f"{label}, paragraph {place + 1}" if len(paragraphs) > 1 else label
        items.append(
            Item(
                f"{key}.{place}",
                section,
                name,
                paragraph,
                Whose.MIXED if found else whose,
                found,
                (paragraph,),
            )
        )
    return items


def _referral(referral: FiledReferral, others: Others) -> Iterator[Item]:
    key, section = f"r{referral.id}", f"Referral {referral.reference}"
    online = referral.online or {}
    for label, text in (
        ("Received", times.date_time(referral.received_at)),
        ("Sent", times.date_time(referral.sent_at)),
        ("Came by", referral.channel),
        ("Worry", ", ".join([referral.category, *referral.also])),
        ("Immediate danger", YES_NO[referral.immediate_danger]),
        ("Child seen", YES_NO[referral.seen_child]),
        ("Consent", referral.consent),
        ("State", str(referral.state)),
        ("Online service", str(online.get("service") or "")),
        ("Online reference", str(online.get("reference") or "")),
    ):
        yield from _field(f"{key}.{_slug(label)}", section, label, text, Whose.CASE)
    # Whose accounts and addresses these are, the report does not say.
    accounts = ", ".join(map(str, online.get("accounts") or ()))
    addresses = ", ".join(str(ip.get("address")) for ip in online.get("ip_addresses") or ())
    yield from _field(f"{key}.accounts", section, "Accounts", accounts, Whose.MIXED)
    yield from _field(f"{key}.addresses", section, "IP addresses", addresses, Whose.MIXED)
    yield from _free(f"{key}.why", section, "What was told", referral.narrative, Whose.CASE, others)
    yield from _free(
        f"{key}.consent-reason", section, "About consent", referral.consent_reason, Whose.CASE,
        others,
    )  # fmt: skip


def _reporter(referral: FiledReferral) -> Iterator[Item]:
    section = f"Who reported {referral.reference}"
    for label, name in (
        ("Name", "name"),
        ("Role", "role"),
        ("Agency", "agency"),
        ("Phone", "phone"),
        ("Email", "email"),
        ("Relationship", "relationship"),
    ):
        text = str((referral.reporter or {}).get(name) or "")
        yield from _field(f"r{referral.id}.by.{name}", section, label, text, Whose.REPORTER)
    sources = dict.fromkeys(person.told_by for person in referral.people)
    for place, source in enumerate(sources):
        key = f"r{referral.id}.told-by.{place}"
        yield from _field(key, section, "Told by", source, Whose.REPORTER)


def _people(referral: FiledReferral, subject: Collection[int], others: Others) -> Iterator[Item]:
    for place, mention in enumerate(referral.people, 1):
        mine, person = mention.id in subject, mention.person
        whose = Whose.SUBJECT if mine else Whose.OTHER
        who = "The person who asks" if mine else f"Another person, {person.role}"
        section = f"{who} ({referral.reference}, person {place})"
        key = f"m{mention.id}"
        if person.name:
            yield Item(
                f"{key}.name", section, "Name", person.name, whose,
                parts=(person.name, *_names(person)),
            )  # fmt: skip
        about = [person.sex, person.ethnicity, "" if person.age is None else f"aged {person.age}"]
        for label, text in (
            ("Born", person.born),
            ("About them", ", ".join(part for part in about if part)),
            ("Address", person.address),
            ("Postcode", person.postcode),
            ("NHS number", person.nhs_number),
            ("Pupil number", person.upn),
            ("Phone", person.phone),
            ("Email", person.email),
            ("Account", person.handle),
            ("School", person.school),
        ):
            yield from _field(f"{key}.{_slug(label)}", section, label, text, whose)
        if mine:
            yield from _free(f"{key}.note", section, "Note", person.note, Whose.CASE, others)
        else:
            yield from _field(f"{key}.note", section, "Note", person.note, whose)


def _decisions(referral: FiledReferral, others: Others) -> Iterator[Item]:
    for place, decision in enumerate(referral.progress.decisions):
        key, section = f"r{referral.id}.d{place}", f"Decision on {referral.reference}"
        yield from _field(f"{key}.at", section, "When", times.date_time(decision.at), Whose.CASE)
        outcome = OUTCOME_WORDS[decision.outcome]
        yield from _field(f"{key}.outcome", section, "Decided", outcome, Whose.CASE)
        yield from _field(f"{key}.level", section, "Level of need", decision.level, Whose.CASE)
        who_acts = decision.team or "No team"
        yield from _field(f"{key}.team", section, "Who acts", who_acts, Whose.CASE)
        yield from _field(f"{key}.area", section, "Area", decision.area, Whose.CASE)
        yield from _free(f"{key}.reason", section, "Reason", decision.reason, Whose.CASE, others)
        yield from _field(f"{key}.consent", section, "Consent", decision.consent, Whose.CASE)
        why = decision.consent_reason
        yield from _free(f"{key}.consent_reason", section, "Why", why, Whose.CASE, others)
        agreed = decision.agreed_by
        yield from _free(f"{key}.agreed_by", section, "Agreed by", agreed, Whose.STAFF, others)
        yield from _field(f"{key}.by", section, "Decided by", decision.by, Whose.STAFF)


def _stages(referral: FiledReferral, others: Others) -> Iterator[Item]:
    """What was said on the way: why it was rated so, what was waited for, why a team refused."""
    section = f"On the way of {referral.reference}"
    for place, stage in enumerate(referral.progress.stages):
        label = f"{stage.action}, {times.date_time(stage.at)}"
        key = f"r{referral.id}.s{place}"
        yield from _free(key, section, label, stage.reason, Whose.CASE, others)
    for place, route in enumerate(referral.progress.routes):
        key = f"r{referral.id}.w{place}"
        label = f"Refused by {route.team}"
        yield from _free(f"{key}.refusal", section, label, route.refusal, Whose.CASE, others)
        yield from _free(f"{key}.ruling", section, "Settled", route.ruling, Whose.CASE, others)


def _said(referral: FiledReferral, others: Others) -> Iterator[Item]:
    """What reporters were told, challenges, notes to colleagues. Refusals: see _stages."""
    section = f"What was said of {referral.reference}"
    for place, line in enumerate(referral.said):
        if line.kind is SaidKind.REFUSAL:
            continue
        key, when = f"r{referral.id}.t{place}", times.date_time(line.at)
        label = f"{line.what}, {when}"
        yield from _free(key, section, label, line.text, Whose.CASE, others)
        for name, told, whose in (
            ("by", line.by, Whose.STAFF),
            ("to", line.to, Whose.STAFF),
            ("partner", line.partner, Whose.OTHER),
            ("agency", line.agency, Whose.OTHER),
            ("outside", line.outside, Whose.OTHER),
        ):
            yield from _field(f"{key}.{name}", section, SAID_WORDS[name], told, whose)


def _answers(sharing: Sharing) -> Iterator[Item]:
    """What partners answered: no machine knows whom it is about, so somebody reads it."""
    for answer in sharing.answers:
        held = not FAMILY_MAY_NOT.isdisjoint(answer.handling)
        whose = Whose.CONDITION if held else Whose.MIXED
        section = f"What {answer.agency} answered, {times.date(answer.at)}"
        for place, (question, text) in enumerate(answer.texts):
            if text:
                key = f"a{answer.id}.{place}"
                yield Item(key, section, question, text, whose, parts=(text,))


def _told(sharing: Sharing, subject: Collection[int]) -> Iterator[Item]:
    """Who was told something about the person: whom, what kind of thing, when, what for."""
    for team in sharing.told:
        for one in team.versions:
            paper = one.paper
            lines = [line for line in paper.lines if line.mention_id in subject]
            if not lines or paper.standing in NEVER_LEFT:
                continue
            held = not FAMILY_MAY_NOT.isdisjoint(paper.handling)
            what = ", ".join(dict.fromkeys(line.label for line in lines))
            text = f"{what}; {times.date(paper.sent_at)}; for {paper.purpose}"
            whose = Whose.CONDITION if held else Whose.CASE
            label = f"{team.team}, {team.agency}"
            yield Item(f"told.{paper.id}", "Who was told of you", label, text, whose)


def _documents(documents: Sequence[DocumentLine], sharing: Sharing) -> Iterator[Item]:
    """A line each: no machine knows what stands in a document, so somebody must open it."""
    for place, document in enumerate((d for d in documents if d.name is not None), 1):
        text = f"{document.name}, added {times.date(document.added_at)}: given separately"
        parts = (str(document.name),)
        key = f"doc.{document.id}"
        whose = Whose.CONDITION if document.id in sharing.held_documents else Whose.MIXED
        yield Item(key, "Documents", f"Document {place}", text, whose, parts=parts)


def _who_looked(tallies: Sequence[Tally], agencies: dict[int, str]) -> Iterator[Item]:
    """Agencies and counts, no names of staff: who looked by name is for the hub to answer."""
    for tally in tallies:
        agency = agencies.get(tally.agency_id or 0, "The hub")
        often, when = times.plural(tally.number, "time"), _span(tally.first, tally.last)
        text = f"{agency} {said(tally.verb).words}: {often}, {when}"
        key = f"looked.{tally.agency_id or 0}.{tally.verb}"
        # That a partner answered may be what the family must not know: somebody decides.
        whose = Whose.MIXED if tally.verb in BY_PARTNERS else Whose.CASE
        yield Item(key, "Who looked", f"{agency}: {said(tally.verb).words}", text, whose)


def _span(first: datetime, last: datetime) -> str:
    one, other = times.date(first), times.date(last)
    return f"on {one}" if one == other else f"from {one} to {other}"


def _slug(label: str) -> str:
    return label.lower().replace(" ", "-")
