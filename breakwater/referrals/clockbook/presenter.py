"""Clocks in the words of their page."""

from calendar import day_name
from typing import Any

from django.urls import reverse
from markupsafe import Markup

from breakwater.clocks.days import HubHours
from breakwater.clocks.queries import Break, Version, Versions
from breakwater.clocks.rules import Unit, Whom, length_in_words
from breakwater.web import times

COLUMNS = ("How long", "Runs", "Told", "Source", "In force")
UNITS = {
    Unit.HOUR.value: "hours, round the clock",
    Unit.WORKING_HOUR.value: "hours in which the hub works",
    Unit.DAY.value: "days",
    Unit.WORKING_DAY.value: "working days",
    Unit.WEEK.value: "weeks",
    Unit.MONTH.value: "months",
    Unit.BEFORE_SCHOOL_DAY.value: "school days: it ends before schools begin",
}
DAYS = [(str(number), name) for number, name in enumerate(day_name)]
WHOM = {
    Whom.WORKER.value: "who works on it",
    Whom.TEAM.value: "the team that has it",
    Whom.SUPERVISOR.value: "that team’s supervisors",
    Whom.MANAGER.value: "the hub’s managers",
}


def row(clock: Versions, may_set: bool) -> dict[str, Any]:
    """A clock as a line of the list."""
    now = clock.now
    return {
        "title": now.name,
        "href": reverse("change-clock", args=[now.code]) if may_set else "",
        "hidden": "change it" if may_set else "",
        "note": now.code,
        "facts": [
            capital(how_long(now)),
            _lines(
                f"From: {now.starts}",
                f"Until: {now.met_by}",
                f"Paused while: {now.pauses}" if now.pauses else "Never paused",
            ),
            _lines(
                f"At {round(100 * now.warn_share)}%: {whom(now.tell_at_warning)}",
                f"When missed: {whom(now.tell_at_miss)}",
            ),
            _lines(now.source, capital(now.status)),
            _lines(_since(now), *map(_to_come, clock.to_come), *map(_before, clock.before)),
        ],
    }


def as_it_is(clock: Versions) -> list[tuple[str, str | int]]:
    """The version in force, above the form that sets it anew."""
    now = clock.now
    return [
        ("Now", capital(how_long(now))),
        ("From", capital(now.starts)),
        ("Until", capital(now.met_by)),
        ("Paused while", capital(now.pauses) or "Never paused"),
        ("Version", now.version),
        *(("To come", _to_come(each)) for each in clock.to_come),
    ]


def hours_in_words(hours: tuple[HubHours, ...]) -> list[str]:
    """Day by day: "Monday: 9am to 5pm"."""
    return [
        f"{day_name[each.weekday]}: {times.time(each.opens)} to {times.time(each.closes)}"
        for each in hours
    ]


def break_in_words(each: Break) -> str:
    days = f"{times.date(each.first)} to {times.date(each.last)}"
    return f"{days}, {each.area}" if each.area else days


def how_long(version: Version) -> str:
    return length_in_words(version.length, version.unit)


def whom(codes: tuple[Whom, ...]) -> str:
    return ", ".join(WHOM[code] for code in codes) or "nobody"


def _since(now: Version) -> str:
    if now.version == 1:
        return "From the start"
    return f"Version {now.version}, since {times.short_date(now.effective_from)}"


def _to_come(version: Version) -> str:
    return f"From {times.date(version.effective_from)}: {how_long(version)}"


def _before(version: Version) -> str:
    return f"Before that, version {version.version}: {how_long(version)}"


def _lines(*lines: str) -> Markup:
    return Markup("<br>").join(lines)


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]
