"""Keeping the agreements on sharing, one function a deed, each in one transaction.

Nothing is ever changed: each deed adds a version or a review. Each raises NotAllowed and
WrongInput; those about a version that a page showed, Overtaken.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from breakwater.access import call
from breakwater.access.actions import acting
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, AlertKind, NotAllowed
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.sharing.agreements import rules
from breakwater.sharing.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementReview,
    AgreementVersion,
)
from breakwater.sharing.agreements.queries import AgreementFacts, agreements
from breakwater.sharing.agreements.rules import Standing, Terms, Version, ended, in_force

CHANGED = (
    "Somebody else changed this agreement since you opened it: what is shown is how it is now."
)
TAKEN = "There is an agreement of this name: make a new version of it, or choose another name"
NOT_THERE = "There is no such agreement."
NOT_IN_FORCE = "This agreement is not in force: there is nothing to review. Make a new version."
OVER = "This agreement has ended already."


def make_agreement(
    actor: Actor, name: str, terms: Terms, why: str, *, today: date, at: datetime | None = None
) -> int:
    """Make an agreement with its first version; return its id."""
    with acting(actor, Verb.MANAGE_AGREEMENTS, subject="agreement") as act:
        if errors := rules.check_name(name) + rules.check_terms(terms, why, today):
            raise WrongInput(errors)
        try:
            with transaction.atomic():
                made = Agreement.objects.create(name=name.strip())
        except IntegrityError:
            raise WrongInput([("name", TAKEN)]) from None
        _add(made.pk, 1, terms, why, actor, at)
        act.subject = f"agreement:{made.pk}"
        act.facts = {"agreement": made.pk, "version": 1}
    return made.pk


def make_version(
    actor: Actor,
    agreement_id: int,
    terms: Terms,
    why: str,
    *,
    after: int,
    today: date,
    at: datetime | None = None,
) -> int:
    """Add a version to an agreement whose newest is `after`; return its number."""
    with acting(actor, Verb.MANAGE_AGREEMENTS, subject=f"agreement:{agreement_id}") as act:
        if errors := rules.check_terms(terms, why, today):
            raise WrongInput(errors)
        newest = _newest(agreement_id, after)
        act.facts = {"agreement": agreement_id, "version": newest.number + 1}
        _add(agreement_id, newest.number + 1, terms, why, actor, at)
    return newest.number + 1


def end_agreement(
    actor: Actor,
    agreement_id: int,
    on: date,
    why: str,
    *,
    after: int,
    today: date,
    at: datetime | None = None,
) -> None:
    """Let an agreement cover nothing more from a day on. What was shared by it stays as it was."""
    with acting(actor, Verb.MANAGE_AGREEMENTS, subject=f"agreement:{agreement_id}") as act:
        errors = rules.check_end(on, today) + rules.check_text("why", why, "why it ends")
        if errors:
            raise WrongInput(errors)
        newest = _newest(agreement_id, after)
        if rules.standing(_found(agreement_id).versions, today) is Standing.ENDED:
            raise NotAllowed(OVER)
        act.facts = {"agreement": agreement_id, "version": newest.number + 1, "ends": str(on)}
        _add(agreement_id, newest.number + 1, ended(newest.terms, on), why, actor, at)


def note_review(
    actor: Actor,
    agreement_id: int,
    note: str,
    review_by: date,
    *,
    after: int,
    today: date,
    at: datetime | None = None,
) -> None:
    """Note that the version in force was looked at and stays, and by when it is looked at next."""
    with acting(actor, Verb.MANAGE_AGREEMENTS, subject=f"agreement:{agreement_id}") as act:
        errors = rules.check_text("note", note, "what you looked at, and with whom")
        errors += rules.check_review_by(review_by, today)
        if errors:
            raise WrongInput(errors)
        _newest(agreement_id, after)
        now = in_force(_found(agreement_id).versions, today)
        if now is None:
            raise NotAllowed(NOT_IN_FORCE)
        AgreementReview.objects.create(
            version_id=now.id,
            note=note.strip(),
            review_by=review_by,
            reviewed_by_id=actor.person,
            reviewed_at=at or timezone.now(),
        )
        act.facts = {"agreement": agreement_id, "reviewed": now.number, "next": str(review_by)}


def tell_of_reviews(today: date) -> int:
    """Alert who keeps the agreements to reviews due or overdue, once each; return how many."""
    told = 0
    kinds = {Standing.DUE_SOON: AlertKind.REVIEW_DUE, Standing.OVERDUE: AlertKind.REVIEW_OVERDUE}
    with transaction.atomic():
        for one in agreements():
            kind = kinds.get(rules.standing(one.versions, today))
            now = in_force(one.versions, today)
            if kind and now:
                told += int(call.value("tell_of_review", kind, one.id, now.review_by))
    return told


def _found(agreement_id: int) -> AgreementFacts:
    found = agreements(agreement_id)
    if not found:
        raise NotAllowed(NOT_THERE)
    return found[0]


def _newest(agreement_id: int, after: int) -> Version:
    """Return the newest version, if it is the one that the page showed; others wait."""
    list(Agreement.objects.select_for_update().filter(pk=agreement_id))
    newest = _found(agreement_id).newest
    if newest.number != after:
        raise Overtaken(CHANGED)
    return newest


def _add(
    agreement_id: int, number: int, terms: Terms, why: str, actor: Actor, at: datetime | None
) -> None:
    row = AgreementVersion.objects.create(
        agreement_id=agreement_id,
        version=number,
        kinds=sorted(terms.kinds),
        purposes=sorted(terms.purposes),
        bases=sorted(terms.bases),
        summary=terms.summary.strip(),
        effective_from=terms.effective_from,
        ends_on=terms.ends_on,
        review_by=terms.review_by,
        why=why.strip(),
        made_by_id=actor.user_id,
        made_at=at or timezone.now(),
    )
    AgreementParty.objects.bulk_create(
        AgreementParty(version=row, agency_id=one.agency_id, gives=one.gives, receives=one.receives)
        for one in terms.parties
    )
