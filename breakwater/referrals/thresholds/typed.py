"""Facts and test tables as a person types them, and back. Pure.

fires: the main category = neglect; the youngest child's age = 0
does not fire: nothing known
"""

from collections.abc import Mapping
from typing import Any

from breakwater.referrals.rules import in_words
from breakwater.referrals.thresholds.facts import ASKED, Facts, Kind, WrongFact, checked
from breakwater.referrals.thresholds.rules import Condition, Row

FIRES, DOES_NOT = "fires", "does not fire"
NOTHING = "nothing known"
_FACTS = {
    spoken.lower(): asked.name for asked in ASKED.values() for spoken in (asked.name, asked.words)
}


class WrongLine(ValueError):
    """A line that cannot be read, in words for whoever typed it."""


def table_typed(text: str) -> tuple[Row, ...]:
    """Return the rows of a test table, one a line. Raise WrongLine, which names the line."""
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                rows.append(_row(line))
            except WrongLine as problem:
                raise WrongLine(f"Line {number}: {problem}") from None
    return tuple(rows)


def table_in_words(rows: tuple[Row, ...]) -> str:
    """Return the text that table_typed() reads as these rows."""
    return "\n".join(row_in_words(row) for row in rows)


def row_in_words(row: Row) -> str:
    facts = facts_in_words(row.facts) or NOTHING
    return f"{FIRES if row.fires else DOES_NOT}: {facts}"


def facts_in_words(facts: Mapping[str, Any]) -> str:
    """Return "weapons = yes; the main category = neglect"."""
    # In the order in which facts are asked: the database keeps another.
    named = [name for name in ASKED if name in facts]
    return "; ".join(f"{ASKED[name].words} = {typed_value(facts[name])}" for name in named)


def typed_value(value: Any) -> str:
    """Return a value as it is typed: "yes", "3", "neglect, missing"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(in_words(one) for one in value)
    return in_words(value) if isinstance(value, str) else str(value)


def value_typed(name: str, text: str, *, several: bool = False) -> Any:
    """Return what was typed as a value of the fact. Raise WrongLine."""
    asked, text = ASKED[name], " ".join(text.split())
    if asked.kind is Kind.YES_NO:
        if text.lower() not in ("yes", "no"):
            raise WrongLine(f"{asked.words} must be yes or no")
        return text.lower() == "yes"
    if asked.kind is Kind.NUMBER:
        if not (text.isascii() and text.isdecimal() and len(text) < 6):
            raise WrongLine(f"{asked.words} must be a whole number, like 2")
        return _checked(name, int(text))
    spoken = {word.lower(): code for code in asked.choices for word in (code, in_words(code))}
    parts = [part.strip() for part in text.split(",") if part.strip()]
    for part in parts:
        if part.lower() not in spoken:
            raise WrongLine(f"{asked.words} cannot be “{part}”. It can be: {_choices(name)}")
    codes = tuple(spoken[part.lower()] for part in parts)
    if not codes:
        raise WrongLine(f"{asked.words} needs a value. It can be: {_choices(name)}")
    if asked.kind is Kind.SOME or several:
        return codes
    if len(codes) > 1:
        raise WrongLine(f"{asked.words} is one of its list, not several")
    return codes[0]


def condition_value(condition: Condition) -> str:
    return typed_value(condition.value)


def _row(line: str) -> Row:
    word, colon, facts = line.partition(":")
    word = " ".join(word.lower().split())
    if not colon or word not in (FIRES, DOES_NOT):
        raise WrongLine(f"begin it with “{FIRES}:” or “{DOES_NOT}:”")
    given: dict[str, Any] = {}
    for part in facts.split(";"):
        if not part.strip() or part.strip().lower() == NOTHING:
            continue
        spoken, equals, value = part.partition("=")
        name = _FACTS.get(" ".join(spoken.lower().split()))
        if not equals or name is None:
            raise WrongLine(f"“{part.strip()}” is no “fact = value” of the list of facts")
        if name not in Facts.__dataclass_fields__ and not ASKED[name].decided:
            raise WrongLine(f"{ASKED[name].words}: name the main category, or one also named")
        if name in given:
            raise WrongLine(f"{ASKED[name].words} is given twice")
        value = value_typed(name, value)
        given[name] = list(value) if isinstance(value, tuple) else value
    return Row(given, word == FIRES)


def _checked(name: str, value: Any) -> Any:
    try:
        return checked(name, value)
    except WrongFact as problem:
        raise WrongLine(str(problem)) from None


def _choices(name: str) -> str:
    return ", ".join(in_words(code) for code in ASKED[name].choices)
