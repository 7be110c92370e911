"""A clock stands still for a reason, and is due later by that time; the law's clocks do not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.clocks.actions import (
    meet_clock,
    pause_clock,
    record_misses,
    record_warnings,
    resume_clock,
    start_clock,
    stop_clock,
)
from breakwater.clocks.models import Clock, ClockDefinition, ClockPause
from breakwater.clocks.queries import ClockFace, clocks_of
from breakwater.clocks.rules import NotPausable, Standing

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Law and safety let nobody pause these.
NEVER = (
    "DANGER", "GLASS", "MASH_RED", "POL_PROT", "EPO", "STRATEGY", "ASSESS", "ICPC", "CORE_GROUP",
    "RCPC1", "RCPCN", "SIN", "RAPID", "RHI", "ENCOMPASS", "CRIME_REC", "DISAGREE", "DISAGREE2",
    "REFUSAL", "FEEDBACK",
)  # fmt: skip


def face(now: datetime, subject: str = "a") -> ClockFace:
    (only,) = clocks_of([subject], now)[subject]
    return only


def test_a_pause_moves_what_is_due_by_the_time_paused() -> None:
    clock = start_clock("MASH_AMBER", "a", 1, MONDAY)
    due, warned = clock.due_at, clock.warn_at
    assert pause_clock("a", ("MASH_AMBER",), "waits for more information", MONDAY + HOUR) == 1
    assert resume_clock("a", ("MASH_AMBER",), MONDAY + 3 * HOUR) == {"MASH_AMBER": due + 2 * HOUR}
    clock.refresh_from_db()
    assert (clock.due_at, clock.warn_at) == (due + 2 * HOUR, warned + 2 * HOUR)
    assert clock.paused_at is None


def test_a_weekend_in_the_pause_moves_no_deadline_in_working_days() -> None:
    start_clock("DECIDE", "a", 1, FRIDAY)
    saturday, sunday = FRIDAY + DAY, FRIDAY + 2 * DAY
    pause_clock("a", ("DECIDE",), "waits for more information", saturday)
    assert resume_clock("a", ("DECIDE",), sunday) == {"DECIDE": FRIDAY + 3 * DAY}


def test_who_paused_and_resumed_when_and_why_is_kept() -> None:
    start_clock("DECIDE", "a", 1, MONDAY)
    pause_clock("a", ("DECIDE",), "waits for more information", MONDAY + HOUR, by="user:7")
    resume_clock("a", ("DECIDE",), MONDAY + 2 * HOUR, by="user:8")
    pause = ClockPause.objects.get()
    assert (pause.reason, pause.paused_by, pause.resumed_by) == (
        "waits for more information",
        "user:7",
        "user:8",
    )
    assert (pause.paused_at, pause.resumed_at) == (MONDAY + HOUR, MONDAY + 2 * HOUR)


def test_a_clock_may_be_paused_again_and_each_time_counts() -> None:
    clock = start_clock("MASH_GREEN", "a", 1, MONDAY)
    for n in (1, 3, 5):
        pause_clock("a", ("MASH_GREEN",), "waits for more information", MONDAY + n * HOUR)
        resume_clock("a", ("MASH_GREEN",), MONDAY + (n + 1) * HOUR)
    moved = clock.due_at + 3 * HOUR
    clock.refresh_from_db()
    assert clock.due_at == moved
    assert ClockPause.objects.count() == 3


def test_pausing_a_paused_clock_and_resuming_a_running_one_change_nothing() -> None:
    clock = start_clock("DECIDE", "a", 1, MONDAY)
    assert resume_clock("a", ("DECIDE",), MONDAY) == {}
    pause_clock("a", ("DECIDE",), "waits for more information", MONDAY + HOUR)
    assert pause_clock("a", ("DECIDE",), "waits for more information", MONDAY + 2 * HOUR) == 0
    clock.refresh_from_db()
    assert clock.paused_at == MONDAY + HOUR
    assert ClockPause.objects.count() == 1


def test_only_the_running_clocks_of_the_codes_and_the_subject_are_paused() -> None:
    for code, subject in [("DECIDE", "a"), ("TAKE_ON", "a"), ("DECIDE", "b")]:
        start_clock(code, subject, 1, MONDAY)
    meet_clock("b", ("DECIDE",), MONDAY)
    assert pause_clock("a", ("DECIDE",), "waits for more information", MONDAY) == 1
    assert pause_clock("b", ("DECIDE",), "waits for more information", MONDAY) == 0
    paused = Clock.objects.filter(paused_at__isnull=False).values_list("subject", "code")
    assert list(paused) == [("a", "DECIDE")]


@pytest.mark.parametrize("code", NEVER)
def test_what_law_or_safety_lets_nobody_pause_is_refused_by_name(code: str) -> None:
    clock = start_clock(code, "a", 1, MONDAY)
    with pytest.raises(NotPausable, match="may not be paused") as refused:
        pause_clock("a", (code,), "waits for more information", MONDAY)
    assert clock.definition.name in str(refused.value)
    clock.refresh_from_db()
    assert clock.paused_at is None


def test_when_one_of_several_may_not_be_paused_none_is() -> None:
    start_clock("DECIDE", "a", 1, MONDAY)
    start_clock("DANGER", "a", 1, MONDAY)
    with pytest.raises(NotPausable):
        pause_clock("a", ("DECIDE", "DANGER"), "waits for more information", MONDAY)
    assert not ClockPause.objects.exists()
    assert not Clock.objects.filter(paused_at__isnull=False).exists()


@pytest.mark.parametrize(
    "reason", ["", "x", "She waits for the GP", "she's at her gran's", "GP", "waits\n", "so " * 20]
)
def test_pausing_and_stopping_need_a_reason_of_a_few_fixed_words(reason: str) -> None:
    """What somebody writes about a child is never stored here in the clear."""
    start_clock("DECIDE", "a", 1, MONDAY)
    for deed in (pause_clock, stop_clock):
        with pytest.raises(ValueError, match="reason"):
            deed("a", ("DECIDE",), reason, MONDAY)


@pytest.mark.parametrize("reason", ["", "In words"])
def test_the_database_refuses_a_pause_without_a_reason(reason: str) -> None:
    clock = start_clock("DECIDE", "a", 1, MONDAY)
    with pytest.raises(IntegrityError, match="pausing_needs_a_reason"), transaction.atomic():
        ClockPause.objects.create(clock=clock, reason=reason, paused_by="x", paused_at=MONDAY)


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"met_at": MONDAY}, "what_is_over_is_not_paused"),
        ({"stopped_at": MONDAY, "stopped_because": "entered_twice"}, "what_is_over_is_not_paused"),
        ({"paused_at": MONDAY - DAY}, "paused_after_start"),
    ],
)
def test_the_database_refuses_a_pause_that_cannot_be(broken: dict, constraint: str) -> None:
    start_clock("DECIDE", "a", 1, MONDAY)
    pause_clock("a", ("DECIDE",), "waits for more information", MONDAY)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Clock.objects.update(**broken)


def test_the_database_refuses_two_pauses_at_a_time_and_one_that_ends_before_it_begins() -> None:
    start_clock("DECIDE", "a", 1, MONDAY)
    pause_clock("a", ("DECIDE",), "waits for more information", MONDAY)
    clock = Clock.objects.get()
    with pytest.raises(IntegrityError, match="one_pause_at_a_time"), transaction.atomic():
        ClockPause.objects.create(clock=clock, reason="other", paused_by="x", paused_at=MONDAY)
    with pytest.raises(IntegrityError, match="resumed_after_pause"), transaction.atomic():
        ClockPause.objects.update(resumed_at=MONDAY - HOUR)


def test_a_paused_clock_neither_warns_nor_misses_and_says_that_it_is_paused() -> None:
    long_ago = timezone.now() - 30 * DAY
    start_clock("DECIDE", "a", 1, long_ago)
    pause_clock("a", ("DECIDE",), "waits for more information", long_ago + HOUR)
    assert (record_warnings(), record_misses()) == (0, 0)
    shown = face(timezone.now())
    assert (shown.standing, shown.running, shown.urgent) == (Standing.PAUSED, True, False)
    assert shown.paused_since == long_ago + HOUR
    assert shown.left.words.startswith("paused since ")


def test_resumed_it_warns_and_misses_again() -> None:
    long_ago = timezone.now() - 30 * DAY
    start_clock("DECIDE", "a", 1, long_ago)
    pause_clock("a", ("DECIDE",), "waits for more information", long_ago + HOUR)
    resume_clock("a", ("DECIDE",), long_ago + 2 * HOUR)
    assert record_misses() == 1


def test_pausing_never_undoes_a_miss() -> None:
    clock = start_clock("DECIDE", "a", 1, MONDAY)
    assert pause_clock("a", ("DECIDE",), "waits for more information", MONDAY + 2 * DAY) == 0
    assert face(MONDAY + 9 * DAY).standing is Standing.MISSED
    assert face(MONDAY + 9 * DAY).due_at == clock.due_at


@pytest.mark.parametrize(("hours", "standing"), [(1, Standing.MET), (40, Standing.MET)])
def test_what_is_met_while_paused_is_met_in_time(hours: int, standing: Standing) -> None:
    start_clock("MASH_AMBER", "a", 1, MONDAY)
    pause_clock("a", ("MASH_AMBER",), "waits for more information", MONDAY + HOUR)
    assert meet_clock("a", ("MASH_AMBER",), MONDAY + (1 + hours) * HOUR) == 1
    assert face(MONDAY + 9 * DAY).standing is standing
    assert not ClockPause.objects.filter(resumed_at__isnull=True).exists()


def test_a_paused_clock_can_be_stopped() -> None:
    start_clock("DECIDE", "a", 1, MONDAY)
    pause_clock("a", ("DECIDE",), "waits for more information", MONDAY)
    assert stop_clock("a", ("DECIDE",), "entered_twice", MONDAY + HOUR) == 1
    assert face(MONDAY + 9 * DAY).standing is Standing.STOPPED
    assert not ClockPause.objects.filter(resumed_at__isnull=True).exists()


def test_only_running_clocks_of_the_codes_and_the_subject_are_stopped() -> None:
    for code, subject in [("DECIDE", "a"), ("TAKE_ON", "a"), ("DECIDE", "b")]:
        start_clock(code, subject, 1, MONDAY)
    meet_clock("b", ("DECIDE",), MONDAY)
    assert stop_clock("a", ("DECIDE",), "moved_away", MONDAY) == 1
    assert stop_clock("b", ("DECIDE",), "moved_away", MONDAY) == 0
    stopped = Clock.objects.filter(stopped_at__isnull=False).values_list("subject", "code")
    assert list(stopped) == [("a", "DECIDE")]


def test_a_new_version_that_may_not_be_paused_leaves_the_running_clock_its_own() -> None:
    start_clock("DECIDE", "a", 1, MONDAY)
    definition = ClockDefinition.objects.get(code="DECIDE")
    definition.pk, definition.version, definition.pauses = None, 2, ""
    definition.save(force_insert=True)
    assert pause_clock("a", ("DECIDE",), "waits for more information", MONDAY) == 1


def test_what_pausing_meeting_and_resuming_cost() -> None:
    """Statements are the same for one clock and for several."""
    for subject, codes in (("a", ["DECIDE"]), ("b", ["DECIDE", "TAKE_ON", "MASH_AMBER"])):
        for code in codes:
            start_clock(code, subject, 1, MONDAY)
    deeds = {
        "pause": lambda s: pause_clock(s, ("DECIDE", "TAKE_ON", "MASH_AMBER"), "waiting", MONDAY),
        "resume": lambda s: resume_clock(s, ("DECIDE", "TAKE_ON", "MASH_AMBER"), MONDAY + HOUR),
        "meet": lambda s: meet_clock(s, ("DECIDE", "TAKE_ON", "MASH_AMBER"), MONDAY + HOUR),
    }
    costs = {}
    for name, deed in deeds.items():
        counts = []
        for subject in ("a", "b"):
            with CaptureQueriesContext(connection) as captured:
                deed(subject)
            counts.append(sum("SAVEPOINT" not in q["sql"] for q in captured))
        assert counts[0] == counts[1], name
        costs[name] = counts[0]
    assert costs == {"pause": 3, "resume": 3, "meet": 2}
