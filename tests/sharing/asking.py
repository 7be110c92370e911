"""Partners and requests as tests speak of them."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.utils import timezone

from breakwater.access.models import Agency, Membership, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for, partners_of
from breakwater.access.rules import Actor, AgencyKind, TeamKind
from breakwater.people.queries import mentions_of
from breakwater.referrals.models import Referral
from breakwater.sharing.agreements.models import Agreement, AgreementParty, AgreementVersion
from breakwater.sharing.requests.actions import ask
from breakwater.sharing.requests.models import Request
from breakwater.sharing.requests.questions import questions_for
from breakwater.sharing.requests.rules import Asking, Question, TeamAsked
from breakwater.sharing.rules import Basis, ConsentAsked, InfoKind, Purpose
from tests.builders import received

SCHOOL = "St Aldhelm's Primary School"
BASES = (Basis.ART6E, Basis.ART9G, Basis.PARA18)


def a_partner(
    name: str = SCHOOL,
    kind: AgencyKind = AgencyKind.EDUCATION,
    person: str = "Helen Marsh",
    mailbox: str = "office@school.example",
    team_kind: TeamKind = TeamKind.PARTNER,
    role: Role | None = None,
) -> Actor:
    """Somebody of a partner's team, made once: a_partner("Harbour Road Surgery", HEALTH, "Dr Lee").

    The team is called as its agency.
    """
    agency, _ = Agency.objects.get_or_create(
        name=name, defaults={"kind": kind, "contact": "01632 960200"}
    )
    team, _ = Team.objects.get_or_create(
        name=name, defaults={"agency": agency, "kind": team_kind, "mailbox": mailbox}
    )
    username = person.lower().replace(" ", ".")
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User(username=username, name=person, agency=agency)
        user.set_unusable_password()
        user.save()
        usual = Role.PARTNER if team_kind is TeamKind.PARTNER else Role.PRACTITIONER
        Membership.objects.create(user=user, team=team, role=role or usual)
    return actor_for(user)


def team_of(partner: Actor) -> Team:
    return Team.objects.get(pk=min(partner.team_ids))


def an_agreement(
    *agency_ids: Any,
    kinds: Collection[InfoKind] = tuple(InfoKind),
    purposes: Collection[Purpose] = tuple(Purpose),
    bases: Collection[Basis] = BASES,
    name: str = "",
    **changes: Any,
) -> AgreementVersion:
    """An agreement in force by which these agencies give each other everything, or these kinds."""
    made = Agreement.objects.create(name=name or f"Agreement {Agreement.objects.count() + 1}")
    version = AgreementVersion.objects.create(
        **{
            "agreement": made,
            "version": 1,
            "kinds": [kind.value for kind in kinds],
            "purposes": [purpose.value for purpose in purposes],
            "bases": [basis.value for basis in bases],
            "summary": "Sharing to keep children safe.",
            "effective_from": date(2020, 1, 1),
            "review_by": date(2099, 1, 1),
            "why": "A test.",
            "made_at": timezone.now(),
            **changes,
        }
    )
    for agency_id in agency_ids:
        AgreementParty.objects.create(
            version=version, agency_id=agency_id, gives=True, receives=True
        )
    return version


def asking(**changes: Any) -> Asking:
    """Why partners are asked, as triage usually says it."""
    given: dict[str, Any] = {
        "purpose": Purpose.ENQUIRIES,
        "bases": BASES,
        "necessity": "To decide what the child needs, and how soon.",
        "consent": ConsentAsked.NOT_SOUGHT,
        "consent_reason": "Nobody has spoken with the family yet.",
    }
    return Asking(**(given | changes))


def team_asked(partner: Actor, asker: Actor, **changes: Any) -> TeamAsked:
    """What is usually asked of a partner's team, and the least that it is told."""
    (team,) = partners_of(asker.agency_id, partner.team_ids)
    usual = questions_for(team.kind, team.agency_kind)
    given: dict[str, Any] = {
        "team_id": team.id,
        "questions": tuple(Question(one.kind, one.text) for one in usual if one.ticked),
        "told": ("name", "born", "address", "upn"),
    }
    return TeamAsked(**(given | changes))


def child_of(reference: str) -> int:
    """The mention of the first person that a referral names."""
    return mentions_of([Referral.objects.get(reference=reference).pk])[0].id


def asked(
    asker: Actor,
    partner: Actor | None = None,
    *,
    reference: str = "",
    agreed: bool = True,
    at: Any = None,
    told: tuple[str, ...] | None = None,
    **why: Any,
) -> Request:
    """A partner's team was asked about the child of a referral: asked(triage, a_partner()).

    Without `reference` a referral comes in first; not `agreed`: it waits for a signature.
    """
    partner = partner or a_partner()
    reference = reference or received().reference
    if agreed:
        if not AgreementParty.objects.filter(agency=partner.agency_id).exists():
            an_agreement(asker.agency_id, partner.agency_id)
    else:
        why.setdefault("without_agreement", "The school is new; its agreement is with lawyers.")
    one = team_asked(partner, asker, **({"told": told} if told else {}))
    (done,) = ask(asker, reference, child_of(reference), [one], asking(**why), at=at)
    return Request.objects.get(reference=done.reference)
