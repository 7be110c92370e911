"""What is told in the twin worlds: what all of them hold, and the case that walkers may not see."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from io import BytesIO
from typing import Any
from unittest import mock
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.utils import timezone

from breakwater.access.models import Agency, Case, Exclusion, Grant, Membership, Team, User
from breakwater.access.policy import ROLE_VERBS, Role, Verb
from breakwater.access.queries import actor_for
from breakwater.access.rules import Conflict, LawfulBasis, Relation, TeamKind
from breakwater.access.sessions import MAY_WORK
from breakwater.attachments import files
from breakwater.attachments.models import Document
from breakwater.attachments.queries import content_of, name_of
from breakwater.attachments.rules import Kind
from breakwater.audit.actions import record
from breakwater.people.actions import look_again
from breakwater.people.models import Link, Mention
from breakwater.people.rules import LinkStanding
from breakwater.records.models import Hold, Kept, RetentionClass, SubjectAccess
from breakwater.records.retention.actions import class_closed_cases
from breakwater.records.retention.rules import Scope
from breakwater.referrals import actions as receiving
from breakwater.referrals.actions import receive_referral
from breakwater.referrals.challenge.actions import challenge
from breakwater.referrals.challenge.rules import Challenged
from breakwater.referrals.models import Referral
from breakwater.referrals.queries import place_of
from breakwater.referrals.rules import Level
from breakwater.referrals.triage.actions import decide
from breakwater.sharing.agreements.models import Agreement, AgreementVersion
from breakwater.sharing.disclosures import writing
from breakwater.sharing.disclosures.writing import Covers, Told
from breakwater.sharing.rules import Basis, ConsentAsked, InfoKind, Purpose
from breakwater.vault.actions import new_key
from breakwater.vault.files import seal_file
from tests.builders import a_person, a_submission, amelia, an_envelope, decided
from tests.records.a_case import no_further_action
from tests.records.retention.conftest import past

# Told of in the forbidden case alone, so no search of a walker's may find anything by it.
ZEBULON = {
    "given": "Zebulon", "family": "Quistgaard", "phone": "07700 900871", "handle": "zq_harbour",
}  # fmt: skip
DOUBTFUL = amelia(nhs_number=None, family="Hartly", born="2017")
LARK = a_person(given="Lark", family="Alder", born="2014-02-03", postcode="PR2 1AA")
# Whoever guards the forbidden case: sees what the walkers must not, which shows that the walk sees.
GUARD = "guard"


class Forbidden(StrEnum):
    """Why the walkers may not see the case by which the worlds differ."""

    RESTRICTED = "it is restricted"
    SUSPECT = "each of them is shut out of it"


@dataclass(frozen=True)
class Thing:
    """What addresses are made of: the parts of a case."""

    case: int
    reference: str
    undecided: str
    mention: int
    against: int
    question: int
    document: int
    kept: int  # a case whose keeping is reviewed
    user: int = 8_888_891
    # Not of cases, and made by nobody here: these are missing in both worlds.
    glass: int = 8_888_892
    kin: int = 8_888_893
    passkey: int = 8_888_894
    provider: str = "none"
    secret: str = "none"
    hold: int = 8_888_895
    clock: str = "NONE"
    filter: int = 8_888_897
    rule: str = "none"
    version: int = 8_888_896
    number: int = 88  # of a decision, counted within its referral
    break_id: int = 8_888_897
    item: int = 8_888_896
    referral: int = 8_888_898
    challenge: int = 8_888_899
    desk: int = 8_888_900  # a partner's team
    disclosure: str = "DS-0000-0000-0000"


# Of no world.
MISSING = Thing(8_888_881, "BW-0000-0000-0000", "BW-0000-0000-0000", *range(8_888_882, 8_888_887))


@dataclass(frozen=True)
class World:
    """A hub, seen by the application's own login. `sessions`: cookies of those who walk."""

    url: str
    own: Thing
    team: int
    officer: int
    sessions: Mapping[str, str]
    forbidden: Thing | None = None
    wrapper: BaseDatabaseWrapper = field(default_factory=lambda: connection, repr=False)

    def client(self, walker: str) -> Client:
        client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        if walker in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[walker]
        return client


