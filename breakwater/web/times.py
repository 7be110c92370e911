"""Dates and times in words, as GOV.UK writes them: 24 November 2026, 2:35am."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

# Where every hub is. Pure Python, so that a room's rules may word a time too.
LONDON = ZoneInfo("Europe/London")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MINUTE, HOUR, DAY = 60, 3600, 86400


def date(value: dt.date | None) -> str:
    """24 November 2026. A moment is given the date it has in the hub's time zone."""
    if not value:
        return ""
    day = _local(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(value: dt.date | None) -> str:
    """24 Nov 2026, for narrow columns."""
    if not value:
        return ""
    day = _local(value)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def time(value: dt.datetime | dt.time | None) -> str:
    """2:35am, 5pm, midday or midnight; in the hour that the clocks go back over, with the zone."""
    if value is None or value == "":
        return ""
    moment = _local(value) if isinstance(value, dt.datetime) else value
    if not isinstance(moment, dt.datetime | dt.time):
        raise TypeError("a date has no time: use the date filter")
    if (moment.hour, moment.minute) in ((0, 0), (12, 0)):
        return "midnight" if moment.hour == 0 else "midday"
    minutes = f":{moment.minute:02}" if moment.minute else ""
    words = f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"
    if isinstance(moment, dt.datetime) and _happens_twice(moment):
        words += f" {moment.tzname()}"
    return words


def date_time(value: dt.datetime | None) -> str:
    """24 November 2026, 2:35am."""
    return f"{date(value)}, {time(value)}" if value else ""


def short_date_time(value: dt.datetime | None) -> str:
    """24 Nov 2026, 2:35am."""
    return f"{short_date(value)}, {time(value)}" if value else ""


def iso(value: dt.date | None) -> str:
    """For the datetime attribute of <time>."""
    return _local(value).isoformat() if value else ""


def plural(count: int, one: str, many: str = "") -> str:
    """1 hour, 2 hours, 1,200 hours; `many` for words whose plural is not just an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


@dataclass(frozen=True)
class TimeLeft:
    """How long until something is due, in words and a tag colour that says the same."""

    words: str
    colour: str


def time_left(
    due: dt.datetime, now: dt.datetime | None = None, soon: dt.timedelta = dt.timedelta(hours=2)
) -> TimeLeft:
    """What is left is rounded down, never up: nobody should believe in time that is not there."""
    seconds = int((due - (now or dt.datetime.now(dt.UTC))).total_seconds())
    if seconds < 0:
        return TimeLeft(f"missed by {span(-seconds)}", "red")
    return TimeLeft(f"{span(seconds)} left", "orange" if seconds <= soon.total_seconds() else "")


def span(seconds: int, kind: str = "") -> str:
    """Whole units; of a single day or hour also the rest, since 1 day may be nearly 2.

    `kind` goes before the unit: 2 working hours.
    """
    for unit, size, smaller, smaller_size in (
        ("day", DAY, "hour", HOUR),
        ("hour", HOUR, "minute", MINUTE),
        ("minute", MINUTE, "", 1),
    ):
        count, rest = divmod(seconds, size)
        if not count:
            continue
        words = plural(count, f"{kind} {unit}".strip())
        if count == 1 and smaller and rest >= smaller_size:
            words += f" {plural(rest // smaller_size, smaller)}"
        return words
    return "less than a minute"


def _local(value: dt.date) -> dt.date:
    if not isinstance(value, dt.datetime):
        return value
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be shown: its hour would be a guess")
    return value.astimezone(LONDON)


def _happens_twice(moment: dt.datetime) -> bool:
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
