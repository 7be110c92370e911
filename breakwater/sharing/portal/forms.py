from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings

from breakwater.attachments.rules import ALLOWED_IN_WORDS
from breakwater.sharing.portal.drafts import DraftFacts
from breakwater.sharing.portal.rules import Said
from breakwater.sharing.rules import LONGEST_LINE, LONGEST_TEXT, Handling, Reply
from breakwater.web.forms import Choices, GovForm, HiddenNumber, LongText, Look, Text, Tick

# In the order in which they matter most, with what each means for whoever reads the answer.
HANDLING = {
    Handling.NOT_FAMILY: (
        "Do not tell the family",
        "Somebody could come to harm if they learned of it",
    ),
    Handling.POLICE_ONLY: (
        "Only the police may read it",
        "Everybody else sees that there is an answer, and not what it says. That can be whoever "
        "asks you, too",
    ),
    Handling.NO_ONWARD: ("Do not pass it on without asking us", ""),
    Handling.NO_RECORD: ("Do not copy it into other records", ""),
}


class HandlingField(Choices):
    """How an answer may be used: ticks, in plain words."""

    def __init__(self) -> None:
        super().__init__(
            "How this may be used",
            noun="how this may be used",
            hint="Tick what is true. It is shown wherever your answer is shown.",
            choices=[(one.name, words) for one, (words, _) in HANDLING.items()],
            hints={one.name: hint for one, (_, hint) in HANDLING.items() if hint},
            required=False,
        )


class Replying(GovForm):
    """A reply to the version of the request that the page showed."""

    mark_optional = False
    version = HiddenNumber()

    def renew(self, version: int) -> None:
        """Go by the request as it stands now: sent again, it is sent in knowledge of that."""
        if not self.is_bound:
            self.initial["version"] = version
        elif self.overtaken:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["version"] = str(version)  # type: ignore[index]


class AnswerForm(GovForm):
    """A box a question; any may stay empty. It is kept before it is sent."""

    mark_optional = False

    def __init__(self, questions: Sequence[str], *args: Any, **kwargs: Any):
        # Before the kit looks at the fields: their errors are to be in its words.
        self.base_fields = {  # type: ignore[misc]
            f"answer_{place}": LongText(
                question, noun="your answer", max_length=LONGEST_TEXT, rows=4, required=False
            )
            for place, question in enumerate(questions)
        } | {
            "document": DocumentField(),
            "third_parties": Tick(
                "My answer also speaks of somebody else",
                hint="A parent, a brother or sister, a neighbour, another pupil. Say no more of "
                "them than the question needs.",
                required=False,
            ),
            "handling": HandlingField(),
        }
        self.questions = len(questions)
        super().__init__(*args, **kwargs)

    def said(self) -> Said:
        given = self.cleaned_data
        return Said(
            Reply.ANSWER,
            tuple(given.get(f"answer_{place}", "") for place in range(self.questions)),
            handling=tuple(Handling[name] for name in given.get("handling", ())),
            third_parties=bool(given.get("third_parties")),
        )


def from_draft(draft: DraftFacts | None) -> dict[str, Any]:
    """Return the form's values as they were kept."""
    if draft is None:
        return {}
    said = draft.said
    return {f"answer_{place}": text for place, text in enumerate(said.answers)} | {
        "third_parties": said.third_parties,
        "handling": [one.name for one in said.handling],
    }


class DocumentField(forms.FileField):
    look = Look(size="s", noun="a document")

    def __init__(self) -> None:
        limit = settings.ATTACHMENT_MAX_BYTES // 1_000_000
        super().__init__(
            label="Add a document, if that says it better",
            help_text=f"{ALLOWED_IN_WORDS[:1].upper()}{ALLOWED_IN_WORDS[1:]} file, smaller than "
            f"{limit} MB. You can add more on the next page.",
            required=False,
            # An empty one is refused by the action, which writes the refusal down.
            allow_empty_file=True,
        )


class NothingForm(Replying):
    """Nothing is known: a name and a time say so."""


class PhoneForm(Replying):
    number = Text(
        "Phone number",
        noun="the number to ring",
        hint="Your direct line, or the switchboard and your extension.",
        max_length=100,
        width=20,
        inputmode="tel",
        autocomplete="tel",
    )
    when = Text(
        "When is a good time?",
        noun="when to ring",
        hint="Such as: today until 5pm, or tomorrow before school.",
        max_length=LONGEST_LINE - 110,
        required=False,
    )

    def phone(self) -> str:
        """The number and the time in one line, as whoever rings reads it."""
        number, when = self.cleaned_data["number"].strip(), self.cleaned_data["when"].strip()
        return f"{number}, {when}" if when else number


class DeclineForm(Replying):
    reason = LongText(
        "Why can you not answer?",
        noun="why you cannot answer",
        hint="Such as: the child moved to another school; our lawyer must see it first. Whoever "
        "asks reads this.",
        max_length=LONGEST_TEXT,
        rows=4,
    )
    handling = HandlingField()

    def handled(self) -> tuple[Handling, ...]:
        return tuple(Handling[name] for name in self.cleaned_data["handling"])
