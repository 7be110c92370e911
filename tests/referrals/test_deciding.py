from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from breakwater.access.models import Case, Grant, Team, User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.clocks.models import Clock
from breakwater.referrals import rules
from breakwater.referrals.models import Decision, Referral, Route, Step
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.referrals.routing.actions import take_on
from breakwater.referrals.rules import TRANSITIONS, Action, Level, State
from breakwater.referrals.triage.actions import decide
from tests.builders import decided, reason_of, received

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]


@pytest.fixture
def cait(staff: Staff) -> Actor:
    return actor_for(staff("Ana Reyes", TeamKind.CAIT))


def team_of(kind: TeamKind) -> int:
    return Team.objects.get(kind=kind).pk


def decided_for(actor: Actor, team: int | None, **changes: object) -> str:
    reference = received().reference
    at = changes.pop("at", None)
    teams = () if team is None else (team,)
    level = changes.pop("level", Level.COMPLEX)
    given = decided(level, *teams, **({"reason": "Repeated worry."} | changes))  # type: ignore[arg-type]
    decide(actor, reference, given, version=1, at=at)  # type: ignore[arg-type]
    return reference


def test_a_decision_keeps_level_team_reason_who_and_when(triage: Actor, cait: Actor) -> None:
    reference = decided_for(triage, team_of(TeamKind.CAIT), level=Level.ACUTE)
    decision = Decision.objects.get(referral__reference=reference)
    assert (decision.level, reason_of(decision)) == (Level.ACUTE, "Repeated worry.")
    assert decision.decided_by_id == triage.user_id
    assert Step.objects.get().end == State.ROUTED


def test_a_decision_gives_the_team_a_grant_a_clock_and_a_notice(triage: Actor, cait: Actor) -> None:
    team = team_of(TeamKind.CAIT)
    referral = Referral.objects.get(reference=decided_for(triage, team))
    assert Grant.objects.get(case=referral.case, team=team).lawful_basis == "DPA 2018 Part 3"
    assert Clock.objects.get(definition__code="TAKE_ON").due_at == referral.due_at
    assert referral.notice_set.get().team_id == team


def test_a_decision_meets_the_clocks_that_run_for_it(triage: Actor) -> None:
    decided_for(triage, None)
    clock = Clock.objects.get(definition__code="DECIDE")
    assert clock.met_at is not None
    assert clock.met_at <= clock.due_at


def test_no_further_action_closes_and_routes_to_nobody(triage: Actor) -> None:
    reference = decided_for(triage, None, level=Level.UNIVERSAL)
    assert Referral.objects.get(reference=reference).state == State.CLOSED
    assert not Route.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " \n "}, "reason"),
        ({"reason": "x" * 5001}, "reason"),
        ({"level": Level.ACUTE, "team_id": None}, "outcome"),
        ({"team_id": 987654}, "teams"),
    ],
)
def test_a_decision_that_cannot_stand_names_the_field(
    triage: Actor, changes: dict, field: str
) -> None:
    with pytest.raises(WrongInput) as refusal:
        decided_for(triage, changes.pop("team_id", None), **changes)
    assert [name for name, _ in refusal.value.errors] == [field]
    assert not Decision.objects.exists()


def test_work_is_not_routed_back_to_triage(triage: Actor) -> None:
    with pytest.raises(WrongInput, match="other than triage"):
        decided_for(triage, team_of(TeamKind.TRIAGE))


def test_whoever_decides_second_learns_who_was_faster_and_changes_nothing(
    triage: Actor, staff: Staff
) -> None:
    reference = decided_for(triage, None)
    second = actor_for(staff("Sam Osei"))
    with pytest.raises(Overtaken, match="Priya Hill was faster"):
        decide(second, reference, decided(Level.COMPLEX, reason="Mine."), version=1)
    assert reason_of(Decision.objects.get()) == "Repeated worry."


@pytest.mark.parametrize("version", [0, 7])
def test_a_version_that_never_was_is_told_to_open_the_referral_again(
    triage: Actor, version: int
) -> None:
    reference = received().reference
    with pytest.raises(Overtaken, match="Open the referral again"):
        decide(triage, reference, decided(Level.COMPLEX, reason="So."), version=version)
    assert not Decision.objects.exists()


def test_taking_on_what_one_cannot_see_is_refused_as_what_is_not_there(
    triage: Actor, staff: Staff
) -> None:
    hidden = received().reference
    Case.objects.update(restricted=True)
    for actor in (triage, actor_for(staff("Jo Park", TeamKind.EARLY_HELP))):
        said = set()
        for reference in (hidden, "BW-0000-0000-0000"):
            with pytest.raises(NotAllowed) as refusal:
                take_on(actor, reference)
            said.add(str(refusal.value))
        assert len(said) == 1


def test_a_role_without_the_verb_is_refused_and_the_refusal_is_in_the_ledger(
    triage: Actor, cait: Actor
) -> None:
    reference = decided_for(triage, team_of(TeamKind.CAIT))
    with pytest.raises(NotAllowed, match="may not decide"):
        decide(cait, reference, decided(Level.COMPLEX, reason="No."), version=2)
    assert Entry.objects.get(verb="decide", allowed=False).actor == cait.ledger_name


def test_the_team_takes_the_work_on_and_meets_its_clock(triage: Actor, cait: Actor) -> None:
    reference = decided_for(triage, team_of(TeamKind.CAIT))
    take_on(cait, reference)
    assert Referral.objects.get().state == State.AT_WORK
    assert Clock.objects.get(definition__code="TAKE_ON").met_at is not None
    assert Route.objects.get().taken_on_by_id == cait.user_id


def test_work_is_taken_on_once(triage: Actor, cait: Actor) -> None:
    reference = decided_for(triage, team_of(TeamKind.CAIT))
    take_on(cait, reference)
    with pytest.raises(NotAllowed, match="has this work already"):
        take_on(cait, reference)


def test_another_team_cannot_even_see_the_work(triage: Actor, cait: Actor, staff: Staff) -> None:
    reference = decided_for(triage, team_of(TeamKind.CAIT))
    stranger = actor_for(staff("Jo Park", TeamKind.EARLY_HELP))
    with pytest.raises(NotAllowed, match="no grant"):
        take_on(stranger, reference)


def test_history_typed_in_later_keeps_its_own_times(triage: Actor) -> None:
    at = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
    decided_for(triage, None, at=at + timedelta(hours=2))
    assert Decision.objects.get().decided_at == at + timedelta(hours=2)


def test_every_state_can_be_reached_and_every_end_is_meant() -> None:
    reached = {State.RECEIVED} | {t.end for t in TRANSITIONS}
    left = {t.start for t in TRANSITIONS}
    assert reached == left == set(State)
    for end in rules.ENDS:
        assert {t.action for t in TRANSITIONS if t.start is end} == {Action.DECIDE_AGAIN}
    assert set(rules.STATUS_FOR_REPORTER) == set(State)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_only_the_ways_of_the_table_are_open(state: State, action: Action) -> None:
    ways = [t for t in TRANSITIONS if (t.start, t.action) == (state, action)]
    if ways:
        assert rules.next_state(state, action) == ways[0].end
    else:
        with pytest.raises(NotAllowed, match="can be done now"):
            rules.next_state(state, action)
