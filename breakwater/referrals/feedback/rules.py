"""Who is told, in which ways, and what a telling must hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from breakwater.referrals.rules import LONGEST_REASON

LONGEST_TEXT = LONGEST_REASON


class Way(StrEnum):
    """How somebody is told. Plain e-mail is none of them: it reaches the wrong person too."""

    PHONE = "by phone"
    LETTER = "by letter"
    IN_PERSON = "in person"
    AGENCY = "through their agency"
    SECURE = "by secure message"


@dataclass(frozen=True)
class Given:
    """What was said and how; or, without a way, why nothing was."""

    way: Way | None = None
    text: str = ""
    reason: str = ""


def can_be_told(reporter: Mapping[str, Any] | None) -> bool:
    """Whether there is somebody to tell: who gave a name, agency or number, and did not say no."""
    if reporter is None or reporter.get("wants_feedback") is False:
        return False
    return any(reporter.get(known) for known in ("name", "agency", "phone", "email"))


def check_given(given: Given) -> list[tuple[str, str]]:
    """Return what is wrong as (field, sentence) pairs; none when it stands."""
    if given.way is None:
        return _check(given.reason, "reason", "Reason", "why they are not told")
    return _check(given.text, "text", "What they were told", "what they were told")


def check_template(text: str) -> list[tuple[str, str]]:
    """Return what is wrong with the usual words of an outcome."""
    return _check(text, "text", "Text", "what is usually said")


def _check(text: str, field: str, name: str, noun: str) -> list[tuple[str, str]]:
    if not text.strip():
        return [(field, f"Enter {noun}")]
    if len(text) > LONGEST_TEXT:
        return [(field, f"{name} must be {LONGEST_TEXT:,} characters or fewer")]
    return []
