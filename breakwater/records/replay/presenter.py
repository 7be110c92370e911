"""What the page of a past decision shows. Plain functions, no database."""

from datetime import date
from typing import Any

from django.utils import timezone

from breakwater.people.rules import PersonRole
from breakwater.records.replay.queries import LookedBefore, Replay
from breakwater.referrals import presenter as referrals
from breakwater.referrals.case_file import FiledReferral
from breakwater.referrals.presenter import capital
from breakwater.referrals.progress import StageFacts
from breakwater.referrals.replay.queries import AsItStood, KnownThen
from breakwater.referrals.rules import DECIDING, OUTCOME_WORDS, Action
from breakwater.web import times

# Which stage of a referral's way a step belongs to; contact comes before, decision after.
STAGES = {
    Action.SCREEN: "Screening",
    Action.RATE: "Enquiries",
    Action.ASK_MORE: "Enquiries",
    Action.GO_ON: "Enquiries",
}


def as_it_stood(shown: Replay) -> dict[str, Any]:
    """Context of as_it_stood.html."""
    then, today = shown.then, timezone.localdate(shown.then.decision.at)
    children = [m.person for m in then.worry.people if m.person.role is PersonRole.CHILD]
    return {
        "then": then,
        "worry": then.worry,
        "at": then.decision.at,
        "heading": f"{capital(then.worry.category)}: {referrals.names_of_children(children)}",
        "decision": [
            *referrals.decision_facts(then.decision),
            # The one that leads is said above.
            ("Also", [team.name for team in then.teams if not team.leads]),
        ],
        "stages": [_contact(then), *(_stage(stage, then) for stage in then.worry.progress.stages)],
        "people": [
            {
                "name": mention.person.name or "Name not known",
                "role": capital(mention.person.role),
                "told": referrals.told(mention.person, today),
                "known": [_known(line, today) for line in then.known.get(mention.id, ())],
            }
            for mention in then.worry.people
        ],
        "before": [_before(told) for told in then.before],
        "who_is_worried": referrals.who_is_worried(then.worry),
        "basis": then.basis,
        "facts": [
            (capital(fact.words), f"{fact.value} ({fact.source})" if fact.source else fact.value)
            for fact in then.basis.facts
        ]
        + [("Not known", capital(", ".join(then.basis.unknown)))],
        "looked": None if shown.looked is None else [_looked(line) for line in shown.looked],
    }


def _contact(then: AsItStood) -> dict[str, Any]:
    worry = then.worry
    told_by = worry.people[0].told_by if worry.people else worry.channel
    return {"title": "Contact: the worry came in", "when": worry.received_at, "by": told_by}


def _stage(stage: StageFacts, then: AsItStood) -> dict[str, Any]:
    this = stage.at == then.decision.at and stage.action in DECIDING
    what = f"{stage.action}: {stage.rating}" if stage.rating else stage.action
    name = "Decision" if stage.action in DECIDING else STAGES.get(stage.action, "")
    return {
        "title": f"{name}: {what}" if name else capital(what),
        "when": stage.at,
        "by": stage.by,
        "text": stage.reason,
        "tags": [{"text": "This decision", "colour": "purple"}] if this else [],
    }


def _known(known: KnownThen, today: date) -> dict[str, Any]:
    return {
        "sure": known.line.sure,
        "what": capital(known.category),
        "reference": known.reference,
        "told_by": known.line.told_by,
        "told_at": known.line.told_at,
        "said": referrals.said(known.person, today),
        "why": known.line.evidence,
    }


def _before(told: FiledReferral) -> dict[str, Any]:
    decided = [
        f"{OUTCOME_WORDS[decision.outcome]}, level {decision.level},"
        f" {times.short_date_time(decision.at)}"
        for decision in told.progress.decisions
    ]
    return {
        "what": capital(told.category),
        "reference": told.reference,
        "told_by": told.people[0].told_by if told.people else told.channel,
        "when": told.received_at,
        "decided": "; ".join(decided) or "not decided by then",
    }


def _looked(line: LookedBefore) -> dict[str, str]:
    words = line.words if line.allowed else f"was refused: {line.words}"
    often = "" if line.number == 1 else f", {times.plural(line.number, 'time')}"
    last = "last " if line.number > 1 else ""
    return {
        "who": line.who.name,
        "of": ", ".join(part for part in (line.who.teams, line.who.agency) if part),
        "what": f"{words}{often}, {last}{times.short_date_time(line.last)}",
    }
