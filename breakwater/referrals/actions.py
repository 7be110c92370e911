"""What is done with a referral, one function a deed, each in one transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.queries import TeamFacts, front_door, open_unrestricted
from breakwater.access.rules import Actor, basis_for, door
from breakwater.clocks.actions import start_clock
from breakwater.people.actions import record_mentions, sure_identities
from breakwater.people.jobs import find_who_came_at_once
from breakwater.people.queries import Found, find_all
from breakwater.people.rules import CHILD_ROLES, PersonAsTold
from breakwater.referrals import moves, queries, rules, submission
from breakwater.referrals.models import Referral
from breakwater.referrals.presence.actions import note_opening
from breakwater.referrals.routing.passed import pass_on, who_has
from breakwater.referrals.rules import Channel, ItemKind, subject_of
from breakwater.referrals.sealed import seal_body, seal_words, words_told
from breakwater.referrals.submission import FieldError, Parsed, Refused
from breakwater.vault.actions import keep, new_key
from breakwater.vault.rules import DataKey

log = structlog.get_logger("breakwater.referrals")

# Crockford's alphabet: no letter that is taken for a digit, none that makes words.
RECEIPT_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
UNKNOWN_SOURCE = "Source not named"


@dataclass(frozen=True)
class Envelope:
    """A submission as a door hands it over.

    `sender` is who the door knows to have sent it: keys are unique within a sender.
    `received_at` is for history typed in later, by doors that may say when; else it is now.
    """

    body: bytes
    sender: str
    door: str
    received_at: datetime | None = None


@dataclass(frozen=True)
class Receipt:
    reference: str
    key: str
    received_at: datetime
    repeat: bool


def receive_referral(envelope: Envelope) -> Receipt:
    """Take a referral in, exactly once; the receipt is given only after the commit.

    One transaction writes submission, referral, mentions, links, case, grant, clocks, ledger entry
    and jobs. The same key and content gives the same receipt again. Raise Refused, with nothing
    stored, for a malformed submission and for the same key with other content.
    """
    received_at = envelope.received_at or timezone.now()
    try:
        parsed = submission.parse(envelope.body, received_at)
        with access.acting(door(envelope.door), Verb.SUBMIT, engine=True) as act:
            key = new_key()
            submission_id = _keep(envelope, parsed, received_at, key)
            if submission_id is None:
                receipt, act.case_id = _receipt_given_before(envelope, parsed)
                act.facts = {"repeat": True}
                act.subject = f"receipt:{receipt.reference}"
            else:
                people = parsed.submission.people_as_told()
                found = find_all(people, parsed.submission.sent_at)
                referral = _make_referral(
                    submission_id, parsed.submission, received_at, people, found, key
                )
                act.case_id, act.subject = referral.case_id, subject_of(referral.pk)
                act.facts = {
                    "channel": referral.channel,
                    "category": referral.category,
                    # So common that the look-up could not follow them: more may be known.
                    "keys_too_common": sum(one.too_common for one in found),
                }
                receipt = Receipt(
                    referral.reference, parsed.submission.key, received_at, repeat=False
                )
    except Refused as refusal:
        log.info("submission refused", door=envelope.door, errors=len(refusal.errors))
        raise
    log.info("submission received", door=envelope.door, repeat=receipt.repeat)
    return receipt


def open_referral(actor: Actor, reference: str, purpose: str) -> queries.ReferralPage:
    """Show a referral and what is known about its people; every case seen gets a ledger entry.

    What waits for the actor's teams there is opened by that, if nobody of them had opened it.
    Raise NotAllowed when there is no such referral or no grant: nobody can tell which.
    """
    referral_id, case_id = moves.place(reference)
    view = access.look(actor, case_id, subject=subject_of(referral_id), purpose=purpose)
    known = queries.known_of(referral_id)
    beside = queries.cases_of(known) - {case_id}
    view = view.beside(
        access.look_beside(view, beside, purpose=f"already known, beside {reference}")
    )
    now = timezone.now()
    with view.reading():
        note_opening(actor, referral_id, now)
        page = queries.referral_page(actor, referral_id, known, view.cases, now)
        above = [import_string(one) for one in settings.REFERRAL_PANELS]
        return replace(page, panels=[panel(actor, case_id, reference) for panel in above])


def open_case(actor: Actor, case_id: int) -> list[queries.ReferralFacts]:
    """Show the referrals of a case, the newest first. Raise NotAllowed."""
    view = access.look(actor, case_id, subject=f"case:{case_id}", purpose="referrals of the case")
    with view.reading():
        return queries.referrals_of(case_id)


def _keep(envelope: Envelope, parsed: Parsed, received_at: datetime, key: DataKey) -> int | None:
    """Store the bytes; return the new row's id, or None when the sender's key is already there.

    The unique constraint decides, also between two that arrive at once: the second waits here
    until the first has committed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into referrals_submission"
            " (sender, key, door, body, content_hash, received_at) values (%s,%s,%s,%s,%s,%s)"
            " on conflict (sender, key) do nothing returning id",
            [
                envelope.sender,
                parsed.submission.key,
                envelope.door,
                seal_body(key, envelope.body, envelope.sender, parsed.submission.key),
                parsed.content_hash,
                received_at,
            ],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _receipt_given_before(envelope: Envelope, parsed: Parsed) -> tuple[Receipt, int]:
    key = parsed.submission.key
    content_hash, reference, received_at, case_id = queries.receipt(envelope.sender, key)
    if content_hash != parsed.content_hash:
        problem = (
            "was already used for another content, which stays as it is: send a new worry under "
            "a new key"
        )
        raise Refused([FieldError("key", problem)])
    return Receipt(reference, key, received_at, repeat=True), case_id


