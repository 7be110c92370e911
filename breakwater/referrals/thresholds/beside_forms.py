"""What stands beside the rules: where categories start, words, who leads."""

from typing import Any

from django import forms

from breakwater.referrals.rules import Category, Level, in_words
from breakwater.referrals.thresholds.checks import DESTINATIONS, TOLD_IN_WORDS
from breakwater.referrals.thresholds.facts import ASKED
from breakwater.referrals.thresholds.rules import RuleSet
from breakwater.web import form_words
from breakwater.web.forms import Choice, GovForm, LongText, Select


class ThresholdsForm(GovForm):
    """Where each category starts, how far rules raise together, and words that point at facts."""

    most_up = Choice(
        "How many levels all rules that say “one level up” raise together",
        noun="how many levels",
        choices=[("1", "1, however many of them fire"), ("2", "At most 2"), ("3", "At most 3")],
    )

    def __init__(self, rules: RuleSet, *args: Any, **kwargs: Any):
        self.before = rules
        initial: dict[str, Any] = {"most_up": str(rules.most_up)}
        initial |= {f"base-{name}": str(level) for name, level in rules.base.items()}
        initial |= {f"words-{name}": ", ".join(words) for name, words in rules.words.items()}
        super().__init__(*args, initial=initial, **kwargs)
        for category in Category:
            words = in_words(category.value)
            field: forms.Field = Select(
                words[:1].upper() + words[1:],
                noun=f"a level for {words}",
                choices=[(level.value, f"Level {level}") for level in Level],
            )
            self._add(f"base-{category}", field)
        for name in TOLD_IN_WORDS:
            field = LongText(
                f"Words that point at {ASKED[name].words}",
                hint="With commas between them. What is found is quoted, and somebody checks it.",
                required=False,
                max_length=5_000,
                rows=3,
            )
            self._add(f"words-{name}", field)

    def made(self) -> dict[str, Any]:
        """Return the parts of the rule set that were typed. Only of a valid form."""
        told = self.cleaned_data
        words = {name: _words(told[f"words-{name}"]) for name in TOLD_IN_WORDS}
        return {
            "most_up": int(told["most_up"]),
            "base": {c.value: int(told[f"base-{c}"]) for c in Category},
            "words": {name: some for name, some in words.items() if some},
        }

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        spoken = getattr(getattr(field, "look", None), "noun", "")
        form_words.replace_defaults(field, str(field.label), spoken)


class RoutingForm(GovForm):
    """Which team leads where several should, or none."""

    def __init__(self, rules: RuleSet, *args: Any, **kwargs: Any):
        order = dict(enumerate(rules.lead_order))
        initial = {f"lead-{number}": team for number, team in order.items()}
        super().__init__(*args, initial=initial, **kwargs)
        for number in range(len(DESTINATIONS)):
            name = f"lead-{number}"
            field = Select(
                f"Place {number + 1}",
                noun=f"who comes at place {number + 1}",
                choices=[(team, _capital(in_words(team))) for team in DESTINATIONS],
            )
            self.fields[name] = field
            form_words.replace_defaults(field, str(field.label), field.look.noun)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen: set[str] = set()
        for number in range(len(DESTINATIONS)):
            team = cleaned.get(f"lead-{number}")
            if team in chosen:
                self.error_at(f"lead-{number}", f"{_capital(in_words(team))} has a place already")
            elif team:
                chosen.add(team)
        return cleaned

    def made(self) -> dict[str, Any]:
        places = range(len(DESTINATIONS))
        return {"lead_order": tuple(self.cleaned_data[f"lead-{number}"] for number in places)}


def _words(text: str) -> tuple[str, ...]:
    spoken = (" ".join(word.split()) for word in text.replace("\n", ",").split(","))
    return tuple(dict.fromkeys(word for word in spoken if word))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
