from collections.abc import Iterator
from typing import Any

from django import forms

from breakwater.referrals.rules import LEVEL_WORDS, Level, in_words
from breakwater.referrals.thresholds.actions import LONGEST_WHY
from breakwater.referrals.thresholds.checks import (
    DESTINATIONS,
    LONGEST,
    Problem,
)
from breakwater.referrals.thresholds.facts import ASKED, Asked, Danger, Kind
from breakwater.referrals.thresholds.rules import (
    OPERATORS,
    Condition,
    Operator,
    Row,
    Rule,
    RuleKind,
)
from breakwater.referrals.thresholds.typed import (
    WrongLine,
    condition_value,
    table_in_words,
    table_typed,
    value_typed,
)
from breakwater.web import form_words
from breakwater.web.forms import (
    Choice,
    Choices,
    GovForm,
    Hidden,
    LongText,
    Select,
    Text,
    Tick,
)

UP = "up"
BETWEEN = "|"
# Empty lines for conditions, beside those that a rule has.
SPARE = 2
LEAST_LINES = 3
LONGEST_TABLE = 20_000
TABLE_HINT = (
    "One line a case: “fires: weapons = yes” or “does not fire: weapons = no; the youngest child's "
    "age = 3”. What a line does not name is not known. At least one line of each."
)


