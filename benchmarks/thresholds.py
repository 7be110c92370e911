"""What it costs to try changed rules on past decisions. `python -m benchmarks.thresholds`.

Starts a PostgreSQL, lets triage decide on as many referrals of the synthetic county as are
replayed at most, each with its suggestion kept, and shows the preview as the application's own
login, through the door. Prints one JSON line: seconds of a preview, milliseconds of the counts,
microseconds of one suggestion.
"""

import argparse
import hashlib
import json
import os
import statistics
import time
from itertools import islice
from pathlib import Path

from breakwater.site import database
from breakwater.site.login import application_url
from breakwater.site.postgres import running

TOKEN = "a benchmark's session"  # noqa: S105  of a database that is gone when this ends


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--decisions", type=int, default=2_050, help="(default: 2,050)")
    parser.add_argument("--turns", type=int, default=5, help="previews measured (default: 5)")
    parser.add_argument("--folder", type=Path, default=Path("var/thresholds"))
    args = parser.parse_args()
    os.environ["DEMO"] = "1"
    with running(args.folder / "postgres") as cluster:
        os.environ["DATABASE_URL"] = cluster.url("postgres")
        with database.scratch(f"thresholds_{os.getpid()}"):
            database.start_django()
            database.migrate()
            user = fill(args.decisions)
            print(json.dumps(measure(user, args.turns)))


def fill(decisions: int) -> int:
    """Decisions with their suggestions; returns who may set the rules."""
    from datetime import timedelta

    from django.utils import timezone

    from breakwater.access.actions import add_team
    from breakwater.access.models import Membership, Session, User
    from breakwater.access.policy import Role
    from breakwater.access.queries import actor_for, front_door
    from breakwater.access.rules import AgencyKind, TeamKind
    from breakwater.referrals.actions import Envelope, receive_referral
    from breakwater.referrals.models import Referral
    from breakwater.referrals.rules import Level
    from breakwater.referrals.thresholds.queries import suggested, told_about
    from breakwater.referrals.triage.actions import Rested, decide
    from breakwater.synthetic import county_referrals
    from tests.builders import decided

    triage = front_door() or add_team("C", AgencyKind.SOCIAL_CARE, "1", "Front", TeamKind.TRIAGE)
    care = add_team("C", AgencyKind.SOCIAL_CARE, "1", "Care", TeamKind.SOCIAL_CARE)
    user = User.objects.create(username="m", name="M", agency_id=_agency(triage.id))
    Membership.objects.create(user=user, team_id=triage.id, role=Role.HUB_MANAGER)
    later = timezone.now() + timedelta(days=1)
    Session.objects.create(
        session_key=hashlib.sha256(TOKEN.encode()).hexdigest(), session_data="", user=user,
        expire_date=later, idle_until=later, may_work=True,
    )  # fmt: skip
    actor = actor_for(user)
    for told in islice(county_referrals(children=decisions * 12, seed=3), decisions):
        body = json.dumps(told.submission).encode()
        reference = receive_referral(
            Envelope(body, sender="county", door="test", received_at=told.received_at)
        ).reference
        referral = Referral.objects.get(reference=reference)
        given = suggested(told_about(referral.pk, {}, ()))
        # At level 4 somebody acts; which team makes no difference here.
        level = Level(str(told.expected_level))
        decide(
            actor,
            reference,
            decided(level, *([care.id] if level >= Level.COMPLEX else [])),
            version=referral.version,
            rested=Rested(given.suggestion.level, given.ruleset_id, given.basis),
        )
    return user.pk


def measure(user: int, turns: int) -> dict[str, object]:
    from dataclasses import replace

    from django.db import connection

    from breakwater.access.models import User
    from breakwater.access.queries import actor_for
    from breakwater.referrals.thresholds.actions import open_agreement, replay_rules
    from breakwater.referrals.thresholds.facts import Facts
    from breakwater.referrals.thresholds.queries import in_force
    from breakwater.referrals.thresholds.rules import RuleKind, suggest

    with connection.cursor() as cursor:
        cursor.execute("analyze")
    connection.close()
    connection.close_pool()
    _as_application(connection.settings_dict)
    actor = actor_for(User.objects.get(pk=user), TOKEN)
    rules = in_force(RuleKind.THRESHOLD).rules
    after = replace(rules, base={**rules.base, "neglect": 3, "domestic_abuse": 3})
    seconds, counts = [], []
    for _ in range(turns):
        began = time.perf_counter()
        replay = replay_rules(actor, rules, after)
        seconds.append(time.perf_counter() - began)
        began = time.perf_counter()
        open_agreement(actor)
        counts.append(time.perf_counter() - began)
    facts = Facts(category="neglect", youngest_age=0, repeats=3, reporter="health")
    began = time.perf_counter()
    for _ in range(1_000):
        suggest(rules, facts)
    each = (time.perf_counter() - began) * 1_000
    connection.close()
    connection.close_pool()
    return {
        "replayed": replay.replayed,
        "more": replay.more,
        "would_change": len(replay.changed),
        "preview_seconds": [round(min(seconds), 2), round(max(seconds), 2)],
        "agreement_ms": round(statistics.median(counts) * 1_000),
        "suggestion_us": round(each),
    }


def _as_application(settings: dict) -> None:
    from psycopg.conninfo import conninfo_to_dict

    url = conninfo_to_dict(application_url(os.environ["DATABASE_URL"]))
    settings["USER"], settings["PASSWORD"] = url["user"], url["password"]


def _agency(team: int) -> int:
    from breakwater.access.models import Team

    return Team.objects.get(pk=team).agency_id


if __name__ == "__main__":
    main()
