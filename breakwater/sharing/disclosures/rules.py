"""What may leave, for how long, and what stands against it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from breakwater.access.rules import AgencyKind
from breakwater.sharing.disclosures import gate
from breakwater.sharing.disclosures.gate import Known, Leaving
from breakwater.sharing.disclosures.parts import NOTE, SUMMARY, Offered, Part, leaving
from breakwater.sharing.rules import (
    LONGEST_LINE,
    LONGEST_TEXT,
    Basis,
    ConsentAsked,
    Handling,
    InfoKind,
    Purpose,
    check_bases,
    check_consent,
)

# After how many months the receiver lets it go, where the sender says nothing else. Local defaults,
# for a data-protection officer to set: as long as work of that kind usually lasts, and half a year
# for questions about it; the case itself stays with the hub and can be shared again.
KEEP_MONTHS: dict[Purpose, int] = {
    Purpose.ENQUIRIES: 12,
    Purpose.PROTECTION: 24,
    Purpose.INVESTIGATION: 36,
    Purpose.PLAN: 24,
    Purpose.EARLY_HELP: 12,
}
LONGEST_KEEP = timedelta(days=6 * 366)
# A receiver who has not confirmed by then that they acted on a recall is reminded.
REMIND_AFTER_WORKING_DAYS = 1
SUMMARY_LABEL = "Summary by the sender"
HOW = "Tick it above, or take it out: of a text that was told, write a summary of your own"


@dataclass(frozen=True)
class Receiver:
    team_id: int
    team: str
    agency_id: int
    agency: str
    kind: AgencyKind


@dataclass(frozen=True)
class Chosen:
    """What somebody wants to share, as they typed it. `because`: by the name of a group."""

    purpose: Purpose
    parts: frozenset[str] = frozenset()
    because: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    note: str = ""
    necessity: str = ""
    consent: ConsentAsked | None = None
    consent_reason: str = ""
    handling: tuple[Handling, ...] = ()
    bases: tuple[Basis, ...] = ()
    override_reason: str = ""
    keep_until: date | None = None


Errors = list[tuple[str, str]]


def usual_keep(purpose: Purpose, today: date) -> date:
    """Return the day after which the receiver lets it go, when nobody says another."""
    months = today.month - 1 + KEEP_MONTHS[purpose]
    year, month = today.year + months // 12, months % 12 + 1
    # The 31st of a month that has none is its 28th: never longer than said.
    return date(year, month, min(today.day, 28))


def check_chosen(what: Offered, chosen: Chosen, to: Receiver, today: date) -> Errors:
    """Return what stands against it but the agreement, as (field, sentence) pairs."""
    return [
        *_check_parts(what, chosen),
        *_check_third_parties(what, chosen),
        *_check_conditions(what, chosen, to),
        *_check_texts(what, chosen),
        *check_line(chosen.necessity, "necessity", "why they need it", LONGEST_TEXT),
        *check_consent(chosen.consent, chosen.consent_reason),
        *_check_keep(chosen.keep_until, today),
    ]


def kinds_of(what: Offered, chosen: Chosen) -> frozenset[InfoKind]:
    """Return which kinds of information would leave: each must be covered."""
    parts = what.parts
    kinds = {kind for key in chosen.parts if key in parts for kind in parts[key].kinds}
    return frozenset(kinds | ({InfoKind.WORRY} if chosen.summary.strip() else set()))


def handling_of(what: Offered, chosen: Chosen) -> tuple[Handling, ...]:
    """Return the conditions that go along: the sender's, and those of what partners answered."""
    parts = what.parts
    answers = [parts[key].answer for key in chosen.parts if key in parts]
    travel = {one for answer in answers if answer for one in answer.handling}
    return tuple(one for one in Handling if one in travel or one in chosen.handling)


def check_cover(
    covered: bool,
    kinds: Collection[InfoKind],
    open_kinds: Collection[InfoKind],
    chosen: Chosen,
    bases: tuple[Basis, ...],
    giver: AgencyKind,
    to: Receiver,
) -> Errors:
    """Return what is missing of the basis: an agreement, or a reason that a supervisor signs.

    `open_kinds`: those that no agreement covers by itself.
    """
    errors: Errors = []
    if not covered:
        if not chosen.override_reason.strip():
            names = "; ".join(sorted(open_kinds or kinds))
            errors.append(
                (
                    "override_reason",
                    f"No agreement lets you share this with {to.agency} for this purpose: {names}."
                    " Take it out, or enter why you share it all the same: a supervisor signs",
                )
            )
        elif len(chosen.override_reason) > LONGEST_TEXT:
            errors.append(("override_reason", f"Reason must be {LONGEST_TEXT:,} characters"))
    return errors + check_bases(bases, kinds, giver)