def everything(url: str) -> World:
    """The world that both have: a child known to triage and to the police, doubts, a document."""
    council = Agency.objects.create(name="Council", kind="social_care", contact="01632 960100")
    police = Agency.objects.create(name="Police", kind="police", contact="01632 960101")
    front = Team.objects.create(agency=council, kind=TeamKind.TRIAGE, name="Front door")
    team = Team.objects.create(agency=police, kind=TeamKind.CAIT, name="Child abuse team")
    school = Agency.objects.create(name="Quay School", kind="education", contact="01632 960102")
    desk = Team.objects.create(agency=school, kind=TeamKind.PARTNER, name="Quay School lead")
    people = {
        role.value: _user(school if role is Role.PARTNER else council, role.value) for role in Role
    }
    people |= {"somebody without a team": _user(council, "teamless"), GUARD: _user(police, GUARD)}
    for role in Role:
        home = front if Verb.DECIDE in ROLE_VERBS[role] else team
        home = desk if role is Role.PARTNER else home
        Membership.objects.create(user=people[role], team=home, role=role)
    Membership.objects.create(user=people[GUARD], team=team, role=Role.PRACTITIONER)
    triage = actor_for(people[Role.TRIAGE_WORKER])

    rosa = a_person("parent", given="Rosa", family="Hartley", born="1988-08-08")
    first = _told(amelia(), rosa | {"phone": "07700 900555"})
    decide(
        triage,
        first.reference,
        decided(Level.ACUTE, team.pk, reason="Twice this month."),
        version=1,
    )
    again = _told(amelia(), by="Harbour Road Surgery")
    doubtful = _told(DOUBTFUL | {"upn": "A838100019000"}, by="A neighbour")
    _told(LARK, by="Beacon High School")
    assert again.case_id == first.case_id != doubtful.case_id
    with _apart():
        kept = _told(amelia(), by="Mill Lane School")
    no_further_action(triage, kept.reference)
    class_closed_cases()
    past(kept.case_id)
    for walker, relation in ((Role.INSPECTOR, Relation.SAMPLE),
                             (Role.RECORDS_OFFICER, Relation.SUBJECT_ACCESS)):  # fmt: skip
        _grant(first.case_id, people[walker], relation)
    mention, against = _child(first), _child(doubtful)
    own = Thing(
        first.case_id,
        first.reference,
        again.reference,
        mention,
        against,
        Link.objects.get(mention=against, standing=LinkStanding.ASKED).pk,
        _document(people[Role.TRIAGE_WORKER], first.case_id),
        kept.case_id,
        people[GUARD].pk,
        hold=_hold(people[Role.RECORDS_OFFICER], first.case_id),
        number=1,
        item=first.item_set.get(kind="work", done_at=None).pk,
        referral=first.pk,
        challenge=_challenge(people[Role.PRACTITIONER], first),
        desk=desk.pk,
        disclosure=_disclosure(people[Role.TRIAGE_WORKER], first, desk, "DS-TWIN-OWNS-0001"),
    )
    SubjectAccess.objects.create(
        case_id=first.case_id, mention_id=mention, opened_by=people[Role.RECORDS_OFFICER]
    )
    sessions = {walker: _session(user) for walker, user in people.items()}
    return World(url, own, team.pk, people[Role.RECORDS_OFFICER].pk, sessions)


def forbidden_case(world: World, why: Forbidden) -> Thing:
    """Add the case: about the same children, so that everything the hub has might betray it."""
    doubtful = {"nhs_number": None, "born": "2014", "family": "Aldar"}
    # What the walkers may link to her clashes with what only the forbidden case tells of her.
    her = amelia(upn="H801200001001")
    named = mock.patch.object(receiving, "new_reference", return_value="BW-TWIN-HIDE-0001")
    with named, _apart():
        told = _told(her, a_person("suspect", **ZEBULON), LARK | doubtful, by="Police")
    case = told.case_id
    mentions = Mention.objects.filter(referral_id=told.pk)
    guard = User.objects.get(username=f"twin.{GUARD}")
    _grant(case, guard, Relation.GUARDS)
    document = _document(guard, case)
    # A team's grant stands and must not count.
    _grant(case, Team.objects.get(pk=world.team), Relation.ROUTED)
    if why is Forbidden.RESTRICTED:
        Case.objects.filter(pk=case).update(restricted=True)
    else:
        # Closed once, and open again. (A restricted case that is kept is the records desk's to
        # review, by its number and dates: there the worlds would differ as they should.)
        once = date(2000, 1, 1)
        of = RetentionClass.objects.earliest("pk")
        Kept.objects.create(
            case_id=case, retention_class=of, closed_on=once, review_on=once, free_on=once
        )
        for user in User.objects.exclude(pk=guard.pk):
            Exclusion.objects.get_or_create(case_id=case, user=user, why=Conflict.SAME_PERSON)
    desk = Team.objects.get(pk=world.own.desk)
    shared = _disclosure(guard, told, desk, "DS-TWIN-HIDE-0001")
    question = Link.objects.filter(mention__in=mentions, standing=LinkStanding.ASKED).latest("pk")
    known = Link.objects.get(mention=world.own.mention, standing=LinkStanding.LINKED).identity_id
    assert _child(told) in set(
        Link.objects.filter(identity=known, standing=LinkStanding.LINKED).values_list(
            "mention", flat=True
        )
    ), "the forbidden case tells of somebody whom the walkers know"
    return Thing(
        case, told.reference, told.reference, _child(told), question.mention_id, question.pk,
        document, case, item=told.item_set.get().pk, referral=told.pk,
        disclosure=shared,
    )  # fmt: skip


