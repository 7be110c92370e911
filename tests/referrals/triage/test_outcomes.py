"""Every outcome of triage: where it leads, what it needs, and what it refuses."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.access.models import Case, Grant, Team, User
from breakwater.access.rules import Actor, TeamKind
from breakwater.clocks.models import Clock
from breakwater.referrals.models import Decision, Route
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.progress import progress_of
from breakwater.referrals.rules import (
    LEAST_LEVEL,
    LONGEST_LINE,
    LONGEST_REASON,
    OUTCOME_WORDS,
    POLICE_TEAMS,
    Consent,
    Decided,
    ItemKind,
    Level,
    Outcome,
    State,
    check_decision,
)
from breakwater.referrals.triage.actions import decide
from breakwater.referrals.triage.forms import DecideForm
from tests.builders import decided
from tests.referrals.waiting import (
    a_referral,
    check_what_waits,
    clock,
    now_at,
    routed,
    team_of,
    waiting,
)

pytestmark = pytest.mark.django_db

ENDS = {
    Outcome.NO_FURTHER_ACTION: (State.CLOSED, set()),
    Outcome.OTHER_AREA: (State.HANDING_OVER, {ItemKind.TRANSFER}),
}


@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_leads_where_it_says(triage: Actor, cait: Actor, outcome: Outcome) -> None:
    reference = a_referral()
    teams = () if outcome in ENDS else (team_of(TeamKind.CAIT),)
    level = Level(LEAST_LEVEL.get(outcome, "1"))
    decide(triage, reference, decided(level, *teams, outcome=outcome, area="Northmoor"), version=1)
    state, kinds = ENDS.get(outcome, (State.ROUTED, {ItemKind.WORK}))
    assert now_at(reference).state == state
    assert {kind for kind, _, _ in waiting(reference)} == kinds
    assert Decision.objects.get().outcome == outcome
    assert Clock.objects.filter(code="STRATEGY").exists() == (outcome is Outcome.CHILD_PROTECTION)
    closed = Case.objects.get(pk=now_at(reference).case_id).closed_at
    assert (closed is not None) == (state is State.CLOSED)
    check_what_waits()


def test_several_teams_each_get_the_work_and_one_leads(
    triage: Actor, cait: Actor, early: Actor
) -> None:
    reference = routed(triage, TeamKind.CAIT, TeamKind.EARLY_HELP)
    assert waiting(reference) == {
        (ItemKind.WORK, TeamKind.CAIT, ""),
        (ItemKind.WORK, TeamKind.EARLY_HELP, ""),
    }
    assert Route.objects.get(leads=True).team_id == team_of(TeamKind.CAIT)
    assert Decision.objects.get().team_id == team_of(TeamKind.CAIT)
    granted = Grant.objects.filter(case=now_at(reference).case_id, purpose__startswith="work")
    assert set(granted.values_list("team__kind", flat=True)) == {
        TeamKind.CAIT,
        TeamKind.EARLY_HELP,
    }
    assert Clock.objects.filter(code="TAKE_ON", met_at=None).count() == 2
    check_what_waits()


def test_who_agreed_and_what_the_family_was_asked_are_kept_sealed(triage: Actor) -> None:
    reference = a_referral()
    more = {
        "agreed_by": "Dr Imran Shah, health",
        "consent": Consent.REFUSED,
        "consent_reason": "Harm is likely.",
    }
    decide(triage, reference, decided(Level.UNIVERSAL, **more), version=1)
    (shown,) = progress_of([now_at(reference)])[now_at(reference).pk].decisions
    assert (shown.agreed_by, shown.consent, shown.consent_reason) == (
        "Dr Imran Shah, health", "refused", "Harm is likely.",
    )  # fmt: skip
    assert b"Imran" not in bytes(Decision.objects.get().basis or b"")


def test_a_strategy_discussion_is_waited_for_from_the_decision_on(
    triage: Actor, cait: Actor
) -> None:
    reference = routed(triage, TeamKind.CAIT, level=Level.ACUTE)
    assert clock(reference, "STRATEGY").started_at == Decision.objects.get().decided_at


TOO_LONG = "x" * (LONGEST_LINE + 1)
REFUSED: list[tuple[dict[str, Any], list[TeamKind], str, str]] = [
    ({"reason": ""}, [], "reason", "Enter the reason for your decision"),
    (
        {"reason": "x" * (LONGEST_REASON + 1)}, [],
        "reason", "Reason must be 5,000 characters or fewer",
    ),
    ({"agreed_by": TOO_LONG}, [], "agreed_by", "Who agreed must be 300 characters or fewer"),
    ({"area": TOO_LONG}, [], "area", "Area must be 300 characters or fewer"),
    (
        {"consent_reason": "x" * (LONGEST_REASON + 1)}, [],
        "consent_reason", "Why must be 5,000 characters or fewer",
    ),
    *(
        ({"consent": consent}, [], "consent_reason", "Enter why you go on without consent")
        for consent in (Consent.NOT_SOUGHT, Consent.REFUSED)
    ),
    *(
        (
            {"outcome": outcome, "level": str(int(least) - 1)}, [TeamKind.CAIT], "level",
            f"{OUTCOME_WORDS[outcome]} goes with level {least} or higher: change one of the two",
        )
        for outcome, least in LEAST_LEVEL.items()
    ),
    (
        {"outcome": Outcome.CHILD_IN_NEED}, [TeamKind.TRIAGE],
        "teams", "Choose a team other than triage: triage decides, others act",
    ),
    (
        {"outcome": Outcome.CHILD_IN_NEED}, [TeamKind.RECORDS],
        "teams", "Choose a team that acts: the records team keeps and answers",
    ),
    (
        {"outcome": Outcome.NO_FURTHER_ACTION}, [TeamKind.CAIT], "teams",
        "No further action, with advice is no team's work here: choose no team, or another outcome",
    ),
    (
        {"outcome": Outcome.OTHER_AREA, "area": "Northmoor"}, [TeamKind.CAIT], "teams",
        "Transfer to another area is no team's work here: choose no team, or another outcome",
    ),
    (
        {"outcome": Outcome.NO_FURTHER_ACTION, "level": Level.ACUTE}, [],
        "outcome", "Level 4 needs somebody who acts: choose another outcome",
    ),
    (
        {"outcome": Outcome.NO_FURTHER_ACTION, "lead": 1}, [],
        "lead", "No team acts, so none leads: choose no team here",
    ),
    ({"outcome": Outcome.CHILD_IN_NEED}, [], "teams", "Choose at least one team that acts"),
    (
        {"outcome": Outcome.CHILD_IN_NEED}, [TeamKind.CAIT, TeamKind.CAIT],
        "teams", "Choose each team once",
    ),
    (
        {"outcome": Outcome.CHILD_IN_NEED, "teams": (987654,)}, [],
        "teams", "Choose teams from the list",
    ),
    (
        {"outcome": Outcome.POLICE_ONLY}, [TeamKind.CAIT, TeamKind.EARLY_HELP], "teams",
        "Police only means police teams only: change the outcome or the teams",
    ),
    *(
        (
            {"outcome": Outcome.CHILD_IN_NEED, "lead": lead},
            [TeamKind.CAIT, TeamKind.EARLY_HELP], "lead", "Choose which of the teams leads",
        )
        for lead in (None, 987654)
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "kinds", "field", "sentence"), REFUSED)
def test_a_decision_that_cannot_stand_says_where_and_why(
    triage: Actor,
    staff: Callable[..., User],
    cait: Actor,
    early: Actor,
    changes: dict[str, Any],
    kinds: list[TeamKind],
    field: str,
    sentence: str,
) -> None:
    Team.objects.get_or_create(
        kind=TeamKind.RECORDS, defaults={"name": "Records", "agency": Team.objects.all()[0].agency}
    )
    reference = a_referral()
    teams = tuple(team_of(kind) for kind in kinds)
    given_ = asdict(decided(Level.COMPLEX, outcome=Outcome.NO_FURTHER_ACTION)) | {
        "teams": teams, "lead": teams[0] if teams else None,
    }  # fmt: skip
    with pytest.raises(WrongInput) as refusal:
        decide(triage, reference, Decided(**(given_ | changes)), version=1)
    assert refusal.value.errors == [(field, sentence)]
    assert (Decision.objects.count(), now_at(reference).state) == (0, State.RECEIVED)


KINDS = dict(enumerate(TeamKind, start=1))
SOME_TEAMS = st.integers(0, len(KINDS) + 1)
DECISIONS = st.builds(
    Decided,
    outcome=st.sampled_from(Outcome),
    level=st.sampled_from(Level),
    reason=st.sampled_from(["", " ", "Weighed.", "x" * (LONGEST_REASON + 1)]),
    teams=st.lists(SOME_TEAMS, max_size=3).map(tuple),
    lead=st.none() | SOME_TEAMS,
    agreed_by=st.sampled_from(["", "Dr Shah", TOO_LONG]),
    consent=st.none() | st.sampled_from(Consent),
    consent_reason=st.sampled_from(["", "Harm is likely.", "x" * (LONGEST_REASON + 1)]),
    area=st.sampled_from(["", "Northmoor", TOO_LONG]),
)


@given(DECISIONS)
def test_whatever_is_decided_is_answered_field_by_field_or_stands(some: Decided) -> None:
    errors = check_decision(some, KINDS)
    assert {field for field, _ in errors} <= set(DecideForm.base_fields)
    assert all(sentence[:1].isupper() and sentence[-1] != "." for _, sentence in errors)
    if errors:
        return
    # What stands has what its end needs: teams of which one leads, or nobody and an end.
    assert some.reason.strip()
    assert bool(some.teams) == (some.outcome not in ENDS)
    assert (some.lead in some.teams) if some.teams else some.lead is None
    assert not {KINDS[team] for team in some.teams} & {TeamKind.TRIAGE, TeamKind.RECORDS}
    if some.outcome is Outcome.POLICE_ONLY:
        assert {KINDS[team] for team in some.teams} <= POLICE_TEAMS
    if some.level is Level.ACUTE:
        assert some.outcome is not Outcome.NO_FURTHER_ACTION
