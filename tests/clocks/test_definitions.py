"""The deadlines that are in from the start, and that nobody rewrites one."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from breakwater.clocks.models import ClockDefinition, OpeningHours, SchoolBreak
from breakwater.clocks.queries import clocks_of
from breakwater.clocks.rules import Unit
from tests.clocks.test_counting import london, written

pytestmark = pytest.mark.django_db

STATUTORY_AND_LOCAL = {
    "DANGER": (1, "hour"),
    "DECIDE": (1, "working_day"),
    "TAKE_ON": (1, "working_day"),
    "GLASS": (72, "hour"),
    "MASH_RED": (4, "working_hour"),
    "MASH_AMBER": (24, "hour"),
    "MASH_GREEN": (72, "hour"),
    "MASH_BLUE": (72, "hour"),
    "ALLOCATED": (1, "working_day"),
    "MORE_INFO": (3, "working_day"),
    "FEEDBACK": (1, "working_day"),
    "DISAGREE": (1, "working_day"),
    "DISAGREE2": (2, "working_day"),
    "DISAGREE3": (5, "working_day"),
    "REFUSAL": (4, "working_hour"),
    "TRANSFER": (1, "working_day"),
    "TELL_PARTNERS": (1, "working_day"),
    "STRATEGY": (1, "working_day"),
    "STRATEGY_RECORD": (1, "working_day"),
    "ASSESS": (45, "working_day"),
    "ICPC": (15, "working_day"),
    "CORE_GROUP": (10, "working_day"),
    "RCPC1": (3, "month"),
    "RCPCN": (6, "month"),
    "RCPC_UNBORN": (10, "working_day"),
    "SIN": (5, "working_day"),
    "RAPID": (15, "working_day"),
    "RHI": (72, "hour"),
    "ENCOMPASS": (0, "before_school_day"),
    "CRIME_REC": (24, "hour"),
    "POL_PROT": (72, "hour"),
    "EPO": (8, "day"),
    "LADO": (1, "working_day"),
    "LEAD": (28, "day"),
    "EXPLOIT_REVIEW": (3, "month"),
    "ONLINE_VH": (1, "day"),
    "ONLINE_H": (7, "day"),
    "ONLINE_M": (14, "day"),
    "ONLINE_L": (30, "day"),
    "INSPECT_REVIEW1": (3, "month"),
    "INSPECT_REVIEW2": (6, "month"),
    "NCPI_PLAN": (6, "week"),
    "PCC_RESP": (56, "day"),
}


def test_every_deadline_of_the_domain_is_in_from_the_start() -> None:
    rows = ClockDefinition.objects.values_list("code", "version", "length", "unit")
    assert {code: (length, unit) for code, _, length, unit in rows} == STATUTORY_AND_LOCAL
    assert {version for _, version, _, _ in rows} == {1}


def test_each_says_what_starts_and_meets_it_whence_it_comes_and_whom_to_tell() -> None:
    for each in ClockDefinition.objects.all():
        said = (each.name, each.starts, each.met_by, each.source, each.status)
        assert all(said), each.code
        assert each.tell_at_miss, each.code
        assert each.warn_share == 0.75


def test_a_definition_is_never_changed_or_deleted() -> None:
    for sql in (
        "update clocks_clockdefinition set length = 99 where code = 'DECIDE'",
        "delete from clocks_clockdefinition where code = 'PCC_RESP'",
        "truncate clocks_clockdefinition cascade",
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(sql)


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"unit": "fortnight"}, "clock_unit_known"),
        ({"length": 0}, "clock_has_length"),
        ({"warn_share": 0}, "clock_warns_before_the_miss"),
        ({"warn_share": 1}, "clock_warns_before_the_miss"),
        ({"tell_at_miss": []}, "clock_tells_somebody_known"),
        ({"tell_at_miss": ["the mayor"]}, "clock_tells_somebody_known"),
        ({"tell_at_warning": ["worker", "press"]}, "clock_tells_somebody_known"),
        ({"version": 1}, "one_clock_version"),
    ],
)
def test_the_database_refuses_a_definition_that_cannot_be(broken: dict, constraint: str) -> None:
    new = ClockDefinition.objects.get(code="DECIDE")
    new.pk, new.version = None, 2
    for name, value in broken.items():
        setattr(new, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        new.save(force_insert=True)


def test_hub_hours_and_school_breaks_of_the_area_count() -> None:
    from breakwater.clocks.actions import start_clock

    OpeningHours.objects.create(weekday=0, opens="08:00", closes="20:00")
    SchoolBreak.objects.create(area="North", first="2026-02-16", last="2026-02-20")
    SchoolBreak.objects.create(first="2026-02-23", last="2026-02-23")
    monday = london("2026-03-02T15:00")
    assert written(start_clock("MASH_RED", "a", 1, monday).due_at) == "Mon 2026-03-02 19:00"
    (face,) = clocks_of(["a"], monday)["a"]
    assert face.left.words == "4 working hours left"
    friday = london("2026-02-13T20:00")
    dues = {
        area: written(start_clock("ENCOMPASS", f"b{area}", 1, friday, area=area).due_at)
        for area in ("North", "South")
    }
    assert dues == {"North": "Tue 2026-02-24 08:30", "South": "Mon 2026-02-16 08:30"}


@pytest.mark.parametrize(
    ("weekday", "opens", "closes", "constraint"),
    [(7, "09:00", "17:00", "weekday_of_the_week"), (1, "17:00", "09:00", "closes_after_opening")],
)
def test_the_database_refuses_hours_that_cannot_be(
    weekday: int, opens: str, closes: str, constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        OpeningHours.objects.create(weekday=weekday, opens=opens, closes=closes)


def test_the_database_refuses_a_break_that_ends_before_it_begins() -> None:
    with pytest.raises(IntegrityError, match="break_ends_after_start"), transaction.atomic():
        SchoolBreak.objects.create(first="2026-02-20", last="2026-02-16")


def test_every_unit_is_used_by_some_clock() -> None:
    assert set(ClockDefinition.objects.values_list("unit", flat=True)) == {u.value for u in Unit}
