"""What of a case could leave, part by part, and what of it was chosen. Pure: no database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from breakwater.people.queries import MentionFacts
from breakwater.people.rules import CHILD_ROLES, PersonAsTold, full_date
from breakwater.referrals.case_file import FiledReferral
from breakwater.referrals.presenter import born_in_words
from breakwater.referrals.rules import LEVEL_WORDS, OUTCOME_WORDS
from breakwater.sharing.disclosures.gate import Known, Leaving
from breakwater.sharing.rules import Handling, InfoKind
from breakwater.web import times

NO_NAME = "Somebody whose name is not known"
WORRY, ANSWERS, SUMMARY, NOTE = "worry", "answers", "summary", "note"
NAME, BORN, ADDRESS = "name", "born", "address"


@dataclass(frozen=True)
class GivenAnswer:
    """What a partner answered in the case, with the conditions under which they gave it."""

    id: int
    team: str
    agency: str
    agency_id: int
    contact: str
    at: datetime
    kinds: tuple[InfoKind, ...]
    handling: tuple[Handling, ...]
    texts: tuple[tuple[str, str], ...]
    # Whoever answered says that it is about others than the child too.
    third_parties: bool = False
    # Ids of the documents that came with it.
    documents: tuple[int, ...] = ()


@dataclass(frozen=True)
class Part:
    """One thing that leaves as a whole or not at all. `free`: sentences, read by the gate."""

    key: str
    kinds: tuple[InfoKind, ...]
    label: str
    value: str
    whose: str
    source: str
    mention_id: int | None = None
    third_party: bool = False
    free: bool = False
    usual: bool = False
    answer: GivenAnswer | None = None


@dataclass(frozen=True)
class Group:
    """Parts under one heading of the page; `mention_id` where it is a person."""

    name: str
    title: str
    parts: tuple[Part, ...]
    mention_id: int | None = None
    third_party: bool = False


@dataclass(frozen=True)
class Offered:
    """All that could leave of a case about one child: `mine` are the mentions of the child."""

    groups: tuple[Group, ...]
    people: tuple[MentionFacts, ...]
    mine: frozenset[int]
    # Who reported, by what they are known: never a part, and never in a text that leaves.
    reporters: tuple[Known, ...]

    @property
    def parts(self) -> Mapping[str, Part]:
        return {part.key: part for group in self.groups for part in group.parts}

    def group_of(self, key: str) -> str:
        return next(g.name for g in self.groups if any(p.key == key for p in g.parts))


def offered(
    file: Sequence[FiledReferral],
    answers: Sequence[GivenAnswer],
    mine: Collection[int],
    child_id: int,
) -> Offered:
    """Return what could leave. Who reported it is not among it, whoever they are."""
    people = [mention for referral in file for mention in referral.people]
    # The child first, then the others in the order they were told.
    people.sort(key=lambda one: (one.id != child_id, one.id not in mine))
    groups = [_person(one, one.id in mine, one.id == child_id) for one in people]
    worry = tuple(part for referral in file for part in _worry(referral))
    groups.append(Group(WORRY, "The worry, and what was decided", worry))
    given = tuple(part for answer in answers for part in _answer(answer))
    groups.append(Group(ANSWERS, "What partners answered", given))
    return Offered(
        tuple(group for group in groups if group.parts),
        tuple(people),
        frozenset(mine),
        tuple(filter(None, (_reporter(referral) for referral in file))),
    )


def children_of(file: Sequence[FiledReferral]) -> list[MentionFacts]:
    """Return whom a disclosure can be about: the children told of, or everybody where none is.

    Who is called the same and born the same day is on the list once, as told last.
    """
    people = [mention for referral in file for mention in referral.people]
    found = [one for one in people if one.person.role in CHILD_ROLES] or people
    once = {(one.person.name or str(one.id), one.person.born): one for one in found}
    return list(once.values())


def born_on(born: str) -> str:
    """Return "14 May 2017"; of a partial date, what there is of it. An age would change."""
    whole = full_date(born)
    return times.date(whole) if whole else born_in_words(born, date.min)


def called(mention: MentionFacts) -> str:
    person = mention.person
    return f"{person.name or NO_NAME}, {person.role}"


def leaving(what: Offered, chosen: Collection[str]) -> Leaving:
    """Return whom the texts may speak of when these parts leave, and whom and what not.

    The child is always spoken of. What says where somebody is, and was not chosen, stays out of
    the texts too, also of the child: nobody's address leaves between the lines.
    """
    may: list[Known] = []
    must_not: list[Known] = list(what.reporters)
    for mention in what.people:
        named = mention.id in what.mine or f"m{mention.id}.{NAME}" in chosen
        told, kept = _split(mention, chosen)
        names = _names(mention.person)
        may.append(Known(called(mention), *(names if named else ((), ())), **told))
        must_not.append(Known(called(mention), *(((), ()) if named else names), **kept))
    parts = what.parts
    values = [parts[key].value for key in chosen if key in parts and not parts[key].free]
    return Leaving(may, must_not, values)


def everybody(what: Offered) -> list[Known]:
    """Return everybody of the case as a notice must not name them."""
    return [
        *what.reporters,
        *(Known(called(m), *_names(m.person), **_split(m, ())[1]) for m in what.people),
    ]


def _split(mention: MentionFacts, chosen: Collection[str]) -> tuple[dict, dict]:  # type: ignore[type-arg]
    """What is known of somebody beside the name: what was chosen to leave, and what was not."""
    person, key = mention.person, f"m{mention.id}"
    strings = {
        "postcode": person.postcode,
        "nhs": person.nhs_number,
        "upn": person.upn,
        "email": person.email,
        "account": person.handle,
    }

    def those(out: bool) -> dict[str, object]:
        def leaves(name: str) -> bool:
            # The address is one part: street and postcode.
            part = ADDRESS if name == "postcode" else name
            return (f"{key}.{part}" in chosen) is out

        return {
            "born": person.born if leaves(BORN) else "",
            "phone": person.phone if leaves("phone") else "",
            "address": person.address if leaves(ADDRESS) else "",
            "strings": tuple(s for name, s in strings.items() if s and leaves(name)),
        }

    return those(True), those(False)


def _names(person: PersonAsTold) -> tuple[tuple[str, ...], tuple[str, ...]]:
    given = tuple(name for name in (person.given, person.known_as) if name)
    return given, (person.family,) if person.family else ()


def _reporter(referral: FiledReferral) -> Known | None:
    told = referral.reporter
    if not told:
        return None
    name, email = str(told.get("name") or ""), str(told.get("email") or "")
    return Known(
        "whoever reported it",
        given=(name,) if name else (),
        phone=str(told.get("phone") or ""),
        strings=(email,) if email else (),
    )


def _person(mention: MentionFacts, mine: bool, chosen: bool) -> Group:
    person, key = mention.person, f"m{mention.id}"
    whose, source = person.name or NO_NAME, mention.told_by
    where = ", ".join(part for part in (person.address, person.postcode) if part)
    rows = (
        (NAME, InfoKind.IDENTITY, "Name", person.name),
        (BORN, InfoKind.IDENTITY, "Birth date", born_on(person.born)),
        ("age", InfoKind.IDENTITY, "Age as told", "" if person.age is None else str(person.age)),
        ("sex", InfoKind.IDENTITY, "Sex", person.sex),
        ("part", InfoKind.HOUSEHOLD, "Part in this", "" if mine else str(person.role)),
        (ADDRESS, InfoKind.IDENTITY, "Address", where),
        ("phone", InfoKind.IDENTITY, "Phone", person.phone),
        ("email", InfoKind.IDENTITY, "Email", person.email),
        ("account", InfoKind.IDENTITY, "Account", person.handle),
        ("nhs", InfoKind.IDENTITY, "NHS number", person.nhs_number),
        ("upn", InfoKind.IDENTITY, "Unique pupil number", person.upn),
        ("school", InfoKind.SCHOOL, "School", person.school),
        (NOTE, InfoKind.WORRY, "Note", person.note),
    )
    parts = tuple(
        Part(
            f"{key}.{name}",
            (kind,),
            label,
            value,
            whose,
            source,
            mention.id,
            third_party=not mine,
            free=name == NOTE,
            usual=chosen and name in (NAME, BORN),
        )
        for name, kind, label, value in rows
        if value
    )
    told = f"told by {source}, {times.short_date(mention.told_at)}"
    return Group(key, f"{whose} ({person.role}), {told}", parts, mention.id, not mine)


def _worry(referral: FiledReferral) -> Iterator[Part]:
    key = f"r{referral.id}"
    source = referral.people[0].told_by if referral.people else ""
    when = times.short_date(referral.received_at)
    worry = ", ".join([referral.category, *referral.also])
    rows: list[tuple[str, str, str, str, bool]] = [
        ("kind", f"Kind of worry, {when}", worry, source, False),
        ("told", f"The worry as told, {when}", referral.narrative, source, True),
    ]
    for place, decision in enumerate(referral.progress.decisions):
        at = times.short_date(decision.at)
        level = f"{decision.level}. {LEVEL_WORDS[decision.level]}"
        rows += [
            (f"d{place}.outcome", f"Decided {at}", OUTCOME_WORDS[decision.outcome], "", False),
            (f"d{place}.level", f"Level of need, {at}", level, "", False),
            (f"d{place}.reason", f"Why it was decided so, {at}", decision.reason, "", True),
        ]
    for name, label, value, told_by, free in rows:
        if value:
            yield Part(
                f"{key}.{name}", (InfoKind.WORRY,), label, value, "The worry", told_by, free=free
            )


def _answer(answer: GivenAnswer) -> Iterator[Part]:
    for place, (question, text) in enumerate(answer.texts):
        if text:
            yield Part(
                f"a{answer.id}.{place}",
                answer.kinds,
                question,
                text,
                "What a partner answered",
                f"{answer.team}, {answer.agency}, {times.short_date(answer.at)}",
                third_party=answer.third_parties,
                free=True,
                answer=answer,
            )
