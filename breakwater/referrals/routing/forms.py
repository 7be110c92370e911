from typing import Any

from breakwater.referrals.rules import LONGEST_REASON
from breakwater.web.forms import Choice, Date, GovForm, Hidden, LongText, Select, Text

TEAM = "team"


class RefuseForm(GovForm):
    reason = LongText(
        "Why your team cannot do this work",
        noun="why the team refuses the work",
        hint="Your supervisor reads it and decides. A team refuses a piece of work once.",
        max_length=LONGEST_REASON,
        rows=4,
    )


class SettleForm(GovForm):
    keep = Choice(
        "What happens with the work",
        noun="what happens with the work",
        choices=[("keep", "The team keeps it"), ("back", "The team does not do it")],
        hints={"back": "It goes back to triage, or the other teams go on without yours."},
    )
    reason = LongText("Why", noun="why you settle it so", max_length=LONGEST_REASON, rows=4)


class HandOverForm(GovForm):
    """To whom, with a note; `seen` is who had it when the page was opened."""

    seen = Hidden(required=False)
    to_worker = Select("Hand over to", noun="whom to hand it to")
    note = LongText(
        "Note for them",
        required=False,
        hint="What was done, what is next. Needed when it goes to a colleague.",
        max_length=LONGEST_REASON,
        rows=4,
    )

    def __init__(self, people: dict[int, str], me: int | None, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        mine = [(str(me), "Me: I claim it")] if me in people else []
        others = [(str(pk), name) for pk, name in people.items() if pk != me]
        self.fields["to_worker"].choices = [  # type: ignore[attr-defined]
            ("", "Choose somebody"), *mine, *others, (TEAM, "The team: nobody has it"),
        ]  # fmt: skip

    def to(self) -> int | None:
        chosen = self.cleaned_data["to_worker"]
        return None if chosen == TEAM else int(chosen)

    def seen_worker(self) -> int | None:
        seen = self.cleaned_data["seen"]
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None


class StrategyForm(GovForm):
    held_on = Date("When was the strategy discussion held?", when="today or past")
    held_at = Text("At what time?", hint="As 14:30", width=5, max_length=5)
