"""Birth dates with unknown parts, and ages instead of dates, as the days they allow."""

import re
from datetime import date, timedelta
from functools import lru_cache

OLDEST, YOUNGEST_PARENT = 120, 14  # years
CHILDREN, GROWN_UP = frozenset({"child", "sibling"}), frozenset({"parent", "carer"})
_FORMS = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), (1, 2, 3)),
    (re.compile(r"(\d{4})-?(\d{2})-?(\d{2})"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})"), (3, 2, 1)),
)
_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-(?:00|\?\?|XX))?", re.IGNORECASE)
_YEAR = re.compile(r"(\d{4})(?:-(?:00|\?\?|XX)(?:-(?:00|\?\?|XX))?)?", re.IGNORECASE)
Span = tuple[int, int]  # first and last day, as date.toordinal()


@lru_cache(maxsize=65_536)
def born_between(text: str) -> Span | None:
    """Return the first and last day that a birth date as told allows; None where it is no date.

    Takes 2015-04-03, 20150403, 03/04/2015 (day first, as in Britain), 2015-04 and 2015.
    """
    text = text.strip()
    for form, (year, month, day) in _FORMS:
        if found := form.fullmatch(text):
            try:
                whole = date(int(found[year]), int(found[month]), int(found[day])).toordinal()
            except ValueError:
                return None
            return whole, whole
    if found := _MONTH.fullmatch(text):
        year_, month_ = int(found[1]), int(found[2])
        if not (1 <= year_ < 9999 and 1 <= month_ <= 12):
            return None
        after = date(year_ + month_ // 12, month_ % 12 + 1, 1)
        return date(year_, month_, 1).toordinal(), after.toordinal() - 1
    if (found := _YEAR.fullmatch(text)) and 1 <= int(found[1]) < 9999:
        return date(int(found[1]), 1, 1).toordinal(), date(int(found[1]), 12, 31).toordinal()
    return None


def born_at_age(age: int, on: date) -> Span | None:
    """Return the days on which somebody of that age on that day may have been born."""
    if not 0 <= age <= OLDEST:
        return None
    last = _same_day(on, on.year - age)
    first = _same_day(on, on.year - age - 1) + timedelta(days=1)
    return first.toordinal(), last.toordinal()


def born_as(role: str, on: date) -> Span | None:
    """Return the days on which a child, or a parent, of that day may have been born."""
    if role in CHILDREN:
        return _same_day(on, on.year - 18).toordinal(), on.toordinal()
    if role in GROWN_UP:
        youngest = _same_day(on, on.year - YOUNGEST_PARENT)
        return _same_day(on, on.year - 100).toordinal(), youngest.toordinal()
    return None


def possible(span: Span | None, told_on: date) -> Span | None:
    """Return the span up to the day of telling; None where all of it is still to come.

    What is told of somebody unborn, or by a clock that runs ahead, may be a year ahead.
    """
    today = told_on.toordinal()
    if span is None or span[0] > today + 366 or span[0] < today - (OLDEST + 1) * 366:
        return None
    return span if span[0] == span[1] else (span[0], max(span[0], min(span[1], today)))


def flipped(whole: date) -> date | None:
    """Return the date with day and month changed about, when that is another date."""
    if whole.day > 12 or whole.day == whole.month:
        return None
    return date(whole.year, whole.day, whole.month)


def _same_day(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 2, 28)
