"""Two workers at once, each as the login that owns nothing, tell of a deadline once."""

import threading
from collections.abc import Callable
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from breakwater.access.models import Alert, Membership, User
from breakwater.clocks.models import Clock, Escalation
from breakwater.clocks.rules import Told, Whom
from breakwater.referrals.escalation.actions import tell_of_clocks
from breakwater.referrals.models import Referral
from breakwater.referrals.rules import subject_of
from tests.builders import a_person, received


def as_the_application(deed: Callable[[], object]) -> None:
    """Do it as web and worker do: with no right but what the door gives."""
    with connection.cursor() as cursor:
        cursor.execute("set session authorization breakwater_app")
        try:
            deed()
        finally:
            cursor.execute("reset session authorization")


def test_two_workers_tell_it_once(committed: str, staff: Callable[..., User]) -> None:
    name = f"Olga {uuid4()}"
    olga = staff(name)
    subjects = []
    for number in range(6):
        key = str(uuid4())
        reference = received(a_person(given=f"Zo{number}", family=key), key=key).reference
        subjects.append(subject_of(Referral.objects.get(reference=reference).pk))
        Escalation.objects.create(
            clock=Clock.objects.get(subject=subjects[-1], code="DECIDE"),
            kind=Told.WARN,
            to=[Whom.TEAM],
            made_at=timezone.now(),
        )
    start, failures = threading.Barrier(2), list[BaseException]()

    def work() -> None:
        try:
            start.wait()
            as_the_application(lambda: tell_of_clocks(limit=1))
        except BaseException as problem:  # noqa: BLE001  a thread's failure is the test's
            failures.append(problem)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # She may be told of what other tests left, too.
    mine = Alert.objects.filter(recipient=olga, subject__in=subjects)
    told = mine.values_list("subject", flat=True)
    Membership.objects.filter(user=olga).update(ends=timezone.now())
    assert not failures
    assert sorted(told) == sorted(subjects)


def test_what_says_whom_it_concerns_is_not_the_logins_to_ask(committed: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.proname, has_function_privilege('breakwater_app', p.oid, 'execute')"
            " from pg_proc p where p.pronamespace = 'door'::regnamespace and p.proname in"
            " ('tell_of_clock', 'behind_clock', 'may_be_told', 'rung')"
        )
        may = dict(cursor.fetchall())
    assert may == {
        "tell_of_clock": True,
        "behind_clock": False,
        "may_be_told": False,
        "rung": False,
    }