class RuleForm(GovForm):
    """One rule: its words, when it fires, what it does, its test table."""

    mark_optional = False  # half of its lines are there to stay empty

    title = Text("Title", noun="a title", max_length=LONGEST["title"])
    why = LongText(
        "Why this rule",
        noun="why there is this rule",
        hint="For whoever reads why a level was suggested.",
        max_length=LONGEST["why"],
        rows=3,
    )
    source = LongText(
        "Source",
        noun="the source",
        hint="The law, guidance or local agreement that it follows.",
        max_length=LONGEST["source"],
        rows=2,
    )
    on = Tick("In use", required=False)

    def __init__(self, kind: RuleKind, rule: Rule | None, *args: Any, **kwargs: Any):
        self.kind, self.rule = kind, rule
        kwargs.setdefault("initial", _initial(kind, rule))
        super().__init__(*args, **kwargs)
        if kind is RuleKind.THRESHOLD:
            self._add("effect", _effect())
        else:
            for name, field in _teams().items():
                self._add(name, field)
        for place, conditions in self._places():
            for number in range(max(LEAST_LINES, len(conditions) + SPARE)):
                self._add(f"{place}-{number}-what", _what(place, number, kind))
                self._add(f"{place}-{number}-value", _value(place, number))
        self._add("tests", _tests())

    def lines(self, place: str) -> list[str]:
        """Return the names of the lines of "all" or "any", for the template."""
        return [
            name.removesuffix("-what")
            for name in self.fields
            if name.startswith(f"{place}-") and name.endswith("-what")
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["all"] = tuple(self._conditions("all"))
        cleaned["any"] = tuple(self._conditions("any"))
        try:
            cleaned["rows"] = table_typed(cleaned.get("tests") or "")
        except WrongLine as problem:
            self.error_at("tests", str(problem))
            cleaned["rows"] = ()
        return cleaned

    def made(self, id: str) -> Rule:
        """Return the rule that was typed. Only of a valid form."""
        told = self.cleaned_data
        effect = told.get("effect")
        rows: tuple[Row, ...] = told["rows"]
        return Rule(
            id=id,
            title=told["title"],
            why=told["why"],
            source=told["source"],
            all=told["all"],
            any=told["any"],
            at_least=int(effect) if effect and effect != UP else None,
            up=effect == UP,
            teams=tuple(told.get("teams") or ()),
            leads=bool(told.get("leads")),
            on=told["on"],
            tests=rows,
        )

    def show(self, problems: list[Problem]) -> None:
        """Show what checks say of the rule, each at the question that it is about."""
        at = {"at_least": "effect", "all": "all-0-what", "any": "any-0-what"}
        for problem in problems:
            name = at.get(problem.field, problem.field)
            sentence = problem.sentence[:1].upper() + problem.sentence[1:]
            if name in self.fields:
                self.error_at(name, sentence)
            else:
                self.add_error(None, sentence)

    def _places(self) -> Iterator[tuple[str, tuple[Condition, ...]]]:
        yield "all", self.rule.all if self.rule else ()
        yield "any", self.rule.any if self.rule else ()

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        spoken = getattr(getattr(field, "look", None), "noun", "")
        form_words.replace_defaults(field, str(field.label), spoken)

    def _conditions(self, place: str) -> Iterator[Condition]:
        for line in self.lines(place):
            what = self.cleaned_data.get(f"{line}-what") or ""
            value = self.cleaned_data.get(f"{line}-value") or ""
            if not what:
                if value:
                    self.error_at(f"{line}-what", "Choose what the rule asks")
                continue
            fact, _, op = what.partition(BETWEEN)
            try:
                several = ASKED[fact].kind is Kind.ONE
                yield Condition(fact, Operator(op), value_typed(fact, value, several=several))
            except WrongLine as problem:
                sentence = str(problem)
                self.error_at(f"{line}-value", sentence[:1].upper() + sentence[1:])


class SaveForm(GovForm):
    """Why, and by what the rules that were shown are known again."""

    seen = Hidden()
    why = LongText(
        "Why you change the rules",
        noun="why you change the rules",
        hint="What was agreed, by whom and when. No names of children or families.",
        max_length=LONGEST_WHY,
        rows=4,
    )


def _initial(kind: RuleKind, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"on": True}
    initial: dict[str, Any] = {
        "title": rule.title,
        "why": rule.why,
        "source": rule.source,
        "on": rule.on,
        "tests": table_in_words(rule.tests),
    }
    if kind is RuleKind.THRESHOLD:
        initial["effect"] = UP if rule.up else str(rule.at_least)
    else:
        initial |= {"teams": list(rule.teams), "leads": rule.leads}
    for place, conditions in (("all", rule.all), ("any", rule.any)):
        for number, one in enumerate(conditions):
            initial[f"{place}-{number}-what"] = f"{one.fact}{BETWEEN}{one.op}"
            initial[f"{place}-{number}-value"] = condition_value(one)
    return initial


def _effect() -> forms.Field:
    return Choice(
        "What it does when it fires",
        noun="what it does when it fires",
        choices=[
            *((level.value, f"Raises to at least level {level}") for level in Level),
            (UP, "Raises one level up"),
        ],
        hints={level.value: words for level, words in LEVEL_WORDS.items()},
    )


def _teams() -> dict[str, forms.Field]:
    return {
        "teams": Choices(
            "Who it proposes when it fires",
            noun="who it proposes",
            choices=[(team, _capital(in_words(team))) for team in DESTINATIONS],
        ),
        "leads": Tick("The first of them should lead", required=False),
    }


def _what(place: str, number: int, kind: RuleKind) -> forms.Field:
    label = f"{'All' if place == 'all' else 'One'} of these, line {number + 1}: what"
    asks = [
        (f"{asked.name}{BETWEEN}{op}", f"{asked.words}: {op}")
        for asked in ASKED.values()
        if kind is RuleKind.ROUTING or not asked.decided
        for op in OPERATORS[asked.kind]
        if kind is RuleKind.ROUTING or _may_ask(asked, op)
    ]
    return Select(label, required=False, choices=[("", "Nothing"), *asks])


def _may_ask(asked: Asked, op: Operator) -> bool:
    wrong_way = {Danger.MORE: Operator.AT_MOST, Danger.LESS: Operator.AT_LEAST}
    return wrong_way.get(asked.danger) is not op


def _value(place: str, number: int) -> forms.Field:
    label = f"{'All' if place == 'all' else 'One'} of these, line {number + 1}: value"
    return Text(label, required=False, max_length=1_000)


def _tests() -> forms.Field:
    return LongText(
        "Test table", noun="the test table", hint=TABLE_HINT, max_length=LONGEST_TABLE, rows=6
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
