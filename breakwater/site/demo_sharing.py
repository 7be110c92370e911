"""The demo's partners: agencies with systems of their own, their people, and what was agreed.

The neighbouring council has no agreement, so that asking it needs a supervisor's signature.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Role
from breakwater.access.queries import actor_of, agencies
from breakwater.access.rules import AgencyKind, TeamKind
from breakwater.sharing.agreements.actions import make_agreement
from breakwater.sharing.agreements.queries import is_taken
from breakwater.sharing.agreements.rules import Party, Terms
from breakwater.sharing.rules import Basis, InfoKind, Purpose

# A migration makes the hub, whose triage it is.
HUB, POLICE, COUNCIL = "Safeguarding hub", "Wessex County Police", "Wessex Council"
SCHOOL, SURGERY = "St Aldhelm's Primary School", "Harbour Road Surgery"
HOUSING, PROBATION = "Quayside Homes", "Wessex Probation Service"
NEIGHBOUR = "Hartland Council"


@dataclass(frozen=True)
class PartnerTeam:
    agency: str
    kind: AgencyKind
    contact: str
    name: str
    mailbox: str


PARTNERS = (
    PartnerTeam(
        SCHOOL,
        AgencyKind.EDUCATION,
        "safeguarding lead 01632 960311",
        "St Aldhelm's safeguarding",
        "safeguarding@st-aldhelms.example",
    ),
    PartnerTeam(
        SURGERY,
        AgencyKind.HEALTH,
        "practice manager 01632 960312",
        "Harbour Road safeguarding",
        "safeguarding@harbour-road.example",
    ),
    PartnerTeam(
        HOUSING,
        AgencyKind.HOUSING,
        "tenancy support 01632 960313",
        "Quayside tenancy support",
        "support@quayside-homes.example",
    ),
    PartnerTeam(
        PROBATION,
        AgencyKind.PROBATION,
        "duty officer 01632 960314",
        "Probation duty desk",
        "duty@wessex-probation.example",
    ),
    PartnerTeam(
        NEIGHBOUR,
        AgencyKind.SOCIAL_CARE,
        "duty social worker 01632 960315",
        "Hartland front door",
        "front-door@hartland.example",
    ),
)


@dataclass(frozen=True)
class PartnerAccount:
    username: str
    name: str
    team: str
    try_first: str


PARTNER_ACCOUNTS = (
    PartnerAccount(
        "marsh",
        "Helen Marsh",
        "St Aldhelm's safeguarding",
        "answer what the hub asks the school, once hill has asked",
    ),
    PartnerAccount(
        "ortiz",
        "Lena Ortiz",
        "Harbour Road safeguarding",
        "say that nothing is known, or ask to be rung",
    ),
    PartnerAccount(
        "boyd",
        "Marcus Boyd",
        "Quayside tenancy support",
        "read what was shared with the landlord, and how to handle it",
    ),
    PartnerAccount(
        "tan",
        "Wei Tan",
        "Probation duty desk",
        "answer for police eyes only",
    ),
)

CARE = frozenset({Purpose.ENQUIRIES, Purpose.PROTECTION, Purpose.PLAN})
DUTIES = frozenset({Basis.ART6E, Basis.ART9G, Basis.PARA18, Basis.S47, Basis.S11})
# Everybody of it gives and receives; then since how many days it stands, and in how many its
# review is due: one is due soon, one overdue.
AGREEMENTS = (
    (
        "Safeguarding children together",
        (HUB, POLICE, COUNCIL),
        frozenset(InfoKind) - {InfoKind.SCHOOL, InfoKind.HEALTH, InfoKind.HOUSING},
        frozenset(Purpose) - {Purpose.EARLY_HELP},
        DUTIES | {Basis.PART3, Basis.SCH8_4},
        200,
        165,
        "Police and council share what protects a child. Signed by both chief officers; the paper "
        "is with the council's information governance team.",
    ),
    (
        "Schools and the hub",
        (HUB, POLICE, COUNCIL, SCHOOL),
        frozenset({InfoKind.IDENTITY, InfoKind.HOUSEHOLD, InfoKind.SCHOOL, InfoKind.MISSING,
                   InfoKind.WORRY}),
        CARE | {Purpose.EARLY_HELP},
        DUTIES,
        340,
        21,
        "The school says how a child is at school, and is told what it needs to keep them safe. "
        "The paper is with the school's governors.",
    ),
    (
        "Surgeries and the hub",
        (HUB, POLICE, COUNCIL, SURGERY),
        frozenset({InfoKind.IDENTITY, InfoKind.HOUSEHOLD, InfoKind.HEALTH, InfoKind.WORRY}),
        CARE,
        DUTIES | {Basis.S17},
        390,
        -15,
        "Contacts with a surgery and why, never the whole record. The paper is with the surgery's "
        "Caldicott guardian.",
    ),
    (
        "Homes and the hub",
        (HUB, POLICE, COUNCIL, HOUSING),
        frozenset({InfoKind.IDENTITY, InfoKind.HOUSEHOLD, InfoKind.HOUSING}),
        CARE,
        DUTIES | {Basis.S17},
        120,
        240,
        "Who lives where and how the tenancy stands; the landlord is never told the worry. The "
        "paper is with the council's information governance team.",
    ),
    (
        "Probation and the hub",
        (HUB, POLICE, COUNCIL, PROBATION),
        frozenset({InfoKind.IDENTITY, InfoKind.HOUSEHOLD, InfoKind.OFFENDING, InfoKind.PROBATION,
                   InfoKind.DOMESTIC_ABUSE, InfoKind.WORRY}),
        frozenset({Purpose.ENQUIRIES, Purpose.PROTECTION, Purpose.INVESTIGATION}),
        DUTIES | {Basis.PART3},
        100,
        260,
        "Who supervises somebody in the household, and on which conditions. The paper is with the "
        "probation service's regional office.",
    ),
)  # fmt: skip
WHY = "Agreed by the safeguarding partners for the demo."


def set_up_partners(password: str) -> None:
    """Make partners, their accounts and the agreements; what is there already stays."""
    teams = {
        one.name: access.add_team(
            one.agency, one.kind, one.contact, one.name, TeamKind.PARTNER, one.mailbox
        )
        for one in PARTNERS
    }
    for account in PARTNER_ACCOUNTS:
        team = teams[account.team]
        access.add_user(account.username, account.name, password, team, Role.PARTNER)
    make_agreements(timezone.localdate())


def make_agreements(today: date) -> None:
    """Make those that are not there, as the hub's manager does."""
    keeper, every = actor_of("kerr"), agencies()
    for name, parties, kinds, purposes, bases, since, review_in, summary in AGREEMENTS:
        if is_taken(name):
            continue
        terms = Terms(
            parties=tuple(
                Party(one.name, one.id, one.kind, gives=True, receives=True)
                for one in every
                if one.name in parties
            ),
            kinds=kinds,
            purposes=purposes,
            bases=frozenset(bases),
            summary=summary,
            effective_from=today - timedelta(days=since),
            review_by=today + timedelta(days=review_in),
        )
        made_at = timezone.now() - timedelta(days=since)
        make_agreement(keeper, name, terms, WHY, today=terms.effective_from, at=made_at)
