"""Requests as the login of web and worker has them: through the door, and no further."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.door import APP_ROLE
from breakwater.access.models import Membership, Session, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, AgencyKind, Relation, TeamKind
from breakwater.referrals.models import Referral
from breakwater.sharing import answers
from breakwater.sharing.requests import chasing
from breakwater.sharing.requests.actions import ask
from breakwater.sharing.requests.after import note_call, sign
from breakwater.sharing.requests.mailing import mail_asked_team
from breakwater.sharing.requests.models import Answer, Reminder, Request
from breakwater.sharing.requests.queries import request_by_id, waiting_for
from breakwater.sharing.requests.rules import Call
from breakwater.sharing.rules import Handling, Reply, Standing
from tests.builders import a_person, received
from tests.cases import granted
from tests.sharing.asking import a_partner, an_agreement, asked, asking, child_of, team_asked

LONG_AGO = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AsLogin = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def as_login(committed: str) -> AsLogin:
    @contextmanager
    def become() -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(f"set role {APP_ROLE}")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("reset role")

    return become


def signed_in_as(actor: Actor) -> Actor:
    """The same person with a browser that they are signed in with."""
    token, later = secrets.token_urlsafe(24), timezone.now() + timedelta(hours=1)
    Session.objects.create(
        session_key=sha256(token.encode()).hexdigest(),
        session_data="",
        user_id=actor.user_id,
        expire_date=later,
        idle_until=later,
        may_work=True,
    )
    return replace(actor, session=token)


def somebody(role: Role = Role.TRIAGE_WORKER) -> Actor:
    team = Team.objects.filter(kind=TeamKind.TRIAGE).earliest("pk")
    user = User.objects.create(username=str(uuid4()), name=str(uuid4()), agency=team.agency)
    Membership.objects.create(user=user, team=team, role=role)
    return signed_in_as(actor_for(user))


def a_school() -> Actor:
    name = f"School {uuid4()}"
    return signed_in_as(a_partner(name, person=name))


def a_worry() -> str:
    return received(a_person(given=f"Name {uuid4()}", family="Thrift")).reference


@pytest.fixture
def late(committed: str) -> Request:
    return asked(somebody(), a_school(), reference=a_worry(), at=LONG_AGO)


def test_the_worker_asks_after_and_writes_without_seeing_a_request(
    late: Request, as_login: AsLogin
) -> None:
    first = late.reminders.get()
    mail.outbox.clear()
    with as_login():
        assert not Request.objects.exists()
        assert not Reminder.objects.exists()
        assert chasing.chase(LONG_AGO + timedelta(days=1)) >= 1
        mail_asked_team.func(reminder_id=first.pk)
        mail_asked_team.func(reminder_id=first.pk)
    assert sorted(late.reminders.values_list("number", flat=True)) == [0, 1]
    first.refresh_from_db()
    assert first.sent_at is not None
    assert [one for one in mail.outbox if late.reference in one.body]


def test_a_case_is_asked_about_signed_and_noted_through_the_door(as_login: AsLogin) -> None:
    triage, school, head = somebody(), a_school(), somebody(Role.TRIAGE_SUPERVISOR)
    reference = a_worry()
    team, mention = team_asked(school, triage), child_of(reference)
    with as_login():
        why = asking(without_agreement="The school is new.")
        (done,) = ask(triage, reference, mention, [team], why)
        assert any(part == "requests" for part, _, _ in waiting_for(head))
        sign(head, done.reference, "Needed.")
        note_call(triage, done.reference, Call("Seen on Monday.", "Ms Roe"))
    assert Request.objects.get(reference=done.reference).standing == Standing.ANSWERED


def test_what_is_for_police_eyes_only_is_there_and_closed_to_others(as_login: AsLogin) -> None:
    triage = somebody()
    constable = signed_in_as(
        a_partner(f"Police {uuid4()}", AgencyKind.POLICE, f"PC {uuid4()}", team_kind=TeamKind.CAIT)
    )
    school, reference = a_school(), a_worry()
    case_id = Referral.objects.get(reference=reference).case_id
    granted(case_id, Relation.ROUTED, team_id=min(constable.team_ids))
    an_agreement(triage.agency_id, school.agency_id)
    request = asked(triage, school, reference=reference)
    words = answers.Words(answers=("His brother is wanted.",))
    answers.write(
        request,
        Reply.ANSWER,
        words,
        by=school.person,
        at=timezone.now(),
        handling=[Handling.POLICE_ONLY],
    )
    with as_login():
        for reader, texts, hidden in ((triage, [], 1), (constable, ["His brother is wanted."], 0)):
            view = access.look(reader, case_id, subject="request", purpose="a test")
            with view.reading():
                shown = request_by_id(request.pk)
                assert Answer.objects.count() == len(texts)
            said = [text for one in shown.answers if one.words for text in one.words.answers]
            assert (said, len(shown.for_police)) == (texts, hidden)


def test_without_a_case_or_session_the_functions_tell_nothing(
    late: Request, as_login: AsLogin
) -> None:
    with as_login(), connection.cursor() as cursor:
        cursor.execute("select * from door.answers_for_police(%s)", [[late.pk]])
        assert cursor.fetchall() == []
        cursor.execute("select * from door.waits_for_signature('', %s)", [late.asked_by_id])
        assert cursor.fetchall() == []
