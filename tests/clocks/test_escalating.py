"""Before a miss and at it somebody is to be told, once each; the minute's look stays cheap."""

import threading
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.audit.models import Entry
from breakwater.clocks.actions import (
    Untold,
    mark_told,
    meet_clock,
    pause_clock,
    record_misses,
    record_warnings,
    start_clock,
    stop_clock,
    untold,
)
from breakwater.clocks.jobs import write_down_misses
from breakwater.clocks.models import Clock, ClockDefinition, ClockPause, Escalation
from breakwater.clocks.rules import Told, Whom

HOUR = timedelta(hours=1)
DB = pytest.mark.django_db


def ago(hours: float) -> datetime:
    return timezone.now() - hours * HOUR


def waiting() -> list[Untold]:
    with transaction.atomic():
        return untold()


@DB
def test_a_warning_is_written_down_once_and_says_whom_to_tell() -> None:
    start_clock("CRIME_REC", "referral:7", 70, ago(19))
    assert [record_warnings(), record_warnings()] == [1, 0]
    entry = Entry.objects.get(verb="clock_warned")
    assert (entry.actor, entry.case_id, entry.subject) == ("worker", 70, "referral:7")
    assert entry.facts == {"clock": "CRIME_REC", "version": 1}
    (told,) = waiting()
    assert (told.kind, told.to, told.code) == (Told.WARN, (Whom.WORKER,), "CRIME_REC")
    assert (told.subject, told.case_id, told.over) == ("referral:7", 70, False)


@DB
def test_a_miss_says_whom_to_tell_as_the_definition_has_it() -> None:
    start_clock("CRIME_REC", "referral:7", 70, ago(25))
    assert record_misses() == 1
    (told,) = waiting()
    assert (told.kind, told.to) == (Told.MISS, (Whom.WORKER, Whom.SUPERVISOR))


@DB
def test_a_clock_warns_first_and_misses_afterwards() -> None:
    clock = start_clock("CRIME_REC", "a", 1, ago(19))
    write_down_misses(timestamp=0)
    Clock.objects.update(started_at=ago(30), due_at=ago(6), warn_at=ago(12))
    write_down_misses(timestamp=0)
    write_down_misses(timestamp=0)
    assert [told.kind for told in waiting()] == [Told.WARN, Told.MISS]
    verbs = Entry.objects.filter(verb__startswith="clock_").order_by("at")
    assert list(verbs.values_list("verb", flat=True)) == ["clock_warned", "clock_missed"]
    assert Escalation.objects.filter(clock=clock).count() == 2


@DB
def test_what_is_missed_already_is_no_warning_any_more() -> None:
    start_clock("CRIME_REC", "a", 1, ago(25))
    assert (record_warnings(), record_misses(), record_warnings()) == (0, 1, 0)


@DB
def test_what_is_not_due_soon_or_is_over_warns_nobody() -> None:
    for subject, hours in [("new", 1), ("met", 19), ("stopped", 19)]:
        start_clock("CRIME_REC", subject, 1, ago(hours))
    meet_clock("met", ("CRIME_REC",), timezone.now())
    stop_clock("stopped", ("CRIME_REC",), "entered_twice", timezone.now())
    assert record_warnings() == 0


@DB
def test_a_warning_comes_at_the_share_that_the_definition_says() -> None:
    definition = ClockDefinition.objects.get(code="CRIME_REC")
    definition.pk, definition.version, definition.warn_share = None, 2, 0.25
    definition.effective_from = date(2001, 1, 1)
    definition.save(force_insert=True)
    for subject, hours in [("five", 5), ("seven", 7)]:
        start_clock("CRIME_REC", subject, 1, ago(hours))
    assert record_warnings() == 1
    assert [told.subject for told in waiting()] == ["seven"]


@DB
def test_where_the_definition_names_nobody_it_is_written_down_and_nobody_is_told() -> None:
    start_clock("MASH_BLUE", "a", 1, ago(60))
    assert record_warnings() == 1
    assert waiting() == []
    assert Entry.objects.filter(verb="clock_warned").count() == 1


