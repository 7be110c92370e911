"""A supervisor hands over all that waits for somebody who is away."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from breakwater.access.models import Case, Exclusion, Grant, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for, people_of_teams
from breakwater.access.rules import (
    Actor,
    Conflict,
    LawfulBasis,
    NotAllowed,
    Relation,
    TeamKind,
)
from breakwater.audit.models import Entry
from breakwater.referrals.board import absence
from breakwater.referrals.board.absence import Absence, hand_over_all, waits_for
from breakwater.referrals.models import Handover, Item
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.sealed import said
from tests.builders import a_person, received

pytestmark = pytest.mark.django_db
Staff = Callable[..., User]
NOTE = "On leave until Monday."


@pytest.fixture
def boss(staff: Staff) -> User:
    return staff("Jo Okafor", role=Role.TRIAGE_SUPERVISOR)


@pytest.fixture
def away(staff: Staff) -> User:
    return staff("Sam Ward")


@pytest.fixture
def heir(staff: Staff) -> User:
    return staff("Priya Hill")


def waiting_for(user: User, number: int) -> list[Item]:
    for one in range(number):
        received(a_person(given=f"Child{one}", family="Reed"))
    Item.objects.filter(worker=None).update(worker=user)
    return list(Item.objects.order_by("pk"))


def all_of(actor: Actor, away: User, heir: User | None, **more: object) -> absence.Done:
    people = people_of_teams(actor.team_ids)
    to = heir.pk if heir else None
    return hand_over_all(actor, Absence(away.pk, to, NOTE), people, **more)  # type: ignore[arg-type]


def test_all_that_waits_goes_to_the_colleague_with_the_note(
    boss: User, away: User, heir: User
) -> None:
    items = waiting_for(away, 3)
    assert all_of(actor_for(boss), away, heir) == absence.Done(3, 0)
    assert set(Item.objects.values_list("worker", flat=True)) == {heir.pk}
    first = Handover.objects.get(item=items[0])
    assert (first.given_by_id, first.from_worker_id, first.to_worker_id) == (
        boss.pk, away.pk, heir.pk,
    )  # fmt: skip
    what = f"item:{items[0].pk}:handover:0"
    assert list(said([(items[0].referral_id, what, first.note)])) == [NOTE]


def test_it_may_go_back_to_the_team(boss: User, away: User) -> None:
    waiting_for(away, 1)
    assert all_of(actor_for(boss), away, None).moved == 1
    assert Item.objects.get().worker_id is None


def test_each_batch_is_one_entry_of_the_ledger_that_names_its_cases(
    boss: User, away: User, heir: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absence, "BATCH", 2)
    items = waiting_for(away, 5)
    all_of(actor_for(boss), away, heir)
    entries = list(Entry.objects.filter(verb="hand_over_all"))
    assert sorted(len(entry.cases) for entry in entries) == [1, 2, 2]
    assert {case for entry in entries for case in entry.cases} == {i.case_id for i in items}
    assert entries[0].facts == {"from": f"user:{away.pk}", "to": f"user:{heir.pk}"}


def test_what_takes_longer_than_one_answer_goes_on_with_the_next(
    boss: User, away: User, heir: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absence, "BATCH", 2)
    waiting_for(away, 5)
    actor = actor_for(boss)
    done = [all_of(actor, away, heir, seconds=0) for _ in range(3)]
    assert done == [absence.Done(2, 3), absence.Done(2, 1), absence.Done(1, 0)]


def test_a_restricted_case_that_the_supervisor_may_not_see_stays_and_is_not_spoken_of(
    boss: User, away: User, heir: User, signed_in: Callable[[User], Client]
) -> None:
    hidden, _ = waiting_for(away, 2)
    Case.objects.filter(pk=hidden.case_id).update(restricted=True)
    for user in (away, heir):
        Grant.objects.create(
            case=hidden.case, user=user, relation=Relation.NAMED, purpose="work",
            lawful_basis=LawfulBasis.PUBLIC_TASK, starts=timezone.now(),
        )  # fmt: skip
    asked = {"away": away.pk, "heir": heir.pk, "note": NOTE}
    text = signed_in(boss).post("/board/absence", asked).content.decode()
    assert "<strong>1 piece of work</strong>" in text
    assert "stay" not in text
    all_of(actor_for(boss), away, heir)
    assert Item.objects.get(pk=hidden.pk).worker_id == away.pk
    assert not Entry.objects.filter(verb="hand_over_all", cases__contains=[hidden.case_id]).exists()


def test_what_the_colleague_may_not_see_stays_and_is_said(
    boss: User, away: User, heir: User, signed_in: Callable[[User], Client]
) -> None:
    shut, _ = waiting_for(away, 2)
    Exclusion.objects.create(case=shut.case, user=heir, why=Conflict.FAMILY)
    asked = {"away": away.pk, "heir": heir.pk, "note": NOTE}
    text = signed_in(boss).post("/board/absence", asked).content.decode()
    assert "<strong>1 piece of work</strong>" in text
    assert "1 piece of work stays with Sam Ward" in text
    all_of(actor_for(boss), away, heir)
    assert Item.objects.get(pk=shut.pk).worker_id == away.pk


def test_only_the_boards_that_somebody_supervises_are_handed_over(
    boss: User, away: User, staff: Staff
) -> None:
    waiting_for(away, 1)
    other = staff("Ana Reyes", TeamKind.CAIT, Role.TEAM_SUPERVISOR)
    assert waits_for(actor_for(other), away.pk, None).places == []
    # Working in a team without supervising it is not enough, whatever one supervises elsewhere.
    team = next(iter(actor_for(away).team_ids))
    other.membership_set.create(team_id=team, role=Role.TRIAGE_WORKER)
    assert waits_for(actor_for(other), away.pk, None).places == []
    assert len(waits_for(actor_for(boss), away.pk, None).places) == 1


@pytest.mark.parametrize("role", [Role.TRIAGE_WORKER, Role.PRACTITIONER])
def test_nobody_but_supervisors_may(
    staff: Staff, away: User, heir: User, role: Role, signed_in: Callable[[User], Client]
) -> None:
    user = staff("Nia Brown", TeamKind.TRIAGE, role)
    with pytest.raises(NotAllowed):
        all_of(actor_for(user), away, heir)
    assert signed_in(user).get("/board/absence").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"away": 999_999}, "away"),
        ({"heir": 999_999}, "heir"),
        ({"note": "  "}, "note"),
        ({"note": "x" * 5001}, "note"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(
    boss: User, away: User, heir: User, changes: dict, field: str
) -> None:
    actor = actor_for(boss)
    given = {"away": away.pk, "heir": heir.pk, "note": NOTE} | changes
    with pytest.raises(WrongInput) as refused:
        hand_over_all(actor, Absence(**given), people_of_teams(actor.team_ids))
    assert [name for name, _ in refused.value.errors] == [field]


def test_nobody_takes_over_from_themself(boss: User, away: User) -> None:
    with pytest.raises(WrongInput):
        all_of(actor_for(boss), away, away)


def test_a_supervisor_asks_checks_and_does_it(
    boss: User, away: User, heir: User, signed_in: Callable[[User], Client]
) -> None:
    waiting_for(away, 2)
    client = signed_in(boss)
    assert "/board/absence" in client.get("/board").content.decode()
    assert client.post("/board/absence", {"away": away.pk}).status_code == 422
    asked = {"away": away.pk, "heir": heir.pk, "note": NOTE}
    text = client.post("/board/absence", asked).content.decode()
    assert "Hand over 2 pieces of work" in text
    assert Item.objects.filter(worker=heir).count() == 0
    done = client.post("/board/absence", asked | {"do": "go"}, follow=True)
    assert "2 pieces of work of Sam Ward were handed over to Priya Hill." in done.content.decode()
    assert Item.objects.filter(worker=heir).count() == 2


def test_a_long_one_shows_how_far_it_is(
    boss: User,
    away: User,
    heir: User,
    signed_in: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(absence, "BATCH", 2)
    monkeypatch.setattr(absence, "SECONDS", 0)
    waiting_for(away, 3)
    client = signed_in(boss)
    asked = {"away": away.pk, "heir": heir.pk, "note": NOTE, "do": "go"}
    assert "2 of 3 done" in client.post("/board/absence", asked).content.decode()
    done = client.post("/board/absence", asked | {"moved": "2"}, follow=True)
    assert "3 pieces of work" in done.content.decode()
