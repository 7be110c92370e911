"""No way of the state table is one that nobody can go."""

import inspect
import re
from pathlib import Path

import pytest
from django.urls import reverse

import breakwater.referrals as room
from breakwater.access.policy import ROLE_VERBS, Role, Verb
from breakwater.access.rules import Actor
from breakwater.referrals.routing import actions as routing
from breakwater.referrals.routing import passed
from breakwater.referrals.rules import TRANSITIONS, Action, State, actions_open_to
from breakwater.referrals.triage import actions as triage
from breakwater.referrals.triage import enquiries

TEMPLATES = Path(room.__file__).parent / "templates" / "referrals"
# What a page offers for each action; None: the hub does it, or another page of the room.
OFFERED: dict[Action, str | None] = {
    Action.PASS_ON: None,
    Action.TAKE_BACK: "take-back",
    Action.SCREEN: "screen",
    Action.RATE: "rate",
    Action.ASK_MORE: "wait",
    Action.GO_ON: "go-on",
    Action.DECIDE_AND_ROUTE: "decide",
    Action.DECIDE_NO_ACTION: "decide",
    Action.DECIDE_OTHER_AREA: "decide",
    Action.CONFIRM_MOVE: "moved",
    Action.TAKE_ON: "take-on",
    Action.REFUSE: "refuse",
    Action.KEEP: "settle",
    Action.RETURN: "settle",
    Action.LEAVE: "settle",
    Action.DECIDE_AGAIN: None,
}
# In one go with DECIDE_AND_ROUTE: the outcome says which of the three it is.
BY_OUTCOME = {Action.DECIDE_NO_ACTION, Action.DECIDE_OTHER_AREA}


def test_every_action_is_done_by_some_function() -> None:
    source = "".join(map(inspect.getsource, (triage, enquiries, routing, passed)))
    rules = inspect.getsource(inspect.getmodule(Action))  # type: ignore[arg-type]
    for action in Action:
        where = rules if action in BY_OUTCOME else source
        assert re.search(rf"Action\.{action.name}\b", where), action


@pytest.mark.parametrize("action", Action)
def test_every_action_is_offered_by_a_page_or_is_the_hubs_own(action: Action) -> None:
    name = OFFERED[action]
    if name is None:
        return
    address = reverse(name, args=["BW-0000-0000-0000"])
    assert address.startswith("/referrals/")
    page = (TEMPLATES / "to_do.html").read_text() + (TEMPLATES / "referral.html").read_text()
    assert f'url("{name}"' in page


@pytest.mark.parametrize("transition", TRANSITIONS, ids=lambda t: f"{t.start.name} {t.action.name}")
def test_somebody_may_go_every_way(transition: object) -> None:
    start, action, who = transition.start, transition.action, transition.who  # type: ignore[attr-defined]
    if who is Verb.SUBMIT:
        return  # the hub itself
    roles = [role for role, verbs in ROLE_VERBS.items() if who in verbs]
    assert roles
    for role in roles:
        actor = Actor(ledger_name="user:1", name="A", user_id=1, roles=frozenset({role}))
        assert action in actions_open_to(start, actor)


@pytest.mark.parametrize("role", Role)
def test_nobody_is_offered_what_their_role_may_not(role: Role) -> None:
    actor = Actor(ledger_name="user:1", name="A", user_id=1, roles=frozenset({role}))
    for state in State:
        offered = actions_open_to(state, actor)
        assert all(
            transition.who in ROLE_VERBS[role]
            for transition in TRANSITIONS
            if transition.start is state and transition.action in offered
        )
