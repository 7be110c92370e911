"""What is asked of an agreement. Which agencies there are comes with the page."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from breakwater.access.queries import AgencyFacts
from breakwater.sharing.agreements.rules import LONGEST_NAME, Party, Terms, Version
from breakwater.sharing.rules import BASES, LONGEST_TEXT, Basis, InfoKind, Purpose
from breakwater.web.forms import Choices, Date, GovForm, HiddenNumber, LongText, Text


def _said(codes: Iterable[InfoKind | Purpose]) -> list[tuple[str, str]]:
    return [(code.value, code.value[:1].upper() + code.value[1:]) for code in codes]


def _source(basis: Basis) -> str:
    facts = BASES[basis]
    return facts.source + (". Police and probation only" if facts.police_only else "")


class TermsForm(GovForm):
    """What a version says; `after` is the newest version that this person saw."""

    name = Text("Name of the agreement", noun="the agreement’s name", max_length=LONGEST_NAME)
    gives = Choices("Who gives", noun="who gives", small=True)
    receives = Choices("Who receives", noun="who receives", small=True)
    kinds = Choices(
        "What may be shared", noun="what may be shared", choices=_said(InfoKind), small=True
    )
    purposes = Choices(
        "What it may be shared for",
        noun="what it may be shared for",
        choices=_said(Purpose),
        small=True,
    )
    bases = Choices(
        "Lawful bases",
        noun="the lawful basis",
        hint="Ask your data-protection officer. Each giver needs a condition of Article 6, and of "
        "Article 9 where it is special data; police and probation may use Part 3 instead.",
        choices=[(basis.value, BASES[basis].words) for basis in Basis],
        hints={basis.value: _source(basis) for basis in Basis},
        small=True,
    )
    summary = LongText(
        "What was agreed, in plain words",
        noun="what was agreed, in plain words",
        hint="And where the signed paper is kept. Write nothing about any person.",
        max_length=LONGEST_TEXT,
        rows=4,
    )
    effective_from = Date("In force from", noun="the day it is in force from")
    ends_on = Date(
        "Covers nothing more from",
        noun="the day it ends",
        hint="Only where it was agreed for a time.",
        required=False,
    )
    review_by = Date(
        "To be reviewed by",
        noun="the day of its next review",
        hint="Within two years. After that day it still covers, but is shown as overdue.",
    )
    why = LongText("Why", noun="why you make this version", max_length=LONGEST_TEXT, rows=3)
    after = HiddenNumber()

    def __init__(self, agencies: Sequence[AgencyFacts], *args: Any, new: bool = False, **kw: Any):
        super().__init__(*args, **kw)
        self.agencies = agencies
        for field in ("gives", "receives"):
            choices = [(str(one.id), one.name) for one in agencies]
            self.fields[field].choices = choices  # type: ignore[attr-defined]
        if not new:
            del self.fields["name"]

    def terms(self) -> Terms:
        given: dict[str, Any] = self.cleaned_data
        gives, receives = set(given["gives"]), set(given["receives"])
        parties = [
            Party(one.name, one.id, one.kind, str(one.id) in gives, str(one.id) in receives)
            for one in self.agencies
            if str(one.id) in gives | receives
        ]
        return Terms(
            parties=tuple(sorted(parties)),
            kinds=frozenset(InfoKind(kind) for kind in given["kinds"]),
            purposes=frozenset(Purpose(purpose) for purpose in given["purposes"]),
            bases=frozenset(Basis(basis) for basis in given["bases"]),
            summary=given["summary"],
            effective_from=given["effective_from"],
            review_by=given["review_by"],
            ends_on=given["ends_on"],
        )


def filled_in(newest: Version | None, today: date) -> dict[str, Any]:
    """Return what a form for a new version begins with: the newest, from today on."""
    if newest is None:
        return {"after": 0, "effective_from": today}
    terms = newest.terms
    return {
        "after": newest.number,
        "gives": [str(one.agency_id) for one in terms.parties if one.gives],
        "receives": [str(one.agency_id) for one in terms.parties if one.receives],
        "kinds": sorted(terms.kinds),
        "purposes": sorted(terms.purposes),
        "bases": sorted(terms.bases),
        "summary": terms.summary,
        "effective_from": today,
        "ends_on": None if terms.is_an_end else terms.ends_on,
        "review_by": newest.review_by if newest.review_by > today else None,
    }


class ReviewForm(GovForm):
    note = LongText(
        "What you looked at, and with whom",
        noun="what you looked at, and with whom",
        hint="Write nothing about any person whose information was shared.",
        max_length=LONGEST_TEXT,
    )
    review_by = Date("To be reviewed next by", noun="the day of the next review")
    after = HiddenNumber()


class EndForm(GovForm):
    on = Date("Covers nothing more from", noun="the day it ends")
    why = LongText("Why it ends", noun="why it ends", max_length=LONGEST_TEXT, rows=3)
    after = HiddenNumber()
