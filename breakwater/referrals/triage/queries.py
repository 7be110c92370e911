"""Reads that triage needs."""

from django.utils import timezone

from breakwater.clocks.queries import lengths_in_force
from breakwater.referrals.rules import Rating


def hours_by_rating() -> dict[Rating, str]:
    """How long each rating gives, in words, as the area set it. 1 SQL statement."""
    codes = {rating: f"MASH_{rating.name}" for rating in Rating}
    lengths = lengths_in_force(tuple(codes.values()), timezone.now())
    return {rating: lengths[code] for rating, code in codes.items()}
