"""Each notice and alert by e-mail says that something waits, and nothing of whom or what."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from smtplib import SMTPRecipientsRefused
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as hub
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from breakwater.access.models import Alert, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for, front_door
from breakwater.access.rules import Actor, AlertKind, TeamKind
from breakwater.clocks.models import Clock, Escalation
from breakwater.clocks.rules import Told, Whom
from breakwater.referrals.board.actions import open_board
from breakwater.referrals.challenge.actions import challenge, rule, take_up
from breakwater.referrals.challenge.rules import Challenged, Move, Ruled
from breakwater.referrals.escalation.actions import tell_of_clocks
from breakwater.referrals.jobs import tell_team
from breakwater.referrals.models import Notice, Referral
from breakwater.referrals.routing.actions import refuse, settle
from breakwater.referrals.rules import Level
from breakwater.referrals.triage.actions import decide
from breakwater.site.jobs import run_worker
from tests.builders import a_person, amelia, decided, do_waiting_jobs, received
from tests.post import Letters, mail_server

DB = pytest.mark.django_db
Staff = Callable[..., User]
TRIAGE_BOX, CAIT_BOX = "front-door@hub.example", "unit@hub.example"
REASON = "The uncle was seen by the harbour at midnight."
# What a message may not say: names, what it is about, why, how urgent, of which kind it is.
UNSAID = (
    "amelia", "hartley", "2017", "9990000018", "pr1", "quay", "07700", "neglect", "danger",
    "aldhelm", "marsh", "harbour", "uncle", "midnight", "level", "priya", "reyes", "okafor",
    "moira", "challenge", "disagree", "feedback", "refus", "deadline", "clock", "missed",
    "restricted", "emergency", "search", "conflict", "case", "referral", "child", "decision",
    "decide", "team cait", "police", "bw-",
)  # fmt: skip
TOLD_OF = {"amelia": amelia(address="12 Quay Street", phone="07700 900123")}


@pytest.fixture
def post(settings: Any) -> Iterator[Letters]:
    with mail_server(settings) as letters:
        yield letters


@pytest.fixture
def cait(staff: Staff, triage: Actor) -> Actor:
    cait = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    Team.objects.filter(kind=TeamKind.CAIT).update(mailbox=CAIT_BOX)
    Team.objects.filter(kind=TeamKind.TRIAGE).update(mailbox=TRIAGE_BOX)
    return cait


@pytest.fixture
def bea(staff: Staff) -> Actor:
    return actor_for(staff("Bea Okafor", role=Role.TRIAGE_SUPERVISOR))


def check_says_nothing(letter: EmailMessage, link: str) -> None:
    """The subject, the one link and the sender are fixed; nothing else is in the message."""
    assert letter["Subject"] == "Something waits for you in Breakwater"
    assert f"{hub.PUBLIC_URL}{link}" in letter.get_content()
    # Numbers of chance, in which any year may stand: the message's own, the sender's port.
    for chance in ("message-id", "x-peer"):
        del letter[chance]
    whole = letter.as_string().casefold()
    for word in UNSAID:
        assert word not in whole, word
    for referral in Referral.objects.all():
        assert referral.reference.casefold() not in whole
    assert {name.casefold() for name in letter} <= {
        "content-type", "mime-version", "content-transfer-encoding", "subject", "from", "to",
        "date", "message-id", "x-peer", "x-mailfrom", "x-rcptto",
    }  # fmt: skip


def routed(triage: Actor, cait: Actor) -> tuple[str, int]:
    reference = received(TOLD_OF["amelia"]).reference
    decision = decide(
        triage, reference, decided(Level.COMPLEX, *cait.team_ids, reason=REASON), version=1
    )
    return reference, decision


def danger(triage: Actor, cait: Actor, bea: Actor, staff: Staff) -> None:
    received(TOLD_OF["amelia"], concern={"immediate_danger": True, "narrative": REASON})


def work(triage: Actor, cait: Actor, bea: Actor, staff: Staff) -> None:
    routed(triage, cait)


def returned(triage: Actor, cait: Actor, bea: Actor, staff: Staff) -> None:
    reference, _ = routed(triage, cait)
    refuse(cait, reference, REASON)
    supervisor = actor_for(staff("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR))
    settle(supervisor, reference, keep=False, reason=REASON)


def challenged(triage: Actor, cait: Actor, bea: Actor, staff: Staff) -> None:
    reference, decision = routed(triage, cait)
    one = challenge(cait, reference, Challenged(REASON), decision_id=decision)
    rule(bea, reference, one, Ruled(Move.STAND, REASON), version=1)
    take_up(cait, reference, one, REASON, version=2)


@DB
@pytest.mark.parametrize("deed", [danger, work, returned, challenged])
def test_a_notice_says_nothing_but_that_something_waits(
    post: Letters, triage: Actor, cait: Actor, bea: Actor, staff: Staff, deed: Callable[..., None]
) -> None:
    deed(triage, cait, bea, staff)
    do_waiting_jobs()
    made = Notice.objects.count()
    assert len(post.letters) == made > 0
    assert not Notice.objects.filter(sent_at=None).exists()
    for _, receivers, letter in post.letters:
        assert receivers in ([TRIAGE_BOX], [CAIT_BOX])
        check_says_nothing(letter, "/board")


@DB
@pytest.mark.parametrize("kind", AlertKind)
def test_an_alert_of_any_kind_says_nothing_but_that_something_waits(
    post: Letters, triage: Actor, kind: AlertKind
) -> None:
    reference = received(TOLD_OF["amelia"]).reference
    case = Referral.objects.get(reference=reference).case_id
    User.objects.filter(pk=triage.user_id).update(email="p.h@hub.example")
    with connection.cursor() as cursor:
        cursor.execute("select door.tell(%s, %s, %s, null)", [kind, [triage.user_id], case])
    do_waiting_jobs()
    ((_, receivers, letter),) = post.letters
    assert receivers == ["p.h@hub.example"]
    check_says_nothing(letter, "/alerts")


@DB
def test_a_deadline_reaches_a_person_by_mail_without_saying_which(
    post: Letters, triage: Actor
) -> None:
    received(TOLD_OF["amelia"], concern={"narrative": REASON})
    User.objects.filter(pk=triage.user_id).update(email="p.h@hub.example")
    Escalation.objects.create(
        clock=Clock.objects.get(), kind=Told.MISS, to=[Whom.WORKER], made_at=timezone.now()
    )
    tell_of_clocks()
    do_waiting_jobs()
    (letter,) = post.to("p.h@hub.example")
    check_says_nothing(letter, "/alerts")
    assert Alert.objects.get().sent_at is not None


@DB
def test_a_mailbox_that_refuses_leaves_the_notice_unsent_and_the_work_on_the_board(
    post: Letters, triage: Actor, cait: Actor
) -> None:
    post.refused.add(CAIT_BOX)
    reference, _ = routed(triage, cait)
    with pytest.raises(SMTPRecipientsRefused):
        tell_team(notice_id=Notice.objects.get(team__kind=TeamKind.CAIT).pk)
    assert Notice.objects.get(team__kind=TeamKind.CAIT).sent_at is None
    assert [row.reference for row in open_board(cait, {}, 1).rows] == [reference]


# -- with real commits, by the worker --------------------------------------------------------------


@pytest.fixture
def mailbox(committed: str) -> Iterator[str]:
    """A mailbox of the triage team in the committed database, for this test alone."""
    triage = front_door()
    assert triage is not None
    box = f"{uuid4()}@hub.example"
    Team.objects.filter(pk=triage.id).update(mailbox=box)
    yield box
    Team.objects.filter(pk=triage.id).update(mailbox="")


def an_urgent_worry() -> Notice:
    key = str(uuid4())
    child = a_person(given="Zo", family=key, born="2016")
    reference = received(child, key=key, concern={"immediate_danger": True}).reference
    return Notice.objects.get(referral__reference=reference)


def job_of(notice: Notice) -> ProcrastinateJob:
    return ProcrastinateJob.objects.get(args={"notice_id": notice.pk})


def test_a_mailbox_that_refuses_is_tried_again_until_it_takes_it(
    post: Letters, mailbox: str
) -> None:
    run_worker(wait=False)  # what other tests left
    post.refused.add(mailbox)
    notice = an_urgent_worry()
    run_worker(wait=False)
    notice.refresh_from_db()
    job = job_of(notice)
    # Not lost: it waits for its next try, and whoever looks sees that it is unsent.
    assert (notice.sent_at, job.status, job.attempts) == (None, "todo", 1)
    assert job.scheduled_at is not None
    post.refused.clear()
    with connection.cursor() as cursor:  # its time has come
        cursor.execute(
            "update procrastinate_jobs set scheduled_at = now() - interval '1 s' where id = %s",
            [job.pk],
        )
    run_worker(wait=False)
    notice.refresh_from_db()
    assert notice.sent_at is not None
    assert len(post.to(mailbox)) == 1


def test_a_mailbox_that_is_gone_for_good_is_tried_over_days_and_then_shown_as_failed(
    post: Letters, mailbox: str
) -> None:
    run_worker(wait=False)
    post.refused.add(mailbox)
    notice = an_urgent_worry()
    strategy = tell_team.retry_strategy
    waits = [timedelta(seconds=3**tries) for tries in range(1, strategy.max_attempts)]  # type: ignore[union-attr]
    assert sum(waits, timedelta()) > timedelta(days=30)
    with connection.cursor() as cursor:  # all but the last try were in vain
        cursor.execute(
            "update procrastinate_jobs set attempts = %s where id = %s",
            [strategy.max_attempts, job_of(notice).pk],  # type: ignore[union-attr]
        )
    run_worker(wait=False)
    notice.refresh_from_db()
    assert (notice.sent_at, job_of(notice).status) == (None, "failed")
