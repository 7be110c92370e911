"""What a decision rested on, as it is kept with it. Pure: what is written here is read here.

{"facts": {name: value}, "fired": [rule, ...], "version": 3,
 "known": [{"mention", "beside", "sure", "evidence", "referral", "told_by", "told_at"}, ...],
 "ask": [{"case", "agency"}, ...]}
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from breakwater.access.queries import WhoToAsk
from breakwater.people.queries import Known
from breakwater.referrals.rules import in_words

NOT_KNOWN = "not known"


@dataclass(frozen=True)
class KnownLine:
    """That another mention was, or might be, the same person, and why it seemed so then."""

    mention_id: int
    beside_id: int
    sure: bool
    evidence: tuple[tuple[str, str], ...]
    told_by: str
    told_at: datetime


@dataclass(frozen=True)
class FiredRule:
    """A rule that fired then, in its words of then."""

    title: str
    effect: str
    why: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Basis:
    kept: bool
    version: int | None
    facts: tuple[tuple[str, str], ...]
    fired: tuple[FiredRule, ...]
    known: tuple[KnownLine, ...]
    ask: tuple[int, ...]


def known_then(
    entries: Mapping[int, Collection[Known]],
    references: Mapping[int, str],
    ask: Collection[WhoToAsk],
) -> dict[str, Any]:
    """Return what whoever decides sees of other referrals, to be kept with the decision.

    `entries` by the referral's own mentions, as people.queries.known_about gives them; `references`
    by referral id.
    """
    return {
        "known": [
            {
                "mention": own,
                "beside": entry.mention.id,
                "sure": entry.sure,
                "evidence": [[e.field, e.words] for e in entry.evidence if e.of_a_field],
                "referral": references.get(entry.mention.referral_id),
                "told_by": entry.mention.told_by,
                "told_at": entry.mention.told_at.isoformat(),
            }
            for own, some in entries.items()
            for entry in some
        ],
        "ask": [{"case": who.case_id, "agency": who.agency} for who in ask],
    }


def read(kept: Mapping[str, Any]) -> Basis:
    """Return a basis as a page can show it; of what an older hub did not keep, nothing."""
    return Basis(
        kept="known" in kept or "facts" in kept,
        version=kept.get("version"),
        facts=tuple((_name(name), _value(value)) for name, value in kept.get("facts", {}).items()),
        fired=tuple(_fired(rule) for rule in kept.get("fired", ())),
        known=tuple(
            KnownLine(
                mention_id=line["mention"],
                beside_id=line["beside"],
                sure=line["sure"],
                evidence=tuple((field, words) for field, words in line.get("evidence", ())),
                told_by=line.get("told_by", ""),
                told_at=datetime.fromisoformat(line["told_at"]),
            )
            for line in kept.get("known", ())
        ),
        ask=tuple(line["case"] for line in kept.get("ask", ())),
    )


def _fired(rule: Any) -> FiredRule:
    if not isinstance(rule, Mapping):
        return FiredRule(str(rule), "", "", ())
    facts = rule.get("facts") or ()
    pairs = facts.items() if isinstance(facts, Mapping) else facts
    return FiredRule(
        title=str(rule.get("title") or rule.get("rule") or rule.get("id") or ""),
        effect=str(rule.get("effect") or ""),
        why=str(rule.get("why") or ""),
        facts=tuple((_name(str(name)), _value(value)) for name, value in pairs),
    )


def _name(name: str) -> str:
    return name.replace("_", " ")


def _value(value: Any) -> str:
    match value:
        case None:
            return NOT_KNOWN
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(in_words(str(one)) for one in value) or "none"
        case _:
            return in_words(str(value))
