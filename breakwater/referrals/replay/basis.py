"""What a decision rested on, as it is kept with it. What is written here is read here.

{"facts": {name: value}, "sources": {name: where from}, "fired": [id of a rule, ...],
 "known": [{"mention", "beside", "sure", "evidence", "referral", "told_by", "told_at"}, ...],
 "ask": [{"case", "agency"}, ...]}

The rules themselves are read at the version that the decision names, which is never changed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from breakwater.access.queries import WhoToAsk
from breakwater.people.queries import Known
from breakwater.referrals.thresholds.facts import (
    ASKED,
    WrongFact,
    facts_from,
    known,
    value_in_words,
)
from breakwater.referrals.thresholds.rules import Rule, RuleSet, fired_by


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
class FactThen:
    words: str
    value: str
    source: str


@dataclass(frozen=True)
class FiredRule:
    """A rule that fired then, in its words of then, with the facts that made it."""

    title: str
    effect: str
    why: str
    source: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Basis:
    """`version` is of the rules that suggested the level, None where none did."""

    kept: bool
    version: int | None
    facts: tuple[FactThen, ...]
    unknown: tuple[str, ...]
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


def read(kept: Mapping[str, Any], rules: RuleSet | None, version: int | None) -> Basis:
    """Return a basis as a page can show it; of what an older hub did not keep, nothing."""
    values = _values(kept.get("facts") or {})
    sources = kept.get("sources") or {}
    asked = [name for name in ASKED if name in values]
    by_id = {rule.id: rule for rule in rules.rules} if rules else {}
    return Basis(
        kept="known" in kept or "facts" in kept,
        version=version,
        facts=tuple(
            FactThen(ASKED[name].words, value_in_words(name, values[name]), sources.get(name, ""))
            for name in asked
            if values[name] is not None
        ),
        unknown=tuple(ASKED[name].words for name in asked if values[name] is None),
        fired=tuple(_fired(name, by_id.get(name), values) for name in kept.get("fired", ())),
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


def _values(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts by name; none, where they are not what the hub asks about now."""
    if not kept:
        return {}
    try:
        values = known(facts_from(kept))
    except WrongFact:
        return {}
    # The main category and those also named, each by itself; an empty list says nothing.
    del values["worries"]
    return {name: None if value == () else value for name, value in values.items()}


def _fired(name: str, rule: Rule | None, values: Mapping[str, Any]) -> FiredRule:
    if rule is None:
        return FiredRule(str(name), "", "", "", ())
    made = fired_by([rule], values)
    facts = tuple((words, value) for _, words, value in made[0].known) if made else ()
    return FiredRule(rule.title, rule.effect, rule.why, rule.source, facts)
