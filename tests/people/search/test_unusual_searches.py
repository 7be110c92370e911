"""Searching again and again for somebody else's child raises one flag, and keeps no word typed."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from breakwater.access.models import Alert, Case, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, AlertKind, TeamKind
from breakwater.access.supervision.rules import TIMES
from breakwater.audit.models import Entry
from breakwater.people.search.actions import pseudonym, search
from tests.builders import a_person, amelia, do_waiting_jobs, received
from tests.cases import told

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]


@pytest.fixture
def nia(staff: Staff) -> Actor:
    staff("Own Boss", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR)
    staff("Other Boss", TeamKind.CAIT, Role.TEAM_SUPERVISOR)
    return actor_for(staff("Nia Brown", TeamKind.EARLY_HELP))


def search_often(actor: Actor, typed: str = "amelia hartley", times: int = TIMES) -> None:
    for _ in range(times):
        search(actor, typed, "work on a case")
    do_waiting_jobs()


def flagged() -> set[str]:
    return told(AlertKind.SEARCHES)


def test_the_third_search_for_what_is_only_others_work_is_flagged_to_own_supervisors(
    nia: Actor,
) -> None:
    received(amelia())
    search_often(nia, times=TIMES - 1)
    assert flagged() == set()
    search_often(nia, times=1)
    assert flagged() == {"Own Boss"}
    alert = Alert.objects.get(kind=AlertKind.SEARCHES)
    assert (alert.about_id, alert.cases) == (nia.user_id, [])


def test_one_flag_however_often_it_goes_on(nia: Actor) -> None:
    received(amelia())
    search_often(nia, times=TIMES + 4)
    assert Alert.objects.filter(kind=AlertKind.SEARCHES).count() == 1


def test_a_restricted_case_counts_as_known(nia: Actor) -> None:
    received(amelia())
    Case.objects.update(restricted=True)
    search_often(nia)
    assert flagged() == {"Own Boss"}


def test_order_case_and_spaces_make_it_no_other_search(nia: Actor) -> None:
    received(amelia())
    for typed in ("amelia hartley", "HARTLEY  Amelia", "Hartley, amelia"):
        search(nia, typed, "work on a case")
    do_waiting_jobs()
    assert flagged() == {"Own Boss"}


def test_different_people_are_not_added_up(nia: Actor) -> None:
    received(amelia(), a_person(given="Noah", family="Reed"), a_person(given="Lily", family="Shaw"))
    for typed in ("amelia hartley", "noah reed", "lily shaw"):
        search_often(nia, typed, times=TIMES - 1)
    assert flagged() == set()


def test_who_works_on_the_case_may_search_as_often_as_they_like(triage: Actor) -> None:
    received(amelia())
    search_often(triage, times=TIMES + 2)
    assert flagged() == set()


def test_whom_nobody_knows_is_no_flag(nia: Actor) -> None:
    search_often(nia, "nobody such", times=TIMES + 2)
    assert flagged() == set()


def test_after_a_week_it_is_forgotten(nia: Actor) -> None:
    received(amelia())
    search_often(nia, times=TIMES - 1)
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("update ledger_entry set at = at - interval '8 days'")
        cursor.execute("set local session_replication_role = origin")
    search_often(nia, times=1)
    assert flagged() == set()


def test_what_was_typed_is_nowhere(nia: Actor) -> None:
    received(amelia())
    search_often(nia, "amelia hartley")
    everything = str(list(Entry.objects.values())).lower()
    assert "amelia" not in everything
    assert pseudonym(["amelia", "hartley"]) in everything


def test_a_pseudonym_is_eight_bytes_and_needs_the_hubs_secret(settings: object) -> None:
    before = pseudonym(["amelia", "hartley"])
    assert before == pseudonym(["hartley", "amelia"])
    assert len(bytes.fromhex(before)) == 8
    assert pseudonym(["ameliahartley"]) != before
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert pseudonym(["amelia", "hartley"]) != before


def test_a_search_that_is_flagged_takes_the_statements_of_one_that_finds_nobody(
    nia: Actor,
) -> None:
    def statements(typed: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            search(nia, typed, "work on a case")
        return len(captured)

    received(amelia())
    Case.objects.update(restricted=True)
    assert [statements("amelia hartley") for _ in range(TIMES + 1)] == [
        statements("nobody such")
    ] * (TIMES + 1)
