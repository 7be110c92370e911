"""A date typed in three boxes."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from breakwater.web.form_dates import BOXES
from breakwater.web.forms import Date, GovForm
from breakwater.web.times import MONTHS


class Asked(GovForm):
    seen = Date("Date last seen")


class Optional(GovForm):
    seen = Date("Date last seen", required=False)


def sent(day: str = "", month: str = "", year: str = "") -> dict[str, str]:
    return {"seen-day": day, "seen-month": month, "seen-year": year}


def error(form: GovForm) -> tuple[str, tuple[str, ...]]:
    (found,) = form.errors.as_data()["seen"]
    (words,) = form.errors["seen"]
    return words, (found.params or {}).get("boxes", BOXES)


@given(st.dates(min_value=dt.date(1900, 1, 1)), st.sampled_from(["number", "name", "short"]))
def test_every_date_comes_out_as_it_went_in(date, way):
    name = MONTHS[date.month - 1]
    month = {"number": f"{date.month:02}", "name": name.upper(), "short": name[:3]}[way]
    form = Asked(sent(f" {date.day}", month, f"{date.year} "))
    assert form.is_valid()
    assert form.cleaned_data["seen"] == date


@given(st.dates())
def test_a_date_shown_in_boxes_and_sent_back_has_not_changed(date):
    form = Asked(sent(str(date.day), str(date.month), str(date.year)), initial={"seen": date})
    assert not form.has_changed()


@given(*[st.text(max_size=6) | st.integers(-5, 40).map(str)] * 3)
def test_whatever_is_typed_gives_a_date_or_one_sentence_about_boxes(day, month, year):
    form = Asked(sent(day, month, year))
    if form.is_valid():
        assert isinstance(form.cleaned_data["seen"], dt.date)
    else:
        words, boxes = error(form)
        assert words.startswith(("Date last seen must ", "Enter a date last seen"))
        assert boxes
        assert set(boxes) <= set(BOXES)


@given(st.sets(st.sampled_from(BOXES), min_size=1, max_size=2))
def test_missing_boxes_are_named(missing):
    full = dict(zip(BOXES, ("27", "3", "2026"), strict=True))
    words, boxes = error(Asked(sent(**{b: "" if b in missing else full[b] for b in BOXES})))
    assert all((f"a {box}" in words) == (box in missing) for box in BOXES)
    assert set(boxes) == missing


@pytest.mark.parametrize(
    ("day", "month", "year", "sentence", "boxes"),
    [
        ("31", "2", "2026", "Date last seen must be a real date", BOXES),
        ("32", "1", "2026", "Date last seen must be a real date", ("day",)),
        ("1", "13", "2026", "Date last seen must be a real date", ("month",)),
        ("x", "Smarch", "2026", "Date last seen must be a real date", ("day", "month")),
        ("1", "1", "26", "Date last seen must have a year of 4 numbers, like 2026", ("year",)),
        ("٣", "1", "2026", "Date last seen must be a real date", ("day",)),
        ("1", "1", "0201", "Date last seen must be 1 January 1900 or later", BOXES),
    ],
)
def test_a_wrong_date_says_what_is_wrong_and_where(day, month, year, sentence, boxes):
    assert error(Asked(sent(day, month, year))) == (sentence, boxes)


@pytest.mark.parametrize(
    ("when", "offsets"),
    [
        ("past", {-1}),
        ("today or past", {-1, 0}),
        ("today or future", {0, 1}),
        ("future", {1}),
    ],
)
def test_past_and_future_are_kept_apart(when, offsets):
    class Limited(GovForm):
        seen = Date("Day", when=when)

    for offset in (-1, 0, 1):
        day = timezone.localdate() + dt.timedelta(days=offset)
        form = Limited(sent(str(day.day), str(day.month), str(day.year)))
        assert form.is_valid() == (offset in offsets)


def test_an_optional_date_may_be_left_out_but_not_half():
    assert Optional(sent()).is_valid()
    assert not Optional(sent("1")).is_valid()


def test_a_limit_may_be_a_function_and_a_wrong_when_is_refused():
    class Limited(GovForm):
        seen = Date("Day", latest=lambda: dt.date(2026, 3, 1))

    assert error(Limited(sent("2", "3", "2026")))[0] == "Day must be 1 March 2026 or earlier"
    with pytest.raises(ValueError, match="when must be"):
        Date("Day", when="yesterday")
