"""The night's erasing: list first, stop when it is too much, then one case a transaction."""

import json
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from breakwater.access.queries import teams
from breakwater.access.rules import WORKER, NotAllowed, TeamKind
from breakwater.attachments.files import forget_files
from breakwater.audit.actions import record
from breakwater.records.models import Run
from breakwater.records.retention import queries
from breakwater.records.retention.actions import call

log = structlog.get_logger("breakwater.records")
SUBJECT = "Breakwater stopped erasing"
WORDS = """The night's erasing was stopped, and nothing was erased.

Sign in to see why: {link}
"""


def erase_what_was_let_go() -> int:
    """Erase what two people let go and whose grace is over; return how many cases.

    The listing is written down first. More than the cap: nothing is erased, and the desk is told.
    Each case is asked about again in the transaction that erases it.
    """
    ready, most = queries.ready_to_erase(), queries.knob("MOST_A_NIGHT")
    if not ready:
        return 0
    with transaction.atomic(durable=True):
        run = Run.objects.create(at=timezone.now(), listed=len(ready))
        record(WORKER.ledger_name, "erasing_listed", cases=ready, subject=f"run:{run.pk}")
    if len(ready) > most:
        because = f"{len(ready)} cases were ready, and a night erases {most} at most"
        _stop(run, because, ready)
        return 0
    for case_id in ready:
        try:
            with transaction.atomic(durable=True):
                went = call("erase_case", case_id)
        except NotAllowed as refusal:
            # Held, undone or at work again since the listing.
            log.warning("not erased", case=case_id, because=str(refusal))
        else:
            # Their keys are gone already; what a crash leaves here, `breakwater documents` finds.
            forget_files(UUID(file) for file in _read(went)["files"])
            run.erased += 1
    run.save(update_fields=["erased"])
    log.info("erased", listed=run.listed, erased=run.erased)
    return run.erased


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _stop(run: Run, because: str, ready: list[int]) -> None:
    run.stopped_because = because
    with transaction.atomic(durable=True):
        run.save(update_fields=["stopped_because"])
        record(
            WORKER.ledger_name,
            "erasing_stopped",
            subject=f"run:{run.pk}",
            allowed=False,
            facts={"listed": len(ready)},
        )
    log.error("erasing stopped", listed=len(ready))
    mailboxes = [t.mailbox for t in teams() if t.kind is TeamKind.RECORDS and t.mailbox]
    if mailboxes:
        link = settings.PUBLIC_URL + reverse("retention")
        send_mail(SUBJECT, WORDS.format(link=link), None, mailboxes)
