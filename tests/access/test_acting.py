"""Acting and looking: refused in words and in the ledger, or done with an entry of its own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.access.actions import acting, look, look_beside, refuse
from breakwater.access.models import Case, Grant, Membership, User
from breakwater.access.policy import NOBODYS, ROLE_VERBS, Role, Verb
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, LawfulBasis, NotAllowed, Relation, TeamKind, door
from breakwater.audit.models import Entry
from breakwater.referrals.actions import open_referral
from breakwater.referrals.board.actions import open_board
from breakwater.referrals.rules import Level
from breakwater.referrals.triage.actions import decide
from tests.builders import decided, received

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]


def a_case_for(actor: Actor | None = None) -> int:
    case = Case.objects.create(opened_at=timezone.now())
    if actor:
        Grant.objects.create(
            case=case,
            user_id=actor.user_id,
            relation=Relation.ROUTED,
            purpose="a test",
            lawful_basis=LawfulBasis.PUBLIC_TASK,
            starts=timezone.now(),
        )
    return case.pk


def last_entry() -> Entry:
    return Entry.objects.latest("at")


def test_an_action_without_the_verb_is_refused_and_the_refusal_stays(staff: Staff) -> None:
    practitioner = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    case = a_case_for(practitioner)
    with (
        pytest.raises(NotAllowed, match="Ask your supervisor"),
        acting(practitioner, Verb.DECIDE, case_id=case, subject="referral:1"),
    ):
        pytest.fail("the body must not run")
    entry = Entry.objects.get(verb="decide")
    assert (entry.actor, entry.allowed) == (practitioner.ledger_name, False)
    assert (entry.case_id, entry.subject) == (case, "referral:1")


def test_an_action_without_a_grant_is_refused_and_the_refusal_stays(triage: Actor) -> None:
    with (
        pytest.raises(NotAllowed, match="no grant"),
        acting(triage, Verb.DECIDE, case_id=a_case_for()),
    ):
        pytest.fail("the body must not run")
    assert not Entry.objects.get(verb="decide").allowed


def test_an_action_leaves_one_entry_with_what_it_learned_on_the_way(triage: Actor) -> None:
    case = a_case_for(triage)
    with acting(triage, Verb.DECIDE, case_id=case) as act:
        act.subject, act.facts = "referral:9", {"level": "3"}
    entry = Entry.objects.get(verb="decide")
    assert (entry.allowed, entry.case_id, entry.subject) == (True, case, "referral:9")
    assert (entry.facts, entry.agency_id) == ({"level": "3"}, triage.agency_id)


def close_and_fail(actor: Actor, case: int) -> None:
    with acting(actor, Verb.DECIDE, case_id=case):
        Case.objects.filter(pk=case).update(closed_at=timezone.now())
        raise ZeroDivisionError


def test_when_the_body_fails_neither_its_rows_nor_its_entry_stay(triage: Actor) -> None:
    case = a_case_for(triage)
    with pytest.raises(ZeroDivisionError):
        close_and_fail(triage, case)
    assert Case.objects.get(pk=case).closed_at is None
    assert not Entry.objects.filter(verb="decide").exists()


def test_a_look_at_a_case_is_written_down_with_its_purpose(triage: Actor) -> None:
    view = look(triage, case := a_case_for(triage), subject="referral:1", purpose="triage")
    entry = last_entry()
    assert (view.cases, entry.case_id, entry.purpose) == ({case}, case, "triage")
    assert (entry.verb, entry.allowed) == ("open_case", True)


def test_a_refused_look_is_written_down_too(triage: Actor) -> None:
    with pytest.raises(NotAllowed, match="no grant"):
        look(triage, a_case_for(), subject="referral:1", purpose="curiosity")
    assert (last_entry().purpose, last_entry().allowed) == ("curiosity", False)


def test_a_grant_without_the_verb_opens_nothing(triage: Actor, staff: Staff) -> None:
    user = staff("Jo Park")
    Membership.objects.filter(user=user).update(ends=timezone.now() - timedelta(days=1))
    former = actor_for(user)
    with pytest.raises(NotAllowed):
        look(former, a_case_for(former), subject="referral:1", purpose="habit")


def test_of_the_cases_beside_only_those_seen_are_written_down(triage: Actor) -> None:
    view = look(triage, a_case_for(triage), subject="referral:1", purpose="triage")
    open_, shut = a_case_for(triage), a_case_for()
    assert look_beside(view, {open_, shut}, purpose="already known").cases == {open_}
    beside = Entry.objects.filter(purpose="already known")
    assert list(beside.values_list("cases", flat=True)) == [[open_]]


def test_what_does_not_exist_is_refused_in_the_words_of_what_one_may_not_see(
    triage: Actor, staff: Staff
) -> None:
    stranger = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    words = []
    for reference in (received().reference, "BW-0000-0000-0000"):
        with pytest.raises(NotAllowed) as refusal:
            open_referral(stranger, reference, "work")
        words.append(str(refusal.value))
    assert words[0] == words[1]
    assert Entry.objects.filter(verb="open_case", allowed=False).count() == 2


def test_a_refusal_of_what_does_not_exist_names_no_case(triage: Actor) -> None:
    with pytest.raises(NotAllowed):
        refuse(triage, Verb.OPEN_CASE, subject="referral:unknown")
    assert (last_entry().case_id, last_entry().allowed) == (None, False)


def test_a_board_refused_is_written_down(staff: Staff) -> None:
    user = staff("Jo Park")
    Membership.objects.filter(user=user).delete()
    with pytest.raises(NotAllowed):
        open_board(actor_for(user), {}, 1)
    assert Entry.objects.filter(verb="see_board", allowed=False).count() == 1


def test_a_wrong_decision_tells_a_stranger_nothing_of_whether_the_referral_is_there(
    triage: Actor, staff: Staff
) -> None:
    stranger = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    with pytest.raises(NotAllowed):
        decide(stranger, received().reference, decided(Level.ACUTE, reason=""), version=1)


# -- who may use which verb at all ------------------------------------------------------------


def test_every_role_has_its_verbs() -> None:
    assert set(ROLE_VERBS) == set(Role)
    assert all(ROLE_VERBS.values())


def test_every_verb_but_handing_in_belongs_to_some_role() -> None:
    assert frozenset().union(*ROLE_VERBS.values()) == set(Verb) - NOBODYS


def test_triage_decides_and_others_take_on_and_nobody_does_both() -> None:
    for role, verbs in ROLE_VERBS.items():
        at_work = role not in (Role.INSPECTOR, Role.RECORDS_OFFICER, Role.PARTNER)
        assert len(verbs & {Verb.DECIDE, Verb.TAKE_ON}) == at_work, role


def test_a_door_can_hand_in_and_nothing_else() -> None:
    assert door("file").verbs == {Verb.SUBMIT}


def test_somebody_with_two_roles_has_the_verbs_of_both(staff: Staff) -> None:
    user = staff("Jo Park")
    other = staff("Ana Reyes", TeamKind.CAIT)
    team = Membership.objects.get(user=other).team
    Membership.objects.create(user=user, team=team, role=Role.PRACTITIONER)
    assert actor_for(user).verbs >= {Verb.DECIDE, Verb.TAKE_ON}
    assert len(actor_for(user).team_ids) == 2


def test_a_disabled_user_may_do_nothing(staff: Staff) -> None:
    user = staff("Jo Park")
    user.is_active = False
    user.save()
    assert (actor_for(user).verbs, actor_for(user).team_ids) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    "times",
    [
        {"ends": -timedelta(seconds=1)},
        {"starts": timedelta(days=1)},
        {"starts": timedelta(days=1), "ends": timedelta(days=2)},
    ],
)
def test_a_membership_that_ended_or_has_not_begun_gives_no_verb(
    staff: Staff, times: dict[str, timedelta]
) -> None:
    user = staff("Jo Park")
    moments = {name: timezone.now() + offset for name, offset in times.items()}
    Membership.objects.filter(user=user).update(**moments)
    assert (actor_for(user).verbs, actor_for(user).team_ids) == (frozenset(), frozenset())


def test_who_somebody_is_costs_one_statement(staff: Staff) -> None:
    user = staff("Jo Park")
    with CaptureQueriesContext(connection) as captured:
        actor_for(user)
    assert len(captured) == 1
