"""What a case on paper says. Plain functions, no database."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from breakwater.people.rules import PersonRole
from breakwater.referrals import presenter
from breakwater.referrals.paper.queries import CaseOnPaper, ReferralOnPaper
from breakwater.referrals.progress import StageFacts
from breakwater.referrals.said import SaidKind, SaidLine
from breakwater.web import times


def paper(case: CaseOnPaper, printed_by: str, now: datetime) -> dict[str, Any]:
    """Context of paper.html."""
    return {
        "case": case,
        "printed_by": printed_by,
        "now": now,
        "referrals": [_referral(one, now) for one in case.referrals],
        "documents": [
            f"{line.name or 'A document that was erased'}, added by {line.added_by},"
            f" {times.short_date_time(line.added_at)}"
            for line in case.documents
        ],
    }


def _referral(one: ReferralOnPaper, now: datetime) -> dict[str, Any]:
    told = one.told
    today = timezone.localdate(now)
    children = [m.person for m in told.people if m.person.role is PersonRole.CHILD]
    return {
        "told": told,
        "heading": f"{presenter.capital(told.category)}: {presenter.names_of_children(children)}",
        "facts": [
            ("State", presenter.capital(told.state)),
            ("Also", ", ".join(told.also)),
            ("Immediate danger", "Said to be so" if told.immediate_danger else ""),
        ],
        "people": [
            {
                "name": mention.person.name or "Name not known",
                "role": presenter.capital(mention.person.role),
                "told": [
                    *presenter.told(mention.person, today),
                    ("Told by", f"{mention.told_by}, {times.short_date_time(mention.told_at)}"),
                ],
            }
            for mention in told.people
        ],
        "who_is_worried": presenter.who_is_worried(told),
        "online": presenter.online(told.online),
        "clocks": [
            f"{clock.name}: {clock.standing}, due {times.short_date_time(clock.due_at)}"
            for clock in one.clocks
        ],
        "stages": [_stage(stage) for stage in told.progress.stages],
        "routes": [
            [("Team", route.team), *presenter.route_facts(route)] for route in told.progress.routes
        ],
        "decisions": [presenter.decision_facts(decision) for decision in told.progress.decisions],
        # Refusals stand with the team that refused.
        "said": [_said(line) for line in told.said if line.kind is not SaidKind.REFUSAL],
    }


def _stage(stage: StageFacts) -> str:
    what = f"{stage.action}: {stage.rating}" if stage.rating else stage.action
    line = f"{times.short_date_time(stage.at)}: {what}, by {stage.by} ({stage.state})"
    return f"{line}. {stage.reason}" if stage.reason else line


def _said(line: SaidLine) -> str:
    whom = line.to or line.outside
    to = f", to {whom}" if whom else ""
    what = f"{presenter.capital(line.what)}, by {line.who}{to}"
    return f"{times.short_date_time(line.at)}: {what}. {line.text}"
