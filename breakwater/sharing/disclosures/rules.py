"""How long something may be kept where it goes, and what a basis and a notice must be."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from breakwater.access.rules import AgencyKind
from breakwater.sharing.disclosures import gate
from breakwater.sharing.disclosures.gate import Known
from breakwater.sharing.rules import (
    LONGEST_TEXT,
    Basis,
    ConsentAsked,
    Handling,
    InfoKind,
    Purpose,
    check_bases,
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


def because_of(group: str) -> str:
    """Return the name of the field that asks why somebody else than the child is in it."""
    return f"because-{group}"


def check_keep(until: date | None, today: date) -> Iterator[tuple[str, str]]:
    """Say what is wrong with the day after which the receiver lets it go."""
    if until is None:
        yield "keep_until", "Enter the day after which they let it go"
    elif until <= today:
        yield "keep_until", "The day after which they let it go must be in the future"
    elif until > today + LONGEST_KEEP:
        yield "keep_until", "The day after which they let it go must be within 6 years"
