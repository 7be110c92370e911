"""What rules may ask about a worry, and in which direction each fact means more danger. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from breakwater.access.rules import AgencyKind
from breakwater.referrals.rules import Category, Channel, Consent, Level, Outcome, in_words

# Beside the kinds of agency: who brings no agency along.
ANONYMOUS = "anonymous"
REPORTERS = (*(kind.value for kind in AgencyKind), ANONYMOUS)
OUTCOMES = tuple(outcome.value for outcome in Outcome)
NOT_KNOWN = "not known"
# A number beyond these is a typing error.
MOST = 1_000


@dataclass(frozen=True)
class Facts:
    """What is known of a worry. None is "not known", which never counts as "no"."""

    category: str | None = None
    also: tuple[str, ...] = ()
    channel: str | None = None
    reporter: str | None = None
    immediate_danger: bool | None = None
    unborn: bool | None = None
    youngest_age: int | None = None
    other_children: int | None = None
    repeats: int | None = None
    missing_episodes: int | None = None
    known_plan: bool | None = None
    restricted: bool | None = None
    weapons: bool | None = None
    domestic_abuse: bool | None = None
    adult_access: bool | None = None
    consent: str | None = None
    seen_child: bool | None = None


class Kind(StrEnum):
    YES_NO = "yes or no"
    NUMBER = "a number"
    ONE = "one of a list"
    SOME = "some of a list"


class Danger(StrEnum):
    """Which answer means more danger."""

    YES = "yes"
    NO = "no"
    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


@dataclass(frozen=True)
class Asked:
    """A fact as rules and pages speak of it."""

    name: str
    words: str
    kind: Kind
    danger: Danger = Danger.NEITHER
    choices: tuple[str, ...] = ()
    unit: str = ""
    # Known only once somebody has decided: for routing.
    decided: bool = False


_CATEGORIES = tuple(c.value for c in Category)
ASKED = {
    asked.name: asked
    for asked in (
        Asked("worries", "the category, or one also named", Kind.SOME, choices=_CATEGORIES),
        Asked("category", "the main category", Kind.ONE, choices=_CATEGORIES),
        Asked("also", "a category also named", Kind.SOME, choices=_CATEGORIES),
        Asked("channel", "the way it came", Kind.ONE, choices=tuple(c.value for c in Channel)),
        Asked("reporter", "who reports", Kind.ONE, choices=REPORTERS),
        Asked("immediate_danger", "immediate danger", Kind.YES_NO, Danger.YES),
        Asked("unborn", "an unborn child", Kind.YES_NO, Danger.YES),
        Asked("youngest_age", "the youngest child's age", Kind.NUMBER, Danger.LESS, unit="year"),
        Asked(
            "other_children",
            "other children in the home",
            Kind.NUMBER,
            Danger.MORE,
            unit="child",
        ),
        Asked(
            "repeats",
            "earlier referrals within 12 months",
            Kind.NUMBER,
            Danger.MORE,
            unit="referral",
        ),
        Asked(
            "missing_episodes", "missing episodes", Kind.NUMBER, Danger.MORE, unit="missing episode"
        ),
        Asked("known_plan", "a plan in force for a child", Kind.YES_NO, Danger.YES),
        Asked("restricted", "a restricted case", Kind.YES_NO, Danger.YES),
        Asked("weapons", "weapons", Kind.YES_NO, Danger.YES),
        Asked("domestic_abuse", "domestic abuse", Kind.YES_NO, Danger.YES),
        Asked(
            "adult_access",
            "the adult of concern has access to children",
            Kind.YES_NO,
            Danger.YES,
        ),
        Asked("consent", "consent", Kind.ONE, choices=tuple(c.value for c in Consent)),
        Asked("seen_child", "the child was seen", Kind.YES_NO, Danger.NO),
        Asked("outcome", "the outcome decided", Kind.ONE, choices=OUTCOMES, decided=True),
        Asked(
            "level",
            "the level decided",
            Kind.NUMBER,
            Danger.MORE,
            unit="level",
            decided=True,
        ),
    )
}
# What a worker may answer for: the rest is told by the referral or by the hub itself.
ANSWERED = tuple(
    field.name for field in fields(Facts) if field.name not in ("category", "also", "channel")
)


class WrongFact(ValueError):
    """An answer that is none: `field` names the fact."""

    def __init__(self, field: str, problem: str):
        self.field = field
        super().__init__(f"{field}: {problem}")


def known(facts: Facts) -> dict[str, Any]:
    """Return the facts by name, those not known as None, as conditions read them."""
    values: dict[str, Any] = {field.name: getattr(facts, field.name) for field in fields(Facts)}
    main = () if facts.category is None else (facts.category,)
    return values | {"worries": (*main, *facts.also) or None}


def decided(facts: Facts, level: Level, outcome: str = "") -> dict[str, Any]:
    """Return the facts as routing reads them: with what was decided."""
    return known(facts) | {"level": int(level), "outcome": outcome or None}


def with_answers(facts: Facts, answers: Mapping[str, Any]) -> Facts:
    """Return the facts with a worker's own answers in their place; None says "not known".

    Raise WrongFact for a name or value that is none.
    """
    for name in answers:
        if name not in ANSWERED:
            raise WrongFact(name, "is no fact that can be answered")
    return replace(facts, **{name: checked(name, value) for name, value in answers.items()})


def facts_from(kept: Mapping[str, Any]) -> Facts:
    """Return facts as a decision keeps them; what an older hub did not ask is not known.

    Raise WrongFact for a value that is none.
    """
    names = {field.name for field in fields(Facts)}
    values = {name: value for name, value in kept.items() if name in names}
    also = values.pop("also", None) or ()
    return Facts(
        also=tuple(checked("also", list(also)) or ()),
        **{name: checked(name, value) for name, value in values.items()},
    )


def checked(name: str, value: Any) -> Any:
    """Return the value of a fact; raise WrongFact when the fact cannot have it."""
    asked = ASKED.get(name)
    if asked is None:
        raise WrongFact(name, "is no fact of the hub")
    if value is None:
        return None
    if asked.kind is Kind.YES_NO:
        if not isinstance(value, bool):
            raise WrongFact(name, "must be yes or no")
    elif asked.kind is Kind.NUMBER:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
            raise WrongFact(name, f"must be a whole number from 0 to {MOST:,}")
    elif asked.kind is Kind.ONE:
        if value not in asked.choices:
            raise WrongFact(name, f"{value!r} is not on the list")
    else:
        if not isinstance(value, list | tuple):
            raise WrongFact(name, "must be a list")
        wrong = [one for one in value if one not in asked.choices]
        if wrong:
            raise WrongFact(name, f"{wrong[0]!r} is not on the list")
        return tuple(value)
    return value


def value_in_words(name: str, value: Any) -> str:
    """Return "yes", "2 referrals", "physical abuse or neglect", "not known"."""
    asked = ASKED[name]
    if value is None:
        return NOT_KNOWN
    if asked.kind is Kind.YES_NO:
        return "yes" if value else "no"
    if asked.kind is Kind.NUMBER:
        return counted(value, asked.unit)
    if asked.kind is Kind.ONE and isinstance(value, str):
        return in_words(value)
    return listed([in_words(one) for one in value])


def counted(number: int, unit: str) -> str:
    """Return "1 year", "3 children", "level 4"."""
    if unit == "level":
        return f"level {number}"
    plural = "children" if unit == "child" else f"{unit}s"
    return f"{number} {unit if number == 1 else plural}"


def listed(words: list[str], last: str = "or") -> str:
    """Return "neglect, missing or trafficking"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
