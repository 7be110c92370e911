"""Facts drawn from what a referral tells, and from where. Pure.

What is not told is not known: one child named does not say that there is no other, and a category
that nobody named does not say that it is not so. What words of the narrative point at is quoted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from breakwater.access.rules import AgencyKind
from breakwater.people.rules import CHILD_ROLES, PersonAsTold
from breakwater.referrals.rules import Category, Channel
from breakwater.referrals.thresholds.facts import ANONYMOUS, ASKED, Facts, with_answers

# Words around a quoted one, so that "no knife was seen" is read as what it is.
AROUND = 40
GROWN_UP = 18


class Source(StrEnum):
    TOLD = "told by the referral"
    HUB = "known to the hub, as far as you may see"
    TEXT = "found in the text: check"
    ANSWERED = "answered by a worker"


@dataclass(frozen=True)
class Told:
    """What a referral says, and what the hub knows beside it, as far as the reader may see it."""

    category: str
    also: tuple[str, ...] = ()
    channel: str = ""
    immediate_danger: bool | None = None
    narrative: str = ""
    consent: str = ""
    seen_child: bool | None = None
    # The kind of agency of whoever reports, "" where it is not told.
    agency_kind: str = ""
    people: tuple[PersonAsTold, ...] = ()
    told_on: date = date.min
    restricted: bool | None = None
    # Earlier referrals within 12 months about a child of this one: surely, and perhaps.
    repeats: int | None = None
    perhaps: int = 0
    known_plan: bool | None = None


@dataclass(frozen=True)
class Quote:
    """A word of the narrative that points at a fact, with the words around it."""

    fact: str
    before: str
    word: str
    after: str

    @property
    def about(self) -> str:
        return ASKED[self.fact].words.capitalize()


@dataclass(frozen=True)
class Found:
    """The facts of a worry, where each is from, the quoted words, and what else to check."""

    facts: Facts
    sources: Mapping[str, Source] = field(default_factory=dict)
    quotes: tuple[Quote, ...] = ()
    checks: tuple[str, ...] = ()

    def answered(self, answers: Mapping[str, Any]) -> "Found":
        """Return it with a worker's own answers in the place of what was found. Raise WrongFact."""
        facts = with_answers(self.facts, answers)
        return replace(
            self,
            facts=facts,
            sources={**self.sources, **dict.fromkeys(answers, Source.ANSWERED)},
        )


def facts_of(told: Told, words: Mapping[str, tuple[str, ...]]) -> Found:
    """Return the facts of a referral; `words` are the rule set's, by the fact they point at."""
    worries = {told.category, *told.also}
    ages = [_age(child, told.told_on) for child in _children(told)]
    known_ages = [age for age in ages if age is not None and age >= 0]
    facts = Facts(
        category=told.category,
        also=told.also,
        channel=told.channel or None,
        reporter=_reporter(told),
        immediate_danger=told.immediate_danger,
        unborn=True if _is_unborn(told, ages) else None,
        youngest_age=min(known_ages, default=None),
        other_children=len(ages) - 1 if len(ages) > 1 else None,
        repeats=told.repeats,
        missing_episodes=1 if Category.MISSING in worries else None,
        known_plan=told.known_plan,
        restricted=told.restricted,
        domestic_abuse=True if Category.DOMESTIC_ABUSE in worries else None,
        consent=told.consent or None,
        seen_child=told.seen_child,
    )
    quotes = quotes_of(told.narrative, words)
    sources = {name: _source(name) for name in ASKED if getattr(facts, name, None) is not None}
    for name in {quote.fact for quote in quotes}:
        if getattr(facts, name) is None:
            value: Any = 1 if name == "missing_episodes" else True
            facts = replace(facts, **{name: value})
            sources[name] = Source.TEXT
    return Found(facts, sources, quotes, tuple(_checks(told, ages)))


def quotes_of(narrative: str, words: Mapping[str, tuple[str, ...]]) -> tuple[Quote, ...]:
    """Return every place of a narrative that has one of the words, in the order of the text."""
    found = []
    for fact, some in words.items():
        if not some:
            continue
        # The longest first: "missing from home" rather than "missing".
        ranked = sorted(some, key=len, reverse=True)
        either = "|".join(r"\s+".join(map(re.escape, word.split())) for word in ranked)
        for match in re.finditer(rf"(?<!\w)(?:{either})(?!\w)", narrative, re.IGNORECASE):
            before, after = _around(narrative, match.start(), match.end())
            found.append((match.start(), Quote(fact, before, _one_line(match[0]), after)))
    return tuple(quote for _, quote in sorted(found, key=lambda pair: pair[0]))


def _children(told: Told) -> list[PersonAsTold]:
    return [person for person in told.people if person.role in CHILD_ROLES]


def _age(child: PersonAsTold, on: date) -> int | None:
    """Return the age in whole years, the youngest that it can be; below 0 for one not born yet."""
    if len(child.born) == 10:
        born = date.fromisoformat(child.born)
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if len(child.born) == 7:
        year, month = map(int, child.born.split("-"))
        return on.year - year - (on.month <= month) if (year, month) != (on.year, on.month) else 0
    if child.born:
        # Born at the end of that year at the latest.
        return max(0, on.year - int(child.born) - 1) if int(child.born) <= on.year else -1
    return child.age


def _is_unborn(told: Told, ages: list[int | None]) -> bool:
    said = any(child.note.strip().lower() == "unborn" for child in _children(told))
    due = any(age is not None and age < 0 for age in ages)
    return said or due or Category.UNBORN in (told.category, *told.also)


def _reporter(told: Told) -> str | None:
    if told.channel in (Channel.ANONYMOUS, Channel.CRIMESTOPPERS):
        return ANONYMOUS
    if told.agency_kind:
        return told.agency_kind
    if told.channel == Channel.POLICE_NOTICE:
        return AgencyKind.POLICE.value
    return AgencyKind.PUBLIC.value if told.channel == Channel.PUBLIC else None


def _source(name: str) -> Source:
    return Source.HUB if name in ("repeats", "restricted", "known_plan") else Source.TOLD


def _checks(told: Told, ages: list[int | None]) -> list[str]:
    checks = []
    ageless = ages.count(None)
    if ageless and len(ages) > ageless:
        whose = "a child is" if ageless == 1 else f"{ageless} children are"
        checks.append(f"The age of {whose} not known: the youngest may be younger.")
    if any(age is not None and age >= GROWN_UP for age in ages):
        checks.append("Somebody named as a child is 18 or older by what was told.")
    if told.perhaps:
        many = "referral" if told.perhaps == 1 else "referrals"
        checks.append(
            f"{told.perhaps} more {many} within 12 months may be about the same child: "
            "say whether it is the same person."
        )
    return checks


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands before and after, cut between words where it is long."""
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    if start > AROUND:
        before = "… " + re.sub(r"^\S*\s+", "", before)
    if len(text) > end + AROUND:
        after = re.sub(r"\s+\S*$", "", after) + " …"
    return _one_line(before), _one_line(after)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
