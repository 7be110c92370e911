"""What was said of referrals on the way: to reporters, in challenges, by teams, in notes."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from breakwater.referrals.challenge import queries as challenge
from breakwater.referrals.challenge.models import ChallengeStep
from breakwater.referrals.feedback import queries as feedback
from breakwater.referrals.feedback.models import Feedback
from breakwater.referrals.models import Handover, Refusal
from breakwater.referrals.sealed import said


class SaidKind(StrEnum):
    FEEDBACK = "feedback"
    CHALLENGE = "challenge"
    REFUSAL = "refusal"
    HAND_OVER = "hand-over"


@dataclass(frozen=True)
class SaidLine:
    """One saying. `by` and `to` are staff; `partner`, its `agency` and `outside` have no account.

    `what` says what was done, without a name.
    """

    at: datetime
    kind: SaidKind
    what: str
    by: str
    text: str
    to: str = ""
    partner: str = ""
    agency: str = ""
    outside: str = ""

    @property
    def who(self) -> str:
        """Whose words they are."""
        return ", ".join(filter(None, (self.partner, self.agency))) or self.by


@dataclass(frozen=True)
class _Sealed:
    referral_id: int
    place: str
    words: bytes
    at: datetime
    kind: SaidKind
    what: str
    by: str
    to: str = field(default="")


def said_of(referral_ids: Collection[int]) -> dict[int, list[SaidLine]]:
    """All that was said of each, oldest first, for one who holds their cases. 5 SQL statements."""
    ids = list(referral_ids)
    found = [*_feedback(ids), *_challenges(ids), *_refusals(ids), *_hand_overs(ids)]
    words = said((one.referral_id, one.place, one.words) for one in found)
    lines: dict[int, list[SaidLine]] = defaultdict(list)
    for one, text in zip(found, words, strict=True):
        lines[one.referral_id].append(_line(one, text))
    for of_one in lines.values():
        of_one.sort(key=lambda line: line.at)
    return lines


def _line(one: _Sealed, text: str) -> SaidLine:
    if one.kind is not SaidKind.CHALLENGE:
        return SaidLine(one.at, one.kind, one.what, one.by, text, one.to)
    told = json.loads(text)
    return SaidLine(
        one.at,
        one.kind,
        one.what,
        one.by,
        told["said"],
        partner=told.get("name", ""),
        agency=told.get("agency", ""),
        outside=told.get("with_whom", ""),
    )


def _feedback(ids: list[int]) -> Iterator[_Sealed]:
    rows = Feedback.objects.filter(referral__in=ids).select_related("told_by").order_by("pk")
    for row in rows:
        yield _Sealed(
            row.referral_id,
            feedback.place(row.decision_id, told=bool(row.way)),
            bytes(row.text or row.reason or b""),
            row.told_at,
            SaidKind.FEEDBACK,
            f"tell who reported it, {row.way}" if row.way else "do not tell who reported it",
            row.told_by.name,
        )


def _challenges(ids: list[int]) -> Iterator[_Sealed]:
    steps = ChallengeStep.objects.filter(challenge__referral__in=ids)
    numbers: Counter[int] = Counter()
    for step in steps.select_related("challenge", "taken_by").order_by("pk"):
        yield _Sealed(
            step.challenge.referral_id,
            challenge.place(step.challenge_id, numbers[step.challenge_id]),
            bytes(step.words),
            step.taken_at,
            SaidKind.CHALLENGE,
            step.move,
            step.taken_by.name,
        )
        numbers[step.challenge_id] += 1


def _refusals(ids: list[int]) -> Iterator[_Sealed]:
    """A refusal, and how it was settled once it is."""
    rows = Refusal.objects.filter(route__referral__in=ids).order_by("pk")
    for row in rows.select_related("route__team", "refused_by", "settled_by"):
        referral_id, place = row.route.referral_id, f"refusal:{row.route_id}"
        what, team, kind = bytes(row.reason), row.route.team.name, SaidKind.REFUSAL
        yield _Sealed(
            referral_id, place, what, row.refused_at, kind, f"{team} refuses the work",
            row.refused_by.name,
        )  # fmt: skip
        if row.settled_at and row.settled_by and row.ruling_reason:
            yield _Sealed(
                referral_id, f"{place}:ruling", bytes(row.ruling_reason), row.settled_at, kind,
                f"settle the refusal of {team}", row.settled_by.name,
            )  # fmt: skip


def _hand_overs(ids: list[int]) -> Iterator[_Sealed]:
    """Those with a note: each of an item has its number, with a note or not."""
    rows = Handover.objects.filter(item__referral__in=ids).order_by("pk")
    numbers: Counter[int] = Counter()
    for row in rows.select_related("item", "given_by", "to_worker"):
        number = numbers[row.item_id]
        numbers[row.item_id] += 1
        if row.note:
            yield _Sealed(
                row.item.referral_id,
                f"item:{row.item_id}:handover:{number}",
                bytes(row.note),
                row.given_at,
                SaidKind.HAND_OVER,
                "hand over the work",
                row.given_by.name,
                row.to_worker.name if row.to_worker else "",
            )
