"""Jobs: a notice by e-mail without content, and a queue that commits with the rows."""

import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage as Mail
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from pytest_django import Settings

from breakwater.access.models import Team
from breakwater.access.queries import front_door
from breakwater.audit.models import Checkpoint, Entry, Leaf
from breakwater.audit.notes import new_key
from breakwater.clocks.actions import start_clock
from breakwater.clocks.jobs import write_down_misses
from breakwater.referrals.actions import receive_referral
from breakwater.referrals.jobs import tell_team
from breakwater.referrals.models import Notice, Referral
from breakwater.site.jobs import run_worker
from tests.builders import a_person, a_submission, amelia, an_envelope, received
from tests.post import Letters, mail_server

MAILBOX = "triage@hub.example"
DANGER = {"immediate_danger": True, "narrative": "Seen alone by the harbour at midnight."}


@pytest.fixture
def post(settings: Settings) -> Iterator[Letters]:
    """A real mail server on the loopback interface, to which the hub's mail goes."""
    with mail_server(settings) as letters:
        yield letters


def a_notice(mailbox: str = MAILBOX) -> Notice:
    """The notice that a worry in immediate danger gives the triage team."""
    Team.objects.filter(kind="triage").update(mailbox=mailbox)
    received(amelia(address="12 Quay Street", phone="07700 900123"), concern=DANGER)
    return Notice.objects.latest("pk")


@pytest.mark.django_db
def test_a_team_is_told_in_its_mailbox_that_something_waits(
    post: Letters, settings: Settings
) -> None:
    tell_team(notice_id=a_notice().pk)
    ((sender, receivers, letter),) = post.letters
    assert receivers == [MAILBOX]
    assert letter["To"] == MAILBOX
    assert sender == settings.DEFAULT_FROM_EMAIL
    assert f"{settings.PUBLIC_URL}/board" in letter.get_content()


@pytest.mark.django_db
def test_the_message_says_nothing_of_whom_or_what_it_is_about(post: Letters) -> None:
    notice = a_notice()
    tell_team(notice_id=notice.pk)
    ((_, _, letter),) = post.letters
    text = letter.as_string().casefold()
    referral = Referral.objects.get(pk=notice.referral_id)
    for content in (
        "amelia", "hartley", "2017", "9990000018", "pr1", "quay", "07700", "neglect", "danger",
        "harbour", "midnight", "aldhelm", "marsh", "priya", referral.reference.casefold(),
    ):  # fmt: skip
        assert content not in text


@pytest.mark.django_db
def test_a_notice_is_sent_once_though_the_job_runs_twice(post: Letters) -> None:
    notice = a_notice()
    tell_team(notice_id=notice.pk)
    tell_team(notice_id=notice.pk)
    assert len(post.letters) == 1
    notice.refresh_from_db()
    assert notice.sent_at is not None


@pytest.mark.django_db
def test_a_team_without_a_mailbox_gets_no_mail_and_the_notice_stays_unsent(post: Letters) -> None:
    notice = a_notice(mailbox="")
    tell_team(notice_id=notice.pk)
    notice.refresh_from_db()
    assert (post.letters, notice.sent_at) == ([], None)


@pytest.mark.django_db
def test_a_notice_that_the_mail_server_refused_is_tried_again(
    post: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = a_notice()
    with monkeypatch.context() as broken:
        broken.setattr(Mail, "send", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tell_team(notice_id=notice.pk)
    tell_team(notice_id=notice.pk)
    assert len(post.letters) == 1


# -- with real commits ------------------------------------------------------------------------


def an_urgent_worry() -> str:
    child = a_person(given="Zo", family="Ng", born="2016")
    submission = a_submission(child, key=str(uuid4()), concern=DANGER)
    return receive_referral(an_envelope(submission, sender=str(uuid4()))).reference


@pytest.fixture
def mailbox(committed: str) -> str:
    """A mailbox of the triage team in the committed database, for this test alone."""
    triage = front_door()
    assert triage is not None
    box = f"{uuid4()}@hub.example"
    Team.objects.filter(pk=triage.id).update(mailbox=box)
    yield box
    Team.objects.filter(pk=triage.id).update(mailbox="")


def letters_to(post: Letters, mailbox: str) -> int:
    return sum(mailbox in receivers for _, receivers, _ in post.letters)


def test_the_worker_runs_what_is_queued_and_returns(post: Letters, mailbox: str) -> None:
    run_worker(wait=False)  # what other tests left
    before = letters_to(post, mailbox)
    reference = an_urgent_worry()
    assert letters_to(post, mailbox) == before  # nothing is sent by the door itself
    run_worker(wait=False)
    assert letters_to(post, mailbox) == before + 1
    assert Notice.objects.get(referral__reference=reference).sent_at is not None
    assert not ProcrastinateJob.objects.filter(status="todo", scheduled_at=None).exists()


def test_a_second_worker_run_sends_nothing_again(post: Letters, mailbox: str) -> None:
    an_urgent_worry()
    run_worker(wait=False)
    sent = letters_to(post, mailbox)
    run_worker(wait=False)
    assert letters_to(post, mailbox) == sent


def test_a_job_of_a_transaction_that_rolled_back_never_runs(post: Letters, mailbox: str) -> None:
    an_urgent_worry()
    notice = Notice.objects.latest("pk")
    run_worker(wait=False)
    sent, waiting = len(post.letters), ProcrastinateJob.objects.count()
    Notice.objects.filter(pk=notice.pk).update(sent_at=None)
    with transaction.atomic():
        tell_team.defer(notice_id=notice.pk)
        assert ProcrastinateJob.objects.count() > waiting
        transaction.set_rollback(True)
    assert ProcrastinateJob.objects.count() == waiting
    run_worker(wait=False)
    assert len(post.letters) == sent


def test_the_worker_writes_a_miss_down(committed: str) -> None:
    subject = f"jobs-test:{uuid4()}"
    long_ago = timezone.now() - timedelta(days=30)
    start_clock("DANGER", subject, 1, long_ago)
    write_down_misses.defer(timestamp=0)
    run_worker(wait=False)
    assert Entry.objects.filter(verb="clock_missed", subject=subject).count() == 1


def test_beside_the_jobs_the_worker_signs_what_they_wrote(committed: str) -> None:
    subject = f"jobs-test:{uuid4()}"
    start_clock("DANGER", subject, 1, timezone.now() - timedelta(days=30))
    write_down_misses.defer(timestamp=0)
    placed, end = 0, time.monotonic() + 120
    while not placed and time.monotonic() < end:  # another test's transaction may hold it back
        run_worker(wait=False, ledger_key=new_key("hub.test/ledger"))
        entries = Entry.objects.filter(subject=subject, verb="clock_missed")
        placed = Leaf.objects.filter(entry__in=list(entries.values_list("pk", flat=True))).count()
    assert placed == 1
    assert Checkpoint.objects.order_by("-size").values_list("size", flat=True)[0] > 0


def test_one_look_for_misses_waits_at_a_time(committed: str) -> None:
    run_worker(wait=False)
    write_down_misses.defer(timestamp=0)
    with pytest.raises(AlreadyEnqueued):
        write_down_misses.defer(timestamp=0)
    run_worker(wait=False)
