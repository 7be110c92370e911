"""The demo's people, teams and history: all invented, all through the doors of real ones."""

import json
import os
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from breakwater.referrals.routing.actions import take_on
from breakwater.referrals.rules import Category, Decided, Level, State, usual_outcome
from breakwater.referrals.triage.actions import decide
from breakwater.site.jobs import run_worker
from breakwater.synthetic import county_referrals

SAMPLES = Path(__file__).parent / "samples" / "referrals.jsonl"
PASSWORD = "breakwater-demo"  # noqa: S105  printed at every start; works only while DEMO is on
SEED, YEARS = 1, 2
# Tests make a smaller county.
CHILDREN = int(os.environ.get("BREAKWATER_DEMO_CHILDREN", "2000"))
CHECK_CHILDREN = min(600, CHILDREN)
# What the last days brought still waits, so that the board has something to show.
LEFT_OPEN = timedelta(days=2)
BEGUN, MADE = "demo_begun", "demo_made"

POLICE, COUNCIL = "Wessex County Police", "Wessex Council"
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


ACCOUNTS = (
    Account(
        "hill",
        "Sgt Priya Hill",
        TeamKind.TRIAGE,
        Role.TRIAGE_WORKER,
        "open the first referral on the board and decide",
    ),
    Account(
        "okafor",
        "Grace Okafor",
        TeamKind.TRIAGE,
        Role.TRIAGE_SUPERVISOR,
        "see what a colleague decided meanwhile",
    ),
    Account("reyes", "DC Ana Reyes", TeamKind.POLIT, Role.PRACTITIONER, "take on an online report"),
    Account("lind", "DC Jonas Lind", TeamKind.CSE, Role.PRACTITIONER, "take on Sofia's referral"),
    Account("patel", "DC Meera Patel", TeamKind.CAIT, Role.PRACTITIONER, "take on a routed case"),
    Account(
        "ward",
        "DS Tom Ward",
        TeamKind.CAIT,
        Role.TEAM_SUPERVISOR,
        "restrict a case; review what was opened in an emergency",
    ),
    Account(
        "evans",
        "Huw Evans",
        TeamKind.SOCIAL_CARE,
        Role.PRACTITIONER,
        "see that other teams' work stays unseen",
    ),
    Account("brown", "Nia Brown", TeamKind.EARLY_HELP, Role.PRACTITIONER, "see early help's board"),
    Account(
        "shah",
        "Imran Shah",
        TeamKind.RECORDS,
        Role.RECORDS_OFFICER,
        "see what is due for review, and hold it for an inquiry",
    ),
)

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
    teams = make_teams()
    make_history(teams, CHILDREN)
    for body in sample_bodies():
        receive_referral(Envelope(body, sender="file", door="file"))
    ledger.record("demo", MADE)


def make_teams() -> dict[TeamKind, TeamFacts]:
    """Make the agencies, teams and accounts; what is there already stays."""
    with transaction.atomic():
        teams = {
            kind: access.add_team(agency, agency_kind, CONTACTS[agency], name, kind)
            for agency, agency_kind, name, kind in TEAMS
        }
        triage = front_door()
        assert triage is not None  # a migration makes it
        teams[TeamKind.TRIAGE] = triage
        for account in ACCOUNTS:
            access.add_user(
                account.username, account.name, PASSWORD, teams[account.team], account.role
            )
    return teams


def make_history(teams: dict[TeamKind, TeamFacts], children: int) -> None:
    """Hand in the county's referrals of the last years, and decide all but the latest.

    A repeat goes on where an earlier one was cut off: keys and states say what is done.
    """
    now = timezone.now()
    chance = random.Random(SEED)
    staff = workers()
    history = list(county_referrals(children, SEED, now.date(), YEARS))
    for past in tqdm(history, "The county's history", unit=" referrals"):
        body = json.dumps(past.submission, ensure_ascii=False).encode()
        envelope = Envelope(body, sender="county", door="county", received_at=past.received_at)
        receipt = receive_referral(envelope)
        decided_at = past.received_at + timedelta(hours=chance.lognormvariate(1.6, 0.8))
        if receipt.repeat or decided_at > now - LEFT_OPEN:
            continue
        team = TeamKind(past.expected_team) if past.expected_team else None
        _decide(staff, teams, receipt.reference, Level(str(past.expected_level)), team, decided_at)


def do_the_main_job() -> dict[str, Any]:
    """Do what the hub is for on an empty database, without a person; return what came of it."""
    teams = make_teams()
    make_history(teams, CHECK_CHILDREN)
    staff = workers()
    for body in tqdm(list(sample_bodies()), "The samples", unit=" referrals"):
        receipt = receive_referral(Envelope(body, sender="file", door="file"))
        if receipt.repeat:
            continue
        page = referrals.open_referral(staff[TeamKind.TRIAGE], receipt.reference, "triage")
        level, team = PLAUSIBLE[Category(page.category_code)]
        _decide(staff, teams, receipt.reference, level, team, timezone.now())
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


def workers() -> dict[TeamKind, Actor]:
    """Who does the work of each team in the demo's history."""
    return {
        account.team: actor_of(account.username)
        for account in ACCOUNTS
        if account.role is not Role.TEAM_SUPERVISOR
    }


def sample_bodies() -> Iterable[bytes]:
    return SAMPLES.read_bytes().splitlines()


def _decide(
    staff: dict[TeamKind, Actor],
    teams: dict[TeamKind, TeamFacts],
    reference: str,
    level: Level,
    team: TeamKind | None,
    at: datetime,
) -> None:
    if queries.state_of(reference) == State.WITH_WORKER:
        take_on_passed(staff, reference, at)
        return
    decided = Decided(
        outcome=usual_outcome(level, team),
        level=level,
        reason="Weighed against the threshold document; the history was read.",
        teams=(teams[team].id,) if team else (),
        lead=teams[team].id if team else None,
    )
    decide(staff[TeamKind.TRIAGE], reference, decided, version=1, at=at)
    if team and at < timezone.now() - timedelta(hours=6):
        take_on(staff[team], reference, at=at + timedelta(hours=3))


def take_on_passed(staff: dict[TeamKind, Actor], reference: str, at: datetime) -> None:
    """Whoever has the case takes a new worry that went straight to them into their work."""
    page = referrals.open_referral(staff[TeamKind.TRIAGE], reference, "triage")
    (item,) = page.progress.items
    worker = next(one for one in staff.values() if one.user_id == item.worker_id)
    take_on(worker, reference, at=at)


def welcome(address: str, seconds: float) -> str:
    """Return what the demo prints when it is ready: where, who, and what to try first."""
    names = {team: name for _, _, name, team in TEAMS} | {TeamKind.TRIAGE: "Hub triage"}
    rows = [("Username", "Who", "Team", "Try first")]
    rows += [(a.username, a.name, names[a.team], a.try_first) for a in ACCOUNTS]
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
