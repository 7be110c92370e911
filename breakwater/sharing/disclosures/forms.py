from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from breakwater.people.queries import MentionFacts
from breakwater.sharing.disclosures.checks import refused
from breakwater.sharing.disclosures.paper import SharedPaper
from breakwater.sharing.disclosures.parts import NOTE, SUMMARY, Group, Offered, called
from breakwater.sharing.disclosures.rules import (
    KEEP_MONTHS,
    Chosen,
    Receiver,
    because_of,
    usual_keep,
)
from breakwater.sharing.disclosures.taking_back import line_field
from breakwater.sharing.rules import (
    BASES,
    LONGEST_LINE,
    LONGEST_TEXT,
    Basis,
    ConsentAsked,
    Handling,
    InfoKind,
    Purpose,
)
from breakwater.web.forms import Choice, Choices, Date, GovForm, Hidden, LongText, Select, Text

YES, NO = "yes", "no"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _choices(codes: Any) -> list[tuple[str, str]]:
    return [(code.value, _capital(code.value)) for code in codes]


class StartForm(GovForm):
    """About which child, and with whom."""

    child = Choice("About which child?", noun="which child")
    team = Select("With which team?", noun="a team")

    def __init__(
        self,
        children: Sequence[MentionFacts],
        teams: Sequence[Receiver],
        *args: Any,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.fields["child"].choices = [  # type: ignore[attr-defined]
            (str(one.id), f"{called(one)}, told by {one.told_by}") for one in children
        ]
        self.fields["team"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *((str(one.team_id), f"{one.agency}: {one.team}") for one in teams),
        ]


class ShareForm(GovForm):
    """What leaves, part by part, and why it may. Nothing is ticked but who the child is."""

    # It is long, and most of it may stay empty: only what asks for words says so.
    mark_optional = False

    summary = LongText(
        "Your own summary (optional)",
        hint="Often the best way: what they need to know, about this child alone.",
        required=False,
        max_length=LONGEST_TEXT,
    )
    note = LongText(
        "Note to whoever receives it (optional)",
        hint="How to reach you, what you ask of them.",
        required=False,
        rows=3,
        max_length=LONGEST_TEXT,
    )
    purpose = Choice("What is it for?", noun="what it is for", choices=_choices(Purpose))
    necessity = LongText(
        "Why do they need it?",
        noun="why they need it",
        hint="Kept with it here; they do not read this.",
        rows=3,
        max_length=LONGEST_TEXT,
    )
    consent = Choice(
        "Was the family asked?", noun="whether the family was asked", choices=_choices(ConsentAsked)
    )
    consent_reason = Text(
        "If they were not asked, or refused: why all the same?",
        required=False,
        max_length=LONGEST_LINE,
    )
    handling = Choices(
        "How must they handle it?",
        hint="Conditions of partners whose answers you share go along by themselves.",
        choices=_choices(Handling),
        required=False,
    )
    keep_until = Date(
        "After which day do they let it go? (optional)",
        noun="the day",
        hint="Leave empty for what is usual: "
        + "; ".join(f"{code}, {months} months" for code, months in KEEP_MONTHS.items()),
        when="future",
        required=False,
    )
    bases = Choices(
        "Lawful basis (optional)",
        hint="Leave empty to rest on the bases that the agreement names.",
        choices=[(code.value, f"{facts.words}: {facts.source}") for code, facts in BASES.items()],
        required=False,
    )
    override_reason = LongText(
        "Without an agreement: why share it all the same? (optional)",
        hint="Only where no agreement covers it. It leaves once a supervisor has signed.",
        required=False,
        rows=3,
        max_length=LONGEST_TEXT,
    )

    def __init__(self, what: Offered, to: Receiver, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.what = what
        before = dict(self.fields)
        self.fields.clear()
        for group in what.groups:
            self.fields[group.name] = _ticks(group, to)
            if group.third_party:
                self.fields[because_of(group.name)] = Text(
                    "Necessary because",
                    noun=f"why it is necessary to share about {group.parts[0].whose}",
                    required=False,
                    max_length=LONGEST_LINE,
                )
        self.fields.update(before)
        for group in what.groups:
            usual = [part.key for part in group.parts if part.usual]
            self.initial.setdefault(group.name, usual)

    @property
    def groups(self) -> list[tuple[Group, str]]:
        """Return each group with the field that asks why somebody else is in it, or ""."""
        return [(g, because_of(g.name) if g.third_party else "") for g in self.what.groups]

    def chosen(self) -> Chosen:
        given: dict[str, Any] = self.cleaned_data
        purpose = Purpose(given["purpose"])
        return Chosen(
            purpose=purpose,
            parts=frozenset(key for g in self.what.groups for key in given[g.name]),
            because={g.name: given[name] for g, name in self.groups if name},
            summary=given[SUMMARY],
            note=given[NOTE],
            necessity=given["necessity"],
            consent=ConsentAsked(given["consent"]),
            consent_reason=given["consent_reason"],
            handling=tuple(Handling(one) for one in given["handling"]),
            bases=tuple(Basis(one) for one in given["bases"]),
            override_reason=given["override_reason"],
            keep_until=given["keep_until"] or usual_keep(purpose, timezone.localdate()),
        )


class ConfirmForm(GovForm):
    """That this is what leaves, and that it goes to whom it should: chosen again, unticked."""

    stage = Hidden(required=False, initial="preview")
    seen = Hidden(required=False)
    right_team = Choice("Who should get this?", noun="who should get this")

    def __init__(self, to: Receiver, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["right_team"].choices = [  # type: ignore[attr-defined]
            (str(to.team_id), f"{to.team}, {to.agency}"),
            (NO, "Another team: do not send this"),
        ]

    def clean_right_team(self) -> str:
        answer = str(self.cleaned_data["right_team"])
        if answer == NO:
            self.error_at("right_team", "This is not sent. Change it, and choose the other team")
        return answer


class RecallForm(GovForm):
    reason = LongText(
        "Why is it taken back?",
        noun="why it is taken back",
        hint="They read this. Name nobody: it stays with them when all else is closed.",
        max_length=LONGEST_TEXT,
        rows=4,
    )


class CorrectForm(GovForm):
    """Each line as it should be, and why; an empty one is taken out."""

    reason = LongText(
        "What was wrong?",
        noun="what was wrong",
        hint="They read this. Name nobody: it stays with them when the old version is closed.",
        max_length=LONGEST_TEXT,
        rows=4,
    )

    def __init__(self, paper: SharedPaper, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        reason = self.fields.pop("reason")
        for place, line in enumerate(paper.lines):
            kind = LongText if "\n" in line.value or len(line.value) > 80 else Text
            self.fields[line_field(place)] = kind(
                f"{line.label}: {line.whose}",
                required=False,
                initial=line.value,
                max_length=LONGEST_TEXT,
            )
        self.fields["reason"] = reason
        self.paper = paper

    # Empty means: take it out. It is not a question that may stay open.
    mark_optional = False

    def values(self) -> dict[int, str]:
        given: dict[str, Any] = self.cleaned_data
        return {place: given[line_field(place)] for place in range(len(self.paper.lines))}


class SignForm(GovForm):
    sign = Choice(
        "Do you sign?",
        noun="whether you sign",
        choices=[(YES, "Yes: it leaves now"), (NO, "No: it does not leave")],
    )
    reason = LongText("Why?", noun="your reason", rows=4, max_length=LONGEST_TEXT)


class WithholdForm(GovForm):
    """Why something is not shared with a team."""

    team = Select("Not shared with", noun="a team")
    kinds = Choices("What is not shared?", noun="what is not shared", choices=_choices(InfoKind))
    reason = LongText(
        "Why is it not shared?", noun="why it is not shared", rows=4, max_length=LONGEST_TEXT
    )
    more_detrimental = Choice(
        "Would sharing harm the child more than not sharing?",
        noun="whether sharing would harm the child more",
        hint="Children Act 2004, section 16LA; whether in force: check.",
        choices=[(YES, "Yes"), (NO, "No, there is another reason")],
    )

    def __init__(self, teams: Sequence[Receiver], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *((str(one.team_id), f"{one.agency}: {one.team}") for one in teams),
        ]


def _ticks(group: Group, to: Receiver) -> Choices:
    """One box a part; of what a partner gave on a condition, what that is."""
    hints = {}
    for part in group.parts:
        said = refused(part, to)
        conditions = part.answer.handling if part.answer else ()
        from_whom = [f"From {part.source}."] if part.answer else []
        from_whom += [f"{_capital(one)}." for one in conditions]
        hints[part.key] = " ".join([*from_whom, *said[:1]])
    return Choices(
        group.title,
        choices=[(part.key, _shown(part.label, part.value)) for part in group.parts],
        hints={key: hint for key, hint in hints.items() if hint},
        required=False,
        small=True,
    )


def _shown(label: str, value: str) -> str:
    return f"{label}: {value}"
