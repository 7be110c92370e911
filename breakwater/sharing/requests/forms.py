"""The form of asking: what is the same for all partners, and for each its questions and fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from breakwater.access.queries import PartnerFacts
from breakwater.sharing.requests.questions import Template, own_kind, questions_for
from breakwater.sharing.requests.rules import Asking, Call, Question, TeamAsked
from breakwater.sharing.requests.telling import Tellable
from breakwater.sharing.rules import (
    BASES,
    LONGEST_LINE,
    LONGEST_TEXT,
    Basis,
    ConsentAsked,
    Handling,
    Purpose,
)
from breakwater.web.forms import Choice, Choices, GovForm, LongText, Text, Tick


@dataclass(frozen=True)
class Partner:
    """A team on the form: what it may be asked and told."""

    team: PartnerFacts
    tellable: list[Tellable]

    @property
    def templates(self) -> list[Template]:
        return questions_for(self.team.kind, self.team.agency_kind)


class AskForm(GovForm):
    """Everything is filled in from the case: whoever agrees with it only sends it."""

    mark_optional = False

    purpose = Choice("What it is for", choices=[(p.value, p.value.capitalize()) for p in Purpose])
    bases = Choices(
        "Lawful basis",
        choices=[(b.value, f"{facts.words}: {facts.source}") for b, facts in BASES.items()],
        required=False,
        small=True,
    )
    necessity = LongText(
        "Why it is needed",
        noun="why it is needed",
        hint="Partners read this. Say no more of the family than they need to know.",
        max_length=LONGEST_TEXT,
        rows=3,
    )
    consent = Choice(
        "Was the family asked?",
        noun="whether the family was asked",
        choices=[(c.value, c.value.capitalize()) for c in ConsentAsked],
        hints={ConsentAsked.NOT_SOUGHT: "Consent is not needed to protect a child. Say why not."},
        reveals={
            ConsentAsked.NOT_SOUGHT.value: ["not_sought"],
            ConsentAsked.OVERRIDDEN.value: ["overridden"],
        },
    )
    not_sought = LongText(
        "Why they were not asked",
        noun="why they were not asked",
        max_length=LONGEST_TEXT,
        rows=2,
        required=False,
    )
    overridden = LongText(
        "Why you ask partners all the same",
        noun="why all the same",
        max_length=LONGEST_TEXT,
        rows=2,
        required=False,
    )
    handling = Choices(
        "How partners must handle what they are told (optional)",
        choices=[(h.value, h.value.capitalize()) for h in Handling],
        required=False,
        small=True,
    )
    without_agreement = LongText(
        "Why you ask without an agreement",
        noun="why you ask without an agreement",
        hint="A supervisor of the case reads this, and signs or does not. Nothing leaves before.",
        max_length=LONGEST_TEXT,
        rows=3,
        required=False,
    )

    partners: Sequence[Partner] = ()

    def leaves(self, one: Partner) -> dict[str, Any]:
        """Return what would leave to a partner as the form stands: for the page to show."""
        key = one.team.id
        chosen = self._shown(f"ask-{key}")
        own = str(self[f"own-{key}"].value() or "").strip()
        asked = [
            self[f"text-{key}-{each.code}"].value() or ""
            for each in one.templates
            if each.code in chosen
        ]
        told = self._shown(f"tell-{key}")
        return {
            "questions": [*asked, own] if own else asked,
            "told": [
                (f"{each.told.label}, not the child" if each.told.third_party else each.told.label,
                 each.told.value)
                for each in one.tellable
                if each.code in told
            ],
        }  # fmt: skip

    def same(self) -> list[tuple[str, Any]]:
        """Return what is the same for all, row by row, as the form stands."""
        consent = str(self["consent"].value() or "")
        reason = {
            ConsentAsked.NOT_SOUGHT.value: "not_sought",
            ConsentAsked.OVERRIDDEN.value: "overridden",
        }.get(consent, "")
        why = str(self[reason].value() or "") if reason else ""
        bases = [f"{facts.words}: {facts.source}" for b, facts in BASES.items()
                 if b.value in self._shown("bases")]  # fmt: skip
        return [
            ("What it is for", str(self["purpose"].value() or "").capitalize()),
            ("Why it is needed", str(self["necessity"].value() or "")),
            ("Lawful basis", bases),
            ("Was the family asked?", f"{consent.capitalize()}. {why}" if consent else ""),
            ("Handling", [one.capitalize() for one in self._shown("handling")]),
        ]

    def _shown(self, name: str) -> list[str]:
        return [str(one) for one in self[name].value() or ()]

    def asking(self) -> Asking:
        given = self.cleaned_data
        consent = ConsentAsked(given["consent"]) if given["consent"] else None
        reasons = {
            ConsentAsked.NOT_SOUGHT: given["not_sought"],
            ConsentAsked.OVERRIDDEN: given["overridden"],
        }
        return Asking(
            purpose=Purpose(given["purpose"]),
            bases=tuple(Basis(code) for code in given["bases"]),
            necessity=given["necessity"],
            consent=consent,
            consent_reason=reasons.get(consent, "") if consent else "",
            handling=tuple(Handling(one) for one in given["handling"]),
            without_agreement=given["without_agreement"],
        )

    def teams(self) -> list[TeamAsked]:
        return [self._team(one) for one in self.partners]

    def _team(self, one: Partner) -> TeamAsked:
        given, key = self.cleaned_data, one.team.id
        chosen = set(given[f"ask-{key}"])
        questions = [
            Question(each.kind, given[f"text-{key}-{each.code}"].strip())
            for each in one.templates
            if each.code in chosen
        ]
        if own := given[f"own-{key}"].strip():
            questions.append(Question(own_kind(one.team.kind, one.team.agency_kind), own))
        return TeamAsked(key, tuple(questions), tuple(given[f"tell-{key}"]))


def ask_form(
    partners: Sequence[Partner], data: QueryDict | None, initial: dict[str, Any]
) -> AskForm:
    """Return the form with the questions and fields of these partners."""
    form: AskForm = type("AskForm", (AskForm,), _fields(partners))(data, initial=initial)
    form.partners = partners
    return form


def initial(partners: Sequence[Partner]) -> dict[str, Any]:
    """Return what is ticked and written for each partner at first."""
    found: dict[str, Any] = {}
    for one in partners:
        key = one.team.id
        found[f"ask-{key}"] = [each.code for each in one.templates if each.ticked]
        found[f"tell-{key}"] = [each.code for each in one.tellable if each.usual]
        for each in one.templates:
            found[f"text-{key}-{each.code}"] = each.text
    return found


def _fields(partners: Sequence[Partner]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in partners:
        key = one.team.id
        found[f"ask-{key}"] = Choices(
            "Questions",
            noun="what is asked",
            choices=[(each.code, each.topic) for each in one.templates],
            reveals={each.code: [f"text-{key}-{each.code}"] for each in one.templates},
            required=False,
        )
        for each in one.templates:
            found[f"text-{key}-{each.code}"] = LongText(
                f"{each.topic}: what is asked",
                noun="what is asked",
                max_length=LONGEST_TEXT,
                rows=2,
                required=False,
            )
        found[f"own-{key}"] = LongText(
            "Your own question (optional)",
            noun="your own question",
            max_length=LONGEST_TEXT,
            rows=2,
            required=False,
        )
        found[f"tell-{key}"] = Choices(
            "What they are told, so that they know whom you ask about",
            noun="what they are told",
            choices=[(each.code, f"{each.told.label}: {each.told.value}") for each in one.tellable],
            hints={
                each.code: f"Somebody else, not {one.tellable[0].told.whose}: only if they need it"
                for each in one.tellable
                if each.told.third_party
            },
            required=False,
            small=True,
        )
    return found


class ReasonForm(GovForm):
    reason = LongText("Why", noun="why", max_length=LONGEST_TEXT, rows=4)


SIGN, REFUSE = "sign", "refuse"


class SignForm(GovForm):
    ruling = Choice(
        "Do you sign that this is asked?",
        noun="whether you sign",
        choices=[(SIGN, "Yes, it is sent now"), (REFUSE, "No, nothing is asked")],
    )
    reason = LongText(
        "Why",
        noun="why",
        hint="Is it necessary and in proportion? What would happen to the child without it?",
        max_length=LONGEST_TEXT,
        rows=4,
    )


class CallForm(GovForm):
    mark_optional = False

    by = Text(
        "Who said it",
        noun="who said it",
        hint="Name and role, such as: Dr Lee, GP",
        max_length=LONGEST_LINE,
    )
    nothing_known = Tick("They know nothing of the child", required=False)
    said = LongText(
        "What was said",
        noun="what was said",
        hint="As they said it. Leave it empty if they know nothing.",
        max_length=LONGEST_TEXT,
        rows=6,
        required=False,
    )
    third_parties = Tick("It speaks of other people than the child", required=False)
    handling = Choices(
        "How they want it handled (optional)",
        choices=[(h.value, h.value.capitalize()) for h in Handling],
        required=False,
    )

    def call(self) -> Call:
        given = self.cleaned_data
        return Call(
            said=given["said"],
            by=given["by"],
            nothing_known=given["nothing_known"],
            third_parties=given["third_parties"],
            handling=tuple(Handling(one) for one in given["handling"]),
        )
