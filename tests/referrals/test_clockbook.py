"""The page of all clocks, and setting one anew."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from breakwater.access.models import User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.clocks.actions import start_clock
from breakwater.clocks.days import USUAL
from breakwater.clocks.models import ClockDefinition, OpeningHours, SchoolBreak
from breakwater.clocks.queries import calendar_for, definition_in_force, definitions, hub_hours
from breakwater.clocks.rules import LONDON, Unit, Whom, due_at
from breakwater.clocks.setting import ChangedMeanwhile, NewVersion, add_version
from breakwater.referrals.clockbook import actions
from breakwater.referrals.clockbook.actions import change_clock
from breakwater.web import times

pytestmark = pytest.mark.django_db

SETTING: list[tuple[str, list[Any]]] = [
    ("change-clock", ["DECIDE"]),
    ("hub-hours", []),
    ("school-breaks", []),
    ("remove-break", [1]),
]
SignIn = Callable[[User], Client]


@pytest.fixture
def manager(staff: Callable[..., User]) -> User:
    return staff("Ruth Kerr", TeamKind.TRIAGE, Role.HUB_MANAGER)


@pytest.fixture
def client(manager: User, signed_in: SignIn) -> Client:
    return signed_in(manager)


def today() -> date:
    return timezone.localdate()


def typed(**changes: Any) -> dict[str, Any]:
    """What a manager sends to let two working days pass before a decision, from today."""
    on = changes.pop("on", today())
    return {
        "length": "2",
        "unit": "working_day",
        "source": "Agreed by the partners in November",
        "warn": "60",
        "tell_at_warning": ["team"],
        "tell_at_miss": ["supervisor", "manager"],
        "effective_from-day": on.day,
        "effective_from-month": on.month,
        "effective_from-year": on.year,
        "after": "1",
    } | changes


def changed(client: Client, code: str = "DECIDE", **changes: Any) -> Any:
    return client.post(reverse("change-clock", args=[code]), typed(**changes), follow=False)


def new(**changes: Any) -> NewVersion:
    return NewVersion(
        **{
            "length": 2,
            "unit": Unit.WORKING_DAY,
            "source": "Agreed",
            "warn_share": 0.5,
            "tell_at_warning": (),
            "tell_at_miss": (Whom.TEAM,),
            "effective_from": today(),
        }
        | changes
    )


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (TeamKind.TRIAGE, Role.TRIAGE_WORKER),
        (TeamKind.CAIT, Role.PRACTITIONER),
        (TeamKind.CAIT, Role.TEAM_SUPERVISOR),
        (TeamKind.TRIAGE, Role.INSPECTOR),
        (TeamKind.TRIAGE, Role.RECORDS_OFFICER),
    ],
)
def test_whoever_works_here_reads_the_clocks_and_only_who_sets_rules_changes_one(
    kind: TeamKind, role: Role, staff: Callable[..., User], signed_in: SignIn
) -> None:
    user = staff("Priya Hill", kind, role)
    reader = signed_in(user)
    page = reader.get(reverse("clocks"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Initial child protection conference" in text
    assert "15 working days" in text
    assert "Children Act 1989, section 46(6)" in text
    assert "change it" not in text
    for route, args in SETTING:
        assert reader.get(reverse(route, args=args)).status_code in (404, 405)
        assert reader.post(reverse(route, args=args)).status_code == 404
    assert changed(reader).status_code == 404
    with pytest.raises(NotAllowed):
        change_clock(actor_for(user), "DECIDE", new(), after=1, today=today())
    assert ClockDefinition.objects.filter(code="DECIDE").count() == 1
    with pytest.raises(NotAllowed):
        actions.set_hours(actor_for(user), [1], time(9), time(17))
    with pytest.raises(NotAllowed):
        actions.add_school_break(actor_for(user), "", today(), today())
    with pytest.raises(NotAllowed):
        actions.remove_school_break(actor_for(user), 1)
    refused = Entry.objects.filter(verb="set_rules", allowed=False)
    assert {entry.subject for entry in refused} == {"clock:DECIDE", "hub hours", "school break"}
    assert not Entry.objects.filter(verb="set_rules", allowed=True).exists()


def test_every_clock_is_on_the_page_with_all_that_is_said_of_it(client: Client) -> None:
    page = client.get(reverse("clocks")).content.decode()
    for definition in ClockDefinition.objects.all():
        assert definition.code in page
        assert reverse("change-clock", args=[definition.code]) in page
    for words in (
        "Before the next school day", "Never paused", "Paused while: more information is awaited",
        "At 75%: who works on it", "When missed:", "From the start",
    ):  # fmt: skip
        assert words in page


def test_the_page_costs_the_same_however_many_versions_there_are(client: Client) -> None:
    client.get(reverse("clocks"))
    counts = []
    for versions in (0, 3):
        for n in range(1, versions + 1):
            add_version("DECIDE", new(), after=n, today=today())
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("clocks"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
    with CaptureQueriesContext(connection) as captured:
        definitions(today())
    assert len(captured) == 1


def test_setting_a_clock_adds_a_version_and_leaves_the_old_one_and_what_runs(
    client: Client,
) -> None:
    running = start_clock("DECIDE", "referral:1", 1, timezone.now())
    due = running.due_at
    assert changed(client).status_code == 302
    versions = ClockDefinition.objects.filter(code="DECIDE").order_by("version")
    old, fresh = versions
    assert (old.version, old.length, old.unit) == (1, 1, "working_day")
    assert (fresh.version, fresh.length, fresh.warn_share) == (2, 2, 0.6)
    assert (fresh.tell_at_warning, fresh.tell_at_miss) == (["team"], ["supervisor", "manager"])
    assert (fresh.name, fresh.starts, fresh.pauses) == (old.name, old.starts, old.pauses)
    assert fresh.status == "set by the area"
    running.refresh_from_db()
    assert (running.due_at, running.definition) == (due, old)
    assert start_clock("DECIDE", "referral:2", 1, timezone.now()).definition == fresh


def test_who_set_which_version_stands_in_the_ledger(client: Client, manager: User) -> None:
    changed(client)
    entry = Entry.objects.get(verb="set_rules")
    assert entry.actor == actor_for(manager).ledger_name
    assert (entry.subject, entry.facts) == ("clock:DECIDE", {"clock": "DECIDE", "version": 2})


def test_the_page_says_that_running_clocks_keep_theirs_and_shows_both_versions(
    client: Client,
) -> None:
    assert (
        "keep the version they began with"
        in client.get(reverse("change-clock", args=["DECIDE"])).content.decode()
    )
    response = client.post(reverse("change-clock", args=["DECIDE"]), typed(), follow=True)
    page = response.content.decode()
    assert "keep the version they began with" in page
    assert "Before that, version 1: 1 working day" in page
    assert "Agreed by the partners in November" in page


def test_a_version_to_come_is_announced_and_not_yet_in_force(client: Client) -> None:
    changed(client, on=today() + timedelta(days=30))
    assert definition_in_force("DECIDE", timezone.now()).version == 1
    later = timezone.now().astimezone(LONDON) + timedelta(days=30)
    assert definition_in_force("DECIDE", later).version == 2
    for page in (reverse("clocks"), reverse("change-clock", args=["DECIDE"])):
        said = f"From {times.date(today() + timedelta(days=30))}: 2 working days"
        assert said in client.get(page).content.decode()


def test_what_begins_earlier_but_was_set_later_ends_when_the_planned_one_begins() -> None:
    add_version("DECIDE", new(effective_from=today() + timedelta(days=30)), after=1, today=today())
    add_version("DECIDE", new(length=3), after=2, today=today())
    later = timezone.now().astimezone(LONDON) + timedelta(days=30)
    assert definition_in_force("DECIDE", timezone.now()).version == 3
    assert definition_in_force("DECIDE", later).version == 2


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"length": ""}, "length", "Enter how long"),
        ({"length": "soon"}, "length", "number"),
        ({"length": "0"}, "length", "between 1 and 1000"),
        ({"length": "1001"}, "length", "1000"),
        ({"unit": "fortnight"}, "unit", ""),
        ({"source": ""}, "source", "Enter the source"),
        ({"source": "x" * 301}, "source", "300 characters"),
        ({"warn": "0"}, "warn", "1"),
        ({"warn": "100"}, "warn", "99"),
        ({"tell_at_miss": []}, "tell_at_miss", ""),
        ({"tell_at_miss": ["the press"]}, "tell_at_miss", ""),
        ({"on": date(2020, 1, 1)}, "effective_from", "today or in the future"),
        ({"effective_from-day": "31", "effective_from-month": "2"}, "effective_from", "real date"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(
    client: Client, wrong: dict[str, Any], field: str, words: str
) -> None:
    kept = {} if field == "source" else {"source": "Typed with care"}
    response = changed(client, **(kept | wrong))
    assert response.status_code == 422
    page = response.content.decode()
    assert re.findall(r'<p id="id_(\w+)-error"', page) == [field]
    (said,) = re.findall(r"govuk-error-message.*?</p>", page, re.DOTALL)
    assert words in said
    if kept:
        assert "Typed with care" in page
    assert ClockDefinition.objects.filter(code="DECIDE").count() == 1


def test_no_length_at_all_is_for_a_deadline_before_school_alone(client: Client) -> None:
    assert changed(client, "ENCOMPASS", length="0", unit="before_school_day").status_code == 302
    assert changed(client, "ENCOMPASS", length="0", unit="day", after="2").status_code == 422


def test_of_two_who_set_a_clock_at_once_the_second_is_shown_both(client: Client) -> None:
    assert changed(client, length="3").status_code == 302
    response = changed(client, length="5", source="Mine")
    assert response.status_code == 422
    page = response.content.decode()
    assert "Somebody else has set this clock" in page
    assert "3 working days" in page
    assert "Mine" in page
    assert ClockDefinition.objects.filter(code="DECIDE").count() == 2
    # Sent once more it counts, for now they have seen what came in between.
    assert 'name="after" value="2"' in page
    assert changed(client, length="5", after="2").status_code == 302


def test_a_version_on_top_of_one_that_was_not_seen_is_refused() -> None:
    add_version("DECIDE", new(), after=1, today=today())
    with pytest.raises(ChangedMeanwhile):
        add_version("DECIDE", new(), after=1, today=today())


def test_a_clock_that_nobody_defined_has_no_page(client: Client) -> None:
    assert client.get(reverse("change-clock", args=["TEA"])).status_code == 404
    assert changed(client, "TEA").status_code == 404


def boxes(name: str, on: date) -> dict[str, int]:
    return {f"{name}-day": on.day, f"{name}-month": on.month, f"{name}-year": on.year}


def test_a_manager_sets_when_the_hub_works_and_clocks_count_it(client: Client) -> None:
    assert hub_hours() == USUAL.hours
    sent = {"days": ["0", "1", "6"], "opens": "8:00", "closes": "20:00"}
    page = client.post(reverse("hub-hours"), sent, follow=True).content.decode()
    assert "Monday: 8am to 8pm" in page
    assert "Wednesday" not in page
    calendar = calendar_for([Unit.WORKING_HOUR])
    monday = date_of(2026, 3, 2, 15)
    assert due_at(monday, 6, Unit.WORKING_HOUR, calendar) == date_of(2026, 3, 3, 9)
    entry = Entry.objects.get(verb="set_rules")
    assert entry.facts == {"days": [0, 1, 6], "opens": "08:00:00", "closes": "20:00:00"}
    # The form shows what was set, and setting anew replaces it.
    assert 'value="08:00"' in client.get(reverse("hub-hours")).content.decode()
    client.post(reverse("hub-hours"), sent | {"days": ["2"]})
    assert list(OpeningHours.objects.values_list("weekday", flat=True)) == [2]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"days": []}, "days"),
        ({"days": ["5", "6"]}, "days"),
        ({"days": ["9"]}, "days"),
        ({"opens": ""}, "opens"),
        ({"opens": "nine"}, "opens"),
        ({"closes": "25:00"}, "closes"),
        ({"closes": "09:00"}, "closes"),
    ],
)
def test_hours_that_cannot_be_are_refused_at_their_field(
    client: Client, wrong: dict[str, Any], field: str
) -> None:
    sent = {"days": ["0"], "opens": "09:00", "closes": "17:00"} | wrong
    response = client.post(reverse("hub-hours"), sent)
    assert response.status_code == 422
    assert re.findall(r'<p id="id_(\w+)-error"', response.content.decode()) == [field]
    assert not OpeningHours.objects.exists()


def test_a_manager_adds_a_school_break_and_takes_it_away(client: Client) -> None:
    first, last = today() + timedelta(days=3), today() + timedelta(days=9)
    sent = {"area": "North"} | boxes("first", first) | boxes("last", last)
    page = client.post(reverse("school-breaks"), sent, follow=True).content.decode()
    words = f"{times.date(first)} to {times.date(last)}, North"
    assert words in page
    assert words in client.get(reverse("clocks")).content.decode()
    assert calendar_for([Unit.BEFORE_SCHOOL_DAY], "North").breaks == ((first, last),)
    assert calendar_for([Unit.BEFORE_SCHOOL_DAY], "South").breaks == ()
    added = SchoolBreak.objects.get().pk
    client.post(reverse("remove-break", args=[added]))
    assert not SchoolBreak.objects.exists()
    facts = [entry.facts for entry in Entry.objects.filter(verb="set_rules").order_by("at")]
    assert facts == [
        {"added": added, "first": str(first), "last": str(last)},
        {"removed": added},
    ]
    # Once more is no error: it is away.
    assert client.post(reverse("remove-break", args=[added])).status_code == 302


@pytest.mark.parametrize(
    ("first", "last", "area", "field"),
    [(5, 3, "", "last"), (1, 200, "", "last"), (1, 2, "x" * 61, "area"), (-9, -2, "", "last")],
)
def test_a_break_that_cannot_be_is_refused_at_its_field(
    client: Client, first: int, last: int, area: str, field: str
) -> None:
    days = [today() + timedelta(days=n) for n in (first, last)]
    sent = {"area": area} | boxes("first", days[0]) | boxes("last", days[1])
    response = client.post(reverse("school-breaks"), sent)
    assert response.status_code == 422
    assert re.findall(r'<p id="id_(\w+)-error"', response.content.decode()) == [field]
    assert not SchoolBreak.objects.exists()


def date_of(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[misc,arg-type]