@DB
def test_what_was_told_is_not_told_again() -> None:
    for n in range(3):
        start_clock("DANGER", f"referral:{n}", n, ago(5 - n))
    record_misses()
    first, second, third = waiting()
    assert (first.subject, second.subject, third.subject) == (
        "referral:0",
        "referral:1",
        "referral:2",
    )
    assert mark_told([first.id, third.id]) == 2
    assert mark_told([first.id]) == 0
    assert waiting() == [second]


@DB
def test_a_warning_of_what_was_met_meanwhile_says_so() -> None:
    start_clock("CRIME_REC", "a", 1, ago(19))
    record_warnings()
    meet_clock("a", ("CRIME_REC",), timezone.now())
    (told,) = waiting()
    assert told.over


@DB
def test_the_database_refuses_to_tell_twice_of_the_same() -> None:
    start_clock("DANGER", "a", 1, ago(5))
    record_misses()
    told = Escalation.objects.get()
    told.pk = None
    with pytest.raises(IntegrityError, match="told_once_of_each"), transaction.atomic():
        told.save(force_insert=True)


@DB
def test_what_erases_a_clock_erases_its_pauses_and_who_was_told() -> None:
    start_clock("DECIDE", "a", 1, ago(1))
    pause_clock("a", ("DECIDE",), "waits for more information", timezone.now())
    start_clock("DANGER", "a", 1, ago(5))
    record_misses()
    with connection.cursor() as cursor:
        cursor.execute("delete from clocks_clock where case_id = 1")
        cursor.execute("set constraints all immediate")
    assert not Escalation.objects.exists()
    assert not ClockPause.objects.exists()


@DB
def test_a_minute_in_which_nothing_happens_costs_two_statements() -> None:
    start_clock("CRIME_REC", "a", 1, timezone.now())
    with CaptureQueriesContext(connection) as captured:
        write_down_misses(timestamp=0)
    assert sum("SAVEPOINT" not in query["sql"] for query in captured) == 2


@DB
def test_the_look_at_each_minute_reads_no_closed_clock() -> None:
    """By index, and each index holds none but the clocks that the worker has yet to look at."""
    definition = ClockDefinition.objects.get(code="CRIME_REC").pk
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into clocks_clock (definition_id, code, subject, started_at, due_at, warn_at,"
            " met_at, stopped_because) select %s, 'CRIME_REC', 'closed:' || n,"
            " now() - interval '3 days', now() - interval '2 days', now() - interval '54 hours',"
            " now() - interval '2 days', '' from generate_series(1, 20000) n",
            [definition],
        )
        cursor.execute(
            "insert into clocks_clock (definition_id, code, subject, started_at, due_at, warn_at,"
            " stopped_because) select %s, 'CRIME_REC', 'running:' || n, now(),"
            " now() + interval '1 day', now() + interval '18 hours', ''"
            " from generate_series(1, 400) n",
            [definition],
        )
        cursor.execute("analyze clocks_clock")
        with CaptureQueriesContext(connection) as captured:
            write_down_misses(timestamp=0)
        looks = [q["sql"] for q in captured if "FOR UPDATE" in q["sql"]]
        plans = []
        for look in looks:
            cursor.execute("explain " + look)
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    assert len(plans) == 2
    assert "clock_to_miss" in plans[0]
    assert "clock_to_warn" in plans[1]


def test_two_workers_at_once_write_each_warning_and_tell_of_it_once(committed: str) -> None:
    subjects = [f"warn-test:{uuid4()}" for _ in range(30)]
    for subject in subjects:
        start_clock("CRIME_REC", subject, 1, ago(19))
    start = threading.Barrier(3)
    failures: list[BaseException] = []
    told: list[str] = []

    def work() -> None:
        try:
            start.wait()
            while record_warnings(limit=4):
                pass
            while True:
                with transaction.atomic():
                    taken = untold(limit=4)
                    mark_told([each.id for each in taken])
                if not taken:
                    break
                told.extend(each.subject for each in taken)
        except BaseException as problem:  # noqa: BLE001  a thread's failure is the test's
            failures.append(problem)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with transaction.atomic():
        left = untold()
        told.extend(each.subject for each in left)
        mark_told([each.id for each in left])
    assert not failures
    assert sorted(s for s in told if s in subjects) == sorted(subjects)
    warned = Entry.objects.filter(verb="clock_warned", subject__in=subjects)
    assert warned.count() == 30
