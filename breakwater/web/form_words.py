"""What a form says when something is missing or wrong: plain English that names the field."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

NO_ARTICLE = {"a", "an", "any", "each", "every", "her", "his", "its", "our", "the", "their", "this"}
NO_ARTICLE |= {"what", "when", "where", "which", "who", "why", "how", "your"}
UNCOUNTED = {"advice", "evidence", "help", "information", "progress", "support", "text", "work"}
WITH_VALUES = {"invalid_choice", "invalid_pk_value"}
WITH_VALUES |= {"max_length", "min_length", "max_value", "min_value"}
SPOKEN_WITH_VOWEL = "AEFHILMNORSX"


def noun(label: str) -> str:
    """The label inside a sentence: "Reason" -> "a reason", "NHS number" -> "an NHS number"."""
    text = _plain(label)
    if text.endswith("?"):
        return _("an answer to “%(question)s”") % {"question": text}
    first = text.split(" ")[0]
    if not (len(first) > 1 and first[1:] != first[1:].lower()):
        text = text[:1].lower() + text[1:]
    return f"{_article(text)}{text}"


def subject(label: str, spoken: str = "") -> str:
    """The label, or the noun spoken instead, at the start of a sentence: "Reason must be ..."."""
    text = re.sub(r"^an? ", "", spoken) or _plain(label)
    if text.endswith("?"):
        return _("Your answer to “%(question)s”") % {"question": text}
    return text[:1].upper() + text[1:]


def messages(field: forms.Field, label: str, spoken: str = "") -> dict[str, str]:
    """The sentences for a field, by error code; `spoken` is the noun where the label makes a bad
    one ("When did it happen?" -> "the day it happened")."""
    words = {"a_thing": spoken or noun(label), "thing": subject(label, spoken), "label": label}
    if isinstance(field, forms.BooleanField):
        required = _("Tick “%(label)s” to continue")
    elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        required = _("Choose %(a_thing)s")
    elif isinstance(field, forms.FileField):
        required = _("Choose a file for %(a_thing)s")
    else:
        required = _("Enter %(a_thing)s")
    sentences = {
        "required": required,
        "invalid": _invalid(field),
        "invalid_choice": _("Choose %(a_thing)s from the list"),
        "invalid_list": _("Choose %(a_thing)s from the list"),
        "invalid_pk_value": _("Choose %(a_thing)s from the list"),
        "max_length": _("%(thing)s must be %%(limit_value)d characters or fewer"),
        "min_length": _("%(thing)s must be %%(limit_value)d characters or more"),
        "max_value": _("%(thing)s must be %%(limit_value)s or lower"),
        "min_value": _("%(thing)s must be %%(limit_value)s or higher"),
        "null_characters_not_allowed": _("%(thing)s contains characters that cannot be stored"),
    }
    # Django puts its values into some of these with %, so there a % of a label must be doubled.
    doubled = {key: text.replace("%", "%%") for key, text in words.items()}
    return {
        code: sentence % (doubled if code in WITH_VALUES else words)
        for code, sentence in sentences.items()
    }


def replace_defaults(field: forms.Field, label: str, spoken: str = "") -> None:
    """Give a field of one form our sentences, except where its author wrote their own."""
    defaults: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        defaults |= getattr(kind, "default_error_messages", {})
    for code, sentence in messages(field, label, spoken).items():
        if isinstance(field, forms.FileField) and code in WITH_VALUES:
            continue
        if code not in field.error_messages or field.error_messages[code] == defaults.get(code):
            field.error_messages[code] = sentence


def _invalid(field: forms.Field) -> str:
    if isinstance(field, forms.EmailField):
        return _("Enter %(a_thing)s in the correct format, like name@example.com")
    if isinstance(field, forms.IntegerField) and not isinstance(
        field, forms.DecimalField | forms.FloatField
    ):
        return _("%(thing)s must be a whole number, like 12")
    if isinstance(field, forms.DecimalField | forms.FloatField):
        return _("%(thing)s must be a number")
    return _("%(thing)s is not in a format we can read")


def _plain(label: str) -> str:
    return re.sub(r"\s*\(optional\)$", "", str(label).strip().rstrip(":"))


def _article(text: str) -> str:
    words = text.split(" ")
    # "level of need": the head is what stands before the first preposition.
    head = re.split(r" (?:of|for|in|at|on|to|with|from|by|about|last|first) ", text)[0].split(" ")
    last = head[-1].lower()
    plural = last.endswith("s") and not last.endswith(("ss", "us", "is"))
    if not text or words[0].lower() in NO_ARTICLE or plural or last in UNCOUNTED:
        return ""
    first = words[0]
    if first.isupper():
        vowel = first[0] in SPOKEN_WITH_VOWEL
    else:
        vowel = bool(re.match(r"hour|honest|[aio]|u(?!ni|se|r[il])|e(?!u)", first.lower()))
    return _("an ") if vowel else _("a ")
