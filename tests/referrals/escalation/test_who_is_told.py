"""Whom a deadline concerns is told of it once: who may see the case, or the next rung up."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from breakwater.access.alerts import queries as alerts
from breakwater.access.models import Alert, Case, Exclusion, Membership, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, AlertKind, Conflict, Relation, TeamKind
from breakwater.audit.models import Entry
from breakwater.clocks.actions import meet_clock, record_misses, record_warnings
from breakwater.clocks.models import Clock, Escalation
from breakwater.clocks.rules import Told, Whom
from breakwater.referrals.escalation.actions import tell_of_clocks
from breakwater.referrals.models import Item, Referral
from breakwater.referrals.routing.actions import take_on
from breakwater.referrals.rules import Level, subject_of
from breakwater.referrals.triage.actions import decide
from tests.builders import a_person, decided, received
from tests.cases import granted, told

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
WARNED, MISSED = AlertKind.CLOCK_WARNED, AlertKind.CLOCK_MISSED


@pytest.fixture
def bea(staff: Staff, triage: Actor) -> User:
    return staff("Bea Okafor", role=Role.TRIAGE_SUPERVISOR)


@pytest.fixture
def moira(staff: Staff, triage: Actor) -> User:
    return staff("Moira Lee", role=Role.HUB_MANAGER, team="Hub office")


@pytest.fixture
def cait(staff: Staff) -> Actor:
    return actor_for(staff("Ana Reyes", TeamKind.CAIT))


def asked_for(code: str, kind: Told, *whom: Whom) -> None:
    """Somebody is to be told of the running clock of this code."""
    Escalation.objects.create(
        clock=Clock.objects.filter(code=code).latest("pk"),
        kind=kind,
        to=list(whom),
        made_at=timezone.now(),
    )


def worker(user: User | Actor) -> None:
    pk = user.pk if isinstance(user, User) else user.user_id
    Item.objects.filter(done_at=None).update(worker_id=pk)


def a_case() -> int:
    return Referral.objects.latest("pk").case_id


def routed(triage: Actor, cait: Actor) -> str:
    reference = received().reference
    decide(triage, reference, decided(Level.COMPLEX, *cait.team_ids), version=1)
    return reference


def test_who_has_it_is_warned(triage: Actor, bea: User) -> None:
    received()
    worker(triage)
    asked_for("DECIDE", Told.WARN, Whom.WORKER)
    assert tell_of_clocks() == 1
    assert told(WARNED) == {"Priya Hill"}
    assert told(MISSED) == set()


def test_a_real_clock_that_runs_out_reaches_who_has_it(triage: Actor, bea: User) -> None:
    received()
    worker(triage)
    past = timezone.now() - timedelta(days=9)
    Clock.objects.filter(code="DECIDE").update(
        started_at=past, warn_at=past + timedelta(days=1), due_at=past + timedelta(days=2)
    )
    assert (record_misses(), record_warnings()) == (1, 0)
    tell_of_clocks()
    assert told(MISSED) == {"Priya Hill", "Bea Okafor"}


def test_nobody_has_claimed_it_so_the_team_is_told(triage: Actor, bea: User) -> None:
    received()
    asked_for("DECIDE", Told.WARN, Whom.WORKER)
    tell_of_clocks()
    assert told(WARNED) == {"Priya Hill", "Bea Okafor"}


def test_who_has_it_and_left_is_not_told_but_the_team(triage: Actor, staff: Staff) -> None:
    gone = staff("Sam Cole")
    received()
    worker(gone)
    Membership.objects.filter(user=gone).update(ends=timezone.now())
    asked_for("DECIDE", Told.WARN, Whom.WORKER)
    tell_of_clocks()
    assert told(WARNED) == {"Priya Hill"}


def test_a_closed_account_is_not_told_but_the_team(triage: Actor, staff: Staff) -> None:
    gone = staff("Sam Cole")
    received()
    worker(gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    asked_for("DECIDE", Told.WARN, Whom.WORKER)
    tell_of_clocks()
    assert told(WARNED) == {"Priya Hill"}


def test_the_supervisor_is_told_of_a_miss(triage: Actor, bea: User) -> None:
    received()
    asked_for("DECIDE", Told.MISS, Whom.SUPERVISOR)
    tell_of_clocks()
    assert told(MISSED) == {"Bea Okafor"}


def test_a_missing_supervisor_goes_to_the_manager(triage: Actor, moira: User) -> None:
    received()
    asked_for("DECIDE", Told.MISS, Whom.SUPERVISOR)
    tell_of_clocks()
    assert told(MISSED) == {"Moira Lee"}


def test_without_a_manager_somebody_who_may_see_it_is_told(triage: Actor) -> None:
    received()
    asked_for("DECIDE", Told.MISS, Whom.SUPERVISOR, Whom.MANAGER)
    tell_of_clocks()
    assert told(MISSED) == {"Priya Hill"}


def test_whom_two_rungs_mean_is_told_once(triage: Actor, bea: User) -> None:
    received()
    worker(bea)
    asked_for("DECIDE", Told.MISS, Whom.WORKER, Whom.TEAM, Whom.SUPERVISOR)
    tell_of_clocks()
    assert told(MISSED) == {"Priya Hill", "Bea Okafor"}
    assert Alert.objects.count() == 2


def test_of_a_teams_work_that_team_is_told(triage: Actor, cait: Actor, staff: Staff) -> None:
    staff("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR)
    staff("Jo Park", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR)
    routed(triage, cait)
    asked_for("TAKE_ON", Told.MISS, Whom.WORKER, Whom.SUPERVISOR)
    tell_of_clocks()
    assert told(MISSED) == {"Ana Reyes", "Tom Ward"}


def test_of_feedback_who_decided_is_told_and_not_who_works_on_it(
    triage: Actor, cait: Actor
) -> None:
    take_on(cait, routed(triage, cait))
    asked_for("FEEDBACK", Told.WARN, Whom.WORKER)
    tell_of_clocks()
    assert told(WARNED) == {"Priya Hill"}


def test_of_the_strategy_discussion_the_worker_is_told_and_not_triage(
    triage: Actor, cait: Actor
) -> None:
    reference = received().reference
    decide(triage, reference, decided(Level.ACUTE, *cait.team_ids), version=1)
    take_on(cait, reference)
    asked_for("STRATEGY", Told.WARN, Whom.WORKER)
    tell_of_clocks()
    assert told(WARNED) == {"Ana Reyes"}


def test_a_warning_of_what_is_met_meanwhile_is_for_nobody(triage: Actor) -> None:
    received()
    asked_for("DECIDE", Told.WARN, Whom.WORKER)
    meet_clock(subject_of(Referral.objects.get().pk), ("DECIDE",), timezone.now())
    assert tell_of_clocks() == 0
    assert Alert.objects.count() == 0
    assert Escalation.objects.get().told_at is not None


def test_a_miss_is_told_though_it_was_met_late(triage: Actor, bea: User) -> None:
    received()
    asked_for("DECIDE", Told.MISS, Whom.SUPERVISOR)
    meet_clock(subject_of(Referral.objects.get().pk), ("DECIDE",), timezone.now())
    tell_of_clocks()
    assert told(MISSED) == {"Bea Okafor"}


def test_it_is_told_once(triage: Actor) -> None:
    received()
    asked_for("DECIDE", Told.WARN, Whom.WORKER)
    assert [tell_of_clocks(), tell_of_clocks()] == [1, 0]
    assert Alert.objects.count() == 1


def test_the_ledger_says_how_many_were_told(triage: Actor, bea: User) -> None:
    received()
    asked_for("DECIDE", Told.WARN, Whom.TEAM)
    tell_of_clocks()
    entry = Entry.objects.get(verb="told_of_clock")
    assert (entry.actor, entry.cases) == ("worker", [a_case()])
    assert entry.facts == {"clock": "DECIDE", "kind": "warn", "people": 2}


# -- who must not know ----------------------------------------------------------------------------


def test_who_is_shut_out_of_the_case_is_not_told_but_the_next_rung(
    triage: Actor, bea: User, moira: User
) -> None:
    received()
    worker(triage)
    for shut_out in (triage.user_id, bea.pk):
        Exclusion.objects.create(case_id=a_case(), user_id=shut_out, why=Conflict.DECLARED)
    asked_for("DECIDE", Told.MISS, Whom.WORKER, Whom.SUPERVISOR)
    granted(a_case(), Relation.ROUTED, team_id=moira.membership_set.get().team_id)
    tell_of_clocks()
    assert told(MISSED) == {"Moira Lee"}


def test_of_a_restricted_case_only_who_is_named_is_told(
    triage: Actor, bea: User, moira: User
) -> None:
    received()
    granted(a_case(), Relation.NAMED, user_id=bea.pk)
    Case.objects.update(restricted=True)
    asked_for("DECIDE", Told.WARN, Whom.TEAM)
    tell_of_clocks()
    assert told(WARNED) == {"Bea Okafor"}


def test_where_none_of_them_may_see_it_its_guardian_is_told(
    triage: Actor, bea: User, moira: User, staff: Staff
) -> None:
    guard = staff("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR)
    received()
    granted(a_case(), Relation.GUARDS, user_id=guard.pk)
    Case.objects.update(restricted=True)
    asked_for("DECIDE", Told.MISS, Whom.WORKER, Whom.SUPERVISOR, Whom.MANAGER)
    tell_of_clocks()
    assert told(MISSED) == {"Tom Ward"}


def test_where_its_guardian_may_not_either_whoever_is_named_is_told(
    triage: Actor, staff: Staff
) -> None:
    guard = staff("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR)
    named = staff("Nia Brown", TeamKind.EARLY_HELP)
    received()
    granted(a_case(), Relation.GUARDS, user_id=guard.pk)
    granted(a_case(), Relation.NAMED, user_id=named.pk)
    Exclusion.objects.create(case_id=a_case(), user_id=guard.pk, why=Conflict.DECLARED)
    Case.objects.update(restricted=True)
    asked_for("DECIDE", Told.MISS, Whom.MANAGER)
    tell_of_clocks()
    assert told(MISSED) == {"Nia Brown"}


def test_where_nobody_may_be_told_it_waits_until_somebody_may(
    triage: Actor, bea: User, moira: User
) -> None:
    received()
    Case.objects.update(restricted=True)
    asked_for("DECIDE", Told.MISS, Whom.SUPERVISOR)
    assert (tell_of_clocks(), Alert.objects.count()) == (0, 0)
    assert Escalation.objects.get().told_at is None
    granted(a_case(), Relation.GUARDS, user_id=moira.pk)
    assert tell_of_clocks() == 1
    assert told(MISSED) == {"Moira Lee"}


def test_what_nobody_may_be_told_of_stands_in_the_way_of_nothing_else(
    triage: Actor, bea: User
) -> None:
    received()
    asked_for("DECIDE", Told.MISS, Whom.SUPERVISOR)
    Case.objects.update(restricted=True)
    received(a_person(given="Ivo", family="Marek"), key="another")
    asked_for("DECIDE", Told.MISS, Whom.SUPERVISOR)
    assert tell_of_clocks(limit=1) == 1
    assert Escalation.objects.filter(told_at=None).count() == 1


def test_an_inspector_with_a_sample_is_not_told(triage: Actor, staff: Staff) -> None:
    inspector = staff("Ina Spence", TeamKind.CAIT, Role.INSPECTOR)
    received()
    granted(
        a_case(), Relation.SAMPLE, user_id=inspector.pk, ends=timezone.now() + timedelta(days=9)
    )
    Case.objects.update(restricted=True)
    asked_for("DECIDE", Told.MISS, Whom.MANAGER)
    tell_of_clocks()
    assert told(MISSED) == set()


# -- what they read -------------------------------------------------------------------------------


def test_the_alert_says_which_deadline_and_leads_to_the_referral(
    triage: Actor, signed_in: Callable[[User], Client]
) -> None:
    reference = received().reference
    asked_for("DECIDE", Told.WARN, Whom.TEAM)
    tell_of_clocks()
    client = signed_in(User.objects.get(pk=triage.user_id))
    page = client.get("/alerts").content.decode()
    link = f"/waits/{Referral.objects.get().pk}"
    assert "A deadline comes near: Decide on the referral" in page
    assert f'href="{link}"' in page
    assert client.get(link)["Location"] == f"/referrals/{reference}"


def test_who_may_not_see_the_case_any_more_reads_neither_which_nor_where(
    triage: Actor, signed_in: Callable[[User], Client]
) -> None:
    received()
    asked_for("DECIDE", Told.WARN, Whom.TEAM)
    tell_of_clocks()
    Case.objects.update(restricted=True)
    (alert,) = alerts.alerts_of(triage)
    assert (alert.cases, alert.subject, alert.what) == ([], "", "")
    client = signed_in(User.objects.get(pk=triage.user_id))
    there = client.get(f"/waits/{Referral.objects.get().pk}")
    assert there.status_code == client.get("/waits/99999999").status_code == 404


def test_who_came_into_conflict_meanwhile_does_not_read_it_at_all(triage: Actor) -> None:
    received()
    asked_for("DECIDE", Told.WARN, Whom.TEAM)
    tell_of_clocks()
    Exclusion.objects.create(case_id=a_case(), user_id=triage.user_id, why=Conflict.DECLARED)
    assert alerts.alerts_of(triage) == []


# -- whatever the worker meets --------------------------------------------------------------------


@pytest.mark.parametrize(
    "subject",
    ["referral:unknown", "referral:99999999", "route:99999999", "investigation:4", "nonsense", ""],
)
def test_a_clock_of_what_nobody_knows_reaches_who_has_the_case(triage: Actor, subject: str) -> None:
    received()
    asked_for("DECIDE", Told.WARN, Whom.WORKER)
    Clock.objects.filter(code="DECIDE").update(subject=subject)
    assert tell_of_clocks() == 1
    assert told(WARNED) == {"Priya Hill"}


def test_a_clock_of_no_case_reaches_the_manager(triage: Actor, moira: User) -> None:
    received()
    asked_for("DECIDE", Told.MISS, Whom.MANAGER)
    Clock.objects.filter(code="DECIDE").update(subject="inspection:1", case_id=None)
    tell_of_clocks()
    assert told(MISSED) == {"Moira Lee"}
    assert alerts.alerts_of(actor_for(moira))[0].cases == []
