"""Items are claimed, handed over with a note, and given back to the team."""

import pytest

from breakwater.access.models import Case, Exclusion, Membership
from breakwater.access.rules import Actor, Conflict, NotAllowed, Relation, TeamKind
from breakwater.referrals.models import Handover, Item
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.referrals.routing.actions import hand_over, take_on
from breakwater.referrals.sealed import said
from breakwater.referrals.triage.actions import decide
from tests.builders import decided
from tests.cases import granted
from tests.referrals.waiting import a_referral, check_what_waits, item_of, routed

pytestmark = pytest.mark.django_db


def claim(actor: Actor, item: Item) -> None:
    hand_over(actor, item.pk, to_worker=actor.user_id, note="", seen_worker=None)


def test_somebody_of_the_team_claims_what_waits_without_a_note(triage: Actor) -> None:
    item = item_of(a_referral())
    claim(triage, item)
    item.refresh_from_db()
    assert item.worker_id == triage.user_id
    row = Handover.objects.get()
    assert (row.from_worker_id, row.to_worker_id, row.note) == (None, triage.user_id, None)
    check_what_waits()


def test_a_colleague_gets_it_with_a_note_that_is_sealed(triage: Actor, manager: Actor) -> None:
    item = item_of(a_referral())
    claim(triage, item)
    hand_over(
        triage, item.pk, to_worker=manager.user_id, note="School rung.", seen_worker=triage.user_id
    )
    item.refresh_from_db()
    assert item.worker_id == manager.user_id
    row = Handover.objects.latest("pk")
    assert b"School" not in bytes(row.note)
    told = (item.referral_id, f"item:{item.pk}:handover:1", row.note)
    assert list(said([told])) == ["School rung."]


def test_a_colleague_takes_over_what_somebody_else_has(triage: Actor, manager: Actor) -> None:
    item = item_of(a_referral())
    claim(triage, item)
    hand_over(manager, item.pk, to_worker=manager.user_id, note="", seen_worker=triage.user_id)
    item.refresh_from_db()
    assert item.worker_id == manager.user_id


def test_it_is_given_back_to_the_team_without_a_note(triage: Actor) -> None:
    item = item_of(a_referral())
    claim(triage, item)
    hand_over(triage, item.pk, to_worker=None, note="", seen_worker=triage.user_id)
    item.refresh_from_db()
    assert item.worker_id is None
    assert item.done_at is None


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        ("  ", "Enter a note for your colleague"),
        ("x" * 5001, "Note must be 5,000 characters or fewer"),
    ],
)
def test_a_colleague_needs_a_note_that_can_be_read(
    triage: Actor, manager: Actor, note: str, sentence: str
) -> None:
    item = item_of(a_referral())
    with pytest.raises(WrongInput) as refusal:
        hand_over(triage, item.pk, to_worker=manager.user_id, note=note, seen_worker=None)
    assert refusal.value.errors == [("note", sentence)]
    assert not Handover.objects.exists()


def test_only_a_colleague_of_the_team_can_be_given_it(triage: Actor, cait: Actor) -> None:
    item = item_of(a_referral())
    with pytest.raises(WrongInput) as refusal:
        hand_over(triage, item.pk, to_worker=cait.user_id, note="Yours.", seen_worker=None)
    assert refusal.value.errors == [("to_worker", "Choose a colleague of this team")]


def test_who_left_the_team_cannot_be_given_it(triage: Actor, manager: Actor) -> None:
    item = item_of(a_referral())
    Membership.objects.filter(user=manager.user_id).delete()
    with pytest.raises(WrongInput, match="Choose a colleague of this team"):
        hand_over(triage, item.pk, to_worker=manager.user_id, note="Yours.", seen_worker=None)


def test_whoever_claims_second_is_told_to_look_again(triage: Actor, manager: Actor) -> None:
    item = item_of(a_referral())
    claim(triage, item)
    with pytest.raises(Overtaken, match="Somebody else took or gave it meanwhile"):
        claim(manager, item)
    item.refresh_from_db()
    assert item.worker_id == triage.user_id


def test_what_is_done_is_handed_over_no_more(triage: Actor) -> None:
    reference = a_referral()
    item = item_of(reference)
    decide(triage, reference, decided(), version=1)
    with pytest.raises(Overtaken, match="nothing waits here any more"):
        claim(triage, item)


def test_another_team_hands_over_nothing_of_it(triage: Actor, cait: Actor, early: Actor) -> None:
    reference = routed(triage, TeamKind.CAIT, TeamKind.EARLY_HELP)
    item = Item.objects.get(team__kind=TeamKind.CAIT, done_at=None)
    for somebody in (early, triage):
        with pytest.raises(NotAllowed, match="Only somebody of the team"):
            claim(somebody, item)
    take_on(cait, reference)


def test_an_item_that_is_not_there_and_one_of_a_hidden_case_are_the_same(
    triage: Actor, cait: Actor, early: Actor
) -> None:
    # Its reporter waits to be told, too.
    routed(triage, TeamKind.CAIT)
    item = Item.objects.get(team__kind=TeamKind.CAIT, done_at=None)
    refusals = []
    for number in (item.pk, 98_765_432):
        with pytest.raises(NotAllowed) as refusal:
            hand_over(early, number, to_worker=None, note="", seen_worker=None)
        refusals.append(str(refusal.value))
    assert refusals[0] == refusals[1]


CANNOT = [("to_worker", "They cannot open this case: choose somebody else")]


def test_a_colleague_who_is_shut_out_of_the_case_is_not_given_it(
    triage: Actor, manager: Actor
) -> None:
    item = item_of(a_referral())
    Exclusion.objects.create(case=item.case, user_id=manager.user_id, why=Conflict.FAMILY)
    with pytest.raises(WrongInput) as refusal:
        hand_over(triage, item.pk, to_worker=manager.user_id, note="Yours.", seen_worker=None)
    assert refusal.value.errors == CANNOT
    assert not Handover.objects.exists()


def test_a_restricted_case_is_given_only_to_a_colleague_who_is_named(
    triage: Actor, manager: Actor
) -> None:
    item = item_of(a_referral())
    Case.objects.filter(pk=item.case_id).update(restricted=True)
    granted(item.case_id, Relation.NAMED, user_id=triage.user_id)
    with pytest.raises(WrongInput) as refusal:
        hand_over(triage, item.pk, to_worker=manager.user_id, note="Yours.", seen_worker=None)
    assert refusal.value.errors == CANNOT
    granted(item.case_id, Relation.NAMED, user_id=manager.user_id)
    hand_over(triage, item.pk, to_worker=manager.user_id, note="Yours.", seen_worker=None)
    assert Item.objects.get(pk=item.pk).worker_id == manager.user_id
