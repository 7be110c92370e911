"""A case on paper: all of it, whose print it is, and an entry for each print."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from breakwater.access.models import Case, Team, User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, Relation, TeamKind
from breakwater.audit.models import Entry
from breakwater.referrals.models import Referral
from breakwater.referrals.paper.actions import open_for_print
from breakwater.referrals.routing.actions import take_on
from breakwater.referrals.rules import Level
from breakwater.referrals.triage.actions import decide
from tests.builders import a_person, amelia, decided, received
from tests.cases import granted

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]


@pytest.fixture
def case(triage: Actor, staff: Staff) -> int:
    """A case of two referrals, one of which was decided and taken on."""
    cait = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    kelly = a_person("parent", given="Kelly", family="Hartley", born="1988-01-09")
    first = received(amelia(), kelly, concern={"narrative": "Seen alone.", "consent": "refused"})
    decide(
        triage,
        first.reference,
        decided(Level.COMPLEX, Team.objects.get(kind=TeamKind.CAIT).pk, reason="Twice this month."),
        version=1,
    )
    take_on(cait, first.reference)
    received(amelia(), by="Harbour Road Surgery")
    return Referral.objects.get(reference=first.reference).case_id


def test_everything_of_the_case_is_on_paper(
    case: int, triage: Actor, signed_in: Callable[[User], Client]
) -> None:
    body = signed_in(User.objects.get(name="Priya Hill")).get(f"/cases/{case}/print")
    said = body.content.decode()
    for words in (
        f"Case {case}", "2 referrals", "Printed by <bdi>Priya Hill</bdi>", "personal data about",
        "Seen alone.", "Often hungry at school", "Kelly Hartley", "(parent)", "999 000 0018",
        "Harbour Road Surgery", "Refused", "3. Complex", "Twice this month.", "Ana Reyes",
        "Take on the work", "take on, by", "Helen Marsh", "Nothing was decided yet.",
    ):  # fmt: skip
        assert words in said, words
    assert '<nav class="govuk-service-navigation' not in said
    assert "Signed in as" in said


def test_each_print_is_an_entry_of_its_own(case: int, triage: Actor) -> None:
    prints = Entry.objects.filter(purpose="to print the case", actor=triage.ledger_name)
    for number in (1, 2):
        open_for_print(triage, case)
        assert prints.count() == number
    entry = prints.first()
    assert entry is not None
    assert (entry.verb, entry.cases, entry.subject) == ("open_case", [case], f"case:{case}")


def test_nothing_of_another_case_is_on_paper(
    case: int, signed_in: Callable[[User], Client]
) -> None:
    Case.objects.filter(pk=case).update(closed_at="2026-01-01T00:00Z")
    other = received(amelia(), by="Mill Lane School", concern={"narrative": "Told elsewhere."})
    hill = signed_in(User.objects.get(name="Priya Hill"))
    said = hill.get(f"/cases/{case}/print").content.decode()
    assert "Told elsewhere." not in said
    assert other.reference not in said
    assert "Mill Lane School" not in said


def test_a_restricted_case_says_so_on_each_page(
    case: int, triage: Actor, signed_in: Callable[[User], Client]
) -> None:
    assert not open_for_print(triage, case).restricted
    Case.objects.filter(pk=case).update(restricted=True)
    with pytest.raises(NotAllowed):
        open_for_print(triage, case)
    granted(case, Relation.NAMED, user_id=triage.user_id)
    hill = signed_in(User.objects.get(name="Priya Hill"))
    head = hill.get(f"/cases/{case}/print").content.decode().split("bw-paper__body")[0]
    assert "Restricted: speak of it to nobody who is not named." in head


def test_not_yours_and_not_there_are_not_found_and_written_down(
    case: int, staff: Staff, signed_in: Callable[[User], Client]
) -> None:
    early = signed_in(staff("Nia Brown", TeamKind.EARLY_HELP))
    for asked in (case, 999_999):
        assert early.get(f"/cases/{asked}/print").status_code == 404
    assert Entry.objects.filter(purpose="to print the case", allowed=False).count() == 2


def test_it_costs_the_same_statements_however_much_is_told(case: int, triage: Actor) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            open_for_print(triage, case)
        return len(captured)

    before = statements()
    for _ in range(5):
        received(amelia(), a_person("parent", given="Kelly", family="Hartley"))
    assert Referral.objects.filter(case=case).count() == 7
    assert statements() == before


def test_what_was_told_is_printed_as_text(
    triage: Actor, signed_in: Callable[[User], Client]
) -> None:
    evil = "<script>alert(1)</script>"
    told = received(amelia(given=evil), concern={"narrative": evil}, by=evil)
    case = Referral.objects.get(reference=told.reference).case_id
    said = signed_in(User.objects.get(name="Priya Hill")).get(f"/cases/{case}/print")
    assert "<script>alert" not in said.content.decode()
