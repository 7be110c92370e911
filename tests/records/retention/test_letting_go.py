"""Review, keeping, letting go by two people, undoing within the grace."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from breakwater.access.models import Case, Exclusion, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, Conflict, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.records.models import KeepOrLetGo, Kept
from breakwater.records.retention import actions, queries
from breakwater.records.retention.actions import WrongReview
from breakwater.records.retention.rules import MOVES, Standing
from tests.builders import a_person, received
from tests.records.a_case import case_of, no_further_action, routed, waits_again
from tests.records.retention.conftest import grace_over

pytestmark = pytest.mark.django_db

MakeCase = Callable[..., int]


def standing(case_id: int) -> str:
    return KeepOrLetGo.objects.get(case_id=case_id).standing


def test_a_case_closes_when_all_in_it_ends_without_further_action(triage: Actor) -> None:
    case_id = no_further_action(triage, received().reference)
    assert Case.objects.get(pk=case_id).closed_at is not None


def test_a_case_with_work_in_it_stays_open(triage: Actor, staff: Callable[..., User]) -> None:
    staff("Ana Reyes", TeamKind.CAIT, team="CAIT")
    first, second = received().reference, received().reference
    assert case_of(first) == case_of(second)
    routed(triage, first, "CAIT")
    case_id = no_further_action(triage, second)
    assert Case.objects.get(pk=case_id).closed_at is None


def test_a_new_worry_about_a_child_whose_case_closed_opens_a_new_case(triage: Actor) -> None:
    closed = no_further_action(triage, received().reference)
    assert case_of(received().reference) != closed


def test_a_closed_case_gets_its_class_once(triage: Actor) -> None:
    case_id = no_further_action(triage, received().reference)
    actions.class_closed_cases()
    actions.class_closed_cases()
    kept = Kept.objects.select_related("retention_class").get(case_id=case_id)
    assert kept.retention_class.code == "HUB_NFA"
    assert kept.free_on.year == kept.closed_on.year + 6
    assert Entry.objects.filter(verb="class_for_retention").count() == 2


def test_what_is_not_due_is_not_on_the_list(triage: Actor, officer: Actor) -> None:
    no_further_action(triage, received().reference)
    actions.class_closed_cases()
    assert actions.open_review(officer) == ([], 0)


def test_what_is_due_is_listed_with_its_class_and_source_and_one_entry(
    due_case: MakeCase, officer: Actor
) -> None:
    case_id = due_case()
    (due,), total = actions.open_review(officer)
    assert (due.case_id, total) == (case_id, 1)
    assert [one.code for one in due.classes] == ["HUB_NFA"]
    assert "Local agreement" in due.classes[0].source
    entry = Entry.objects.get(verb="see_what_is_kept")
    assert (entry.actor, entry.cases) == (officer.ledger_name, [case_id])


def test_who_has_neither_verb_sees_no_list(due_case: MakeCase, triage: Actor) -> None:
    case_id = due_case()
    with pytest.raises(NotAllowed):
        actions.open_review(triage)
    with pytest.raises(NotAllowed):
        actions.keep(triage, case_id, timezone.localdate() + timedelta(days=9), "Mine.")
    assert not KeepOrLetGo.objects.exists()


def test_a_case_is_kept_to_a_day_and_comes_back_then(due_case: MakeCase, officer: Actor) -> None:
    case_id = due_case()
    until = timezone.localdate() + timedelta(days=400)
    actions.keep(officer, case_id, until, "A brother's case is open.")
    assert actions.open_review(officer) == ([], 0)
    shown, _ = queries.review(officer, until)
    assert shown[0].review_on == until


def test_keeping_to_a_day_that_has_been_is_refused(due_case: MakeCase, officer: Actor) -> None:
    with pytest.raises(WrongReview):
        actions.keep(officer, due_case(), timezone.localdate(), "Again.")


def test_letting_go_takes_two_people(
    due_case: MakeCase, officer: Actor, second_officer: Actor
) -> None:
    case_id = due_case()
    actions.let_go(officer, case_id, "Nothing came after it.")
    with pytest.raises(NotAllowed, match="two people"):
        actions.confirm(officer, case_id)
    assert standing(case_id) == Standing.PROPOSED
    actions.confirm(second_officer, case_id)
    decision = KeepOrLetGo.objects.get(case_id=case_id)
    assert decision.standing == Standing.CONFIRMED
    assert decision.erase_from - decision.confirmed_at == timedelta(days=90)


def test_a_supervisor_who_may_see_the_case_may_be_the_second(
    due_case: MakeCase, officer: Actor, supervisor: Actor, staff: Callable[..., User]
) -> None:
    case_id = due_case()
    actions.let_go(officer, case_id, "Nothing came after it.")
    stranger = actor_for(staff("Rob Steel", TeamKind.CAIT, Role.TEAM_SUPERVISOR))
    assert actions.open_review(stranger) == ([], 0)
    with pytest.raises(NotAllowed):
        actions.confirm(stranger, case_id)
    assert [due.case_id for due in actions.open_review(supervisor)[0]] == [case_id]
    actions.confirm(supervisor, case_id)
    assert standing(case_id) == Standing.CONFIRMED


def test_a_supervisor_lets_nothing_go_by_themselves(due_case: MakeCase, supervisor: Actor) -> None:
    with pytest.raises(NotAllowed):
        actions.let_go(supervisor, due_case(), "Tidy.")


def test_an_officer_who_is_kin_reviews_nothing_of_the_case(
    due_case: MakeCase, officer: Actor
) -> None:
    case_id = due_case()
    Exclusion.objects.create(case_id=case_id, user_id=officer.user_id, why=Conflict.DECLARED)
    assert actions.open_review(officer) == ([], 0)
    with pytest.raises(NotAllowed):
        actions.let_go(officer, case_id, "Tidy.")


def test_what_a_class_still_keeps_cannot_be_let_go(triage: Actor, officer: Actor) -> None:
    case_id = no_further_action(triage, received().reference)
    with pytest.raises(NotAllowed, match="no retention class"):
        actions.let_go(officer, case_id, "Tidy.")
    actions.class_closed_cases()
    with pytest.raises(NotAllowed, match="still keeps"):
        actions.let_go(officer, case_id, "Tidy.")


@pytest.mark.parametrize(("days", "may"), [(1, False), (0, True)])
def test_the_day_itself_is_the_first_on_which_it_may_go(
    triage: Actor, officer: Actor, days: int, may: bool
) -> None:
    case_id = no_further_action(triage, received().reference)
    day = timezone.localdate() + timedelta(days=days)
    Kept.objects.create(
        case_id=case_id, retention_class_id=_class("HUB_NFA"), closed_on=date(2000, 1, 1),
        review_on=date(2006, 1, 1), free_on=day,
    )  # fmt: skip
    if may:
        actions.let_go(officer, case_id, "Its day has come.")
        return
    with pytest.raises(NotAllowed, match="still keeps"):
        actions.let_go(officer, case_id, "A day early.")


def _class(code: str) -> int:
    from breakwater.records.models import RetentionClass

    return RetentionClass.objects.get(code=code).pk


def test_the_last_of_several_classes_decides(due_case: MakeCase, officer: Actor) -> None:
    case_id = due_case()
    Kept.objects.create(
        case_id=case_id, retention_class_id=_class("CSC_25"), closed_on=date(2000, 1, 1),
        review_on=date(2041, 1, 1), free_on=date(2041, 1, 1),
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="still keeps"):
        actions.let_go(officer, case_id, "Tidy.")


def test_work_that_came_meanwhile_stops_the_second_person(
    due_case: MakeCase, officer: Actor, second_officer: Actor
) -> None:
    case_id = due_case()
    actions.let_go(officer, case_id, "Nothing came after it.")
    waits_again(case_id)
    with pytest.raises(NotAllowed, match="open"):
        actions.confirm(second_officer, case_id)


def test_letting_go_is_undone_until_the_end_of_the_grace_with_a_reason(
    let_go: MakeCase, officer: Actor
) -> None:
    case_id = let_go()
    assert queries.ready_to_erase() == [case_id]
    actions.undo(officer, case_id, "An aunt has asked for the file.")
    assert queries.ready_to_erase() == []
    assert standing(case_id) == Standing.UNDONE
    with pytest.raises(NotAllowed, match="nothing to undo"):
        actions.undo(officer, case_id, "Again.")


def test_the_grace_is_over_only_on_its_last_day(
    due_case: MakeCase, officer: Actor, second_officer: Actor
) -> None:
    case_id = due_case()
    actions.let_go(officer, case_id, "Nothing came after it.")
    actions.confirm(second_officer, case_id)
    grace_over(case_id, timedelta(days=89, hours=23))
    assert queries.ready_to_erase() == []
    grace_over(case_id, timedelta(hours=1))
    assert queries.ready_to_erase() == [case_id]


def test_every_decision_is_an_entry_without_its_reason(
    let_go: MakeCase, officer: Actor, second_officer: Actor
) -> None:
    case_id = let_go()
    actions.undo(officer, case_id, "Kept after all.")
    rows = Entry.objects.filter(verb="review_retention").order_by("at")
    assert [(row.actor, row.facts["decided"], row.cases) for row in rows] == [
        (officer.ledger_name, "let go", [case_id]),
        (second_officer.ledger_name, "confirm", [case_id]),
        (officer.ledger_name, "undo", [case_id]),
    ]
    assert "Kept after all" not in str(list(rows.values()))


def test_the_database_holds_to_the_table_of_moves(let_go: MakeCase) -> None:
    case_id = let_go()
    ways = {(move.start, move.end) for move in MOVES}
    assert (Standing.CONFIRMED, Standing.PROPOSED) not in ways
    decision = KeepOrLetGo.objects.filter(case_id=case_id)
    for change in (
        {"standing": Standing.PROPOSED},
        {"standing": Standing.KEPT},
        {"reason": "Another."},
    ):
        with pytest.raises(Exception, match="does not move so"), transaction.atomic():
            decision.update(**change)
    with pytest.raises(Exception, match="never changed or deleted"), transaction.atomic():
        decision.delete()


def test_one_person_cannot_be_both_even_by_raw_sql(let_go: MakeCase) -> None:
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute(
            "insert into records_keeporletgo (case_id, standing, reason, decided_by_id,"
            " decided_at, confirmed_by_id, confirmed_at, erase_from, undone_because)"
            " select 1, 'let go by two people, erased after the grace', 'x', id, now(), id, now(),"
            " now() + interval '1 day', '' from access_user limit 1"
        )
    assert let_go(a_person(given="Wren"))
