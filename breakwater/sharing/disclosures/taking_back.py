"""Recalling and correcting what was shared: everybody who has the wrong version is told."""

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, AlertKind, NotAllowed
from breakwater.referrals.case_file import case_file
from breakwater.referrals.moves import WrongInput
from breakwater.sharing import papers
from breakwater.sharing.disclosures import rules
from breakwater.sharing.disclosures.actions import (
    Changed,
    facts_of,
    look_to,
    place_of,
    tell_receiver,
)
from breakwater.sharing.disclosures.checks import against_text
from breakwater.sharing.disclosures.gate import Leaving
from breakwater.sharing.disclosures.models import Disclosure
from breakwater.sharing.disclosures.paper import (
    Line,
    SharedPaper,
    notice_of,
    papers_of,
    with_names,
)
from breakwater.sharing.disclosures.parts import Offered, born_on, everybody, leaving, offered
from breakwater.sharing.disclosures.rules import Errors
from breakwater.sharing.disclosures.writing import Covers, Told, write
from breakwater.sharing.rules import (
    LONGEST_TEXT,
    ConsentAsked,
    InfoKind,
    Sent,
    subject_of_disclosure,
)
from breakwater.vault.actions import new_key

PURPOSE = "to recall or correct what was shared"
NOT_SENT = "Only what was sent, and stands, can be recalled or corrected: this does not."
MOVED = "Who has this version changed since you looked. Look at it again."


@dataclass(frozen=True)
class Correction:
    """One disclosure with what its new version says: `changed` are the places of its lines."""

    paper: SharedPaper
    lines: tuple[Line, ...]
    changed: frozenset[int]
    # Each wrong line with what it says instead; "": it is taken out.
    pairs: tuple[tuple[Line, str], ...] = ()


def open_to_take_back(actor: Actor, reference: str) -> tuple[int, SharedPaper]:
    """Show what stands, for whoever would recall or correct it. Raise NotAllowed."""
    pk, case_id = place_of(reference)
    view = _look(actor, pk, case_id)
    with view.reading():
        return case_id, papers_of([_standing(pk)])[0]


def recall(actor: Actor, reference: str, reason: str, *, at: datetime | None = None) -> int:
    """Take back what was shared; return how many of the receiving team were told at once.

    Raise WrongInput, NotAllowed.
    """
    at = at or timezone.now()
    pk, case_id = place_of(reference)
    subject = subject_of_disclosure(pk)
    with access.acting(actor, Verb.DISCLOSE, case_id=case_id, subject=subject) as act:
        row = _standing(pk, change=True)
        if errors := rules.check_notice(reason, everybody(_people(case_id))):
            raise WrongInput(errors)
        _end(row, Sent.RECALLED, reason, actor, at)
        act.facts = facts_of(row, row.fields.count()) | {"deed": "recall"}
        return tell_receiver(AlertKind.TAKEN_BACK, row)


def corrections(
    actor: Actor, reference: str, values: Mapping[int, str], reason: str
) -> list[Correction]:
    """Show what would be corrected, there and wherever else the same was shared.

    `values`: what each line should say, by its place; empty takes it out. Raise WrongInput,
    NotAllowed.
    """
    pk, case_id = place_of(reference)
    view = _look(actor, pk, case_id)
    with view.reading():
        found, errors = _corrections(pk, case_id, values, reason)
    if errors:
        raise WrongInput(errors)
    return found


def correct(
    actor: Actor,
    reference: str,
    values: Mapping[int, str],
    reason: str,
    *,
    seen: str,
    at: datetime | None = None,
) -> int:
    """Correct it in every standing disclosure of the case that says the same; a version each.

    `seen` is what digest() gave of the corrections that were shown. Return how many disclosures
    were corrected. Raise WrongInput, Changed, NotAllowed.
    """
    at = at or timezone.now()
    pk, case_id = place_of(reference)
    subject = subject_of_disclosure(pk)
    with access.acting(actor, Verb.DISCLOSE, case_id=case_id, subject=subject) as act:
        found, errors = _corrections(pk, case_id, values, reason, change=True)
        if errors:
            raise WrongInput(errors)
        if digest(found) != seen:
            raise Changed(MOVED)
        rows = Disclosure.objects.in_bulk([one.paper.id for one in found])
        made = [_correct(actor, rows[one.paper.id], one, reason, at) for one in found]
        act.facts = facts_of(rows[pk], sum(len(one.changed) for one in found)) | {
            "deed": "correct",
            "disclosures": sorted(one.paper.id for one in found),
            "versions": sorted(row.pk for row in made if row),
        }
    return len(found)


def digest(found: Sequence[Correction]) -> str:
    """Return what was shown: which disclosures, and what they would say."""
    shown = [[one.paper.reference, [line.value for line in one.lines]] for one in found]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def _look(actor: Actor, pk: int, case_id: int) -> access.View:
    subject = subject_of_disclosure(pk)
    return look_to(actor, Verb.DISCLOSE, case_id, subject, PURPOSE)


def _standing(pk: int, *, change: bool = False) -> Disclosure:
    rows = with_names(Disclosure.objects.filter(pk=pk))
    row = (rows.select_for_update(of=("self",)) if change else rows).first()
    if row is None or row.standing != Sent.SENT:
        raise NotAllowed(NOT_SENT)
    return row


