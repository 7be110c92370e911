"""What the pages of disclosures show, made from what queries and actions gave. No database."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from breakwater.sharing.agreements.presenter import shown
from breakwater.sharing.disclosures.actions import Shared
from breakwater.sharing.disclosures.compose import Composed
from breakwater.sharing.disclosures.queries import TeamTold, ToldPage, Version
from breakwater.sharing.disclosures.rules import Receiver
from breakwater.sharing.rules import Sent
from breakwater.web import times

COLOURS = {
    Sent.TO_SIGN: "orange",
    Sent.SENT: "green",
    Sent.NOT_SIGNED: "grey",
    Sent.RECALLED: "red",
    Sent.CORRECTED: "purple",
}
OVER = "over: they can no longer open it"


def told_page(page: ToldPage, now: datetime) -> dict[str, Any]:
    """Context of told.html."""
    return {
        "teams": [_team(team, now) for team in page.teams],
        "conditions": page.conditions,
        "now": now,
        "to_sign": [
            version.paper
            for team in page.teams
            for version in team.versions
            if version.paper.standing is Sent.TO_SIGN and not version.request
        ],
        "unconfirmed": [v.paper for t in page.teams for v in t.versions if v.unconfirmed],
    }


def preview(composed: Composed, today: date) -> dict[str, Any]:
    """What the last look before sending shows: the paper, and what covers it."""
    covering = composed.covering
    covered = shown(covering, today, composed.paper.bases) if covering else None
    return {"composed": composed, "covered": covered}


def done(shared: Shared, to: Receiver) -> str:
    """Return what came of sharing, in words."""
    if shared.told is None:
        return "Waiting for a supervisor to sign. Nothing has left yet."
    if not shared.told:
        return (
            f"Shared as {shared.reference}, but nobody at {to.team} can be told of it by the hub:"
            " ring them."
        )
    people = times.plural(shared.told, "person", "people")
    return f"Shared with {to.team} as {shared.reference}. Told of it: {people}."


def _team(team: TeamTold, now: datetime) -> dict[str, Any]:
    return {
        "name": team.team,
        "agency": team.agency,
        "versions": [_version(version, now) for version in team.versions],
        "withheld": team.withheld,
    }


def _version(version: Version, now: datetime) -> dict[str, Any]:
    paper = version.paper
    over = paper.standing is Sent.SENT and paper.keep_until < timezone.localdate(now)
    covering = version.covering
    standing = OVER if over else str(paper.standing)
    return {
        "version": version,
        "paper": paper,
        "tag": {
            "text": standing[:1].upper() + standing[1:],
            "colour": "grey" if over else COLOURS[paper.standing],
        },
        "agreement": shown(covering, timezone.localdate(now), paper.bases) if covering else None,
        "stands": paper.standing is Sent.SENT,
        "facts": [
            ("Shared by", f"{paper.sent_by}, {paper.agency}, {times.date_time(paper.sent_at)}"),
            ("For what", paper.purpose[:1].upper() + paper.purpose[1:]),
            ("Without an agreement", f"Signed by {version.signed_by}" if version.signed_by else ""),
            ("Lawful basis", [] if covering else paper.basis_words),
            ("Family", version.consent[:1].upper() + version.consent[1:]),
            ("Why they need it", paper.inside.get("necessity", "")),
            ("About others because", paper.inside.get("third_parties", "")),
            ("Told in order to ask", version.request),
            ("Let go after", times.date(paper.keep_until)),
            ("Read", _by(version.read_by, paper.read_at) or "Not yet"),
            ("Takes the place of", paper.corrects),
            ("Corrected by", version.corrected_by),
            ("Taken back", _by(version.ended_by, paper.ended_at)),
            ("They were told", paper.notice),
            ("Confirmed by them", _confirmed(version)),
        ],
    }


def _confirmed(version: Version) -> str:
    if version.unconfirmed:
        return "Not yet: they may still go by it"
    return _by(version.confirmed_by, version.paper.confirmed_at)


def _by(name: str, at: datetime | None) -> str:
    return f"{name}, {times.date_time(at)}" if at else ""
