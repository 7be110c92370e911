"""How an agreement is shown, on its own pages and wherever something rests on it. No database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from breakwater.sharing.agreements.changes import Preview, changes, in_order
from breakwater.sharing.agreements.matrix import Line, Partner
from breakwater.sharing.agreements.queries import AgreementFacts, Covering, Uses
from breakwater.sharing.agreements.rules import (
    Standing,
    Terms,
    Version,
    in_force,
    is_overdue,
    standing,
)
from breakwater.sharing.rules import BASES, Basis, InfoKind, Purpose
from breakwater.web import times

COLOURS = {
    Standing.OVERDUE: "red",
    Standing.DUE_SOON: "orange",
    Standing.IN_FORCE: "green",
    Standing.TO_COME: "",
    Standing.ENDED: "grey",
}


@dataclass(frozen=True)
class ShownBasis:
    """A lawful basis in words, and where it stands."""

    words: str
    source: str


@dataclass(frozen=True)
class Shown:
    """What sharing/agreement.html draws of the agreement that covers something."""

    name: str
    version: int
    href: str
    bases: list[ShownBasis]
    review_by: date
    overdue: bool


def shown(covering: Covering, today: date, bases: Iterable[Basis | str] | None = None) -> Shown:
    """Return what a page shows; `bases` are those chosen, where not all of the agreement's are.

    In a template: {% from "sharing/agreement.html" import agreement %}{{ agreement(shown) }}
    """
    return Shown(
        name=covering.name,
        version=covering.version,
        href=reverse("agreement", args=[covering.agreement_id]),
        bases=bases_shown(covering.bases if bases is None else bases),
        review_by=covering.review_by,
        overdue=is_overdue(covering.review_by, today),
    )


def bases_shown(bases: Iterable[Basis | str]) -> list[ShownBasis]:
    """Return bases in words with their source, for {{ bases(...) }} of sharing/agreement.html."""
    facts = [BASES[Basis(basis)] for basis in bases]
    return [ShownBasis(one.words, one.source) for one in facts]


def tag_of(standing: Standing) -> dict[str, str]:
    """Return the tag that says how an agreement stands."""
    return {"text": capital(standing), "colour": COLOURS[standing]}


def row(one: AgreementFacts, today: date) -> dict[str, Any]:
    """Return a line of the list: the version in force, or the newest."""
    now = in_force(one.versions, today) or one.newest
    stands = standing(one.versions, today)
    over = stands in (Standing.ENDED, Standing.TO_COME)
    return {
        "title": one.name,
        "href": reverse("agreement", args=[one.id]),
        "tags": [tag_of(stands)],
        "facts": [
            [party.agency for party in now.terms.parties if party.gives],
            [party.agency for party in now.terms.parties if party.receives],
            "" if over else times.short_date(now.review_by),
        ],
        "strong": stands is Standing.OVERDUE,
        "order": list(Standing).index(stands),
    }


def terms_facts(terms: Terms) -> list[tuple[str, Any]]:
    """Return what a version says, row by row."""
    return [
        ("Gives", [one.agency for one in terms.parties if one.gives]),
        ("Receives", [one.agency for one in terms.parties if one.receives]),
        ("May be shared", [capital(kind) for kind in in_order(terms.kinds, InfoKind)]),
        ("For", [capital(purpose) for purpose in in_order(terms.purposes, Purpose)]),
        ("On which bases", [said_basis(basis) for basis in Basis if basis in terms.bases]),
        ("In plain words", terms.summary),
        ("In force from", times.date(terms.effective_from)),
        ("Covers nothing more from", times.date(terms.ends_on)),
    ]


def facts_of(version: Version) -> list[tuple[str, Any]]:
    return [*terms_facts(version.terms), ("To be reviewed by", times.date(version.review_by))]


def agreement_page(one: AgreementFacts, uses: Mapping[int, Uses], today: date) -> dict[str, Any]:
    """Context of sharing/agreement_page.html; without `uses` no number is shown."""
    now = in_force(one.versions, today)
    return {
        "one": one,
        "now": now,
        "tag_text": tag_of(standing(one.versions, today)),
        "facts_now": facts_of(now) if now else [],
        "overdue": now is not None and is_overdue(now.review_by, today),
        "may_end": standing(one.versions, today) is not Standing.ENDED,
        "uses": [
            (
                f"Version {version.number}",
                f"{times.plural(found.requests, 'request')}, "
                f"{times.plural(found.disclosures, 'disclosure')}",
            )
            for version in reversed(one.versions)
            if (found := uses.get(version.id))
        ],
        "history": history(one),
        "versions": [
            (f"All of version {version.number}", terms_facts(version.terms))
            for version in reversed(one.versions)
            if version is not now and not version.terms.is_an_end
        ],
    }


def history(one: AgreementFacts) -> list[dict[str, Any]]:
    """Return versions and reviews, the newest first, each version with what it changed."""
    items, before = [], None
    for version in one.versions:
        changed = changes(before, version.terms)
        ends = version.terms.is_an_end
        day = times.date(version.terms.effective_from)
        items.append(
            {
                "title": f"Ended from {day}" if ends else f"Version {version.number} from {day}",
                "when": version.made_at,
                "by": version.made_by or "the hub",
                "said": version.why,
                "lines": changed if not ends else [],
            }
        )
        items += [
            {
                "title": f"Version {version.number} reviewed",
                "when": review.at,
                "by": review.by,
                "said": review.note,
                "lines": [f"To be reviewed next by {times.date(review.review_by)}"],
            }
            for review in version.reviews
        ]
        before = version.terms
    return sorted(items, key=lambda item: item["when"], reverse=True)


def preview_page(found: Preview, number: int) -> dict[str, Any]:
    """Context of sharing/agreement_preview.html."""
    return {
        "facts_then": [
            *terms_facts(found.terms),
            ("To be reviewed by", times.date(found.terms.review_by)),
        ],
        "is_an_end": found.terms.is_an_end,
        "first": number == 1,
        "changes": found.changes,
        "lost": [
            {
                "title": row.giver,
                "facts": [
                    list(row.receivers),
                    [capital(kind) for kind in row.kinds],
                    [capital(purpose) for purpose in row.purposes],
                ],
            }
            for row in found.lost
        ],
        "never": [one.number for one in found.never],
        "seen": found.seen,
        "number": number,
    }


def matrix_page(partners: Sequence[Partner], today: date) -> dict[str, Any]:
    """Context of sharing/who_may_ask.html: by partner at a glance, and by agreement in full."""
    lines = {
        (line.agreement, line.agreement_id): line
        for one in partners
        for line in (*one.may_ask, *one.may_tell)
    }
    return {
        "by_partner": [_partner(one) for one in partners if one.may_ask or one.may_tell],
        "by_agreement": [_agreement(lines[key], partners, today) for key in sorted(lines)],
        "nameless": [
            (one.agency, [capital(purpose) for purpose in one.nameless])
            for one in partners
            if one.nameless
        ],
        "without": [one for one in partners if not one.may_ask and not one.may_tell],
    }


def _partner(one: Partner) -> dict[str, Any]:
    asked, told = _kinds(one.may_ask), _kinds(one.may_tell)
    named = {line.agreement: line for line in (*one.may_ask, *one.may_tell)}
    return {
        "title": one.agency,
        "note": one.contact,
        "facts": [
            asked or "Nothing",
            ("The same" if told == asked else told) or "Nothing",
            sorted(named),
        ],
    }


def _agreement(line: Line, partners: Sequence[Partner], today: date) -> dict[str, Any]:
    def agencies(side: str) -> list[str]:
        return [
            one.agency
            for one in partners
            if any(each.agreement_id == line.agreement_id for each in getattr(one, side))
        ]

    asked, told = agencies("may_ask"), agencies("may_tell")
    overdue = is_overdue(line.review_by, today)
    return {
        "title": line.agreement,
        "href": reverse("agreement", args=[line.agreement_id]),
        "tags": [{"text": "Review overdue", "colour": "red"}] if overdue else [],
        "facts": [
            asked or "Nobody",
            ("The same" if told == asked else told) or "Nobody",
            [capital(kind) for kind in line.kinds],
            [capital(purpose) for purpose in line.purposes],
            # In words they are on the agreement's own page: here they would be half of it.
            [BASES[basis].source for basis in line.bases],
            times.short_date(line.review_by),
        ],
    }


def _kinds(lines: Sequence[Line]) -> list[str]:
    found = {kind for line in lines for kind in line.kinds}
    return [capital(kind) for kind in in_order(found, InfoKind)]


def said_basis(basis: Basis) -> str:
    facts = BASES[basis]
    only = ": police and probation only" if facts.police_only else ""
    return f"{facts.words} ({facts.source}{only})"


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]
