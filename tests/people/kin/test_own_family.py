"""A staff member's own family: their cases close, in whichever order the two became known."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breakwater.access.actions import shut_out_kin
from breakwater.access.conflicts.actions import let_in
from breakwater.access.models import Exclusion, Kin, Told, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, Conflict, Kinship, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.people.kin.actions import NoName, add, remove
from breakwater.people.kin.queries import kin_of
from breakwater.people.search.rules import short_name
from breakwater.referrals.models import Referral
from tests.builders import a_person, amelia, received
from tests.cases import a_case, sees

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
BORN = date(2017, 5, 14)


def her_case() -> int:
    return Referral.objects.get(reference=received(amelia()).reference).case_id


def name_her(actor: Actor, kinship: Kinship = Kinship.CHILD, given: str = "Amelia") -> None:
    add(actor, kinship, given, "Hartley", BORN)


def test_a_case_that_is_here_closes_when_the_family_is_named(triage: Actor) -> None:
    case = her_case()
    assert sees(triage, case)
    name_her(triage)
    assert not sees(triage, case)
    assert Exclusion.objects.get().why == Conflict.FAMILY


def test_a_case_that_comes_later_is_closed_from_the_start(triage: Actor) -> None:
    name_her(triage)
    assert not sees(triage, her_case())


def test_somebody_told_of_themself_is_the_suspect_or_subject(triage: Actor) -> None:
    case = her_case()
    name_her(triage, Kinship.SELF)
    assert Exclusion.objects.get(case=case).why == Conflict.SAME_PERSON


@pytest.mark.parametrize(
    "told",
    [{"given": "AMELIA Rose", "family": "hartley"}, {"given": "Amélia", "family": "HARTLEY"}],
)
def test_names_are_compared_folded(triage: Actor, told: dict[str, str]) -> None:
    case = Referral.objects.get(reference=received(amelia(**told)).reference).case_id
    name_her(triage)
    assert not sees(triage, case)


@pytest.mark.parametrize(
    "told",
    [{"born": "2017-05-15"}, {"born": "2017"}, {"born": None}, {"given": "Millie"}],
)
def test_another_name_or_birth_date_closes_nothing(triage: Actor, told: dict[str, str]) -> None:
    case = Referral.objects.get(reference=received(amelia(**told)).reference).case_id
    name_her(triage)
    assert sees(triage, case)


def test_everybody_told_of_counts_not_only_the_child(triage: Actor) -> None:
    father = a_person("suspect", given="Carl", family="Moss", born="1980-01-31")
    case = Referral.objects.get(reference=received(amelia(), father).reference).case_id
    add(triage, Kinship.SELF, "Carl", "Moss", date(1980, 1, 31))
    assert not sees(triage, case)


def test_taken_back_what_is_closed_stays_closed(triage: Actor) -> None:
    case = her_case()
    name_her(triage)
    remove(triage, kin_of(triage)[0].id)
    assert kin_of(triage) == []
    assert not sees(triage, case)


def test_what_a_supervisor_lifted_stays_lifted_when_more_is_told(
    triage: Actor, staff: Staff
) -> None:
    case = her_case()
    name_her(triage)
    boss = actor_for(staff("Grace Okafor", TeamKind.TRIAGE, Role.TRIAGE_SUPERVISOR))
    let_in(boss, case, triage.person, reason="Another child of that name, not hers.")
    assert Referral.objects.get(reference=received(amelia()).reference).case_id == case
    assert sees(triage, case)


def test_nobody_reads_or_takes_back_whom_another_named(triage: Actor, staff: Staff) -> None:
    name_her(triage)
    other = actor_for(staff("Jo Park"))
    assert kin_of(other) == []
    with pytest.raises(NotAllowed):
        remove(other, Kin.objects.get().pk)
    assert Kin.objects.exists()


def test_the_ledger_says_that_somebody_was_named_and_not_whom(triage: Actor) -> None:
    name_her(triage)
    entry = Entry.objects.get(verb="declare_conflict")
    assert (entry.actor, entry.facts) == (triage.ledger_name, {"done": "name kin"})
    assert "hartley" not in str(list(Entry.objects.values())).lower()


@pytest.mark.parametrize(("given", "family"), [("", "Hartley"), ("Amelia", "!!"), ("-", "-")])
def test_a_name_that_nothing_is_left_of_is_refused(triage: Actor, given: str, family: str) -> None:
    with pytest.raises(NoName):
        add(triage, Kinship.CHILD, given, family, BORN)
    assert not Kin.objects.exists()


NAMES = st.sampled_from(["Ann", "ann", "Änn", "Bo", "Cy Lee", "O'Neil", "ONeil"])
BIRTHS = st.sampled_from([date(2010, 1, 1), date(2011, 2, 2)])
PEOPLE = st.lists(st.tuples(NAMES, NAMES, BIRTHS), max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=PEOPLE, family=PEOPLE, first=st.booleans())
def test_in_either_order_the_same_cases_close(
    staff: Staff,
    told: list[tuple[str, str, date]],
    family: list[tuple[str, str, date]],
    first: bool,
) -> None:
    """Closed exactly when somebody told has the folded name and birth date of one named."""
    for table in (Exclusion, Kin, Told):
        table.objects.all().delete()
    user = User.objects.filter(username="jo.park").first() or staff("Jo Park")
    actor, case = actor_for(user), a_case()

    def name_them() -> None:
        for given_name, family_name, born in family:
            add(actor, Kinship.OTHER, given_name, family_name, born)

    if first:
        name_them()
    shut_out_kin(case, [(born, short_name(g, f)) for g, f, born in told])
    if not first:
        name_them()
    mine = {(short_name(g, f), born) for g, f, born in family}
    meets = any((short_name(g, f), born) in mine for g, f, born in told)
    assert Exclusion.objects.filter(case=case, user=user).exists() == meets
