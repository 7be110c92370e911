"""Asking partners: what leaves to whom, under what, and by when. What follows is in after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.queries import PartnerFacts, agency_kind, partners_of
from breakwater.access.rules import Actor, AgencyKind, AlertKind, NotAllowed
from breakwater.clocks.queries import calendar_for, definition_in_force, next_due
from breakwater.clocks.rules import LONDON, Unit, due_at
from breakwater.people.queries import mentions_of
from breakwater.referrals import moves
from breakwater.referrals.models import Referral
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.progress import rating_of
from breakwater.referrals.rules import Rating, subject_of
from breakwater.sharing import overrides, papers
from breakwater.sharing.agreements.queries import covering
from breakwater.sharing.disclosures.writing import Covers, Told, kinds_of, write
from breakwater.sharing.requests import mailing, rules
from breakwater.sharing.requests.models import Reminder, Request
from breakwater.sharing.requests.rules import Asking, Question, TeamAsked
from breakwater.sharing.requests.telling import tellable
from breakwater.sharing.requests.words import what_of
from breakwater.sharing.rules import (
    InfoKind,
    Sent,
    Standing,
    check_named,
    subject_of_request,
)
from breakwater.vault.actions import new_key

NOT_OF_THIS = "This person is not of this referral. Open the referral again."


@dataclass(frozen=True)
class Asked:
    """A request as it was made. `reached`: somebody has an alert, or there is a mailbox."""

    reference: str
    team: str
    standing: Standing
    reached: bool


@dataclass(frozen=True)
class _Prepared:
    """One team with all that goes to it."""

    team: PartnerFacts
    questions: tuple[Question, ...]
    told: tuple[Told, ...]
    agreement_id: int | None

    @property
    def kinds(self) -> set[InfoKind]:
        return {question.kind for question in self.questions}


def ask(
    actor: Actor,
    reference: str,
    mention_id: int,
    teams: Sequence[TeamAsked],
    asking: Asking,
    *,
    at: datetime | None = None,
) -> list[Asked]:
    """Ask one partner or several about somebody of a referral, all or none of them.

    Where no agreement covers it, it waits for a signature and nothing leaves.
    Raise WrongInput (fields), NotAllowed.
    """
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.ASK_PARTNERS, case_id=case_id, subject=subject) as act:
        referral = moves.held(referral_id)
        due = deadline(referral, at)
        prepared = _prepared(actor, referral_id, mention_id, teams, asking, at)
        _check_not_asked_already(referral_id, mention_id, prepared)
        done = [_make(actor, referral, mention_id, one, asking, due, at) for one in prepared]
        act.facts = {
            "teams": sorted(one.team.id for one in prepared),
            "to_sign": sum(one.standing is Standing.TO_SIGN for one in done),
        }
    return done


def deadline(referral: Referral, at: datetime) -> datetime:
    """When partners must have answered: as the referral's rating says. 4 SQL statements at most.

    While the clock of the rating runs, when that ends; else its time from now. Raise NotAllowed
    for a referral of which nothing is asked.
    """
    rating = rating_of(referral.pk)
    rules.check_may_be_asked(rating)
    code = f"MASH_{(Rating(rating) if rating else rules.UNRATED).name}"
    running = next_due(subject_of(referral.pk), (code,)) if rating else None
    if running and running > at:
        return running
    definition = definition_in_force(code, at)
    unit = Unit(definition.unit)
    return due_at(at, definition.length, unit, calendar_for([unit]))


def home_of(actor: Actor) -> int:
    """Return the agency for which somebody asks; raise NotAllowed for a door or job."""
    if actor.agency_id is None:
        raise NotAllowed("Only a person of an agency may ask partners.")
    return actor.agency_id


def kind_of_home(actor: Actor) -> AgencyKind:
    """What kind of agency somebody asks for. 1 SQL statement."""
    return agency_kind(home_of(actor))


def _prepared(
    actor: Actor,
    referral_id: int,
    mention_id: int,
    teams: Sequence[TeamAsked],
    asking: Asking,
    at: datetime,
) -> list[_Prepared]:
    """Look up what is asked and told, and check it."""
    people = mentions_of([referral_id])
    about = next((one for one in people if one.id == mention_id), None)
    if about is None:
        raise NotAllowed(NOT_OF_THIS)
    partners = {one.id: one for one in partners_of(actor.agency_id, {t.team_id for t in teams})}
    prepared = []
    for one in {team.team_id: team for team in teams}.values():
        if one.team_id not in partners:
            raise WrongInput([("teams", "Choose partners from the list")])
        team = partners[one.team_id]
        tell = tellable(about, people, team.agency_kind)
        told = tuple(each.told for each in tell if each.code in one.told)
        if not told:
            one = replace(one, told=())
        prepared.append((one, _Prepared(team, one.questions, told, None)))
    kinds = {kind for _, each in prepared for kind in each.kinds | kinds_of(each.told)}
    asker = kind_of_home(actor)
    errors = rules.check_asking(asking, [one for one, _ in prepared], kinds, asker)
    if errors:
        raise WrongInput(errors)
    covered = [_covered(actor, each, asking, at) for _, each in prepared]
    bare = [each.team.name for each in covered if each.agreement_id is None]
    if errors := rules.check_without_agreement(bare, asking.without_agreement):
        raise WrongInput(errors)
    return covered


def _covered(actor: Actor, one: _Prepared, asking: Asking, at: datetime) -> _Prepared:
    """With the agreement that covers it both ways: their answer, and what they are told."""
    home, away = home_of(actor), one.team.agency_id
    day = at.astimezone(LONDON).date()
    answer = covering(away, home, one.kinds, asking.purpose, day)
    told = covering(home, away, kinds_of(one.told), asking.purpose, day)
    if not (answer and told):
        return one
    if errors := check_named(asking.bases, {*answer.bases, *told.bases}, answer.name):
        raise WrongInput(errors)
    return replace(one, agreement_id=answer.id)


def _check_not_asked_already(referral_id: int, mention_id: int, prepared: list[_Prepared]) -> None:
    """Nothing is asked twice: raise WrongInput where a team still owes the answer to the same."""
    owed = [Standing.TO_SIGN, Standing.ASKED, Standing.BY_PHONE]
    open_now = list(
        Request.objects.filter(
            referral=referral_id,
            mention_id=mention_id,
            standing__in=owed,
            team__in=[one.team.id for one in prepared],
        )
    )
    words = papers.unsealed((what_of(one.reference), one.words) for one in open_now)
    asked: dict[int, set[str]] = {}
    for request, said in zip(open_now, words, strict=True):
        asked.setdefault(request.team_id, set()).update((said or {}).get("questions", ()))
    errors = [
        (f"ask-{one.team.id}", f"{one.team.name} was asked all this already, and has not answered")
        for one in prepared
        if {question.text for question in one.questions} <= asked.get(one.team.id, set())
    ]
    if errors:
        raise WrongInput(errors)


def _make(
    actor: Actor,
    referral: Referral,
    mention_id: int,
    one: _Prepared,
    asking: Asking,
    due: datetime,
    at: datetime,
) -> Asked:
    case_id, reference = referral.case_id, papers.new_reference("RQ")
    key = new_key(case_id)
    override = None
    if one.agreement_id is None:
        override = overrides.ask_for(case_id, key, asking.without_agreement, actor.person, at)
    standing = Standing.TO_SIGN if override else Standing.ASKED
    assert asking.consent is not None  # it was checked
    request = Request.objects.create(
        case_id=case_id,
        referral=referral,
        reference=reference,
        mention_id=mention_id,
        team_id=one.team.id,
        agency_id=home_of(actor),
        key_id=key.id,
        words=papers.seal(
            key,
            {
                "questions": [question.text for question in one.questions],
                "necessity": asking.necessity,
                "consent_reason": asking.consent_reason,
            },
            what_of(reference),
        ),
        kinds=sorted(one.kinds),
        purpose=asking.purpose,
        bases=[basis.value for basis in asking.bases],
        handling=[handling.value for handling in asking.handling],
        consent=asking.consent,
        agreement_id=one.agreement_id,
        override=override,
        standing=standing,
        asked_by_id=actor.person,
        asked_at=at,
        due_at=due,
    )
    _tell_why(actor, referral, request, one, asking, at)
    if override is None:
        return send(request, one.team, at)
    subject = subject_of_request(request.pk)
    people = papers.signers(case_id, actor.person)
    papers.tell(AlertKind.TO_SIGN, people, case_id, subject, reference)
    return Asked(reference, one.team.name, standing, bool(people))


def _tell_why(
    actor: Actor,
    referral: Referral,
    request: Request,
    one: _Prepared,
    asking: Asking,
    at: datetime,
) -> None:
    """Write down what the team is told of the person in order to be asked."""
    assert asking.consent is not None  # it was checked
    covers = Covers(
        asking.purpose,
        asking.bases,
        asking.consent,
        asking.necessity,
        asking.consent_reason,
        asking.handling,
        agreement_id=one.agreement_id,
        override_id=request.override_id,
    )
    write(
        actor,
        referral.case_id,
        one.team.id,
        one.told,
        covers,
        at=at,
        keep_until=(at + rules.KEPT_FOR).astimezone(LONDON).date(),
        referral_id=referral.pk,
        request_id=request.pk,
        sent=Sent.TO_SIGN if request.override_id else Sent.SENT,
    )


def send(request: Request, team: PartnerFacts, at: datetime) -> Asked:
    """Tell the team that it is asked, once this is committed."""
    subject = subject_of_request(request.pk)
    people = papers.tell_team(
        AlertKind.ASKED_FOR_INFORMATION, team.id, request.case_id, subject, request.reference
    )
    first = Reminder.objects.create(request=request, number=0, made_at=at)
    if team.mailbox:
        mailing.mail_asked_team.defer(reminder_id=first.pk)
    reached = bool(people or team.mailbox)
    return Asked(request.reference, team.name, Standing(request.standing), reached)
