"""A partner's team with its people, and what it is asked and told: rows as the rooms leave them."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from breakwater.access.models import Agency, Exclusion, Grant, Membership, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, Conflict, LawfulBasis, Relation, TeamKind
from breakwater.people.models import Mention
from breakwater.referrals.models import Referral
from breakwater.sharing.disclosures.paper import notice_of
from breakwater.sharing.disclosures.writing import Covers, Told, write
from breakwater.sharing.models import AgreementVersion, Disclosure, Request
from breakwater.sharing.papers import new_reference, seal
from breakwater.sharing.rules import (
    Basis,
    ConsentAsked,
    Handling,
    InfoKind,
    Purpose,
    Sent,
    Standing,
)
from breakwater.vault.actions import new_key
from tests.builders import amelia, received
from tests.sharing.asking import an_agreement

QUESTIONS = (
    "Is the child on roll, and since when?",
    "How has attendance been this term?",
    "Who collects the child from school?",
)
TOLD = (
    Told(InfoKind.IDENTITY, "Name", "Amelia Hartley", "Amelia Hartley", "the school"),
    Told(InfoKind.IDENTITY, "Birth date", "14 May 2017", "Amelia Hartley", "the school"),
)
BASES = (Basis.ART6E, Basis.ART9G, Basis.PARA18)


def a_team(name: str = "Quay Street Primary School", kind: str = "education") -> Team:
    agency, _ = Agency.objects.get_or_create(name=name, defaults={"kind": kind})
    team, _ = Team.objects.get_or_create(
        name=f"{name}: safeguarding", defaults={"agency": agency, "kind": TeamKind.PARTNER}
    )
    return team


def somebody_of(team: Team, name: str = "Joan Marsh", role: Role = Role.PARTNER) -> User:
    user = User.objects.create(
        username=f"{name.split()[-1].lower()}.{uuid4().hex[:6]}", name=name, agency=team.agency,
        password="!",
    )  # fmt: skip
    Membership.objects.create(user=user, team=team, role=role)
    return user


def partner_of(team: Team, name: str = "Joan Marsh", role: Role = Role.PARTNER) -> Actor:
    return actor_for(somebody_of(team, name, role))


def a_referral(**told: Any) -> Referral:
    return Referral.objects.get(reference=received(amelia(), key=str(uuid4()), **told).reference)


def a_request(
    team: Team, asker: User, *, referral: Referral | None = None,
    standing: Standing = Standing.ASKED, due: timedelta = timedelta(days=1),
    questions: tuple[str, ...] = QUESTIONS, handling: tuple[Handling, ...] = (),
    at: datetime | None = None, agreement: AgreementVersion | None = None,
) -> Request:  # fmt: skip
    """The team is asked about Amelia, with her name and birth date told in order to ask."""
    referral, now = referral or a_referral(), at or timezone.now()
    key, reference = new_key(referral.case_id), new_reference("RQ")
    agreement = agreement or an_agreement(asker.agency_id, team.agency_id)
    necessity = "To see whether she is safe at school."
    words = {"questions": list(questions), "necessity": necessity, "consent_reason": "Not safe."}
    request = Request.objects.create(
        case_id=referral.case_id, referral=referral, reference=reference,
        mention_id=Mention.objects.filter(referral_id=referral.pk).first().pk,  # type: ignore[union-attr]
        team=team, agency=asker.agency, key_id=key.id,
        words=seal(key, words, f"request:{reference}"), kinds=[InfoKind.SCHOOL],
        purpose=Purpose.ENQUIRIES, bases=[b.value for b in BASES], handling=list(handling),
        consent=ConsentAsked.NOT_SOUGHT, agreement=agreement, standing=standing,
        asked_by=asker, asked_at=now, due_at=now + due,
    )  # fmt: skip
    covers = Covers(
        Purpose.ENQUIRIES, BASES, ConsentAsked.NOT_SOUGHT, necessity, "Not safe.",
        handling=handling, agreement_id=agreement.pk,
    )  # fmt: skip
    write(
        actor_for(asker), referral.case_id, team.pk, TOLD, covers, at=now,
        keep_until=date(2030, 1, 1), referral_id=referral.pk, request_id=request.pk,
    )  # fmt: skip
    return request


def a_disclosure(
    team: Team, sender: User, *, referral: Referral | None = None, note: str = "Ring me first.",
    handling: tuple[Handling, ...] = (Handling.NOT_FAMILY,), keep_until: date = date(2030, 1, 1),
    told: tuple[Told, ...] = TOLD, agreement: AgreementVersion | None = None,
) -> Disclosure:  # fmt: skip
    """The team is told Amelia's name and birth date."""
    referral = referral or a_referral()
    agreement = agreement or an_agreement(sender.agency_id, team.agency_id)
    covers = Covers(
        Purpose.PROTECTION, BASES, ConsentAsked.SOUGHT, "So that the school keeps her safe.",
        handling=handling, agreement_id=agreement.pk, note=note,
    )  # fmt: skip
    return write(
        actor_for(sender), referral.case_id, team.pk, told, covers, at=timezone.now(),
        keep_until=keep_until, referral_id=referral.pk,
    )  # fmt: skip


def actor(user: User) -> Actor:
    return actor_for(user)


def let_in(user: User, case_id: int) -> None:
    Grant.objects.create(
        case_id=case_id, user=user, relation=Relation.NAMED, purpose="a test",
        lawful_basis=LawfulBasis.PUBLIC_TASK, starts=timezone.now(),
    )  # fmt: skip


def shut_out(who: Actor, case_id: int) -> None:
    Exclusion.objects.create(case_id=case_id, user_id=who.person, why=Conflict.DECLARED)


def told_with(request: Request) -> Disclosure:
    """What was told in order to ask."""
    return Disclosure.objects.get(request=request)


def take_back(told: Disclosure, standing: Sent = Sent.RECALLED) -> int:
    """As the sender's side leaves it; returns the key of the notice."""
    key = new_key(told.case_id)
    Disclosure.objects.filter(pk=told.pk).update(
        standing=standing, notice_key_id=key.id, ended_by=told.sent_by, ended_at=timezone.now(),
        notice=seal(key, {"reason": "Somebody else's."}, notice_of(told.reference)),
    )  # fmt: skip
    return key.id
