"""Several workers at once, on a database where commits are real."""

import threading
from datetime import timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from breakwater.audit.models import Entry
from breakwater.clocks.actions import record_misses, start_clock


def misses_of(subject: str) -> int:
    return Entry.objects.filter(verb="clock_missed", subject=subject).count()


def test_two_workers_at_once_write_each_miss_once(committed: str) -> None:
    subjects = [f"worker-test:{uuid4()}" for _ in range(40)]
    for subject in subjects:
        start_clock("DANGER", subject, 1, timezone.now() - timedelta(days=30))
    start = threading.Barrier(4)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            start.wait()
            while record_misses(limit=5):
                pass
        except BaseException as problem:  # noqa: BLE001  a thread's failure is the test's
            failures.append(problem)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    record_misses()
    assert not failures
    assert [misses_of(subject) for subject in subjects] == [1] * 40


def test_a_miss_that_another_worker_is_writing_is_left_to_it(committed: str) -> None:
    subject = f"worker-test:{uuid4()}"
    start_clock("DANGER", subject, 1, timezone.now() - timedelta(days=30))
    meanwhile: list[int] = []

    def look() -> None:
        meanwhile.append(record_misses())
        connection.close()

    with transaction.atomic():
        record_misses()
        other = threading.Thread(target=look)
        other.start()
        other.join(20)
    assert meanwhile == [0]
    assert misses_of(subject) == 1