def check_notice(reason: str, everybody: Collection[Known]) -> Errors:
    """Return what is wrong with why something was taken back: who had it reads that for good."""
    errors = check_line(reason, "reason", "why", LONGEST_TEXT)
    if found := gate.found_in(reason, gate.spoken_of(everybody)):
        said = f"Reason: {found[0]}. Write it without names and numbers: it stays with them"
        errors.append(("reason", said))
    return errors


def check_line(text: str, name: str, noun: str, longest: int) -> Errors:
    if not text.strip():
        return [(name, f"Enter {noun}")]
    if len(text) > longest:
        return [(name, f"{noun.capitalize()} must be {longest:,} characters or fewer")]
    return []


def against_text(label: str, text: str, out: Leaving) -> str:
    """Return why a text may not leave, in a sentence that names it; "" when it may."""
    found = gate.found_in(text, out)
    if not found:
        return ""
    more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
    return f"{label}: {found[0]}{more}, and that is not ticked. {HOW}"


def _check_parts(what: Offered, chosen: Chosen) -> Iterator[tuple[str, str]]:
    if not chosen.parts and not chosen.summary.strip():
        yield what.groups[0].name, "Choose what to share"
    if unknown := chosen.parts - set(what.parts):
        yield what.groups[0].name, f"Something you chose is no longer there ({len(unknown)})"


def _check_third_parties(what: Offered, chosen: Chosen) -> Iterator[tuple[str, str]]:
    for group in what.groups:
        ticked = any(part.key in chosen.parts for part in group.parts)
        if group.third_party and ticked:
            because = chosen.because.get(group.name, "")
            noun = f"why it is necessary to share about {group.parts[0].whose}"
            yield from check_line(because, because_of(group.name), noun, LONGEST_LINE)


def because_of(group: str) -> str:
    """Return the name of the field that asks why somebody else than the child is in it."""
    return f"because-{group}"


def _check_conditions(what: Offered, chosen: Chosen, to: Receiver) -> Iterator[tuple[str, str]]:
    """What partners answered on a condition goes no further than they said."""
    answers = {
        part.answer.id: part
        for part in what.parts.values()
        if part.answer and part.key in chosen.parts
    }
    for part in answers.values():
        assert part.answer is not None
        yield from ((what.group_of(part.key), said) for said in refused(part, to))


def refused(part: Part, to: Receiver) -> list[str]:
    """Return why a partner's answer may not go to this receiver, and whom to ask."""
    answer = part.answer
    if answer is None or answer.agency_id == to.agency_id:
        return []
    ask = f"Ask {answer.agency} first{f' ({answer.contact})' if answer.contact else ''}"
    said = []
    if Handling.NO_ONWARD in answer.handling:
        said.append(f"{part.label}: they gave it on condition that it is not passed on. {ask}")
    if Handling.POLICE_ONLY in answer.handling and to.kind is not AgencyKind.POLICE:
        said.append(f"{part.label}: it is for police eyes only, and {to.agency} is not police")
    return said


def _check_texts(what: Offered, chosen: Chosen) -> Iterator[tuple[str, str]]:
    out = leaving(what, chosen.parts)
    for name, label, text in (
        (SUMMARY, "Summary", chosen.summary),
        (NOTE, "Note", chosen.note),
    ):
        if len(text) > LONGEST_TEXT:
            yield name, f"{label} must be {LONGEST_TEXT:,} characters or fewer"
        elif said := against_text(label, text, out):
            yield name, said
    for key, part in what.parts.items():
        leaves = part.free and key in chosen.parts
        if leaves and (said := against_text(part.label, part.value, out)):
            yield what.group_of(key), said


def _check_keep(until: date | None, today: date) -> Iterator[tuple[str, str]]:
    if until is None:
        yield "keep_until", "Enter the day after which they let it go"
    elif until <= today:
        yield "keep_until", "The day after which they let it go must be in the future"
    elif until > today + LONGEST_KEEP:
        yield "keep_until", "The day after which they let it go must be within 6 years"
