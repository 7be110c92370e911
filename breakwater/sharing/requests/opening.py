"""Opening what the page of asking needs: the people, who may be asked, what covers it, by when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.queries import PartnerFacts, agency_names, partners_of
from breakwater.access.rules import Actor, AgencyKind, NotAllowed
from breakwater.clocks.rules import LONDON
from breakwater.people.queries import MentionFacts, mentions_of
from breakwater.people.rules import CHILD_ROLES
from breakwater.referrals import moves
from breakwater.referrals.models import Referral
from breakwater.referrals.rules import Consent, subject_of
from breakwater.referrals.sealed import words_of
from breakwater.sharing.agreements.queries import (
    Covering,
    covering,
    in_agreement_with,
)
from breakwater.sharing.disclosures.writing import kinds_of
from breakwater.sharing.requests import actions, queries, rules
from breakwater.sharing.requests.forms import Partner
from breakwater.sharing.requests.telling import tellable
from breakwater.sharing.rules import Basis, ConsentAsked, InfoKind, Purpose, Standing, check_bases

NECESSITY = (
    "We are deciding what the child needs, and how soon. What you hold, or that you hold nothing, "
    "can change that decision."
)
NOT_TOLD = (
    "Whoever reported the worry did not say that the family was asked, and the hub has not spoken "
    "with them yet."
)
USUAL_BASES = (Basis.ART6E, Basis.ART9G, Basis.PARA18)
USUAL_OF_POLICE = (Basis.PART3, Basis.SCH8_4)


@dataclass(frozen=True)
class Asking:
    """All that the page of asking shows. `chosen` are the partners on the form, as they are covered
    while everything that is ticked at first is asked and told."""

    reference: str
    # For whom the actor asks.
    agency: str
    people: list[MentionFacts]
    about: MentionFacts | None
    partners: list[PartnerFacts]
    owed: dict[int, Standing]
    chosen: list[Partner]
    covered: dict[int, Covering | None]
    due_at: datetime | None
    # Why nothing can be asked of anybody: the referral is rated blue.
    refusal: str
    initial: dict[str, object]

    @property
    def uncovered(self) -> list[str]:
        return [one.team.name for one in self.chosen if self.covered[one.team.id] is None]


def open_asking(
    actor: Actor, reference: str, team_ids: Collection[int] | None, about_id: int | None
) -> Asking:
    """Open a referral in order to ask partners; without `team_ids` those that are usually asked.

    Raise NotAllowed. About 12 SQL statements, and 2 for each partner chosen.
    """
    now = timezone.now()
    access.check_list(actor, Verb.ASK_PARTNERS, "partners")
    referral_id, case_id = moves.place(reference)
    view = access.look(actor, case_id, subject=subject_of(referral_id), purpose="to ask partners")
    with view.reading():
        referral = Referral.objects.get(pk=referral_id)
        people = mentions_of([referral_id])
        about = _about(people, about_id)
        partners = partners_of(actor.agency_id)
        owed = queries.open_teams(referral_id)
        if team_ids is None:
            school = about.person.school if about else ""
            agreed = in_agreement_with(actions.home_of(actor), now.astimezone(LONDON).date())
            asked_of = [one for one in partners if one.id not in owed]
            team_ids = rules.usual(asked_of, school, agreed)
        chosen = [
            Partner(one, tellable(about, people, one.agency_kind) if about else [])
            for one in partners
            if one.id in team_ids
        ]
        covered = {one.team.id: _covered(actor, one, Purpose.ENQUIRIES, now) for one in chosen}
        due_at, refusal = _due(referral, now)
        return Asking(
            reference=reference,
            agency=agency_names()[actions.home_of(actor)],
            people=people,
            about=about,
            partners=partners,
            owed=owed,
            chosen=chosen,
            covered=covered,
            due_at=due_at,
            refusal=refusal,
            initial=_initial(actor, referral, covered.values()),
        )


def _about(people: list[MentionFacts], about_id: int | None) -> MentionFacts | None:
    """Whom it is about: who was chosen, else the first child, else whoever is named first."""
    chosen = [one for one in people if one.id == about_id]
    children = [one for one in people if one.person.role in CHILD_ROLES]
    return next(iter([*chosen, *children, *people]), None)


def _due(referral: Referral, now: datetime) -> tuple[datetime | None, str]:
    try:
        return actions.deadline(referral, now), ""
    except NotAllowed as refusal:
        return None, str(refusal)


def _covered(actor: Actor, one: Partner, purpose: Purpose, now: datetime) -> Covering | None:
    """The agreement that covers what is ticked at first, both ways."""
    asked: set[InfoKind] = {each.kind for each in one.templates if each.ticked}
    told = kinds_of([each.told for each in one.tellable if each.usual])
    home, away, day = actions.home_of(actor), one.team.agency_id, now.astimezone(LONDON).date()
    answer = covering(away, home, asked, purpose, day)
    return answer if covering(home, away, told, purpose, day) else None


def _initial(
    actor: Actor, referral: Referral, covered: Collection[Covering | None]
) -> dict[str, object]:
    """What is written on the form at first, from the case: nothing is asked twice."""
    told = words_of([referral])[referral.pk]
    consent = {
        Consent.SOUGHT.value: ConsentAsked.SOUGHT,
        Consent.REFUSED.value: ConsentAsked.OVERRIDDEN,
    }.get(referral.consent, ConsentAsked.NOT_SOUGHT)
    return {
        "purpose": Purpose.ENQUIRIES.value,
        "bases": [basis.value for basis in _bases(actor, covered)],
        "necessity": NECESSITY,
        "consent": consent.value,
        "not_sought": told.consent_reason or NOT_TOLD,
        "overridden": told.consent_reason,
        "handling": [],
    }


def _bases(actor: Actor, covered: Collection[Covering | None]) -> tuple[Basis, ...]:
    """The bases that all the agreements name, where they can stand; else the asker's usual ones."""
    home = actions.kind_of_home(actor)
    named = [set(one.bases) for one in covered if one]
    shared = set.intersection(*named) if named else set()
    if home not in (AgencyKind.POLICE, AgencyKind.PROBATION):
        shared -= set(USUAL_OF_POLICE)
    if shared and not check_bases(shared, tuple(InfoKind), home):
        return tuple(basis for basis in Basis if basis in shared)
    return USUAL_OF_POLICE if home is AgencyKind.POLICE else USUAL_BASES
