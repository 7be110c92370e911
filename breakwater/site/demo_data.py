"""The demo's people, teams and history: all invented, all through the doors of real ones."""

import os
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from breakwater.access import actions as access
from breakwater.access.policy import Role
from breakwater.access.queries import TeamFacts, actor_of, front_door
from breakwater.access.rules import Actor, AgencyKind, TeamKind
from breakwater.audit import actions as ledger
from breakwater.audit import queries as audit
from breakwater.clocks import queries as clocks
from breakwater.clocks.rules import Standing
from breakwater.people import queries as people
from breakwater.referrals import actions as referrals
from breakwater.referrals import queries
from breakwater.referrals.actions import Envelope, receive_referral
from breakwater.referrals.chronology.actions import measure_pace
from breakwater.referrals.rules import Category, Level
from breakwater.site.demo_history import SEED, Hub, make_history, work_through
from breakwater.site.demo_sharing import COUNCIL, PARTNER_ACCOUNTS, POLICE, set_up_partners
from breakwater.site.demo_standings import make_standings
from breakwater.site.jobs import run_worker

SAMPLES = Path(__file__).parent / "samples" / "referrals.jsonl"
PASSWORD = "breakwater-demo"  # noqa: S105  printed at every start; works only while DEMO is on
# Tests make a smaller county.
CHILDREN = int(os.environ.get("BREAKWATER_DEMO_CHILDREN", "2000"))
CHECK_CHILDREN = min(600, CHILDREN)
BEGUN, MADE = "demo_begun", "demo_made"

TEAMS = (
    (POLICE, AgencyKind.POLICE, "POLIT", TeamKind.POLIT),
    (POLICE, AgencyKind.POLICE, "CSE team", TeamKind.CSE),
    (POLICE, AgencyKind.POLICE, "CAIT", TeamKind.CAIT),
    (COUNCIL, AgencyKind.SOCIAL_CARE, "Children's social care", TeamKind.SOCIAL_CARE),
    (COUNCIL, AgencyKind.SOCIAL_CARE, "Early help", TeamKind.EARLY_HELP),
    (COUNCIL, AgencyKind.SOCIAL_CARE, "Records", TeamKind.RECORDS),
)
CONTACTS = {POLICE: "duty desk 01632 960201", COUNCIL: "duty social worker 01632 960202"}


@dataclass(frozen=True)
class Account:
    username: str
    name: str
    team: TeamKind
    role: Role
    try_first: str
    # Of a partner: its team, of which there are several of the kind.
    partner: str = ""


STAFF = (
    Account(
        "hill",
        "Sgt Priya Hill",
        TeamKind.TRIAGE,
        Role.TRIAGE_WORKER,
        "open the first on the board; decide with what the rules suggest, or against it",
    ),
    Account(
        "doyle",
        "Sean Doyle",
        TeamKind.TRIAGE,
        Role.TRIAGE_WORKER,
        "open what hill has open; claim, hand over with a note",
    ),
    Account(
        "okafor",
        "Grace Okafor",
        TeamKind.TRIAGE,
        Role.TRIAGE_SUPERVISOR,
        "answer the challenged decision; see what went straight to a worker",
    ),
    Account(
        "kerr",
        "Ruth Kerr",
        TeamKind.TRIAGE,
        Role.HUB_MANAGER,
        "see every queue; set a threshold and what it would have changed",
    ),
    Account(
        "reyes",
        "DC Ana Reyes",
        TeamKind.POLIT,
        Role.PRACTITIONER,
        "take on an online report, once triage has routed it",
    ),
    Account(
        "lind",
        "DC Jonas Lind",
        TeamKind.CSE,
        Role.PRACTITIONER,
        "take on Sofia's referral, once triage has routed it",
    ),
    Account(
        "patel",
        "DC Meera Patel",
        TeamKind.CAIT,
        Role.PRACTITIONER,
        "take on a routed case; refuse another; hand one to DC Osei",
    ),
    Account(
        "osei",
        "DC Kofi Osei",
        TeamKind.CAIT,
        Role.PRACTITIONER,
        "note the strategy discussion; challenge a decision",
    ),
    Account(
        "ward",
        "DS Tom Ward",
        TeamKind.CAIT,
        Role.TEAM_SUPERVISOR,
        "settle a refusal; restrict a case; review an emergency opening",
    ),
    Account(
        "evans",
        "Huw Evans",
        TeamKind.SOCIAL_CARE,
        Role.PRACTITIONER,
        "take on work that two teams share; follow your challenge",
    ),
    Account(
        "brown",
        "Nia Brown",
        TeamKind.EARLY_HELP,
        Role.PRACTITIONER,
        "take on what is late; see that others' work stays unseen",
    ),
    Account(
        "shah",
        "Imran Shah",
        TeamKind.RECORDS,
        Role.RECORDS_OFFICER,
        "see what is due for review, and hold it for an inquiry",
    ),
)
ACCOUNTS = STAFF + tuple(
    Account(one.username, one.name, TeamKind.PARTNER, Role.PARTNER, one.try_first, one.team)
    for one in PARTNER_ACCOUNTS
)
# Who does a team's work, and does not only look after it.
WORKING = frozenset({Role.TRIAGE_WORKER, Role.PRACTITIONER})

