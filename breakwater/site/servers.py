"""The commands that run for long, serve and worker, and migrate, which prepares for them."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from breakwater.audit import notes
from breakwater.site import database, environment, login

LIFELINE = "BREAKWATER_LIFELINE"
RESTORED = (
    "This database was restored from a dump into a cluster that counts its transactions from the "
    "start again: the door would take old rows for new ones. Do not serve it; docs/operations.md "
    "says how to raise the count (pg_resetwal)."
)


def migrate(_args: argparse.Namespace) -> int:
    with database.one_off():
        database.migrate(verbosity=1)
        if database.numbers_start_again():
            print(RESTORED, file=sys.stderr)
            return 1
    print("The database is at this version.")
    return 0


def serve(_args: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; requests under way are finished first."""
    settings = _settings_for_serving()
    login.check(settings.database_url)
    database.start_django()
    _refuse_the_demos_accounts(settings)
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)
    database.close_connections()

    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _end_with_parent()
    own_tls = settings.tls == "own"
    Granian(
        "breakwater.site.wsgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=4,
        log_level=LogLevels.warning,
        log_access=False,  # its lines would hold addresses
        ssl_cert=Path(settings.tls_certificate) if own_tls else None,
        ssl_key=Path(settings.tls_key) if own_tls else None,
    ).serve()
    return 0


def work(_args: argparse.Namespace) -> int:
    """Run jobs until SIGTERM or SIGINT; the job under way is finished first."""
    settings = _settings_for_serving()
    key = _ledger_key(settings)
    login.check(settings.database_url)
    database.start_django()
    from breakwater.site.jobs import run_worker

    _end_with_parent()
    run_worker(ledger_key=key)
    return 0


def _refuse_the_demos_accounts(settings: environment.Environment) -> None:
    """Everybody knows their password: a hub of real people must not hold them."""
    from breakwater.access.queries import any_named
    from breakwater.site.demo_data import ACCOUNTS

    if not settings.demo and any_named({(a.username, a.name) for a in ACCOUNTS}):
        raise environment.UnsafeSettings(
            ["DATABASE_URL holds the demo's accounts, whose password everybody knows."]
        )


def _settings_for_serving() -> environment.Environment:
    os.environ.pop("BREAKWATER_ONE_OFF", None)
    settings = environment.read(os.environ)
    if not settings.database_url:
        raise environment.UnsafeSettings(["DATABASE_URL is missing (`breakwater demo` sets it)."])
    return settings


def _ledger_key(settings: environment.Environment) -> notes.SecretKey:
    """Open the key that only this process needs."""
    try:
        return notes.ledger_key(settings.ledger_key, demo=settings.demo)
    except notes.NoteError as problem:
        raise environment.UnsafeSettings([f"LEDGER_KEY {problem}."]) from None


def _end_with_parent() -> None:
    """End when the demo that started this process is gone, even if it was killed.

    The demo holds the other end of a pipe; reading it returns only when the demo has ended.
    """
    if LIFELINE not in os.environ:
        return
    lifeline = int(os.environ.pop(LIFELINE))

    def wait_for_end() -> None:
        os.read(lifeline, 1)
        print("The demo has ended; so does this process.", file=sys.stderr)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait_for_end, daemon=True).start()
