"""For load balancers and the staff who keep the hub running: is it alive, can it work?"""

from collections.abc import Callable
from functools import cache
from itertools import takewhile

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import Error
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "alive"})


@login_not_required
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """The process can do its work: 200, or 503 that names the checks that did not pass."""
    # Each check needs those before it, so after the first that fails none is worth the wait.
    passed = list(takewhile(lambda name: _passes(CHECKS[name]), CHECKS))
    failed = list(CHECKS)[len(passed) :]
    body = {"status": "ready" if not failed else "not ready", "failed": failed}
    return JsonResponse(body, status=503 if failed else 200)


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Error:
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select not pg_is_in_recovery()")
        return bool(cursor.fetchone()[0])


def _migrations_are_applied() -> bool:
    return _newest_migrations() <= set(MigrationRecorder(connection).applied_migrations())


@cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """Read the migration files once a process, not at every question."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database_answers,
    "migrations": _migrations_are_applied,
}
