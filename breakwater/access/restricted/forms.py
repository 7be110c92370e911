from typing import Any

from breakwater.access.restricted.rules import LONGEST_REASON, check_reason
from breakwater.web.forms import Choices, GovForm, LongText, Select, Tick


class WhyForm(GovForm):
    """Why something is decided about who may see a case; kept with the case."""

    reason = LongText(
        "Why",
        noun="why",
        hint="Kept with the case; whoever may see the case may read it.",
        max_length=LONGEST_REASON,
        rows=4,
    )

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        problem = check_reason(reason)
        if problem:
            self.error_at("reason", problem)
        return reason


class RestrictForm(WhyForm):
    people = Choices(
        "Who else needs to see the case?",
        noun="who else needs to see the case",
        hint="You see it and guard it. You can name others afterwards.",
        required=False,
    )
    field_order = ("people", "reason")

    def __init__(self, staff: list[tuple[int, str]], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [(str(pk), name) for pk, name in staff]  # type: ignore[attr-defined]

    def chosen(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["people"]]


class PersonForm(WhyForm):
    """Somebody who works here, and why."""

    person = Select("Who", noun="who")
    field_order: tuple[str, ...] = ("person", "reason")

    def __init__(self, staff: list[tuple[int, str]], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *((str(pk), name) for pk, name in staff),
        ]

    def chosen(self) -> int:
        return int(self.cleaned_data["person"])


class NameForm(PersonForm):
    guarding = Tick(
        "They also guard the case",
        hint="A guardian is told of whoever asks, and names who may see it. A supervisor only.",
        required=False,
    )
    field_order = ("person", "guarding", "reason")
