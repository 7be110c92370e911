"""A date asked for in three boxes, and errors that say which box is wrong."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from breakwater.web import form_words, times

BOXES = ("day", "month", "year")
EARLIEST = dt.date(1900, 1, 1)
Bound = dt.date | Callable[[], dt.date] | None


class DateBoxes(forms.Widget):
    """Reads `name-day`, `name-month` and `name-year`; its value is what was typed, as a mapping."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        return {box: str(data.get(f"{name}-{box}", "")).strip() for box in BOXES}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return all(f"{name}-{box}" not in data for box in BOXES)

    def format_value(self, value: Any) -> dict[str, str]:
        if isinstance(value, dt.date):
            return {box: str(getattr(value, box)) for box in BOXES}
        return dict(value) if isinstance(value, Mapping) else dict.fromkeys(BOXES, "")


class DateField(forms.Field):
    """`when` is "past", "today or past", "today or future" or "future"; `earliest` and `latest` are
    dates or functions that give one."""

    widget = DateBoxes
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "Enter a real date"}
    WHENS: ClassVar[dict[str, str]] = {
        "past": "in the past",
        "today or past": "today or in the past",
        "today or future": "today or in the future",
        "future": "in the future",
    }

    def __init__(
        self, *, when: str = "", earliest: Bound = EARLIEST, latest: Bound = None, **kwargs: Any
    ):
        if when and when not in self.WHENS:
            raise ValueError(f"when must be one of {', '.join(self.WHENS)}")
        self.when, self.earliest, self.latest = when, earliest, latest
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        if not value or isinstance(value, dt.date):
            return value or None
        typed = {box: str(value.get(box, "")).strip() for box in BOXES}
        missing = [box for box in BOXES if not typed[box]]
        if len(missing) == len(BOXES):
            return None
        if missing:
            words = _(" and ").join(f"a {box}" for box in missing)
            raise self._error(_("must include %(boxes)s"), missing, boxes=words)
        day, month, year = _number(typed["day"]), _month(typed["month"]), _number(typed["year"])
        if len(typed["year"]) != 4 or year is None:
            raise self._error(_("must have a year of 4 numbers, like 2026"), ["year"])
        wrong = [
            box
            for box, number, top in (("day", day, 31), ("month", month, 12))
            if number is None or not 1 <= number <= top
        ]
        try:
            return dt.date(year, month or 0, day or 0)
        except ValueError:
            raise self._error(_("must be a real date"), wrong or list(BOXES)) from None

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        today = timezone.localdate()
        within = {
            "past": value < today,
            "today or past": value <= today,
            "today or future": value >= today,
            "future": value > today,
        }
        if self.when and not within[self.when]:
            raise self._error(_("must be %(when)s"), BOXES, when=_(self.WHENS[self.when]))
        earliest, latest = (b() if callable(b) else b for b in (self.earliest, self.latest))
        if earliest and value < earliest:
            raise self._error(_("must be %(day)s or later"), BOXES, day=times.date(earliest))
        if latest and value > latest:
            raise self._error(_("must be %(day)s or earlier"), BOXES, day=times.date(latest))

    def has_changed(self, initial: Any, data: Any) -> bool:
        boxes = DateBoxes()
        return boxes.format_value(initial) != boxes.format_value(data)

    def _error(self, sentence: str, boxes: Any, /, **words: str) -> ValidationError:
        """An error that carries its boxes, so that the page marks them and links to the first."""
        spoken = getattr(getattr(self, "look", None), "noun", "") or ""
        thing = form_words.subject(str(self.label or _("Date")), spoken)
        text = f"{thing} {sentence % words}"
        return ValidationError(text.replace("%", "%%"), "invalid", {"boxes": tuple(boxes)})


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else None


def _month(typed: str) -> int | None:
    """Also by its name, in full or its first three letters."""
    word = typed.lower().rstrip(".")
    for number, name in enumerate(times.MONTHS, start=1):
        if len(word) >= 3 and name.lower().startswith(word):
            return number
    return _number(typed)
