"""The county's last two years, as the hub's people would have worked through them."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from tqdm import tqdm

from breakwater.access.queries import TeamFacts
from breakwater.access.rules import Actor, TeamKind
from breakwater.referrals import actions as referrals
from breakwater.referrals import queries
from breakwater.referrals.actions import Envelope, Receipt, receive_referral
from breakwater.referrals.feedback.actions import give
from breakwater.referrals.feedback.rules import Given, Way, can_be_told
from breakwater.referrals.routing.actions import hold_strategy_discussion, take_on
from breakwater.referrals.rules import Decided, Level, Outcome, State, usual_outcome
from breakwater.referrals.submission import Refused
from breakwater.referrals.triage.actions import decide
from breakwater.synthetic import county_referrals

SEED, YEARS = 1, 2
# A county of the demo's size brings a worry every few days. So that the board has something to
# show, its latest are handed in as if they had come now: a few days ago, and since yesterday.
LATEST, OF_THEM_LATE = 30, 3
LATE, SINCE = timedelta(days=4), timedelta(hours=26)
# Middle hours from a deed to the next, and their spread: about one in 25 is later than a day.
DECIDED, TAKEN_ON, TOLD, DISCUSSED, SPREAD = 5.0, 3.0, 6.0, 5.0, 0.8
IN_DANGER = timedelta(minutes=25)
REASON = "Weighed against the threshold document; the history was read."
TOLD_WORDS = (
    "Thanked for the report; told that it was decided on and that a team acts where needed."
)


@dataclass(frozen=True)
class Hub:
    """The teams of the demo, and who does each one's work: the first of them most of it."""

    teams: Mapping[TeamKind, TeamFacts]
    staff: Mapping[TeamKind, Sequence[Actor]]

    def first(self, team: TeamKind) -> Actor:
        return self.staff[team][0]

    def somebody(self, team: TeamKind, chance: random.Random) -> Actor:
        return chance.choice((self.first(team), *self.staff[team]))


@dataclass(frozen=True)
class Waiting:
    """A worry that nobody decided on yet."""

    reference: str
    received_at: datetime


def make_history(hub: Hub, children: int, latest: int = LATEST) -> list[Waiting]:
    """Hand in the county's referrals, and work through all but the latest; return those.

    A repeat goes on where an earlier one was cut off: keys and states say what is done.
    """
    now = timezone.now()
    chance = random.Random(SEED)
    history = list(county_referrals(children, SEED, now.date(), YEARS))
    cut = len(history) - min(latest, len(history) // 2)
    waiting = []
    arrivals = list(_as_if_now(len(history) - cut, now))
    for number, past in enumerate(tqdm(history, "The county's history", unit=" referrals")):
        told, received_at = past.submission, past.received_at
        if number >= cut:
            received_at = arrivals[number - cut]
            told = told | {"sent_at": (received_at - timedelta(minutes=4)).isoformat()}
        receipt = _handed_in(told, received_at)
        if receipt is None or receipt.repeat:
            continue
        danger = told["concern"].get("immediate_danger")
        if number >= cut and not danger:
            waiting.append(Waiting(receipt.reference, received_at))
            continue
        wait = IN_DANGER if danger else hours(chance, DECIDED)
        team = TeamKind(past.expected_team) if past.expected_team else None
        level = Level(str(past.expected_level))
        work_through(hub, receipt.reference, level, team, received_at + wait, chance, told)
    return waiting


def work_through(
    hub: Hub,
    reference: str,
    level: Level,
    team: TeamKind | None,
    at: datetime,
    chance: random.Random,
    told: Mapping[str, Any],
) -> None:
    """Decide, take on, discuss and tell, each at a plausible time; what would come later waits."""
    now = timezone.now()
    if at > now:
        return
    if queries.state_of(reference) == State.WITH_WORKER:
        take_on_passed(hub, reference, at)
        return
    decided = usual_decision(hub, level, team)
    triage = hub.somebody(TeamKind.TRIAGE, chance)
    decision_id = decide(triage, reference, decided, version=1, at=at)
    told_at = at + hours(chance, TOLD)
    taken_at = at + hours(chance, TAKEN_ON)
    held_at = taken_at + hours(chance, DISCUSSED)
    if team and taken_at < now:
        worker = hub.somebody(team, chance)
        take_on(worker, reference, at=taken_at)
        if decided.outcome is Outcome.CHILD_PROTECTION and held_at < now:
            hold_strategy_discussion(worker, reference, held_at, at=held_at)
    if told_at < now and can_be_told(told.get("reporter")):
        tell(triage, reference, decision_id, told_at)


def tell(actor: Actor, reference: str, decision_id: int, at: datetime | None = None) -> None:
    """Let whoever reported it know."""
    given = Given(way=Way.PHONE, text=TOLD_WORDS)
    give(actor, reference, given, decision_id=decision_id, at=at)


def usual_decision(
    hub: Hub, level: Level, lead: TeamKind | None, *others: TeamKind, reason: str = REASON
) -> Decided:
    """What triage usually decides at this level, for a team that leads and maybe others."""
    chosen = (lead, *others) if lead else ()
    return Decided(
        outcome=usual_outcome(level, lead),
        level=level,
        reason=reason,
        teams=tuple(hub.teams[team].id for team in chosen),
        lead=hub.teams[lead].id if lead else None,
    )


def take_on_passed(hub: Hub, reference: str, at: datetime) -> None:
    """Whoever has the case takes a new worry that went straight to them into their work."""
    page = referrals.open_referral(hub.first(TeamKind.TRIAGE), reference, "triage")
    (item,) = page.progress.items
    everybody = (one for team in hub.staff.values() for one in team)
    take_on(next(one for one in everybody if one.user_id == item.worker_id), reference, at=at)


def hours(chance: random.Random, middle: float) -> timedelta:
    return timedelta(hours=middle * chance.lognormvariate(0, SPREAD))


def _as_if_now(number: int, now: datetime) -> Iterator[datetime]:
    """When the latest came, the oldest first: a few some days ago, the others since yesterday."""
    late = min(OF_THEM_LATE, number // 2)
    for place in range(late):
        yield now - LATE + timedelta(minutes=40 * place)
    for place in range(number - late):
        yield now - SINCE * ((number - late - place) / (number - late + 1))


def _handed_in(told: Mapping[str, Any], received_at: datetime) -> Receipt | None:
    body = json.dumps(told, ensure_ascii=False).encode()
    envelope = Envelope(body, sender="county", door="county", received_at=received_at)
    try:
        return receive_referral(envelope)
    except Refused:  # one of the latest, handed in by an earlier start at another minute
        return None
