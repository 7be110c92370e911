from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.audit.models import Entry
from breakwater.clocks.actions import meet_clock, pause_clock, record_misses, start_clock
from breakwater.clocks.models import Clock, ClockDefinition
from breakwater.clocks.queries import clocks_of, definition_in_force, tally
from breakwater.clocks.rules import Standing, Unit

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_new_version(**changes: object) -> ClockDefinition:
    """Another version of the clock to decide, in force from Wednesday 4 March 2026."""
    new = definition_in_force("DECIDE", MONDAY)
    new.pk, new.version = None, new.version + 1
    for name, value in ({"effective_from": date(2026, 3, 4)} | changes).items():
        setattr(new, name, value)
    new.save(force_insert=True)
    return new


def misses_of(subject: str) -> int:
    return Entry.objects.filter(verb="clock_missed", subject=subject).count()


def test_a_later_version_never_moves_a_running_clock() -> None:
    clock = start_clock("DECIDE", "referral:1", 1, MONDAY)
    due = clock.due_at
    a_new_version(length=5)
    clock.refresh_from_db()
    (face,) = clocks_of(["referral:1"], MONDAY)["referral:1"]
    assert clock.due_at == face.due_at == due == MONDAY + timedelta(days=1)
    assert clock.definition.version == 1


@pytest.mark.parametrize(("day", "version"), [(3, 1), (4, 2), (5, 2)])
def test_a_clock_runs_by_the_version_in_force_when_it_starts(day: int, version: int) -> None:
    a_new_version(length=4, unit=Unit.HOUR)
    clock = start_clock("DECIDE", "referral:1", 1, MONDAY.replace(day=day))
    assert clock.definition.version == version


def test_a_version_is_in_force_from_midnight_in_london() -> None:
    a_new_version(effective_from=date(2026, 6, 10))
    before = datetime(2026, 6, 9, 22, 59, tzinfo=UTC)
    assert definition_in_force("DECIDE", before).version == 1
    assert definition_in_force("DECIDE", before + timedelta(minutes=1)).version == 2


def test_a_clock_that_nobody_defined_cannot_start() -> None:
    with pytest.raises(ClockDefinition.DoesNotExist):
        start_clock("TEA", "referral:1", 1, MONDAY)


def test_a_second_running_clock_of_a_kind_is_refused() -> None:
    start_clock("DECIDE", "referral:1", 1, MONDAY)
    with pytest.raises(IntegrityError, match="one_running_clock_of_a_kind"), transaction.atomic():
        start_clock("DECIDE", "referral:1", 1, MONDAY)


def test_a_second_running_clock_of_a_kind_is_refused_under_a_new_version_too() -> None:
    start_clock("DECIDE", "referral:1", 1, MONDAY)
    a_new_version()
    with pytest.raises(IntegrityError, match="one_running_clock_of_a_kind"), transaction.atomic():
        start_clock("DECIDE", "referral:1", 1, MONDAY + timedelta(days=7))


def test_clocks_of_other_kinds_and_other_subjects_run_beside() -> None:
    for code, subject in [("DECIDE", "a"), ("DANGER", "a"), ("DECIDE", "b")]:
        start_clock(code, subject, 1, MONDAY)
    assert Clock.objects.count() == 3


def test_a_clock_that_was_met_may_start_anew() -> None:
    start_clock("DECIDE", "referral:1", 1, MONDAY)
    assert meet_clock("referral:1", ("DECIDE",), MONDAY) == 1
    start_clock("DECIDE", "referral:1", 1, MONDAY)
    assert Clock.objects.count() == 2


def test_only_running_clocks_of_the_codes_and_the_subject_are_met() -> None:
    for code, subject in [("DECIDE", "a"), ("TAKE_ON", "a"), ("DECIDE", "b")]:
        start_clock(code, subject, 1, MONDAY)
    assert meet_clock("a", ("DANGER", "DECIDE"), MONDAY) == 1
    met = Clock.objects.filter(met_at=MONDAY).values_list("subject", "definition__code")
    assert list(met) == [("a", "DECIDE")]


