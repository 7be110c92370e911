"""The table of a challenge's states is complete, and says who may rule at each level."""

import pytest

from breakwater.access.policy import Role, Verb
from breakwater.access.rules import Actor, NotAllowed
from breakwater.referrals.challenge import rules
from breakwater.referrals.challenge.forms import RULINGS
from breakwater.referrals.challenge.presenter import TITLES
from breakwater.referrals.challenge.rules import (
    CLOCKS,
    ENDS,
    LEVELS,
    WAITING,
    WAYS,
    Challenged,
    Move,
    Parties,
    Ruled,
    Standing,
    check_may_rule,
    may_take_up,
    next_standing,
    rulings_open_to,
)
from breakwater.referrals.rules import LONGEST_LINE, LONGEST_REASON

DECIDER, CHALLENGER, BEFORE, OTHER = 1, 2, 3, 4
PARTIES = Parties(DECIDER, CHALLENGER, frozenset({BEFORE}), team_id=7)


def somebody(user_id: int, *roles: Role, team: int = 9) -> Actor:
    return Actor(f"user:{user_id}", "", user_id, 1, frozenset({team}), frozenset(roles))


def test_every_state_can_be_reached_and_every_end_is_meant() -> None:
    assert {way.end for way in WAYS} == set(Standing)
    assert {way.start for way in WAYS} - {None} == set(Standing) - ENDS
    assert {way.move for way in WAYS} == set(Move) == set(TITLES)
    assert set(LEVELS) == set(Standing) - {Standing.UPHELD}
    assert set(CLOCKS) == set(LEVELS.values()) == {1, 2, 3}


def test_where_somebody_owes_an_answer_there_is_a_way_to_give_it() -> None:
    ruled = {way.start for way in WAYS if way.who is Verb.RULE_ON_CHALLENGE}
    assert ruled == WAITING
    assert {way.move for way in WAYS if way.who is Verb.RULE_ON_CHALLENGE} == set(RULINGS)


@pytest.mark.parametrize("start", [None, *Standing])
@pytest.mark.parametrize("move", Move)
def test_only_the_ways_of_the_table_are_open(start: Standing | None, move: Move) -> None:
    ways = [way for way in WAYS if (way.start, way.move) == (start, move)]
    assert len(ways) <= 1
    if ways:
        assert next_standing(start, move) is ways[0].end
    else:
        with pytest.raises(NotAllowed, match="can be done now"):
            next_standing(start, move)


@pytest.mark.parametrize("standing", sorted(WAITING))
@pytest.mark.parametrize("role", [Role.TRIAGE_SUPERVISOR, Role.HUB_MANAGER])
@pytest.mark.parametrize("party", [DECIDER, CHALLENGER])
def test_nobody_rules_on_their_own_decision_or_challenge(
    standing: Standing, role: Role, party: int
) -> None:
    for move in (Move.STAND, Move.UPHOLD):
        with pytest.raises(NotAllowed):
            check_may_rule(standing, move, somebody(party, role), PARTIES)
    open_to = rulings_open_to(standing, somebody(party, role), PARTIES)
    assert set(open_to) <= {Move.HAND_OUT}


@pytest.mark.parametrize(
    ("standing", "user", "role", "moves"),
    [
        (Standing.SUPERVISOR, OTHER, Role.TRIAGE_SUPERVISOR, {Move.STAND, Move.UPHOLD}),
        (Standing.SUPERVISOR, OTHER, Role.HUB_MANAGER, {Move.STAND, Move.UPHOLD}),
        (Standing.SUPERVISOR, OTHER, Role.TRIAGE_WORKER, set()),
        (Standing.SUPERVISOR, OTHER, Role.TEAM_SUPERVISOR, set()),
        (Standing.MANAGER, OTHER, Role.TRIAGE_SUPERVISOR, set()),
        (Standing.MANAGER, OTHER, Role.HUB_MANAGER, {Move.STAND, Move.UPHOLD, Move.HAND_OUT}),
        # Who ruled a level below does not rule again, and may only hand it on.
        (Standing.MANAGER, BEFORE, Role.HUB_MANAGER, {Move.HAND_OUT}),
        (Standing.MANAGER, DECIDER, Role.HUB_MANAGER, {Move.HAND_OUT}),
        (Standing.TO_HAND_OVER, BEFORE, Role.HUB_MANAGER, {Move.HAND_OUT}),
        # What the partnership says is written down, not ruled.
        (Standing.OUTSIDE, BEFORE, Role.HUB_MANAGER, {Move.STAND, Move.UPHOLD}),
        (Standing.OUTSIDE, OTHER, Role.TRIAGE_SUPERVISOR, set()),
        (Standing.STANDS_1, OTHER, Role.HUB_MANAGER, set()),
        (Standing.UPHELD, OTHER, Role.HUB_MANAGER, set()),
    ],
)
def test_who_rules_at_which_level(
    standing: Standing, user: int, role: Role, moves: set[Move]
) -> None:
    assert set(rulings_open_to(standing, somebody(user, role), PARTIES)) == moves


@pytest.mark.parametrize(
    ("standing", "user", "team", "may"),
    [
        (Standing.STANDS_1, CHALLENGER, 9, True),
        (Standing.STANDS_1, OTHER, 7, True),  # a colleague in the team that challenged
        (Standing.STANDS_1, OTHER, 9, False),
        (Standing.STANDS_2, CHALLENGER, 9, True),
        (Standing.STANDS_3, CHALLENGER, 9, False),
        (Standing.SUPERVISOR, CHALLENGER, 9, False),
        (Standing.UPHELD, CHALLENGER, 9, False),
    ],
)
def test_who_challenged_or_their_team_takes_it_a_level_up(
    standing: Standing, user: int, team: int, may: bool
) -> None:
    actor = somebody(user, Role.PRACTITIONER, team=team)
    assert may_take_up(standing, actor, PARTIES) is may


@pytest.mark.parametrize(
    ("errors", "fields"),
    [
        (rules.check_challenged(Challenged(" ")), ["reason"]),
        (rules.check_challenged(Challenged("x" * (LONGEST_REASON + 1))), ["reason"]),
        (rules.check_challenged(Challenged("Why", for_another=True)), ["name", "agency"]),
        (
            rules.check_challenged(Challenged("Why", "x" * (LONGEST_LINE + 1), "School", True)),
            ["name"],
        ),
        (rules.check_challenged(Challenged("Why")), []),
        (rules.check_ruled(Ruled(Move.STAND, "")), ["words"]),
        (rules.check_ruled(Ruled(Move.HAND_OUT, "Handed over.")), ["with_whom"]),
        (rules.check_ruled(Ruled(Move.STAND, "Weighed.")), []),
        (rules.check_taken_up("\n"), ["reason"]),
    ],
)
def test_what_cannot_stand_names_its_fields(
    errors: list[tuple[str, str]], fields: list[str]
) -> None:
    assert [field for field, _ in errors] == fields
