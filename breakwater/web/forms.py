"""The form kit: say what to ask, get a GOV.UK form.

    class AskForm(GovForm):
        reason = LongText("Reason", hint="What you saw or heard", max_length=2000)
        urgency = Choice("Urgency", choices=Urgency.choices, hints={"now": "Today"})
        seen_on = Date("Date last seen", when="today or past")

In a template: `{{ gov_form(form, submit="Send") }}`, or a line a field:
`{{ field(form["reason"]) }}`.
Any other field of Django works too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from breakwater.web import form_words
from breakwater.web.form_dates import DateField


@dataclass(frozen=True)
class Look:
    """How a field is drawn, beyond what Django knows of it.

    `noun` is how errors speak of it; `heading` makes its label the page's h1; `width` is 2, 3, 4,
    5, 10, 20 or 30 characters; `hints` are by choice; `reveals` names the fields that a choice
    shows.
    """

    noun: str = ""
    heading: bool = False
    size: str = ""
    width: int | None = None
    rows: int = 5
    autocomplete: str = ""
    inputmode: str = ""
    spellcheck: bool | None = None
    prefix: str = ""
    suffix: str = ""
    hints: Mapping[Any, str] = field(default_factory=dict)
    reveals: Mapping[Any, Sequence[str]] = field(default_factory=dict)
    inline: bool = False
    small: bool = False


def sent(request: HttpRequest) -> QueryDict | None:
    """What a person sent, also when it is empty; None when they only asked for the page."""
    return request.POST if request.method == "POST" else None


class _Asked:
    """A field that takes its label first and its look as keywords."""

    def __init__(self, label: str, *, hint: str = "", **kwargs: Any):
        known = Look.__dataclass_fields__
        self.look = Look(**{key: kwargs.pop(key) for key in list(kwargs) if key in known})
        super().__init__(label=label, help_text=hint, **kwargs)  # type: ignore[call-arg]


class Text(_Asked, forms.CharField):
    """One line."""


class LongText(_Asked, forms.CharField):
    """Several lines; with max_length it counts the characters that are left."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        # Browsers send two characters for each new line; the counter on the page counts one.
        return str(super().to_python(value)).replace("\r\n", "\n")


class Email(_Asked, forms.EmailField):
    """An email address."""


class Password(_Asked, forms.CharField):
    """A password: never shown again, never trimmed."""

    widget = forms.PasswordInput

    def __init__(self, label: str, **kwargs: Any):
        kwargs.setdefault("strip", False)
        kwargs.setdefault("autocomplete", "current-password")
        super().__init__(label, **kwargs)


class WholeNumber(_Asked, forms.IntegerField):
    """A whole number, typed as text with a number keyboard."""

    widget = forms.TextInput

    def __init__(self, label: str, **kwargs: Any):
        kwargs.setdefault("inputmode", "numeric")
        kwargs.setdefault("width", 5)
        super().__init__(label, **kwargs)


class Date(_Asked, DateField):
    """Day, month and year in three boxes."""


class Choice(_Asked, forms.ChoiceField):
    """One of a few, as radios."""

    widget = forms.RadioSelect


class Choices(_Asked, forms.MultipleChoiceField):
    """Any of a few, as checkboxes."""

    widget = forms.CheckboxSelectMultiple


class Select(_Asked, forms.ChoiceField):
    """One of many, as a drop-down list. Prefer Choice up to about seven."""


class Tick(_Asked, forms.BooleanField):
    """One checkbox. If it is required it must be ticked."""


class Hidden(forms.CharField):
    """A value that goes along unseen. Never trust it."""

    widget = forms.HiddenInput


class HiddenNumber(forms.IntegerField):
    """A whole number that goes along unseen. Never trust it."""

    widget = forms.HiddenInput


class GovForm(forms.Form):
    """A form whose errors are plain English and whose hidden questions do not count."""

    use_required_attribute = False
    # Fields that may stay empty say "(optional)"; turn it off for filters, where all may.
    mark_optional = True
    # Somebody else was faster: the page shows what they did beside what was typed.
    overtaken = False

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, asked in self.fields.items():
            if asked.label is None:
                asked.label = name.replace("_", " ").capitalize()
            spoken = getattr(getattr(asked, "look", None), "noun", "")
            form_words.replace_defaults(asked, str(asked.label), spoken)

    def error_at(self, name: str, sentence: str) -> None:
        """Refuse the form for a reason found after validation, next to the field it is about."""
        self.add_error(name, ValidationError(sentence, code="refused"))

    def hidden_questions(self) -> Iterable[str]:
        """The fields that the choices made do not reveal."""
        for name, asked in self.fields.items():
            for choice, revealed in getattr(asked, "look", Look()).reveals.items():
                chosen = self[name].data
                chosen = chosen if isinstance(chosen, list | tuple) else [chosen]
                if str(choice) not in map(str, chosen):
                    yield from revealed

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        # What a person answered before changing their mind is neither an error nor an answer.
        for name in self.hidden_questions():
            self.errors.pop(name, None)
            self.cleaned_data[name] = self.fields[name].to_python(None)
