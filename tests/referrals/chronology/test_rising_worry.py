"""A child's worries of 12 months weigh by what is usual in the area."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.access.models import Case, User
from breakwater.access.rules import Actor
from breakwater.people.actions import look_again
from breakwater.people.models import Link
from breakwater.people.review.actions import split
from breakwater.referrals.actions import receive_referral
from breakwater.referrals.chronology import presenter
from breakwater.referrals.chronology.actions import measure_pace
from breakwater.referrals.chronology.rising import Rising, latest_pace, rising_worry
from breakwater.referrals.chronology.rules import Weight
from breakwater.referrals.models import AreaPace, Referral
from breakwater.referrals.queries import known_of
from tests.builders import a_person, a_submission, amelia, an_envelope

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]


@pytest.fixture(autouse=True)
def hub(triage: Actor) -> None:
    """Somebody takes in what comes."""


def told(*people: dict, days_ago: int = 0, **changes: object) -> Referral:
    at = timezone.now() - timedelta(days=days_ago)
    told = a_submission(*people, sent_at=at.isoformat(), **changes)  # type: ignore[arg-type]
    receipt = receive_referral(an_envelope(told, received_at=at))
    return Referral.objects.get(reference=receipt.reference)


def rising(referral: Referral, seen: set[int] | None = None, now: datetime | None = None) -> Rising:
    held = set(Case.objects.values_list("pk", flat=True)) if seen is None else seen
    return rising_worry(referral.pk, known_of(referral.pk), held, now or timezone.now())


def same_girl(**changes: object) -> dict:
    return amelia(**({"nhs_number": None, "family": "Hartly", "born": "2017"} | changes))


def stranger(number: int, **changes: object) -> dict:
    return a_person(
        given=f"Child{number:03}", family=f"Family{number * 7919 % 1000:03}",
        nhs_number=_nhs_number(number), born=f"20{10 + number % 8}-0{1 + number % 9}-1{number % 9}",
    ) | changes  # fmt: skip


def _nhs_number(number: int) -> str:
    """A number of the range that is for tests, with its check digit."""
    for tail in range(number * 10, number * 10 + 10):
        digits = f"999{tail:06}"
        check = 11 - sum(int(d) * (10 - at) for at, d in enumerate(digits)) % 11
        if check != 10:
            return f"{digits}{0 if check == 11 else check}"
    raise AssertionError("no number")


def test_worries_of_twelve_months_count_and_older_ones_do_not(triage: Actor) -> None:
    for days_ago in (400, 366, 300, 80, 20):
        told(amelia(), days_ago=days_ago)
    found = rising(told(amelia()))
    assert (found.who, found.count, found.recent) == ("Amelia Hartley", 4, 3)
    assert [mark.this for mark in found.marks] == [False, False, False, True]
    assert sorted(found.marks, key=lambda mark: mark.at) == list(found.marks)


def test_who_may_be_the_child_counts_in_nothing_but_a_line_of_its_own() -> None:
    told(same_girl(), days_ago=5)
    found = rising(told(amelia()))
    assert (found.count, found.maybe, found.household) == (1, 1, 1)
    assert [mark.sure for mark in found.marks] == [False, True]


def test_of_several_children_the_one_told_of_most_is_counted() -> None:
    jake = a_person(given="Jake", family="Hartley", born="2015-01-02", nhs_number=_nhs_number(900))
    for days_ago in (9, 8):
        told(jake, days_ago=days_ago)
    told(amelia(), days_ago=7)
    found = rising(told(amelia(), jake))
    assert (found.who, found.count, found.household) == ("Jake Hartley", 3, 4)


def test_an_adult_alone_is_counted_when_no_child_is_named() -> None:
    kelly = a_person(
        "parent", given="Kelly", family="Hartley", born="1988-01-09", nhs_number=_nhs_number(901)
    )
    told(amelia(), kelly, days_ago=7)
    assert rising(told(kelly)).count == 2
    assert rising(told(kelly)).who == "Kelly Hartley"


def test_a_referral_about_nobody_named_counts_itself() -> None:
    found = rising(told(a_person()))
    assert (found.who, found.count, len(found.marks)) == ("", 1, 1)
    assert "about this child" in presenter.rising_panel(found)["headline"]


def test_only_cases_that_the_reader_holds_count() -> None:
    told(amelia(), days_ago=30)
    Case.objects.update(restricted=True)
    own = told(amelia())
    assert rising(own).count == 2
    assert rising(own, seen={own.case_id}).count == 1
    assert rising(own, seen={own.case_id}).household == 1


def test_it_costs_three_statements_however_many_there_are() -> None:
    def statements(referral: Referral) -> int:
        known, seen = known_of(referral.pk), set(Case.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as captured:
            rising_worry(referral.pk, known, seen, timezone.now())
        return len(captured)

    assert statements(told(amelia(), days_ago=100)) == 3
    for days_ago in range(1, 13):
        told(amelia(), same_girl(), days_ago=days_ago)
    assert statements(told(amelia(), a_person("parent", given="Kelly"))) == 3


# -- the area's pace ------------------------------------------------------------------------------


def test_the_pace_is_measured_over_the_children_of_twelve_months() -> None:
    for number in range(1, 11):
        told(stranger(number), days_ago=number)
    for days_ago in (20, 40, 60, 366):
        told(stranger(1), days_ago=days_ago)
    told(stranger(2), days_ago=90)
    adult = a_person("suspect", given="Rex", family="Stone", born="1980-01-01")
    told(stranger(3), adult | {"nhs_number": _nhs_number(902)}, days_ago=90)
    measure_pace()
    row = AreaPace.objects.get()
    assert (row.children, row.worries, row.median, row.ninth) == (10, 15, 1, 2)


def test_a_day_is_measured_anew_and_the_latest_counts() -> None:
    measure_pace()
    told(stranger(1))
    measure_pace()
    assert AreaPace.objects.get().children == 1
    day = AreaPace.objects.get().day - timedelta(days=1)
    AreaPace.objects.create(
        day=day, children=99, worries=99, median=9, ninth=9, measured_at=timezone.now()
    )
    pace = latest_pace()
    assert pace is not None
    assert pace.children == 1


def test_a_restricted_case_is_in_no_pace() -> None:
    told(stranger(1))
    measure_pace()
    before = AreaPace.objects.values("children", "worries", "median", "ninth").get()
    for days_ago in range(4):
        told(amelia(), days_ago=days_ago)
    hidden = Referral.objects.latest("pk").case_id
    Case.objects.filter(pk=hidden).update(restricted=True)
    measure_pace()
    assert AreaPace.objects.values("children", "worries", "median", "ninth").get() == before


def test_a_split_child_counts_for_two(triage: Actor) -> None:
    first, second = told(amelia(), days_ago=3), told(amelia())
    measure_pace()
    assert AreaPace.objects.get().children == 1
    mention = Link.objects.get(mention__referral_id=second.pk, standing="linked").mention_id
    split(triage, mention, "The school rang: she is somebody else.")
    look_again(first.pk)
    measure_pace()
    assert AreaPace.objects.get().children == 2
    assert rising(second).count == 1


# -- what the panel says --------------------------------------------------------------------------


@pytest.fixture
def usual() -> None:
    """An area where half the children have one worry and one in ten has three."""
    day = timezone.localdate()
    row = {"children": 400, "worries": 560, "median": 1, "ninth": 3}
    AreaPace.objects.create(day=day, measured_at=timezone.now(), **row)


def test_a_tenth_small_worry_weighs_more_than_one(usual: None) -> None:
    first = presenter.rising_panel(rising(told(amelia(), days_ago=200)))
    for days_ago in range(190, 100, -11):
        told(amelia(), days_ago=days_ago)
    tenth = rising(told(amelia(), days_ago=2))
    panel = presenter.rising_panel(tenth)
    assert first["tag"] is None
    assert tenth.weight is Weight.HIGH
    assert panel["tag"] == {"text": "Rising worry", "colour": "red"}
    assert panel["headline"].startswith("11 worries in 12 months about Amelia Hartley, 1 of them")
    assert panel["pace"].endswith("half have 1, and one in ten has 3 or more.")
    heights = [bar.height for bar, _ in panel["drawing"]["bars"]]
    assert heights == sorted(heights)
    assert heights[-1] > 10 * heights[0]


def test_without_a_pace_the_panel_counts_and_compares_nothing() -> None:
    panel = presenter.rising_panel(rising(told(amelia())))
    assert panel["tag"] is None
    assert panel["pace"].startswith("The hub knows of too few children yet")
    assert panel["drawing"]["line"] is None


def test_a_year_without_worries_draws_nothing(usual: None) -> None:
    later = timezone.now() + timedelta(days=500)
    found = rising(told(amelia()), now=later)
    panel = presenter.rising_panel(found)
    assert (found.count, panel["drawing"]) == (0, None)
    assert panel["headline"] == "No worry in 12 months about Amelia Hartley."


def test_the_picture_says_the_same_as_its_list_and_colour_says_nothing_alone(usual: None) -> None:
    told(same_girl(), days_ago=50)
    panel = presenter.rising_panel(rising(told(amelia(given="<b>Amelia"))))
    html = (
        engines["jinja2"]
        .from_string('{% from "referrals/rising.html" import rising %}{{ rising(panel) }}')
        .render({"panel": panel})
    )
    assert 'role="img" aria-labelledby="rising-title rising-desc"' in html
    assert html.count("Neglect, may be the same child") == 1
    assert html.count("Neglect, this referral") == 1
    assert "(may be the same child)" in html
    assert "1 in 10 here: 3 or more" in html
    assert "style=" not in html
    assert "<b>Amelia" not in html
