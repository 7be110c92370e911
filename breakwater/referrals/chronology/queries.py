"""Reads of the chronology, for one who holds the cases."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from breakwater.access import queries as access
from breakwater.access.queries import WhoToAsk
from breakwater.access.rules import Actor
from breakwater.attachments.queries import documents_in
from breakwater.people import queries as people
from breakwater.people.queries import KnownPlace, MentionFacts
from breakwater.people.rules import PersonAsTold
from breakwater.referrals.chronology.rules import Kind, Tie, excerpt
from breakwater.referrals.models import Referral
from breakwater.referrals.progress import progress_of
from breakwater.referrals.queries import cases_of
from breakwater.referrals.rules import DECIDING, OUTCOME_WORDS, Action, in_words
from breakwater.referrals.said import SaidLine, said_of
from breakwater.referrals.sealed import words_of

# A refusal and what settles it are stages too: they show as what was said alone.
REFUSING = frozenset({Action.REFUSE, Action.KEEP, Action.LEAVE, Action.RETURN})


@dataclass(frozen=True)
class Event:
    """One line: when, what, who told or did it, what became of it, and where it stands.

    `tie` and `by_way_of` say why it is here, when it is of another case than the referral's own.
    """

    at: datetime
    kind: Kind
    what: str
    who: str
    text: str
    state: str
    reference: str
    case_id: int
    tie: Tie | None
    by_way_of: tuple[str, ...]
    document_id: int | None = None
    this: bool = False
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chronology:
    """The events in order of time, and which agency knows more."""

    reference: str
    people: tuple[str, ...]
    events: list[Event]
    counts: dict[Kind, int]
    ask: list[WhoToAsk]


def chronology(
    actor: Actor,
    referral_id: int,
    case_id: int,
    known: dict[int, list[KnownPlace]],
    seen: Collection[int],
) -> Chronology:
    """Everything of the cases `seen`, oldest first, for one who holds them.

    At most 21 SQL statements, however much there is.
    """
    referrals = {r.pk: r for r in Referral.objects.filter(case__in=seen).order_by("pk")}
    told: dict[int, list[MentionFacts]] = defaultdict(list)
    for mention in people.mentions_of(list(referrals)):
        told[mention.referral_id].append(mention)
    own = told[referral_id]
    ties = _Ties(case_id, known, {mention.id: mention.person for mention in own})
    events = [
        *_worries(referral_id, list(referrals.values()), told, ties),
        *_decided_and_done(referrals, ties),
        *_said(referrals, ties),
        *_documents(seen, ties),
    ]
    events.sort(key=lambda event: event.at)
    return Chronology(
        reference=referrals[referral_id].reference,
        people=tuple(mention.person.name for mention in own if mention.person.name),
        events=events,
        counts=dict(Counter(event.kind for event in events)),
        ask=access.who_to_ask(actor, cases_of(known) - set(seen)),
    )


class _Ties:
    """Why a line is here: by whom of the referral another case is known, and how surely."""

    def __init__(
        self, own_case: int, known: dict[int, list[KnownPlace]], people: dict[int, PersonAsTold]
    ):
        self.own_case = own_case
        self.of_referral: dict[int, dict[str, bool]] = defaultdict(dict)
        self.of_case: dict[int, dict[str, bool]] = defaultdict(dict)
        for mention_id, places in known.items():
            person = people[mention_id]
            name = person.name or f"a {person.role} whose name is not known"
            for place in places:
                for where in (self.of_referral[place.referral_id], self.of_case[place.case_id]):
                    where[name] = where.get(name, False) or place.sure

    def of(self, case_id: int, referral_id: int = 0) -> tuple[Tie | None, tuple[str, ...]]:
        """Return nothing for the referral's own case."""
        if case_id == self.own_case:
            return None, ()
        found = self.of_referral.get(referral_id) or self.of_case[case_id]
        sure = any(found.values())
        names = tuple(name for name, is_sure in found.items() if is_sure is sure)
        return Tie.SURE if sure else Tie.MAYBE, names


def _worries(
    this: int, referrals: list[Referral], told: dict[int, list[MentionFacts]], ties: _Ties
) -> Iterator[Event]:
    words = words_of(referrals)
    for referral in referrals:
        mentions = told[referral.pk]
        tie, by_way_of = ties.of(referral.case_id, referral.pk)
        yield Event(
            at=referral.received_at,
            kind=Kind.REFERRAL,
            what=", ".join(in_words(code) for code in (referral.category, *referral.also)),
            who=mentions[0].told_by if mentions else in_words(referral.channel),
            text=excerpt(words[referral.pk].narrative),
            state=referral.state,
            reference=referral.reference,
            case_id=referral.case_id,
            this=referral.pk == this,
            about=tuple(m.person.name for m in mentions if m.person.name),
            tie=tie,
            by_way_of=by_way_of,
        )


def _decided_and_done(referrals: dict[int, Referral], ties: _Ties) -> Iterator[Event]:
    """A decision is a stage too: it shows as the decision alone."""
    for referral_id, progress in progress_of(referrals.values()).items():
        referral = referrals[referral_id]
        for one in progress.decisions:
            yield _event(
                referral,
                ties,
                at=one.at,
                kind=Kind.DECISION,
                what=f"{OUTCOME_WORDS[one.outcome]}, level {one.level}",
                who=one.by,
                text=excerpt(one.reason),
                state=one.team,
            )
        for stage in progress.stages:
            if stage.action not in DECIDING | REFUSING:
                yield _event(
                    referral,
                    ties,
                    at=stage.at,
                    kind=Kind.STEP,
                    what=f"{stage.action}: {stage.rating}" if stage.rating else stage.action,
                    who=stage.by,
                    text=excerpt(stage.reason),
                    state=stage.state,
                )


def _said(referrals: dict[int, Referral], ties: _Ties) -> Iterator[Event]:
    for referral_id, lines in said_of(referrals).items():
        for line in lines:
            yield _event(
                referrals[referral_id],
                ties,
                at=line.at,
                kind=Kind.STEP,
                what=line.what,
                who=line.who,
                text=excerpt(line.text),
                state=_whom(line),
            )


def _whom(line: SaidLine) -> str:
    whom = line.to or line.outside
    return f"to {whom}" if whom else ""


def _event(
    referral: Referral,
    ties: _Ties,
    *,
    at: datetime,
    kind: Kind,
    what: str,
    who: str,
    text: str = "",
    state: str = "",
) -> Event:
    tie, by_way_of = ties.of(referral.case_id, referral.pk)
    return Event(
        at=at,
        kind=kind,
        what=what,
        who=who,
        text=text,
        state=state,
        reference=referral.reference,
        case_id=referral.case_id,
        tie=tie,
        by_way_of=by_way_of,
    )


def _documents(seen: Collection[int], ties: _Ties) -> Iterator[Event]:
    for case_id, lines in documents_in(seen).items():
        tie, by_way_of = ties.of(case_id)
        for line in lines:
            yield Event(
                at=line.added_at,
                kind=Kind.DOCUMENT,
                what=line.name or "a document that was erased",
                who=line.added_by,
                text="",
                state="",
                reference="",
                case_id=case_id,
                document_id=line.id if line.name else None,
                tie=tie,
                by_way_of=by_way_of,
            )
