"""What each queue counts, and for whom."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from breakwater.access.actions import tell_guards
from breakwater.access.models import Alert, Case, Exclusion, Membership, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, AlertKind, Conflict, NotAllowed, Relation, TeamKind
from breakwater.audit.models import Entry
from breakwater.clocks.models import Clock, Escalation
from breakwater.oversight.queues.actions import open_queues
from breakwater.oversight.queues.queries import queues
from breakwater.records.models import Kept, RetentionClass
from breakwater.referrals.models import Item, Notice, Referral
from breakwater.referrals.routing.actions import take_on
from breakwater.referrals.rules import ItemKind, Level
from breakwater.referrals.triage.actions import decide
from tests.builders import a_person, amelia, decided, received
from tests.cases import broken, granted, guarded_by, last_glass
from tests.oversight.queues.conftest import Counted

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
HOUR = timedelta(hours=1)


def referral(**changes: object) -> Referral:
    return Referral.objects.get(reference=received(**changes).reference)  # type: ignore[arg-type]


def restrict(case_id: int) -> None:
    Case.objects.filter(pk=case_id).update(restricted=True)


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))


def test_items_are_counted_by_team_and_kind_with_what_nobody_opened_and_what_is_late(
    counted: Counted, manager: Actor
) -> None:
    ago = timezone.now() - 3 * HOUR
    for _ in range(3):
        received()
    Item.objects.update(since=ago, due_at=ago + HOUR)
    opened = Item.objects.earliest("pk")
    Item.objects.filter(pk=opened.pk).update(opened_at=ago, due_at=timezone.now() + HOUR)
    facts = counted("item", ItemKind.TRIAGE)
    one = facts.counted
    assert (one.number, one.unopened, one.late, one.oldest) == (3, 2, 2, ago)
    assert (one.team_id, facts.stale, facts.soon) == (*manager.team_ids, False, False)


def test_a_queue_turns_orange_and_then_red_by_its_own_hours(counted: Counted) -> None:
    received()
    now = timezone.now()
    later = [
        counted("item", ItemKind.TRIAGE, now=now + hours * HOUR) for hours in (17, 19, 24, 100)
    ]
    assert [facts.soon for facts in later] == [False, True, True, True]
    assert [facts.stale for facts in later] == [False, False, True, True]


def test_work_that_somebody_has_is_no_longer_waiting_and_never_too_old(
    staff: Staff, triage: Actor, counted: Counted
) -> None:
    ana = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    (team,) = ana.team_ids
    one = referral()
    decide(triage, one.reference, decided(Level.ACUTE, team), version=1)
    assert counted("item", ItemKind.WORK).counted.number == 1
    take_on(ana, one.reference)
    assert counted("item", ItemKind.WORK).counted.number == 0
    under_way = counted("under-way", now=timezone.now() + timedelta(days=300))
    assert (under_way.counted.number, under_way.stale, under_way.hours) == (1, False, None)


def test_every_queue_is_there_also_when_nothing_waits(manager: Actor) -> None:
    found = queues(manager, timezone.now())
    assert len(found) > 40
    waiting = {facts.counted.queue for facts in found if facts.counted.number}
    assert waiting == {"worker"}, "no worker runs here, nothing else waits"
    assert {"alerts", "notices", "nobody", "missed", "jobs-failed"} <= {
        facts.counted.queue for facts in found
    }


def test_the_oldest_comes_first(manager: Actor) -> None:
    received()
    received(a_person(given="Zoe", born="2015-01-01"))
    Item.objects.update(since=timezone.now() - 30 * HOUR)
    found = [facts.counted for facts in queues(manager, timezone.now()) if facts.counted.number]
    ages = [one.oldest for one in found if one.oldest]
    assert ages == sorted(ages)
    assert found[0].queue == "worker", "what shows no age stands before all"


def test_what_a_restricted_case_adds_is_counted_for_who_is_named_and_for_nobody_else(
    staff: Staff, manager: Actor, counted: Counted
) -> None:
    guard = staff("Lea Quist", TeamKind.CAIT, Role.HUB_MANAGER)
    one = referral(concern={"immediate_danger": True})
    Team.objects.filter(kind=TeamKind.TRIAGE).update(mailbox="hub@hub.example")
    now = timezone.now() + timedelta(days=5)
    codes = [("item", ItemKind.TRIAGE), ("notices", ""), ("missed", "DECIDE")]
    jobs = [
        ("jobs-waiting", "breakwater.referrals.jobs.tell_team"),
        ("jobs-waiting", "breakwater.people.jobs.find_who_came_at_once"),
    ]
    every = [*codes, *jobs]
    assert [counted(*code, now=now).counted.number for code in every] == [1] * 5
    restrict(one.case_id)
    granted(one.case_id, Relation.GUARDS, user_id=guard.pk)
    assert [counted(*code, now=now).counted.number for code in every] == [0] * 5
    named = actor_for(guard)
    assert [counted(*code, by=named, now=now).counted.number for code in every] == [1] * 5


def test_what_a_case_adds_is_not_counted_for_who_is_shut_out_of_it(
    manager: Actor, counted: Counted
) -> None:
    one = referral()
    Exclusion.objects.create(case=one.case, user_id=manager.person, why=Conflict.DECLARED)
    assert counted("item", ItemKind.TRIAGE).counted.number == 0
    # Nor that nobody else sees it: they may be whom the worry is about.
    assert counted("nobody").counted.number == 0


def test_doubtful_questions_are_counted_where_both_sides_may_be_known(
    manager: Actor, counted: Counted
) -> None:
    told = [amelia(), amelia(nhs_number=None, family="Hartly", born="2017")]
    first, second = map(_told, told)
    assert first.case_id != second.case_id
    assert counted("questions").counted.number == 1
    restrict(first.case_id)
    assert counted("questions").counted.number == 0


def _told(person: dict[str, object]) -> Referral:
    return Referral.objects.get(reference=received(person).reference)


def test_an_alert_is_counted_when_nobody_of_all_who_were_told_saw_it_for_a_day(
    staff: Staff, manager: Actor, counted: Counted
) -> None:
    ago = timezone.now() - timedelta(days=2)
    people = [staff("Tom Ward", TeamKind.CAIT), staff("Lea Quist", TeamKind.CAIT)]
    for person in people:
        Alert.objects.create(recipient=person, kind=AlertKind.SEARCHES, made_at=ago)
    Alert.objects.create(recipient=people[0], kind=AlertKind.CONFLICT, made_at=timezone.now())
    one = counted("alerts").counted
    assert (one.number, one.oldest) == (1, ago)
    Alert.objects.filter(recipient=people[0]).update(seen_at=timezone.now())
    assert counted("alerts").counted.number == 0


def test_alerts_about_a_hidden_case_are_not_counted(
    staff: Staff, manager: Actor, counted: Counted
) -> None:
    guard = staff("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR)
    User.objects.filter(pk=guard.pk).update(email="tom@hub.example")
    case = guarded_by(actor_for(guard))
    tell_guards(AlertKind.ASKED, [case], manager)
    Alert.objects.update(made_at=timezone.now() - timedelta(days=3))
    mail = ("jobs-waiting", "breakwater.access.alerts.jobs.tell_by_mail")
    three = (("alerts", ""), ("alert-mails", ""), mail)
    assert [counted(*one).counted.number for one in three] == [0, 0, 0]
    Alert.objects.update(cases=[])
    # What is about the reader themself is not theirs to wait for.
    assert [counted(*one).counted.number for one in three] == [0, 1, 1]


def test_notices_wait_only_for_teams_with_a_mailbox(manager: Actor, counted: Counted) -> None:
    referral(concern={"immediate_danger": True})
    assert Notice.objects.count() == 1
    assert counted("notices").counted.number == 0
    Team.objects.update(mailbox="hub@hub.example")
    assert counted("notices").counted.number == 1
    Notice.objects.update(sent_at=timezone.now())
    assert counted("notices").counted.number == 0


def test_jobs_are_counted_by_task_those_that_failed_apart(manager: Actor, counted: Counted) -> None:
    referral(concern={"immediate_danger": True})
    task = "breakwater.referrals.jobs.tell_team"
    assert counted("jobs-waiting", task).counted.number == 1
    sql("update procrastinate_jobs set status = 'doing' where task_name = %s", task)
    sql("update procrastinate_jobs set status = 'failed' where task_name = %s", task)
    assert ProcrastinateJob.objects.filter(status="failed").count() == 1
    failed = counted("jobs-failed", task)
    assert (failed.counted.number, failed.stale) == (1, True)
    assert counted("jobs-waiting", task).counted.number == 0


def test_a_task_that_nobody_listed_is_shown_all_the_same(manager: Actor, counted: Counted) -> None:
    sql("insert into procrastinate_jobs (queue_name, task_name) values ('default', 'x.y')")
    assert counted("jobs-waiting", "x.y").counted.number == 1


def test_the_worker_is_silent_or_alive(manager: Actor, counted: Counted) -> None:
    silent = counted("worker")
    assert (silent.counted.number, silent.stale) == (1, True)
    sql("insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 minute')")
    assert counted("worker").counted.number == 0
    assert counted("worker", now=timezone.now() + HOUR).counted.number == 1


def test_escalations_that_nobody_was_told_of_are_counted(manager: Actor, counted: Counted) -> None:
    one = referral()
    clock = Clock.objects.get(subject=f"referral:{one.pk}")
    Escalation.objects.create(clock=clock, kind="miss", to=["team"], made_at=timezone.now())
    assert counted("escalations").counted.number == 1
    restrict(one.case_id)
    assert counted("escalations").counted.number == 0


def test_broken_glass_is_counted_until_it_is_reviewed(
    staff: Staff, manager: Actor, counted: Counted
) -> None:
    one = referral()
    broken(actor_for(staff("Nia Brown", TeamKind.EARLY_HELP)), one.case_id)
    assert counted("glass-review").counted.number == 1
    assert last_glass()
    restrict(one.case_id)
    assert counted("glass-review").counted.number == 0


def test_closed_cases_are_counted_from_the_day_of_their_review(
    manager: Actor, counted: Counted
) -> None:
    one = referral()
    today = timezone.localdate()
    Kept.objects.create(
        case_id=one.case_id, retention_class=RetentionClass.objects.earliest("pk"),
        closed_on=today, review_on=today + timedelta(days=2), free_on=today + timedelta(days=2),
    )  # fmt: skip
    assert counted("retention").counted.number == 0
    assert counted("retention", now=timezone.now() + timedelta(days=3)).counted.number == 1


def test_a_team_in_which_nobody_works_and_an_item_of_who_left_are_not_silent(
    staff: Staff, triage: Actor, manager: Actor, counted: Counted
) -> None:
    ana = staff("Ana Reyes", TeamKind.CAIT)
    (team,) = actor_for(ana).team_ids
    one = referral()
    decide(triage, one.reference, decided(Level.ACUTE, team), version=1)
    take_on(actor_for(ana), one.reference)
    assert [counted(c).counted.number for c in ("gone", "unmanned", "nobody")] == [0, 0, 0]
    Membership.objects.filter(user=ana).update(ends=timezone.now())
    assert [counted(c).counted.number for c in ("gone", "unmanned", "nobody")] == [1, 1, 1]
    staff("Tom Ward", TeamKind.CAIT)
    assert [counted(c).counted.number for c in ("gone", "unmanned", "nobody")] == [1, 0, 0]


def test_what_nobody_sees_is_counted_also_of_a_restricted_case_but_shows_no_age(
    staff: Staff, manager: Actor, counted: Counted
) -> None:
    guard = staff("Lea Quist", TeamKind.CAIT, Role.TEAM_SUPERVISOR)
    one = referral()
    restrict(one.case_id)
    granted(one.case_id, Relation.GUARDS, user_id=guard.pk)
    assert counted("nobody").counted.number == 0
    User.objects.filter(pk=guard.pk).update(is_active=False)
    nobody = counted("nobody")
    assert (nobody.counted.number, nobody.counted.oldest, nobody.stale) == (1, None, True)


def test_only_who_may_see_queues_sees_any(
    triage: Actor, manager: Actor, signed_in: Callable[[User], Client]
) -> None:
    received()
    with pytest.raises(NotAllowed):
        open_queues(triage, timezone.now())
    assert not any(facts.counted.number for facts in queues(triage, timezone.now()))
    refused = signed_in(User.objects.get(pk=triage.user_id)).get("/queues")
    assert refused.status_code == 404
    assert Entry.objects.filter(verb="see_queues", allowed=False).count() == 2


def test_the_page_shows_each_queue_leads_to_its_board_and_leaves_an_entry(
    manager: Actor, signed_in: Callable[[User], Client]
) -> None:
    received()
    page = signed_in(User.objects.get(pk=manager.user_id)).get("/queues").content.decode()
    (team,) = manager.team_ids
    assert f'href="/board?team={team}&amp;kind=to+triage"' in page
    for words in ("Look again", "Risk unknown", "none running", "Out of everybody’s sight"):
        assert words in page
    entry = Entry.objects.get(verb="see_queues")
    assert (entry.allowed, entry.cases) == (True, [])


def test_the_page_takes_as_many_statements_however_much_waits(
    manager: Actor, signed_in: Callable[[User], Client], staff: Staff
) -> None:
    client = signed_in(User.objects.get(pk=manager.user_id))
    with CaptureQueriesContext(connection) as few:
        client.get("/queues")
    for number in range(5):
        received(a_person(given=f"Child {number}", born="2015-01-01"))
    staff("Ana Reyes", TeamKind.CAIT)
    with CaptureQueriesContext(connection) as many:
        client.get("/queues")
    assert len(few) == len(many)
