"""Reads of a past decision as it stood."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from breakwater.access import queries as access
from breakwater.access.queries import WhoToAsk
from breakwater.access.restricted.queries import is_restricted
from breakwater.access.rules import Actor
from breakwater.clocks.queries import ClockThen, clocks_at
from breakwater.people import queries as people
from breakwater.people.rules import PersonAsTold
from breakwater.referrals.case_file import FiledReferral, case_file
from breakwater.referrals.models import Decision, Referral, Route
from breakwater.referrals.progress import DecisionFacts, Progress
from breakwater.referrals.replay import basis as kept
from breakwater.referrals.replay.basis import Basis, KnownLine
from breakwater.referrals.rules import State, in_words, subject_of, subject_of_route
from breakwater.referrals.sealed import bases_of
from breakwater.referrals.thresholds.rules import RuleKind
from breakwater.referrals.thresholds.ruleset import as_saved


@dataclass(frozen=True)
class KnownThen:
    """A line of then, with what that source said of the person; `reference` and `category` of it.

    Only of a case that the reader holds now.
    """

    line: KnownLine
    person: PersonAsTold
    reference: str
    category: str


@dataclass(frozen=True)
class TeamThen:
    name: str
    leads: bool


@dataclass(frozen=True)
class AsItStood:
    """All that a decision rested on. `worry` and `before` are cut at its moment.

    `before` are the worries of the same case that were there already.
    """

    case_id: int
    number: int
    restricted: bool
    worry: FiledReferral
    decision: DecisionFacts
    teams: list[TeamThen]
    basis: Basis
    known: dict[int, list[KnownThen]]
    ask: list[WhoToAsk]
    before: list[FiledReferral]
    clocks: list[ClockThen]


def basis_of(referral_id: int, number: int) -> Basis | None:
    """What the referral's decision of this number, from 1, rested on, for one who holds it.

    None when there is no such decision. 2 SQL statements.
    """
    found = Decision.objects.filter(referral=referral_id).select_related("ruleset")
    decisions = list(found.order_by("decided_at", "pk"))
    bases = bases_of(decisions)
    if not 0 < number <= len(decisions):
        return None
    decision = decisions[number - 1]
    rules = version = None
    if decision.ruleset:
        rules = as_saved(RuleKind.THRESHOLD, decision.ruleset.rules)
        version = decision.ruleset.version
    return kept.read(bases.get(decision.pk, {}), rules, version)


def places_of(basis: Basis) -> dict[int, int]:
    """In which cases the mentions known then are: ids. 1 SQL statement. Shows nothing."""
    return people.cases_of_mentions([line.beside_id for line in basis.known])


def as_it_stood(
    actor: Actor,
    referral_id: int,
    case_id: int,
    number: int,
    basis: Basis,
    places: dict[int, int],
    seen: Collection[int],
) -> AsItStood:
    """Put a decision together as it stood, for one who holds the case and, of the others, `seen`.

    At most 24 SQL statements, however much was known then or came since.
    """
    file = case_file(case_id)
    told = next(told for told in file if told.id == referral_id)
    decision = told.progress.decisions[number - 1]
    at = decision.at
    routes = list(
        Route.objects.filter(referral=referral_id, routed_at__lte=at)
        .select_related("team")
        .order_by("-leads", "pk")
    )
    subjects = [subject_of(referral_id), *(subject_of_route(route.pk) for route in routes)]
    return AsItStood(
        case_id=case_id,
        number=number,
        restricted=is_restricted(case_id),
        worry=_cut(told, at, number),
        decision=decision,
        # Who leads may change when a team refuses: then the decision's own team led.
        teams=[
            TeamThen(route.team.name, route.team.name == decision.team)
            for route in routes
            if route.decision_id == decision.id
        ],
        # Not what was known of cases that the reader does not hold.
        basis=replace(basis, known=(), ask=()),
        known=_known(basis, places, seen),
        ask=access.who_to_ask(actor, {*places.values(), *basis.ask} - set(seen)),
        before=[
            _cut(told, at) for told in file if told.id != referral_id and told.received_at <= at
        ],
        clocks=clocks_at(subjects, at),
    )


def _cut(told: FiledReferral, at: datetime, number: int = 0) -> FiledReferral:
    """Return a referral as it stood; with its first `number` decisions, or those before `at`."""
    stages = [stage for stage in told.progress.stages if stage.at <= at]
    decisions = told.progress.decisions
    made = decisions[:number] if number else [one for one in decisions if one.at < at]
    return replace(
        told,
        state=stages[-1].state if stages else State.RECEIVED,
        progress=Progress(stages, made, [], []),
        # What is said at the moment of a decision or later follows from it.
        said=[line for line in told.said if line.at < at],
    )


def _known(
    basis: Basis, places: dict[int, int], seen: Collection[int]
) -> dict[int, list[KnownThen]]:
    held = [line for line in basis.known if places.get(line.beside_id) in seen]
    mentions = people.mentions_by_id({line.beside_id for line in held})
    told_in = {mention.referral_id for mention in mentions.values()}
    columns = ("pk", "reference", "category")
    found = Referral.objects.filter(pk__in=told_in, case__in=seen).values_list(*columns)
    worries = {pk: (reference, in_words(category)) for pk, reference, category in found}
    known: dict[int, list[KnownThen]] = defaultdict(list)
    for line in sorted(held, key=_told_at, reverse=True):
        mention = mentions.get(line.beside_id)
        if mention and mention.referral_id in worries:
            known[line.mention_id].append(
                KnownThen(line, mention.person, *worries[mention.referral_id])
            )
    return dict(known)


def _told_at(line: KnownLine) -> datetime:
    return line.told_at