def test_meeting_a_clock_again_never_moves_when_it_was_met() -> None:
    clock = start_clock("DECIDE", "a", 1, MONDAY)
    meet_clock("a", ("DECIDE",), MONDAY)
    assert meet_clock("a", ("DECIDE",), MONDAY + timedelta(days=9)) == 0
    clock.refresh_from_db()
    assert clock.met_at == MONDAY


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"stopped_at": MONDAY}, "stopping_needs_a_reason"),
        (
            {"stopped_at": MONDAY, "stopped_because": "Moved away", "met_at": MONDAY},
            "met_or_stopped_not_both",
        ),
        ({"due_at": F("started_at") - timedelta(seconds=1)}, "due_after_start"),
    ],
)
def test_the_database_refuses_a_clock_that_cannot_be(broken: dict, constraint: str) -> None:
    clock = start_clock("DECIDE", "a", 1, MONDAY)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Clock.objects.filter(pk=clock.pk).update(**broken)


def test_a_clock_stops_with_a_reason() -> None:
    clock = start_clock("DECIDE", "a", 1, MONDAY)
    Clock.objects.filter(pk=clock.pk).update(stopped_at=MONDAY, stopped_because="Entered twice")
    (face,) = clocks_of(["a"], MONDAY + timedelta(days=30))["a"]
    assert (face.standing, face.running, face.urgent) == (Standing.STOPPED, False, False)


def test_a_unit_that_nobody_knows_is_refused() -> None:
    with pytest.raises(IntegrityError, match="clock_unit_known"), transaction.atomic():
        a_new_version(unit="fortnight")


def test_a_clock_is_urgent_for_the_last_quarter_of_its_time() -> None:
    start_clock("DANGER", "a", 1, MONDAY)
    urgent_after = {}
    for minutes in (44, 45, 61):
        (face,) = clocks_of(["a"], MONDAY + timedelta(minutes=minutes))["a"]
        urgent_after[minutes] = face.urgent
    assert urgent_after == {44: False, 45: True, 61: True}


def test_the_clocks_of_many_subjects_cost_one_statement_the_next_due_first() -> None:
    for n in range(5):
        start_clock("DECIDE", f"referral:{n}", n, MONDAY)
        start_clock("DANGER", f"referral:{n}", n, MONDAY)
    with CaptureQueriesContext(connection) as captured:
        faces = clocks_of([f"referral:{n}" for n in range(5)], MONDAY)
    assert len(captured) == 1
    assert [face.code for face in faces["referral:3"]] == ["DANGER", "DECIDE"]


def test_the_tally_counts_every_clock_where_it_stands() -> None:
    for subject in ("running", "met", "late"):
        start_clock("DANGER", subject, 1, MONDAY)
    start_clock("DANGER", "missed", 1, MONDAY - timedelta(hours=9))
    meet_clock("met", ("DANGER",), MONDAY)
    meet_clock("late", ("DANGER",), MONDAY + timedelta(hours=2))
    start_clock("DECIDE", "paused", 1, MONDAY)
    pause_clock("paused", ("DECIDE",), "waits for more information", MONDAY)
    expected = dict.fromkeys(Standing, 1) | {Standing.STOPPED: 0}
    assert tally(MONDAY + timedelta(minutes=1)) == expected


def test_a_miss_is_written_down_once_however_often_the_worker_looks() -> None:
    start_clock("DECIDE", "referral:7", 70, timezone.now() - timedelta(days=30))
    assert [record_misses(), record_misses()] == [1, 0]
    entry = Entry.objects.get(verb="clock_missed")
    assert (entry.actor, entry.case_id, entry.subject) == ("worker", 70, "referral:7")
    assert entry.facts == {"clock": "DECIDE", "version": 1}


def test_what_is_met_stopped_or_still_running_is_no_miss() -> None:
    long_ago = timezone.now() - timedelta(days=30)
    for subject, start in [("met", long_ago), ("stopped", long_ago), ("new", timezone.now())]:
        start_clock("DECIDE", subject, 1, start)
    meet_clock("met", ("DECIDE",), timezone.now())
    stopped = Clock.objects.filter(subject="stopped")
    stopped.update(stopped_at=timezone.now(), stopped_because="Entered twice")
    assert record_misses() == 0


def test_more_misses_than_one_look_takes_are_written_at_the_next() -> None:
    for n in range(5):
        start_clock("DANGER", f"referral:{n}", n, timezone.now() - timedelta(days=30 - n))
    assert [record_misses(limit=3), record_misses(limit=3), record_misses(limit=3)] == [3, 2, 0]
    assert [misses_of(f"referral:{n}") for n in range(5)] == [1] * 5