def _make_referral(
    submission_id: int,
    told: submission.Submission,
    received_at: datetime,
    people: Sequence[PersonAsTold],
    found: Sequence[Found],
    key: DataKey,
) -> Referral:
    triage = front_door()
    if triage is None:
        raise Refused([FieldError("", "cannot be taken in: the hub has no triage team yet")])
    standing = _standing_case(people, found)
    case_id = access.open_case(received_at) if standing is None else standing
    keep(key, case_id)
    referral_id = _next_id()
    referral = Referral(
        pk=referral_id,
        submission_id=submission_id,
        case_id=case_id,
        reference=new_reference(),
        channel=told.channel,
        sent_at=told.sent_at,
        received_at=received_at,
        category=told.concern.category,
        also=told.concern.also or [],
        immediate_danger=told.concern.immediate_danger,
        words=seal_words(key, referral_id, words_told(told)),
        has_reporter=told.reporter is not None,
        consent=told.concern.consent or "",
        seen_child=told.concern.seen_child,
        due_at=received_at,
    )
    subject = subject_of(referral.pk)
    codes = ["DANGER", "DECIDE"] if told.concern.immediate_danger else ["DECIDE"]
    referral.due_at = min(start_clock(code, subject, case_id, received_at).due_at for code in codes)
    referral.save(force_insert=True)
    _let_triage_in(case_id, triage, received_at)
    allocated = who_has(referral, standing is not None, people, found)
    if allocated:
        pass_on(referral, allocated, received_at)
        moves.save(referral)
    else:
        moves.let_wait(referral, ItemKind.TRIAGE, triage.id, received_at, referral.due_at)
    record_mentions(
        case_id=case_id,
        referral_id=referral.pk,
        told_at=told.sent_at,
        told_by=source_name(told),
        people=people,
        found=found,
    )
    find_who_came_at_once.defer(referral_id=referral.pk)
    if told.concern.immediate_danger:
        moves.notify(triage.id, referral.pk, received_at)
    return referral


def _let_triage_in(case_id: int, triage: TeamFacts, at: datetime) -> None:
    """Let triage see the case of a worry that just came in, also when the case stood before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select door.let_triage_in(%s, %s, %s, %s, %s)",
            [case_id, triage.id, "triage of what comes in", basis_for(triage.kind), at],
        )


def _standing_case(people: Sequence[PersonAsTold], found: Sequence[Found]) -> int | None:
    """Return the one open case that the children surely belong to; doubt opens a new one."""
    children = [
        one for person, one in zip(people, found, strict=True) if person.role in CHILD_ROLES
    ]
    homes = sure_identities(children)
    cases = open_unrestricted({home.case_id for home in homes if home})
    return cases.pop() if len(cases) == 1 else None


def source_name(told: submission.Submission) -> str:
    """Return who told it, as other people of the hub may read it: the agency, or the channel."""
    if told.reporter and told.reporter.agency:
        return str(told.reporter.agency)
    named = told.channel is not Channel.PROFESSIONAL
    return rules.in_words(told.channel).capitalize() if named else UNKNOWN_SOURCE


def new_reference() -> str:
    """Return a receipt of 60 random bits: nobody can guess another's."""
    letters = "".join(secrets.choice(RECEIPT_LETTERS) for _ in range(12))
    return f"BW-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('referrals_referral', 'id'))")
        return int(cursor.fetchone()[0])
