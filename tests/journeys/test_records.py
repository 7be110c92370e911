"""The records desk: who looked, what may be given, and a hold that stops the worker's erasing."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from breakwater.access.models import Case
from breakwater.access.queries import actor_of
from breakwater.people.models import Mention
from breakwater.records.jobs import erase_at_night, find_how_long_it_is_kept
from breakwater.records.models import Kept, Run
from breakwater.referrals.models import Referral
from tests.builders import a_person
from tests.journeys.hands import Keyboard, Mouse
from tests.journeys.hub import Hub
from tests.records.a_case import no_further_action
from tests.records.retention.conftest import grace_over, past

pytestmark = pytest.mark.journey

NOTE = "No serious harm: the school nurse was asked."


def case_of(hub: Hub, reference: str) -> int:
    with hub.at_database():
        return int(Referral.objects.get(reference=reference).case_id)


def eventually(hub: Hub, holds: Callable[[], bool]) -> None:
    """Wait until the worker has done it."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with hub.at_database():
            if holds():
                return
        time.sleep(0.2)
    raise AssertionError("the worker did not do it")


def no_night_is_under_way() -> bool:
    nights = ProcrastinateJob.objects.filter(task_name=erase_at_night.name)
    return not nights.filter(status__in=("todo", "doing")).exists()


def test_a_worker_sees_who_looked_and_narrows_it_down_without_scripts(
    hub: Hub, visit: Callable[..., Any]
) -> None:
    reference = hub.hand_in(a_person(given="Tamsin", family="Reed", born="2014-04-05"))
    visit(f"/referrals/{reference}", "okafor")
    page = visit(f"/referrals/{reference}", "hill", 320, java_script_enabled=False)
    hands = Mouse(page)
    hands.press("link", "Who looked at this case")
    said = page.locator(".bw-timeline").inner_text()
    assert "Grace Okafor opened it" in said
    assert "Sgt Priya Hill saw who looked at it" in said
    assert f"About: referral {reference}." in said
    page.get_by_label("Who", exact=True).select_option("Grace Okafor")
    page.get_by_label("What", exact=True).select_option("Opened")
    hands.press("button", "Show")
    titles = page.locator(".bw-timeline__title").all_inner_texts()
    assert titles
    assert all(title.startswith("Grace Okafor opened it") for title in titles)


def test_who_was_refused_is_told_to_who_holds_the_case(hub: Hub, visit: Callable[..., Any]) -> None:
    reference = hub.hand_in(a_person(given="Piers", family="Reed", born="2013-04-05"))
    assert visit("/roles", "evans").request.get(f"/referrals/{reference}").status == 404
    page = visit(f"/cases/{case_of(hub, reference)}/who-looked?kind=refused", "hill")
    assert "Huw Evans was refused: opened it" in page.locator(".bw-timeline").inner_text()


def test_a_case_is_handed_to_the_desk_and_what_may_be_given_is_exported_by_keyboard(
    hub: Hub, visit: Callable[..., Any], tmp_path: Path
) -> None:
    reference = hub.hand_in(
        a_person(given="Isla", family="Marlow", born="2011-02-03", address="4 Mill Lane"),
        a_person("parent", given="Petra", family="Marlow", phone="07700 900444"),
        concern={"narrative": "Isla was often late.\n\nPetra Marlow did not answer."},
    )
    page = visit(f"/referrals/{reference}", "okafor")
    hands = Mouse(page)
    hands.press("link", "Hand this case to the subject-access desk")
    hands.press("button", "Hand over")
    assert "There is a problem" in page.locator("main").inner_text()
    hands.choose("Imran Shah")
    until = timezone.localdate() + timedelta(days=30)
    for box, value in (("Day", until.day), ("Month", until.month), ("Year", until.year)):
        hands.type(box, str(value))
    hands.press("button", "Hand over")

    case_id = case_of(hub, reference)
    page = visit("/subject-access", "shah")
    page.locator(f"a[href='/cases/{case_id}/subject-access']").click()
    hands = Keyboard(page)
    hands.choose("Isla Marlow, child")
    hands.press("button", "Continue")
    assert page.locator("mark").all_inner_texts() == ["Petra", "Marlow"]
    hands.press("button", "Export to read or print")
    errors = page.locator(".govuk-error-summary").inner_text()
    assert "Enter your note on the serious-harm test" in errors
    assert "Decide about what was told, paragraph 2: keep or withhold" in errors
    hands.choose_in("What was told, paragraph 2: keep or withhold", "Withhold")
    hands.type("Serious-harm test", NOTE)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export to read or print").press("Enter")
    waiting.value.save_as(tmp_path / "given.html")
    given = (tmp_path / "given.html").read_text(encoding="utf-8")
    for kept in ("Isla Marlow", "4 Mill Lane", "Isla was often late."):
        assert kept in given
    for gone in ("Petra", "07700 900444", "Helen Marsh", NOTE):
        assert gone not in given

    line = visit(f"/cases/{case_id}/who-looked", "hill").locator(".bw-timeline").inner_text()
    assert "Imran Shah worked on a subject access request" in line
    assert "Grace Okafor handed it to the subject-access desk" in line


def test_a_hold_stops_the_worker_from_erasing_what_two_people_let_go(
    hub: Hub, visit: Callable[..., Any]
) -> None:
    reference = hub.hand_in(a_person(given="Corin", family="Ash", born="2001-02-03"))
    with hub.at_database():
        case_id = no_further_action(actor_of("hill"), reference)
        find_how_long_it_is_kept.defer(timestamp=0)
    eventually(hub, lambda: Kept.objects.filter(case_id=case_id).exists())
    with hub.at_database():
        past(case_id)

    page = visit(f"/retention/{case_id}", "shah")
    hands = Mouse(page)
    hands.choose("Let it go")
    hands.type("Reason", "Nothing came after it.")
    hands.press("button", "Decide")
    second = Mouse(visit("/retention", "okafor"))
    second.press("link", f"Case {case_id}")
    second.press("button", "Agree: let it go")
    assert "unless it is undone" in second.page.locator("main").inner_text()
    with hub.at_database():
        grace_over(case_id)

    page.goto("/retention/holds/new")
    hands.type("Name of the inquiry", "The Ash Inquiry")
    hands.choose("Every case")
    today = timezone.localdate()
    for box, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        hands.type(box, str(value))
    hands.type("Reason", "Letter of today.")
    hands.press("button", "Place the hold")
    with hub.at_database():
        runs = Run.objects.count()
        erase_at_night.defer(timestamp=0)
    eventually(hub, no_night_is_under_way)
    page.goto("/retention")
    assert "Would erase nothing." in page.locator("main").inner_text()
    assert "On hold" in page.get_by_role("row", name=f"Case {case_id}").inner_text()

    page.goto("/retention/holds")
    hands.press("link", "Lift The Ash Inquiry")
    hands.type("Reason", "The inquiry ended.")
    hands.press("button", "Lift the hold")
    page.goto("/retention")
    assert f"Would erase 1 case: {case_id}." in page.locator("main").inner_text()
    with hub.at_database():
        assert Case.objects.filter(pk=case_id).exists()
        assert Mention.objects.filter(case=case_id).exists()
        assert Run.objects.count() == runs
        erase_at_night.defer(timestamp=0)
    eventually(hub, lambda: not Case.objects.filter(pk=case_id).exists())
    page.goto("/retention")
    assert f"Case {case_id}, " in page.locator("main").inner_text()
    assert visit("/board", "hill").request.get(f"/referrals/{reference}").status == 404
