"""The questions by which a worker says what they know of a worry, as a form."""

from typing import Any

from django import forms

from breakwater.referrals.rules import in_words
from breakwater.referrals.thresholds.facts import ASKED, MOST, Asked, Facts, Kind
from breakwater.web import form_words
from breakwater.web.forms import Choice, GovForm, Select, WholeNumber

# In the order in which somebody asks them on the telephone.
QUESTIONS = {
    "immediate_danger": "Is a child in immediate danger?",
    "unborn": "Is there an unborn child?",
    "youngest_age": "How old is the youngest child, in years?",
    "other_children": "How many other children live there?",
    "seen_child": "Has somebody seen the child?",
    "weapons": "Are there weapons?",
    "domestic_abuse": "Is there domestic abuse?",
    "adult_access": "Does the adult of concern have access to children?",
    "missing_episodes": "How often was the child missing?",
    "known_plan": "Is there a plan in force for a child?",
    "repeats": "How many earlier referrals within 12 months?",
    "reporter": "Who reports?",
    "consent": "What about consent?",
}
YES_NO_UNKNOWN = [("yes", "Yes"), ("no", "No"), ("", "Not known")]


class AnswersForm(GovForm):
    """What is known, as it was found; what a worker changes is their own answer."""

    mark_optional = False

    def __init__(self, found: Facts, *args: Any, **kwargs: Any):
        self.found = found
        kwargs["initial"] = {name: _shown(getattr(found, name)) for name in QUESTIONS}
        super().__init__(*args, **kwargs)
        for name, question in QUESTIONS.items():
            field = _question(ASKED[name], question)
            self.fields[name] = field
            form_words.replace_defaults(field, question, ASKED[name].words)

    def answers(self) -> dict[str, Any]:
        """Return what differs from what was found. Only of a valid form."""
        typed = {name: _typed(ASKED[name], self.cleaned_data[name]) for name in QUESTIONS}
        return {name: it for name, it in typed.items() if it != getattr(self.found, name)}


def _question(asked: Asked, question: str) -> forms.Field:
    if asked.kind is Kind.YES_NO:
        return Choice(question, required=False, choices=YES_NO_UNKNOWN, inline=True, small=True)
    if asked.kind is Kind.NUMBER:
        return WholeNumber(
            question, required=False, min_value=0, max_value=MOST, hint="Empty: not known"
        )
    named = [(code, in_words(code).capitalize()) for code in asked.choices]
    return Select(question, required=False, choices=[("", "Not known"), *named])


def _shown(value: Any) -> Any:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _typed(asked: Asked, value: Any) -> Any:
    if asked.kind is Kind.YES_NO:
        return {"yes": True, "no": False}.get(value)
    return None if value == "" else value