def _people(case_id: int) -> Offered:
    return offered(case_file(case_id), (), (), 0)


def _corrections(
    pk: int, case_id: int, values: Mapping[int, str], reason: str, *, change: bool = False
) -> tuple[list[Correction], Errors]:
    first = _standing(pk, change=change)
    others = with_names(Disclosure.objects.filter(case=case_id, standing=Sent.SENT))
    others = others.exclude(pk=pk).order_by("pk")
    if change:
        others = others.select_for_update(of=("self",))
    paper, *rest = papers_of([first, *others])
    what = _people(case_id)
    errors = rules.check_notice(reason, everybody(what))
    wrong = {
        place: values[place].strip()
        for place, line in enumerate(paper.lines)
        if place in values and values[place].strip() != line.value.strip()
    }
    if not wrong:
        errors.append(("", "Change what is wrong: every line still says what it said"))
    if len(wrong) == len(paper.lines) and not any(wrong.values()):
        errors.append(("", "Nothing would be left: recall it instead"))
    out = _may_speak_of(what, paper.lines, wrong)
    for place, value in wrong.items():
        label = paper.lines[place].label
        if len(value) > LONGEST_TEXT:
            errors.append((line_field(place), f"{label} must be {LONGEST_TEXT:,} characters"))
        elif said := against_text(label, value, out):
            errors.append((line_field(place), said))
    if errors:
        return [], errors
    same = {_what(paper.lines[place]): value for place, value in wrong.items()}
    everywhere = [_corrected(one, same) for one in (paper, *rest)]
    return [one for one in everywhere if one.changed], []


def line_field(place: int) -> str:
    """Return the name of the form's field for a line."""
    return f"line-{place}"


def _what(line: Line) -> tuple[object, ...]:
    """The same fact of the same source: about whom, what, and what it wrongly says."""
    about = line.mention_id if line.mention_id is not None else line.whose
    return (about, line.label, line.source, _said(line.value))


def _said(value: str) -> str:
    """A birth date is one, as a request tells it (2017-05-14) or as a page does (14 May 2017)."""
    bare = value.strip()
    return born_on(bare) if re.fullmatch(r"\d{4}-\d\d-\d\d", bare) else bare


def _corrected(paper: SharedPaper, wrong: Mapping[tuple[object, ...], str]) -> Correction:
    lines, changed, pairs = [], set(), []
    for place, line in enumerate(paper.lines):
        if _what(line) in wrong:
            changed.add(place)
            pairs.append((line, wrong[_what(line)]))
            if value := wrong[_what(line)]:
                lines.append(replace(line, value=value))
        else:
            lines.append(line)
    return Correction(paper, tuple(lines), frozenset(changed), tuple(pairs))


def _may_speak_of(what: Offered, lines: Collection[Line], wrong: Mapping[int, str]) -> Leaving:
    """Whom a corrected line may speak of: whom the disclosure is about by name already."""
    told = [line for place, line in enumerate(lines) if place not in wrong]
    mine = {line.mention_id for line in lines if line.mention_id and not line.third_party}
    keys = {"Name": "name", "Birth date": "born", "Address": "address", "Phone": "phone"}
    chosen = {
        f"m{line.mention_id}.{keys.get(line.label, line.label.lower())}"
        for line in lines
        if line.mention_id
    }
    spoken = replace(what, mine=frozenset(m.id for m in what.people if m.id in mine))
    out = leaving(spoken, chosen)
    # A number that is put right is nobody else's, whoever has it.
    return replace(out, values=[*out.values, *(line.value for line in told)])


def _correct(
    actor: Actor, row: Disclosure, one: Correction, reason: str, at: datetime
) -> Disclosure | None:
    """Close the old version and write a new one; None where nothing is left: it is recalled."""
    paper = one.paper
    _end(row, Sent.CORRECTED if one.lines else Sent.RECALLED, reason, actor, at)
    tell_receiver(AlertKind.TAKEN_BACK, row)
    if not one.lines:
        return None
    covers = Covers(
        paper.purpose,
        paper.bases,
        ConsentAsked(row.consent),
        paper.inside.get("necessity", ""),
        paper.inside.get("consent_reason", ""),
        paper.handling,
        row.agreement_id,
        row.override_id,
        paper.note,
        paper.inside.get("third_parties", ""),
    )
    # A new version is of the kinds of the old one.
    also = tuple(InfoKind(kind) for kind in row.kinds)
    told = [
        Told(ln.kind, ln.label, ln.value, ln.whose, ln.source, ln.mention_id, ln.third_party, also)
        for ln in one.lines
    ]
    return write(
        actor,
        row.case_id,
        row.team_id,
        told,
        covers,
        at=at,
        keep_until=row.keep_until,
        referral_id=row.referral_id,
        request_id=row.request_id,
        corrects=row,
        agency_id=row.agency_id,
    )


def _end(row: Disclosure, how: Sent, reason: str, actor: Actor, at: datetime) -> None:
    """The old version closes for its receiver; why stays readable, under a key of its own."""
    key = new_key(row.case_id)
    row.standing, row.ended_by_id, row.ended_at = how, actor.person, at
    row.notice_key_id = key.id
    row.notice = papers.seal(key, {"reason": reason.strip()}, notice_of(row.reference))
    row.save(update_fields=["standing", "ended_by", "ended_at", "notice_key_id", "notice"])