# What a triage worker would plausibly decide on each of the samples' worries.
PLAUSIBLE: dict[Category, tuple[Level, TeamKind | None]] = {
    Category.PHYSICAL_ABUSE: (Level.ACUTE, TeamKind.CAIT),
    Category.CHILD_SEXUAL_EXPLOITATION: (Level.ACUTE, TeamKind.CSE),
    Category.MISSING: (Level.COMPLEX, TeamKind.CSE),
    Category.ONLINE_GROOMING: (Level.ACUTE, TeamKind.POLIT),
    Category.INDECENT_IMAGES: (Level.ACUTE, TeamKind.POLIT),
    Category.INTIMATE_IMAGE_SHARING: (Level.ADDITIONAL, TeamKind.POLIT),
    Category.EMOTIONAL_ABUSE: (Level.COMPLEX, TeamKind.SOCIAL_CARE),
    Category.DOMESTIC_ABUSE: (Level.COMPLEX, TeamKind.SOCIAL_CARE),
    Category.NEGLECT: (Level.COMPLEX, TeamKind.SOCIAL_CARE),
    Category.PARENTAL_SUBSTANCE_MISUSE: (Level.COMPLEX, TeamKind.SOCIAL_CARE),
    Category.OTHER: (Level.UNIVERSAL, None),
}


class NotADemoDatabase(Exception):
    """A database that somebody works with: invented people must not get into it."""


def make_once(own_database: bool) -> None:
    """Make accounts, the county's history and the samples; a second call only reads one row.

    Raise NotADemoDatabase for a database that was named to us, is in use, and not by the demo.
    """
    if audit.happened(MADE):
        return
    if not own_database and audit.entry_count() and not audit.happened(BEGUN):
        raise NotADemoDatabase(
            "DATABASE_URL names a database that is in use. The demo would fill it with invented "
            "people and accounts whose password everybody knows: name an empty one."
        )
    ledger.record("demo", BEGUN)
    hub = staffed(make_teams())
    waiting = make_history(hub, CHILDREN)
    for body in sample_bodies():
        receive_referral(Envelope(body, sender="file", door="file"))
    make_standings(hub, waiting)
    measure_pace()
    ledger.record("demo", MADE)


def make_teams() -> dict[TeamKind, TeamFacts]:
    """Make the agencies, teams, accounts and agreements; what is there already stays."""
    with transaction.atomic():
        teams = {
            kind: access.add_team(agency, agency_kind, CONTACTS[agency], name, kind)
            for agency, agency_kind, name, kind in TEAMS
        }
        triage = front_door()
        assert triage is not None  # a migration makes it
        teams[TeamKind.TRIAGE] = triage
        for account in STAFF:
            access.add_user(
                account.username, account.name, PASSWORD, teams[account.team], account.role
            )
        set_up_partners(PASSWORD)
    return teams


def do_the_main_job() -> dict[str, Any]:
    """Do what the hub is for on an empty database, without a person; return what came of it."""
    hub = staffed(make_teams())
    make_history(hub, CHECK_CHILDREN, latest=0)
    chance = random.Random(SEED)
    for body in tqdm(list(sample_bodies()), "The samples", unit=" referrals"):
        receipt = receive_referral(Envelope(body, sender="file", door="file"))
        if receipt.repeat:
            continue
        page = referrals.open_referral(hub.first(TeamKind.TRIAGE), receipt.reference, "triage")
        level, team = PLAUSIBLE[Category(page.category_code)]
        work_through(hub, receipt.reference, level, team, timezone.now(), chance, {})
    measure_pace()
    run_worker(wait=False)
    stand = clocks.tally(timezone.now())
    return {
        **queries.counts(),
        **people.counts(),
        "clocks": {
            "running": stand[Standing.RUNNING],
            "met": stand[Standing.MET],
            "missed": stand[Standing.MISSED] + stand[Standing.MET_LATE],
        },
        "ledger_entries": audit.entry_count(),
    }


def staffed(teams: Mapping[TeamKind, TeamFacts]) -> Hub:
    """The teams with those who do their work; supervisors and managers look after it."""
    staff: dict[TeamKind, list[Actor]] = {}
    for account in ACCOUNTS:
        if account.role in WORKING:
            staff.setdefault(account.team, []).append(actor_of(account.username))
    return Hub(teams, staff)


def sample_bodies() -> Iterable[bytes]:
    return SAMPLES.read_bytes().splitlines()


def welcome(address: str, seconds: float) -> str:
    """Return what the demo prints when it is ready: where, who, and what to try first."""
    names = {team: name for _, _, name, team in TEAMS} | {TeamKind.TRIAGE: "Hub triage"}
    rows = [("Username", "Who", "Team", "Try first")]
    rows += [(a.username, a.name, a.partner or names[a.team], a.try_first) for a in ACCOUNTS]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    table = "\n".join(
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        + f"  {row[3]}"
        for row in rows
    )
    return (
        f"\nBreakwater is ready after {seconds:.1f} s: {address}\n\n{table}\n\n"
        f"The password of all of them is {PASSWORD}. Everything here is made up.\n"
        "Ctrl-C stops the hub; your data stays until `make clean-demo`."
    )
