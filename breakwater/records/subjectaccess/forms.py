from collections.abc import Sequence
from typing import Any

from breakwater.people.queries import MentionFacts
from breakwater.people.rules import CHILD_ROLES
from breakwater.records.subjectaccess.rules import LONGEST_NOTE, NOT_SAID, Choice, Decided
from breakwater.web.forms import Choice as OneOf
from breakwater.web.forms import Date, GovForm, LongText


class HandOverForm(GovForm):
    """Who of the desk, and until when."""

    officer = OneOf("Who answers the request", noun="who answers the request")
    until = Date(
        "Until",
        noun="until when",
        when="today or future",
        hint="The law gives a month, and two more where it is complex.",
    )

    def __init__(self, officers: list[tuple[int, str]], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["officer"].choices = [  # type: ignore[attr-defined]
            (str(pk), name) for pk, name in officers
        ]


class PersonForm(GovForm):
    """Who of the case asks: children first."""

    person = OneOf("Who asks what is held about them", noun="who asks", heading=True, size="l")

    def __init__(self, people: Sequence[MentionFacts], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        ordered = sorted(people, key=lambda m: (m.person.role not in CHILD_ROLES, m.id))
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            (
                str(m.id),
                f"{m.person.name or 'Name not known'}, {m.person.role}, told by {m.told_by}",
            )
            for m in ordered
        ]


class ChoicesForm(GovForm):
    """Keep or withhold for each part; nobody need decide all at once."""

    mark_optional = False
    serious_harm = LongText(
        "Serious-harm test",
        noun="your note on the serious-harm test",
        hint="Would any of it be likely to cause serious harm to somebody's health? Whom you "
        "asked, what you weighed. The note stays here and is not exported.",
        max_length=LONGEST_NOTE,
        required=False,
    )

    def __init__(self, decided: Sequence[Decided], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        decided = [one for one in decided if one.item.whose not in NOT_SAID]
        self.names = {one.item.key: f"item-{one.item.key}" for one in decided}
        for one in decided:
            asked = OneOf(
                f"{one.item.label}: keep or withhold",
                choices=[(Choice.KEEP.value, "Keep"), (Choice.WITHHOLD.value, "Withhold")],
                required=False,
                inline=True,
                small=True,
                size="s",
            )
            asked.initial = one.choice.value if one.choice else None
            self.fields[self.names[one.item.key]] = asked

    def chosen(self) -> dict[str, Choice]:
        """Return what was chosen, by item."""
        values = {key: self.cleaned_data.get(name) for key, name in self.names.items()}
        return {key: Choice(value) for key, value in values.items() if value}
