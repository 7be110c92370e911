"""Signing that something is shared without an agreement, or refusing to."""

from datetime import datetime

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, AlertKind, NotAllowed
from breakwater.referrals.moves import WrongInput
from breakwater.sharing import overrides, papers
from breakwater.sharing.disclosures.actions import (
    facts_of,
    look_to,
    place_of,
    tell_receiver,
)
from breakwater.sharing.disclosures.models import Disclosure
from breakwater.sharing.disclosures.paper import SharedPaper, papers_of, with_names
from breakwater.sharing.disclosures.rules import check_line
from breakwater.sharing.rules import LONGEST_TEXT, Sent, subject_of_disclosure

PURPOSE = "to sign what is shared without an agreement"
NOT_THERE = "There is nothing of that reference, or it is not open to you."
OWN = "You asked for this: somebody else signs it."
RULED = "This does not wait for a signature any more."


def open_to_sign(actor: Actor, reference: str) -> tuple[int, SharedPaper, str]:
    """Show what waits for a signature and why it is to be shared: (case, paper, reason).

    Raise NotAllowed.
    """
    pk, case_id = place_of(reference)
    subject = subject_of_disclosure(pk)
    view = look_to(actor, Verb.SIGN_OVERRIDE, case_id, subject, PURPOSE)
    with view.reading():
        rows = with_names(Disclosure.objects.filter(pk=pk)).select_related("override")
        row = rows.exclude(override=None).first()
        if row is None or row.override is None:
            raise NotAllowed(NOT_THERE)
        what = overrides.reason_of(row.override.key_id)
        (why,) = papers.unsealed([(what, row.override.reason)])
        return case_id, papers_of([row])[0], (why or {}).get("reason", "")


def sign_disclosure(
    actor: Actor, reference: str, reason: str, *, at: datetime | None = None
) -> int:
    """Sign that it is shared without an agreement: it leaves now. Return how many were told.

    Raise WrongInput, NotAllowed.
    """
    return _rule(actor, reference, reason, at or timezone.now(), signed=True)


def refuse_disclosure(
    actor: Actor, reference: str, reason: str, *, at: datetime | None = None
) -> None:
    """Refuse to sign: it never leaves. Raise WrongInput, NotAllowed."""
    _rule(actor, reference, reason, at or timezone.now(), signed=False)


def _rule(actor: Actor, reference: str, reason: str, at: datetime, *, signed: bool) -> int:
    pk, case_id = place_of(reference)
    subject = subject_of_disclosure(pk)
    with access.acting(actor, Verb.SIGN_OVERRIDE, case_id=case_id, subject=subject) as act:
        row = Disclosure.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            raise NotAllowed(NOT_THERE)
        if row.standing != Sent.TO_SIGN or row.override_id is None:
            raise NotAllowed(RULED)
        if row.sent_by_id == actor.person:
            raise NotAllowed(OWN)
        if errors := check_line(reason, "reason", "your reason", LONGEST_TEXT):
            raise WrongInput(errors)
        overrides.rule(row.override_id, reason.strip(), actor.person, at, signed=signed)
        row.standing = Sent.SENT if signed else Sent.NOT_SIGNED
        # It leaves now, not when it was written.
        row.sent_at = at if signed else row.sent_at
        row.save(update_fields=["standing", "sent_at"])
        told = tell_receiver(AlertKind.SHARED, row) if signed else 0
        # Whoever asked learns what became of it; the page of the case says what.
        papers.tell(AlertKind.RULED, [row.sent_by_id], case_id, subject, reference)
        act.facts = facts_of(row, row.fields.count()) | {"signed": signed}
    return told
