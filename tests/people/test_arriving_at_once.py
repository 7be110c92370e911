"""Two referrals about one child at the same moment, on a database where commits are real."""

import threading
import time
from uuid import uuid4

from django.db import connection, transaction

from breakwater.people.actions import look_again
from breakwater.people.models import Link, Mention
from breakwater.people.rules import LinkStanding
from breakwater.referrals.actions import receive_referral
from breakwater.referrals.models import Referral
from tests.builders import a_person, a_submission, an_envelope


def a_child_nobody_knows() -> dict:
    return a_person(
        given="Amelia", family=f"H{uuid4().hex}".translate({48 + n: 97 + n for n in range(10)}),
        born="2017-05-14", postcode=f"ZZ{uuid4().int % 10**6}",
    )  # fmt: skip


def identities(referrals: list[int]) -> set[int]:
    mentions = Mention.objects.filter(referral_id__in=referrals)
    links = Link.objects.filter(mention__in=mentions, standing=LinkStanding.LINKED)
    return set(links.values_list("identity", flat=True))


def received_at_once(child: dict) -> list[int]:
    """Two referrals whose transactions overlap, so that neither sees the other's people."""
    receipts = []

    def send() -> None:
        envelope = an_envelope(a_submission(child, key=str(uuid4())), sender=str(uuid4()))
        receipts.append(receive_referral(envelope))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    with transaction.atomic(), connection.cursor() as cursor:
        # Both have looked up who is known when they wait to make identities.
        cursor.execute("lock table people_identity in share mode")
        for thread in threads:
            thread.start()
        waiting, end = 0, time.monotonic() + 20
        while waiting < len(threads) and time.monotonic() < end:
            cursor.execute(
                "select count(*) from pg_locks where not granted"
                " and relation = 'people_identity'::regclass"
            )
            (waiting,) = cursor.fetchone()
    for thread in threads:
        thread.join()
    references = [receipt.reference for receipt in receipts]
    return sorted(Referral.objects.filter(reference__in=references).values_list("pk", flat=True))


def in_threads(*referrals: int) -> None:
    start = threading.Barrier(len(referrals))

    def look(referral: int) -> None:
        start.wait(20)
        look_again(referral)
        connection.close()

    threads = [threading.Thread(target=look, args=(referral,)) for referral in referrals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_at_once_are_two_people_until_the_worker_looks_again(committed: str) -> None:
    referrals = received_at_once(a_child_nobody_knows())
    before = identities(referrals)
    assert len(before) == 2
    for referral in referrals:
        look_again(referral)
    assert identities(referrals) == {min(before)}


def test_two_workers_looking_at_once_never_swap_the_two(committed: str) -> None:
    for _ in range(5):
        referrals = received_at_once(a_child_nobody_knows())
        oldest = min(identities(referrals))
        in_threads(*referrals)
        assert identities(referrals) == {oldest}
