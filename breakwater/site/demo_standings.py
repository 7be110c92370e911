"""What an ordinary evening's open worries have come to: one of each kind of standing, at least."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from tqdm import tqdm

from breakwater.access.rules import Actor, TeamKind
from breakwater.referrals import actions as referrals
from breakwater.referrals import queries
from breakwater.referrals.challenge.actions import challenge
from breakwater.referrals.challenge.rules import Challenged
from breakwater.referrals.routing.actions import hand_over, refuse, take_on
from breakwater.referrals.rules import Decided, Level, Outcome, Rating, State
from breakwater.referrals.triage.actions import decide
from breakwater.referrals.triage.enquiries import rate, wait_for_more
from breakwater.site.demo_asked import make_asked
from breakwater.site.demo_history import Hub, Waiting, tell, usual_decision

Standing = Callable[[Hub, Waiting], None]


def make_standings(hub: Hub, waiting: Sequence[Waiting]) -> None:
    """Take the open worries, the oldest first, as far as an ordinary day would."""
    open_ones = [one for one in waiting if queries.state_of(one.reference) == State.RECEIVED]
    pairs = list(zip(open_ones, STANDINGS, strict=False))
    for one, standing in tqdm(pairs, "What is at work", unit=" referrals"):
        standing(hub, one)
    make_asked(hub, [one for one, standing in pairs if standing is rated_amber])


def not_yet(_hub: Hub, _one: Waiting) -> None:
    """Nobody came to it: the oldest of these is late."""


def nobody_told(hub: Hub, one: Waiting) -> None:
    _decided(hub, one, usual_decision(hub, Level.UNIVERSAL, None), one.received_at)


def not_taken_on(hub: Hub, one: Waiting) -> None:
    decided = usual_decision(hub, Level.ADDITIONAL, TeamKind.EARLY_HELP)
    at = one.received_at + timedelta(minutes=50)
    tell(_triage(hub), one.reference, _decided(hub, one, decided, at), at + timedelta(hours=2))


def refused(hub: Hub, one: Waiting) -> None:
    decided = usual_decision(hub, Level.COMPLEX, TeamKind.CAIT)
    _decided(hub, one, decided, _ago(one, 5))
    reason = "What is told is no offence that we investigate. It reads as work for social care."
    refuse(hub.first(TeamKind.CAIT), one.reference, reason, at=_ago(one, 1))


def challenged(hub: Hub, one: Waiting) -> None:
    decided = usual_decision(hub, Level.COMPLEX, TeamKind.SOCIAL_CARE)
    decision_id = _decided(hub, one, decided, _ago(one, 9))
    reason = "The family works with early help already. Level 2 would do; their worker agrees."
    challenge(
        hub.first(TeamKind.SOCIAL_CARE),
        one.reference,
        Challenged(reason),
        decision_id=decision_id,
        at=_ago(one, 3),
    )


def two_teams(hub: Hub, one: Waiting) -> None:
    decided = usual_decision(hub, Level.ACUTE, TeamKind.SOCIAL_CARE, TeamKind.CAIT)
    _decided(hub, one, decided, _ago(one, 4))


def two_teams_one_at_work(hub: Hub, one: Waiting) -> None:
    decided = usual_decision(hub, Level.ACUTE, TeamKind.CAIT, TeamKind.SOCIAL_CARE)
    _decided(hub, one, decided, _ago(one, 6))
    take_on(hub.staff[TeamKind.CAIT][-1], one.reference, at=_ago(one, 4))


def moving(hub: Hub, one: Waiting) -> None:
    decided = Decided(
        outcome=Outcome.OTHER_AREA,
        level=Level.COMPLEX,
        reason="The family moved; their new school confirms it.",
        area="Dorset",
    )
    _decided(hub, one, decided, _ago(one, 7))


def asked_for_more(hub: Hub, one: Waiting) -> None:
    reason = "The school calls back with who collects the child. The GP was asked for the history."
    wait_for_more(_triage(hub), one.reference, reason, version=_version(hub, one), at=_ago(one, 3))


def rated_amber(hub: Hub, one: Waiting) -> None:
    _rated(hub, one, Rating.AMBER, "Several agencies know the family; no sign of danger today.", 5)


def rated_red(hub: Hub, one: Waiting) -> None:
    _rated(hub, one, Rating.RED, "The child goes home tonight to whom the worry is about.", 1)


def claimed(hub: Hub, one: Waiting) -> None:
    me = _triage(hub)
    _given(me, one, me, "", _ago(one, 1))


def handed_over(hub: Hub, one: Waiting) -> None:
    note = "The health visitor was asked and calls back after six. Nothing else is open."
    _given(_triage(hub), one, hub.staff[TeamKind.TRIAGE][-1], note, _ago(one, 1))


# For the worries from the oldest on; the first three came some days ago. What is left over waits.
STANDINGS: tuple[Standing, ...] = (
    not_yet,
    nobody_told,
    not_taken_on,
    refused,
    challenged,
    two_teams,
    two_teams_one_at_work,
    moving,
    asked_for_more,
    rated_amber,
    handed_over,
    asked_for_more,
    rated_amber,
    claimed,
    rated_red,
    claimed,
)


def _triage(hub: Hub) -> Actor:
    return hub.first(TeamKind.TRIAGE)


def _decided(hub: Hub, one: Waiting, decided: Decided, at: datetime) -> int:
    version = _version(hub, one)
    return decide(_triage(hub), one.reference, decided, version=version, at=at)


def _rated(hub: Hub, one: Waiting, rating: Rating, reason: str, ago: float) -> None:
    at = _ago(one, ago)
    rate(_triage(hub), one.reference, rating, reason, version=_version(hub, one), at=at)


def _given(actor: Actor, one: Waiting, to: Actor, note: str, at: datetime) -> None:
    (item,) = referrals.open_referral(actor, one.reference, "triage").progress.items
    hand_over(actor, item.id, to_worker=to.user_id, note=note, seen_worker=item.worker_id, at=at)


def _version(hub: Hub, one: Waiting) -> int:
    return referrals.open_referral(_triage(hub), one.reference, "triage").version


def _ago(one: Waiting, hours: float) -> datetime:
    """So long ago, but not before it came."""
    return max(one.received_at, timezone.now() - timedelta(hours=hours))
