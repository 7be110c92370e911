"""What was told in words, sealed at rest: one data key a referral (see the room vault).

Codes, states and times stay in the clear: boards and clocks need them.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from breakwater.referrals.models import Decision, Referral, Screened
from breakwater.referrals.submission import Submission as Told
from breakwater.vault.queries import keys_of
from breakwater.vault.rules import DataKey, key_id_of


@dataclass(frozen=True)
class Words:
    """Who is worried and why; `reporter` is None for anonymous, else as the format has it."""

    narrative: str
    consent_reason: str
    reporter: dict[str, Any] | None
    online: dict[str, Any] | None


def words_told(told: Told) -> Words:
    """Return the words of a submission."""
    reporter, online = told.reporter, told.online
    return Words(
        told.concern.narrative,
        told.concern.consent_reason or "",
        reporter.model_dump(mode="json", exclude_none=True) if reporter else None,
        online.model_dump(mode="json", exclude_none=True) if online else None,
    )


def seal_words(key: DataKey, referral_id: int, words: Words) -> bytes:
    return key.seal(json.dumps(asdict(words), ensure_ascii=False), f"referral:{referral_id}")


def words_of(referrals: Iterable[Referral]) -> dict[int, Words]:
    """The words of these referrals, for one who holds their cases. 1 SQL statement."""
    sealed = {referral.pk: bytes(referral.words) for referral in referrals}
    keys = keys_of([key_id_of(words) for words in sealed.values()])
    return {
        pk: Words(**json.loads(keys[key_id_of(words)].unseal(words, f"referral:{pk}")))
        for pk, words in sealed.items()
    }


def seal_decision(
    referral: Referral, number: int, reason: str, basis: Mapping[str, Any]
) -> tuple[bytes, bytes]:
    """Seal a decision's reason and what it rested on under its referral's key.

    `number` counts the referral's decisions. 1 SQL statement.
    """
    key_id = key_id_of(bytes(referral.words))
    key = keys_of([key_id])[key_id]
    what = _reason(referral.pk, number)
    rested_on = json.dumps(basis, ensure_ascii=False, default=str)
    return key.seal(reason, what), key.seal(rested_on, f"{what}:basis")


def bases_of(decisions: Iterable[Decision]) -> dict[int, dict[str, Any]]:
    """What decisions rested on, all of each referral's in order of time. 1 SQL statement.

    Nothing of those made before the hub kept it.
    """
    given = [(decision, decision.basis and bytes(decision.basis)) for decision in decisions]
    keys = keys_of([key_id_of(basis) for _, basis in given if basis])
    numbers: Counter[int] = Counter()
    bases = {}
    for decision, basis in given:
        what = _reason(decision.referral_id, numbers[decision.referral_id])
        numbers[decision.referral_id] += 1
        if basis:
            bases[decision.pk] = json.loads(keys[key_id_of(basis)].unseal(basis, f"{what}:basis"))
    return bases


def answers_of(referral: Referral) -> dict[str, Any]:
    """What a worker last answered to what the rules ask. 2 SQL statements."""
    rows = list(Screened.objects.filter(referral=referral).order_by("pk"))
    last = len(rows) - 1
    told = [(referral.pk, f"screened:{last}", rows[last].answers)] if rows else []
    answered = said(told)
    return dict(json.loads(answered[0])) if answered else {}


def seal_said(referral: Referral, what: str, text: str) -> bytes:
    """Seal what somebody says about a referral, where `what` names its place. 1 SQL statement."""
    key_id = key_id_of(bytes(referral.words))
    return keys_of([key_id])[key_id].seal(text, f"referral:{referral.pk}:{what}")


def said(told: Iterable[tuple[int, str, bytes | memoryview]]) -> list[str]:
    """What was said, in the same order: (referral, what as it was sealed, sealed). 1 statement."""
    sealed = [(f"referral:{pk}:{what}", bytes(text)) for pk, what, text in told]
    keys = keys_of([key_id_of(text) for _, text in sealed])
    return [keys[key_id_of(text)].unseal_text(text, what) for what, text in sealed]


def reasons_of(decisions: Iterable[Decision]) -> dict[int, str]:
    """The reasons of decisions, all of each referral's in order of time. 1 SQL statement."""
    sealed = [(decision, bytes(decision.reason)) for decision in decisions]
    keys = keys_of([key_id_of(reason) for _, reason in sealed])
    numbers: Counter[int] = Counter()
    reasons = {}
    for decision, reason in sealed:
        what = _reason(decision.referral_id, numbers[decision.referral_id])
        reasons[decision.pk] = keys[key_id_of(reason)].unseal_text(reason, what)
        numbers[decision.referral_id] += 1
    return reasons


def seal_body(key: DataKey, body: bytes, sender: str, sender_key: str) -> bytes:
    """Seal a submission as it arrived, byte for byte."""
    return key.seal(body, _body(sender, sender_key))


def body_of(sealed: bytes, sender: str, sender_key: str) -> bytes:
    """The very bytes that arrived. 1 SQL statement."""
    key_id = key_id_of(sealed)
    return keys_of([key_id])[key_id].unseal(sealed, _body(sender, sender_key))


def _reason(referral_id: int, number: int) -> str:
    return f"referral:{referral_id}:decision:{number}"


def _body(sender: str, sender_key: str) -> str:
    return f"submission:{sender}:{sender_key}"
