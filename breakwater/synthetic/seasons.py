"""When worries are told: British time, school holidays, and the hours of each channel.

The clock changes are computed and not looked up, so that no machine's time-zone tables matter.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from random import Random

# Weights of the hours 0 to 23.
_OFFICE = (0, 0, 0, 0, 0, 0, 0, 1, 5, 9, 10, 9, 6, 7, 9, 11, 9, 4, 1, 0, 0, 0, 0, 0)
_POLICE = (7, 6, 5, 4, 3, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6, 7, 8, 9, 9, 9, 8)
_PUBLIC = (1, 0, 0, 0, 0, 0, 1, 2, 4, 5, 5, 5, 5, 5, 5, 6, 7, 8, 9, 9, 8, 6, 4, 2)
_HOURS = {
    "professional": _OFFICE,
    "other_area": _OFFICE,
    "walk_in": _OFFICE,
    "email": _OFFICE,
    "police_notice": _POLICE,
    "call_999": _POLICE,
    "call_101": _PUBLIC,
    "online_report": (0, 0, 0, 0, 0, 1, 9, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 0, 0, 0, 0, 0, 0),
}
# Kept on every day of the year; the rest rest at weekends.
_EVERY_DAY = (
    "police_notice", "call_999", "call_101", "public", "anonymous", "crimestoppers", "nspcc",
    "online_report",
)  # fmt: skip


def easter(year: int) -> date:
    """Easter Sunday, by the Gregorian rule of Meeus, Jones and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@lru_cache(maxsize=4096)
def in_school_holidays(day: date) -> bool:
    """Say whether schools of the county are shut for holidays (weekends beside)."""
    if (7, 22) <= (day.month, day.day) <= (9, 2):
        return True
    if (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 3):
        return True
    if timedelta(days=-9) <= day - easter(day.year) <= timedelta(days=7):
        return True
    half_terms = (date(day.year, 2, 15), date(day.year, 5, 28), date(day.year, 10, 28))
    return any(_monday_of(half) == _monday_of(day) for half in half_terms)


def is_told(rng: Random, source: str, channel: str, day: date) -> bool:
    """Decide whether somebody of this source speaks up on such a day."""
    weight = 1.0
    if channel not in _EVERY_DAY and day.weekday() >= 5:
        return False
    if in_school_holidays(day):
        weight = {"schools": 0.04, "education services": 0.15, "police": 0.95}.get(source, 0.8)
    return rng.random() < weight


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def in_british_time(moment: datetime) -> datetime:
    """Give a moment the offset that British clocks show."""
    change = time(1, tzinfo=UTC)
    starts = datetime.combine(_last_sunday(moment.year, 3), change)
    ends = datetime.combine(_last_sunday(moment.year, 10), change)
    hours = 1 if starts <= moment < ends else 0
    return moment.astimezone(timezone(timedelta(hours=hours)))


def moment_of(rng: Random, channel: str, day: date) -> datetime:
    """Draw a time of that day at which the channel is used."""
    hour = rng.choices(range(24), _HOURS.get(channel, _PUBLIC))[0]
    seconds = hour * 3600 + int(rng.random() * 3600)
    return datetime.combine(day, time(), UTC) + timedelta(seconds=seconds)
