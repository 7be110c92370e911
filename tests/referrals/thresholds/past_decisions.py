"""Decisions that kept what the rules suggested, as the pages make them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from breakwater.access.rules import Actor
from breakwater.referrals.models import Referral
from breakwater.referrals.rules import Level
from breakwater.referrals.thresholds.queries import suggested, told_about
from breakwater.referrals.triage.actions import Rested, decide
from tests.builders import a_person, decided, received

_NAMES = ("Ada", "Ben", "Cy", "Dot", "Eli", "Fay", "Gus", "Hal", "Ida", "Jon")


def past(
    actor: Actor,
    level: Level,
    *teams: int,
    people: tuple[dict[str, Any], ...] = (),
    days_ago: int = 0,
    answers: dict[str, Any] | None = None,
    kept: bool = True,
    **concern: Any,
) -> str:
    """Somebody decided on a worry, with the suggestion before them; returns its reference."""
    number = Referral.objects.count()
    child = a_person(given=_NAMES[number % 10], family=f"Number{number}", age=9)
    reference = received(*(people or (child,)), concern=concern).reference
    referral = Referral.objects.get(reference=reference)
    given = suggested(told_about(referral.pk, {}, ()), answers)
    rested = Rested(given.suggestion.level, given.ruleset_id, given.basis) if kept else Rested()
    at = timezone.now() - timedelta(days=days_ago)
    decide(actor, reference, decided(level, *teams), version=1, rested=rested, at=at)
    return reference
