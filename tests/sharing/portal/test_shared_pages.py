"""What was shared with a team, as it reads it; taken back, corrected, confirmed."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from breakwater.access.models import Team, User
from breakwater.access.policy import Role
from breakwater.access.rules import AlertKind
from breakwater.audit.models import Entry
from breakwater.sharing.models import Disclosure
from breakwater.sharing.papers import tell_team
from breakwater.sharing.rules import Handling, Sent
from tests.sharing.portal import partners

SignedIn = Callable[[User], Client]


@pytest.fixture
def told(school: Team, asker: User) -> Disclosure:
    return partners.a_disclosure(school, asker)


@pytest.fixture
def browser(school: Team, signed_in: SignedIn) -> Client:
    return signed_in(partners.somebody_of(school, "Joan Marsh"))


def page(browser: Client, told: Disclosure) -> str:
    response = browser.get(reverse("shared-paper", args=[told.reference]))
    assert response.status_code == 200
    return response.content.decode()


def test_what_was_shared_stands_there_with_how_to_handle_it_and_for_how_long(
    browser: Client, told: Disclosure, asker: User
) -> None:
    html = page(browser, told)
    for said in (
        "Amelia Hartley", "14 May 2017", "Ring me first.", "Do not tell the family",
        "1 January 2030", asker.name, "Wessex Council",
    ):  # fmt: skip
        assert said in html
    # Why it was necessary is the sender's own record.
    assert "So that the school keeps her safe." not in html


def test_the_inbox_lists_it_without_a_name_until_it_is_read(
    browser: Client, told: Disclosure
) -> None:
    inbox = browser.get(reverse("asked")).content.decode()
    assert told.reference in inbox
    assert "Not read yet" in inbox
    assert "Amelia" not in inbox
    page(browser, told)
    assert "Not read yet" not in browser.get(reverse("asked")).content.decode()


def test_the_first_look_is_the_senders_to_see(
    browser: Client, told: Disclosure, school: Team, signed_in: SignedIn
) -> None:
    page(browser, told)
    page(signed_in(partners.somebody_of(school, "Bob Teller")), told)
    told.refresh_from_db()
    assert told.read_by
    assert told.read_by.name == "Joan Marsh"


def test_what_was_taken_back_is_shown_as_that_and_nothing_of_it(
    browser: Client, told: Disclosure, hidden_words: Callable[[str], list[str]]
) -> None:
    partners.take_back(told)
    html = page(browser, told)
    assert "took this back" in html
    assert "Somebody else&#39;s." in html
    assert hidden_words(html) == []
    told.refresh_from_db()
    assert told.read_at is None


def test_a_correction_leads_to_the_new_version_and_that_to_the_old(
    browser: Client, told: Disclosure, school: Team, asker: User
) -> None:
    later = partners.a_disclosure(school, asker)
    Disclosure.objects.filter(pk=later.pk).update(corrects=told, version=2)
    partners.take_back(told, Sent.CORRECTED)
    html = page(browser, told)
    assert reverse("shared-paper", args=[later.reference]) in html
    assert "Use the new version" in html
    assert told.reference in page(browser, later)


@pytest.mark.parametrize("standing", [Sent.RECALLED, Sent.CORRECTED])
def test_that_copies_are_gone_is_confirmed_once_with_a_name_and_a_time(
    browser: Client, told: Disclosure, school: Team, signed_in: SignedIn, standing: Sent
) -> None:
    partners.take_back(told, standing)
    address = reverse("confirm-taken-back", args=[told.reference])
    assert told.reference in browser.get(reverse("asked")).content.decode()
    assert browser.post(address).status_code == 302
    told.refresh_from_db()
    first = told.confirmed_at
    assert told.confirmed_by
    assert told.confirmed_by.name == "Joan Marsh"
    assert "You confirmed" in page(browser, told)
    signed_in(partners.somebody_of(school, "Bob Teller")).post(address)
    told.refresh_from_db()
    assert (told.confirmed_at, told.confirmed_by.name) == (first, "Joan Marsh")
    assert Entry.objects.filter(verb="confirm_taken_back").count() == 1


def test_what_stands_is_not_confirmed(browser: Client, told: Disclosure) -> None:
    response = browser.post(reverse("confirm-taken-back", args=[told.reference]))
    assert response.status_code == 404
    told.refresh_from_db()
    assert told.confirmed_at is None


def test_who_must_not_read_it_gets_the_answer_of_what_is_not_there(
    told: Disclosure, school: Team, asker: User, signed_in: SignedIn, browser: Client
) -> None:
    kin = partners.somebody_of(school, "Kay Hartley")
    partners.shut_out(partners.actor(kin), told.case_id)
    unsigned = partners.a_disclosure(school, asker)
    Disclosure.objects.filter(pk=unsigned.pk).update(standing=Sent.TO_SIGN)
    others = partners.somebody_of(partners.a_team("Harbour Surgery", "health"))
    inspector = partners.somebody_of(school, "Ines Pryce", Role.INSPECTOR)
    for who, reference in (
        (signed_in(kin), told.reference), (signed_in(others), told.reference),
        (signed_in(inspector), told.reference), (browser, unsigned.reference),
        (browser, "DS-AAAA-BBBB-CCCC"), (browser, "nonsense"),
    ):  # fmt: skip
        assert who.get(reverse("shared-paper", args=[reference])).status_code == 404
        assert who.post(reverse("confirm-taken-back", args=[reference])).status_code == 404


def test_a_request_is_no_disclosure(browser: Client, school: Team, asker: User) -> None:
    request = partners.a_request(school, asker)
    assert browser.get(reverse("shared-paper", args=[request.reference])).status_code == 404


def test_after_the_last_day_nothing_of_it_is_shown(
    browser: Client,
    school: Team,
    asker: User,
    hidden_words: Callable[[str], list[str]],
) -> None:
    over = partners.a_disclosure(school, asker, keep_until=date(2020, 1, 1), handling=())
    html = page(browser, over)
    assert "Let go of your copies." in html
    assert hidden_words(html) == []


@pytest.fixture
def hidden_words() -> Callable[[str], list[str]]:
    def found(html: str) -> list[str]:
        words = ("Amelia", "Hartley", "14 May 2017", "Ring me first.", Handling.NOT_FAMILY)
        return [word for word in words if word in html]

    return found


def test_alerts_lead_to_the_paper(browser: Client, told: Disclosure, school: Team) -> None:
    subject = f"disclosure:{told.pk}"
    assert tell_team(AlertKind.SHARED, school.pk, told.case_id, subject, told.reference) == 1
    html = browser.get(reverse("alerts")).content.decode()
    assert reverse("shared-paper", args=[told.reference]) in html
    assert "Amelia" not in html


def test_nothing_of_it_is_in_the_address_or_the_title(browser: Client, told: Disclosure) -> None:
    html = page(browser, told)
    title = html.partition("<title>")[2].partition("</title>")[0]
    assert "Amelia" not in title
    assert told.reference in title