def seen_at_once(own: Thing, forbidden: Thing) -> None:
    """Who may see both cases saw them on one list: its entry names both."""
    there = Case.objects.filter(pk__in=[own.case, forbidden.case]).order_by("pk")
    cases = list(there.values_list("pk", flat=True))
    record(f"user:{own.user}", "see_board", cases=cases)


def arrives_later() -> None:
    """New worries about all of them, taken in by the hub's own login: what it finds, tells too."""
    references = (f"BW-TWIN-TWIN-{n:04}" for n in itertools.count())
    keys = itertools.count()
    with mock.patch.object(receiving, "new_reference", side_effect=references):
        for some in ([amelia()], [DOUBTFUL], [LARK], [a_person("suspect", **ZEBULON)]):
            told = a_submission(*some, key=f"later-{next(keys)}", by="Sandy Lane Nursery")
            receipt = receive_referral(an_envelope(told))
            place = place_of(receipt.reference)
            assert place is not None
            look_again(place[0])


@contextmanager
def _apart() -> Iterator[None]:
    """What is told now opens a case of its own, and does not join one that stands."""
    standing = Case.objects.filter(closed_at=None)
    ids = list(standing.values_list("pk", flat=True))
    standing.update(closed_at=timezone.now())
    yield
    assert Case.objects.filter(closed_at=None).exists()
    Case.objects.filter(pk__in=ids).update(closed_at=None)


_keys = itertools.count(1)


def _told(*people: dict[str, Any], **changes: Any) -> Referral:
    told = a_submission(*people, key=f"twin-{next(_keys)}", **changes)
    receipt = receive_referral(an_envelope(told))
    referral = Referral.objects.get(reference=receipt.reference)
    look_again(referral.pk)
    return referral


def _challenge(by: User, referral: Referral) -> int:
    """A challenge of the decision on a referral, which waits for a supervisor."""
    decision = referral.decision_set.latest("pk").pk
    why = Challenged("The home was not seen.")
    return challenge(actor_for(by), referral.reference, why, decision_id=decision)


def _disclosure(by: User, referral: Referral, desk: Team, called: str) -> str:
    """Something of a case that was shared with a partner's team."""
    agreement, _ = Agreement.objects.get_or_create(name="Sharing")
    version, _ = AgreementVersion.objects.get_or_create(
        agreement=agreement, version=1, kinds=[InfoKind.IDENTITY], purposes=[Purpose.ENQUIRIES],
        bases=[Basis.ART6E], effective_from=date(2020, 1, 1), review_by=date(2099, 1, 1),
        defaults={"summary": "A test.", "why": "A test.", "made_at": timezone.now()},
    )  # fmt: skip
    covers = Covers(
        Purpose.ENQUIRIES, (Basis.ART6E,), ConsentAsked.SOUGHT, "A test.", agreement_id=version.pk
    )
    child = _child(referral)
    told = [Told(InfoKind.IDENTITY, "Name", "Amelia Hartley", "Amelia Hartley", "School", child)]
    with mock.patch.object(writing, "new_reference", return_value=called):
        writing.write(
            actor_for(by), referral.case_id, desk.pk, told, covers, at=timezone.now(),
            keep_until=date(2099, 1, 1), referral_id=referral.pk,
        )  # fmt: skip
    return called


def _child(referral: Referral) -> int:
    return Mention.objects.get(referral_id=referral.pk, place=0).pk


def _user(agency: Agency, called: str) -> User:
    user = User(username=f"twin.{called.replace(' ', '.')}", name=called.title(), agency=agency)
    user.set_unusable_password()
    user.save()
    return user


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    session = client.session
    session[MAY_WORK] = True  # as after the second factor
    session.save()
    return str(session.session_key)


def _grant(case: int, to: User | Team, relation: Relation) -> None:
    now = timezone.now()
    ends = now + timedelta(days=1) if isinstance(to, User) else None
    Grant.objects.create(
        case_id=case, relation=relation, purpose="a test", starts=now, ends=ends,
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        **{"user" if isinstance(to, User) else "team": to},
    )  # fmt: skip


def _hold(officer: User, case: int) -> int:
    hold = Hold.objects.create(
        name="An inquiry", reason="It asked.", scope=Scope.CASES, cases=[case],
        asked_on=date(2020, 1, 1), placed_by=officer,
    )  # fmt: skip
    return hold.pk


def _document(user: User, case: int) -> int:
    """As attach() keeps it once it was scanned: there need be no scanner here.

    Without opening the case: the supervisor's page counts openings, of every case together.
    """
    file, key = uuid4(), new_key(case)
    content = b"Nobody was at home.\n"
    files.write(file, seal_file(key, BytesIO(content), content_of(file)))
    made = Document.objects.create(
        case_id=case, file=file, key_id=key.id, name=key.seal("visit.txt", name_of(file)),
        kind=Kind.TEXT.name, size=len(content), added_by=user,
    )  # fmt: skip
    return made.pk
