"""Who else has it open, in words. Plain functions, no database."""

from breakwater.referrals.presence.actions import Other
from breakwater.web import times


def words(others: list[Other] | None) -> str:
    """Return "Sgt Hill has this open since 10:02am. Sam Ward has this open since 10:04am."."""
    return " ".join(
        f"{other.name} has this open since {times.time(other.since)}." for other in others or ()
    )
