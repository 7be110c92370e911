"""What is done with a referral, one function a deed, each in one transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import connection
from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.queries import TeamFacts, front_door, open_unrestricted, teams
from breakwater.access.rules import Actor, NotAllowed, Relation, basis_for, door
from breakwater.clocks.actions import meet_clock, start_clock
from breakwater.people.actions import record_mentions, sure_identities
from breakwater.people.jobs import find_who_came_at_once
from breakwater.people.queries import Found, find_all
from breakwater.people.rules import CHILD_ROLES, PersonAsTold
from breakwater.referrals import jobs, queries, rules, submission
from breakwater.referrals.models import Decision, Notice, Referral, Route, Step
from breakwater.referrals.rules import Action, Channel, Level
from breakwater.referrals.sealed import seal_body, seal_reason, seal_words, words_told
from breakwater.referrals.submission import FieldError, Parsed, Refused
from breakwater.vault.actions import keep, new_key
from breakwater.vault.rules import DataKey

log = structlog.get_logger("breakwater.referrals")

# Crockford's alphabet: no letter that is taken for a digit, none that makes words.
RECEIPT_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
UNKNOWN_SOURCE = "Source not named"


class Overtaken(Exception):
    """Somebody else changed the referral since the page was opened; says who and when."""


class WrongDecision(Exception):
    """A decision that cannot stand: `errors` are (field, sentence) pairs."""

    def __init__(self, errors: list[tuple[str, str]]):
        self.errors = errors
        super().__init__("; ".join(sentence for _, sentence in errors))


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


def open_board(actor: Actor, page: int) -> queries.Board:
    """Show what waits for the actor's teams; one ledger entry names what was shown.

    Raise NotAllowed for somebody without a team.
    """
    access.check_list(actor, Verb.SEE_BOARD, "board")
    waiting = queries.waiting(actor, page)
    cases = {case_id for _, case_id in waiting.places}
    with access.show_list(actor, Verb.SEE_BOARD, "board", cases).reading():
        return queries.board(actor, waiting, timezone.now())


def open_referral(actor: Actor, reference: str, purpose: str) -> queries.ReferralPage:
    """Show a referral and what is known about its people; every case seen gets a ledger entry.

    Raise NotAllowed when there is no such referral or no grant: nobody can tell which.
    """
    referral_id, case_id = _place(reference)
    view = access.look(actor, case_id, subject=subject_of(referral_id), purpose=purpose)
    known = queries.known_of(referral_id)
    beside = queries.cases_of(known) - {case_id}
    view = view.beside(
        access.look_beside(view, beside, purpose=f"already known, beside {reference}")
    )
    with view.reading():
        return queries.referral_page(actor, referral_id, known, view.cases, timezone.now())


def open_case(actor: Actor, case_id: int) -> list[queries.ReferralFacts]:
    """Show the referrals of a case, the newest first. Raise NotAllowed."""
    view = access.look(actor, case_id, subject=f"case:{case_id}", purpose="referrals of the case")
    with view.reading():
        return queries.referrals_of(case_id)


def decide(
    actor: Actor,
    reference: str,
    *,
    version: int,
    level: Level,
    team_id: int | None,
    reason: str,
    at: datetime | None = None,
) -> None:
    """Decide the level of need and route the work, or decide that nothing further is needed.

    Raise WrongDecision (fields), Overtaken (somebody was faster), NotAllowed. `at` is for history
    typed in later.
    """
    at = at or timezone.now()
    referral_id, case_id = _place(reference)
    team = next(iter(teams({team_id})), None) if team_id is not None else None
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.DECIDE, case_id=case_id, subject=subject) as act:
        errors = rules.check_decision(level, team.kind if team else None, reason)
        if team_id is not None and team is None:
            errors.append(("team", "Choose a team from the list"))
        if errors:
            raise WrongDecision(errors)
        referral = Referral.objects.select_for_update().get(pk=referral_id)
        _check_version(referral, version)
        _step(referral, Action.DECIDE_AND_ROUTE if team else Action.DECIDE_NO_ACTION, actor, at)
        decision = Decision.objects.create(
            referral=referral,
            level=level,
            team_id=team_id,
            reason=seal_reason(
                referral, reason, Decision.objects.filter(referral=referral).count()
            ),
            decided_by_id=actor.person,
            decided_at=at,
        )
        meet_clock(subject, ("DANGER", "DECIDE"), at)
        if team:
            Route.objects.create(
                referral=referral, team_id=team.id, decision=decision, routed_at=at
            )
            access.give_grant(
                case_id, team, Relation.ROUTED, f"work routed by triage: {team.kind}", at
            )
            referral.due_at = start_clock("TAKE_ON", subject, case_id, at).due_at
            _notify(team.id, referral_id, at)
        referral.save(update_fields=["state", "version", "due_at"])
        act.facts = {"level": level, "team": team.kind if team else None}
        if team is None:
            act.facts["case_closed"] = _close_case_if_done(case_id, at)


def take_on(actor: Actor, reference: str, *, at: datetime | None = None) -> None:
    """Take on the work on behalf of the team that it was routed to. Raise NotAllowed."""
    at = at or timezone.now()
    referral_id, case_id = _place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.TAKE_ON, case_id=case_id, subject=subject):
        referral = Referral.objects.select_for_update().get(pk=referral_id)
        _step(referral, Action.TAKE_ON, actor, at)
        taken = Route.objects.filter(
            referral=referral, team__in=actor.team_ids, taken_on_at__isnull=True
        ).update(taken_on_by=actor.person, taken_on_at=at)
        if not taken:
            raise NotAllowed("This work was routed to another team. Ask triage to route it anew.")
        meet_clock(subject, ("TAKE_ON",), at)
        referral.save(update_fields=["state", "version"])


def subject_of(referral_id: int) -> str:
    """Return how clocks and ledger entries name a referral."""
    return f"referral:{referral_id or 'unknown'}"


def _place(reference: str) -> tuple[int, int]:
    """Return the referral's and its case's id; of what is not there a case that nobody may see."""
    return queries.place_of(reference) or (0, access.NO_CASE)


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


def _close_case_if_done(case_id: int, at: datetime) -> bool:
    """Close the case when nothing in it waits or is at work. 1 SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute("select door.close_case_if_done(%s, %s)", [case_id, at])
        return bool(cursor.fetchone()[0])


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
    case_id = _standing_case(people, found)
    if case_id is None:
        case_id = access.open_case(received_at)
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
        _notify(triage.id, referral.pk, received_at)
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


def _check_version(referral: Referral, version: int) -> None:
    if referral.version == version:
        return
    steps = Step.objects.filter(referral=referral).select_related("taken_by")
    last = steps.order_by("taken_at").last()
    if last is None:
        raise Overtaken("This page is not of this referral as it stands. Open the referral again.")
    when = timezone.localtime(last.taken_at).strftime("%-d %B at %H:%M")
    raise Overtaken(f"{last.taken_by.name} was faster: {last.action}, {when}.")


def _step(referral: Referral, action: Action, actor: Actor, at: datetime) -> None:
    start = rules.State(referral.state)
    end = rules.next_state(start, action)
    Step.objects.create(
        referral=referral,
        action=action,
        start=start,
        end=end,
        taken_by_id=actor.person,
        taken_at=at,
    )
    referral.state, referral.version = end, referral.version + 1


def _notify(team_id: int, referral_id: int, at: datetime) -> None:
    notice = Notice.objects.create(team_id=team_id, referral_id=referral_id, made_at=at)
    jobs.tell_team.defer(notice_id=notice.pk)
