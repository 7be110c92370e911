"""Referrals and people as tests speak of them."""

import itertools
import json
from collections.abc import Collection
from typing import Any

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from breakwater.access.queries import teams as all_teams
from breakwater.people import queries
from breakwater.people.queries import Known
from breakwater.people.rules import PersonAsTold, PersonRole
from breakwater.referrals import sealed
from breakwater.referrals.actions import Envelope, Receipt, receive_referral
from breakwater.referrals.models import Decision, Referral, Submission
from breakwater.referrals.rules import Decided, Level, usual_outcome

_numbers = itertools.count(1)


def known_about(mention_ids: Collection[int]) -> dict[int, list[Known]]:
    """What is known of these mentions to one who may see every case."""
    places = queries.known_places(mention_ids)
    everywhere = {place.case_id for some in places.values() for place in some}
    return queries.known_about(places, everywhere)


def decided(
    level: Level = Level.COMPLEX, *teams: int, reason: str = "Weighed.", **more: Any
) -> Decided:
    """What triage decides for these teams, of which the first leads."""
    kinds = {team.id: team.kind for team in all_teams(set(teams))}
    lead = teams[0] if teams else None
    given = {
        "outcome": usual_outcome(level, kinds.get(lead) if lead else None),
        "level": level,
        "reason": reason,
        "teams": teams,
        "lead": lead,
    }
    return Decided(**(given | more))


def words_of(referral: Referral) -> sealed.Words:
    return sealed.words_of([referral])[referral.pk]


def reason_of(decision: Decision) -> str:
    earlier = Decision.objects.filter(referral=decision.referral_id).order_by("decided_at", "pk")
    return sealed.reasons_of(earlier)[decision.pk]


def body_of(submission: Submission) -> bytes:
    return sealed.body_of(bytes(submission.body), submission.sender, submission.key)


def do_waiting_jobs() -> None:
    """Do what the worker would, within the test's own transaction."""
    for job in ProcrastinateJob.objects.filter(status="todo").order_by("id"):
        app.tasks[job.task_name](**job.args)


def a_person(role: str = "child", **told: Any) -> dict[str, Any]:
    return {"role": role, **told}


def amelia(**changes: Any) -> dict[str, Any]:
    """A child with enough said of her to be surely known again; None takes a field away."""
    told = {
        "given": "Amelia",
        "family": "Hartley",
        "born": "2017-05-14",
        "postcode": "PR1 4AB",
        "nhs_number": "9990000018",
    }
    return a_person(**{k: v for k, v in (told | changes).items() if v is not None})


def as_told(person: dict[str, Any]) -> PersonAsTold:
    return PersonAsTold(**(person | {"role": PersonRole(person["role"])}))


def a_submission(
    *people: dict[str, Any],
    key: str | None = None,
    by: str = "St Aldhelm's Primary School",
    concern: dict[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A submission about these people, or about Amelia."""
    return {
        "key": key or f"key-{next(_numbers)}",
        "channel": "professional",
        "sent_at": "2026-03-02T08:52:00+00:00",
        "reporter": {"name": "Helen Marsh", "agency": by, "agency_kind": "education"},
        "concern": {
            "category": "neglect",
            "immediate_danger": False,
            "narrative": "Often hungry at school since half term.",
        }
        | (concern or {}),
        "people": list(people) or [amelia()],
    } | changes


def no_feedback(by: str = "St Aldhelm's Primary School") -> dict[str, Any]:
    """Who reports wants to hear nothing: a decision leaves only the work itself waiting."""
    reporter = {"name": "Helen Marsh", "agency": by, "agency_kind": "education"}
    return {"reporter": reporter | {"wants_feedback": False}}


def an_envelope(submission: Any, sender: str = "school", **changes: Any) -> Envelope:
    body = submission if isinstance(submission, bytes) else json.dumps(submission).encode()
    return Envelope(body=body, sender=sender, door="test", **changes)


def received(*people: dict[str, Any], **changes: Any) -> Receipt:
    """A referral that went in through the door."""
    return receive_referral(an_envelope(a_submission(*people, **changes)))
