"""What stands against sharing what was chosen. Pure: no database."""

from collections.abc import Iterator
from datetime import date

from breakwater.access.rules import AgencyKind
from breakwater.sharing.disclosures import gate
from breakwater.sharing.disclosures.gate import Leaving
from breakwater.sharing.disclosures.parts import NOTE, SUMMARY, Offered, Part, leaving
from breakwater.sharing.disclosures.rules import (
    Chosen,
    Errors,
    Receiver,
    because_of,
    check_keep,
    check_line,
)
from breakwater.sharing.rules import (
    LONGEST_LINE,
    LONGEST_TEXT,
    Handling,
    InfoKind,
    check_consent,
)

HOW = "Tick it above, or take it out: of a text that was told, write a summary of your own"


def check_chosen(what: Offered, chosen: Chosen, to: Receiver, today: date) -> Errors:
    """Return what stands against it but the agreement, as (field, sentence) pairs."""
    return [
        *_check_parts(what, chosen),
        *_check_third_parties(what, chosen),
        *_check_conditions(what, chosen, to),
        *_check_texts(what, chosen),
        *check_line(chosen.necessity, "necessity", "why they need it", LONGEST_TEXT),
        *check_consent(chosen.consent, chosen.consent_reason),
        *check_keep(chosen.keep_until, today),
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
