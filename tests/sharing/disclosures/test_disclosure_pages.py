"""The pages of sharing: nothing typed is lost, bad input names its field, nothing leaks."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from breakwater.access.models import Case, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, TeamKind
from breakwater.referrals.models import Referral
from breakwater.sharing.disclosures.models import Disclosure, Withheld
from breakwater.sharing.disclosures.rules import usual_keep
from breakwater.sharing.rules import Handling, Purpose, Sent
from breakwater.web import times
from tests.sharing.asking import team_of
from tests.sharing.telling import a_case, a_surgery, agreed, mention, shared

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
SignIn = Callable[[User], Client]


@pytest.fixture
def hill(staff: Staff) -> User:
    return staff("Priya Hill")


@pytest.fixture
def page(hill: User, signed_in: SignIn) -> Client:
    return signed_in(hill)


@pytest.fixture
def surgery(hill: User) -> Actor:
    one = a_surgery()
    agreed(actor_for(hill), one)
    return one


def where(referral: Referral, partner: Actor) -> str:
    child, team = mention(referral, "Amelia"), team_of(partner).pk
    return reverse("share-parts", args=[referral.case_id, child, team])


def typed(referral: Referral, **changes: Any) -> dict[str, Any]:
    child = mention(referral, "Amelia")
    until = timezone.localdate()
    return {
        f"m{child}": [f"m{child}.name", f"m{child}.born"],
        "summary": "She comes hungry.",
        "purpose": "deciding what a child needs",
        "necessity": "They see her next week.",
        "consent": "asked and agreed",
        "keep_until-day": "28",
        "keep_until-month": str(until.month),
        "keep_until-year": str(until.year + 1),
    } | changes


def test_nothing_is_ticked_but_who_the_child_is(page: Client, surgery: Actor) -> None:
    shown = page.get(where(a_case(), surgery)).content.decode()
    assert shown.count("checked") == 2
    assert "Name: Amelia Hartley" in shown
    assert "Not the child" in shown


def test_who_reported_it_is_nowhere_to_be_ticked(page: Client, surgery: Actor) -> None:
    reporter = {"name": "Helen Marsh", "phone": "01632 960777", "agency": "A school"}
    shown = page.get(where(a_case(reporter=reporter), surgery)).content.decode()
    assert "Helen Marsh" not in shown
    assert "960777" not in shown


def test_the_reporters_name_does_not_leave_in_a_text(page: Client, surgery: Actor) -> None:
    reporter = {"name": "Helen Marsh", "agency": "A school"}
    referral = a_case(reporter=reporter)
    sent = page.post(where(referral, surgery), typed(referral, summary="Mrs Marsh says so."))
    assert sent.status_code == 422
    assert "whoever reported it" in sent.content.decode()


def test_what_was_typed_comes_back_with_the_error_at_its_field(
    page: Client, surgery: Actor
) -> None:
    referral = a_case()
    sent = page.post(where(referral, surgery), typed(referral, note="Jamie must not know."))
    shown = sent.content.decode()
    assert sent.status_code == 422
    assert 'href="#id_note"' in shown
    assert "She comes hungry." in shown
    assert "Jamie must not know." in shown
    assert not Disclosure.objects.exists()


def test_the_preview_stores_nothing_and_carries_all_that_was_typed(
    page: Client, surgery: Actor
) -> None:
    referral = a_case()
    sent = page.post(where(referral, surgery), typed(referral))
    shown = sent.content.decode()
    assert sent.status_code == 200
    assert "Look at it before it is sent" in shown
    assert '<input type="hidden" name="necessity" value="They see her next week.">' in shown
    assert not Disclosure.objects.exists()


def send(page: Client, referral: Referral, partner: Actor, **changes: Any) -> Any:
    """From the preview: the second form, with the team chosen again."""
    first = page.post(where(referral, partner), typed(referral))
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]{64})"', first.content.decode())
    again = {"stage": "preview", "seen": seen, "right_team": str(team_of(partner).pk)}
    return page.post(where(referral, partner), typed(referral, **(again | changes)))


def test_it_is_sent_once_the_team_was_chosen_again(page: Client, surgery: Actor) -> None:
    referral = a_case()
    sent = send(page, referral, surgery)
    assert sent.status_code == 302
    assert Disclosure.objects.get().standing == Sent.SENT


@pytest.mark.parametrize("purpose", list(Purpose))
def test_without_a_day_it_is_kept_as_long_as_is_usual_for_the_purpose(
    page: Client, surgery: Actor, purpose: Purpose
) -> None:
    referral = a_case()
    no_day = {f"keep_until-{box}": "" for box in ("day", "month", "year")}
    given = typed(referral, purpose=purpose.value, **no_day)
    shown = page.post(where(referral, surgery), given).content.decode()
    assert times.date(usual_keep(purpose, timezone.localdate())) in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"right_team": ""}, "Choose who should get this"),
        ({"right_team": "no"}, "This is not sent"),
        ({"seen": "something else"}, "no longer what you looked at"),
        ({"summary": "Another text."}, "no longer what you looked at"),
        ({"summary": "Jamie told them."}, "may be Jamie Okafor"),
        ({"do": "change"}, "They see her next week."),
    ],
)
def test_what_was_not_looked_at_or_goes_elsewhere_is_not_sent(
    page: Client, surgery: Actor, changes: dict[str, str], said: str
) -> None:
    sent = send(page, a_case(), surgery, **changes)
    assert said in sent.content.decode()
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("name", ["told", "share", "withhold"])
def test_a_hidden_case_is_answered_as_none(page: Client, name: str) -> None:
    case = a_case().case_id
    assert page.get(reverse(name, args=[case])).status_code == 200
    Case.objects.update(restricted=True)
    answers = [page.get(reverse(name, args=[pk])) for pk in (case, 999_999)]
    assert [one.status_code for one in answers] == [404, 404]


@pytest.mark.parametrize("name", ["recall-disclosure", "correct-disclosure", "sign-disclosure"])
def test_a_disclosure_of_a_hidden_case_is_answered_as_none(
    hill: User, page: Client, surgery: Actor, name: str
) -> None:
    row = shared(actor_for(hill), a_case(), surgery)
    Case.objects.update(restricted=True)
    for called in (row.reference, "DS-0000-0000-0000"):
        assert page.get(reverse(name, args=[called])).status_code == 404
        assert page.post(reverse(name, args=[called]), {"reason": "So."}).status_code == 404


def test_whoever_may_only_read_finds_no_way_to_share(
    hill: User, surgery: Actor, staff: Staff, signed_in: SignIn
) -> None:
    referral = a_case()
    shared(actor_for(hill), referral, surgery)
    inspector = staff("Ines Roth", TeamKind.TRIAGE, Role.INSPECTOR)
    page = signed_in(inspector)
    # Without a sample the case is none to them.
    assert page.get(reverse("told", args=[referral.case_id])).status_code == 404
    assert page.get(where(referral, surgery)).status_code == 404


def test_a_child_or_team_that_is_none_to_choose_is_not_there(
    page: Client, surgery: Actor, hill: User
) -> None:
    referral = a_case()
    child, team = mention(referral, "Amelia"), team_of(surgery).pk
    own = min(actor_for(hill).team_ids)
    for args in ((child, 999_999), (child, own), (999_999, team)):
        assert page.get(reverse("share-parts", args=[referral.case_id, *args])).status_code == 404


def test_what_is_not_shared_is_noted_with_why(page: Client, surgery: Actor) -> None:
    address = reverse("withhold", args=[a_case().case_id])
    given = {
        "team": str(team_of(surgery).pk),
        "kinds": ["the worry itself and what was decided"],
        "reason": "A relative works there.",
    }
    refused = page.post(address, given)
    assert refused.status_code == 422
    assert "A relative works there." in refused.content.decode()
    assert page.post(address, given | {"more_detrimental": "yes"}).status_code == 302
    assert Withheld.objects.get().more_detrimental is True


def test_the_page_of_who_was_told_costs_as_many_statements_for_one_as_for_three(
    hill: User,
    page: Client,
    surgery: Actor,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    referral = a_case()
    shared(actor_for(hill), referral, surgery)
    address = reverse("told", args=[referral.case_id])
    with django_assert_max_num_queries(40) as counted:
        page.get(address)
    for _ in range(2):
        shared(actor_for(hill), referral, surgery)
    with django_assert_num_queries(len(counted)):
        shown = page.get(address).content.decode()
    assert shown.count("Take it back") == 3


def test_the_page_of_a_referral_shows_how_sharing_stands(
    hill: User, page: Client, surgery: Actor
) -> None:
    referral = a_case()
    shared(actor_for(hill), referral, surgery, handling=(Handling.NOT_FAMILY,))
    shown = page.get(reverse("referral", args=[referral.reference])).content.decode()
    assert reverse("told", args=[referral.case_id]) in shown
    assert "1 team" in shown


def test_no_address_of_these_pages_tells_of_anybody(
    hill: User, page: Client, surgery: Actor
) -> None:
    referral = a_case()
    sent = send(page, referral, surgery)
    assert "Amelia" not in sent["Location"]
    assert "Amelia" not in where(referral, surgery)
