"""Sharing from a case, and noting why something is not shared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, AlertKind
from breakwater.audit.actions import Fact
from breakwater.people.queries import MentionFacts
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.queries import references_of
from breakwater.sharing import overrides, papers
from breakwater.sharing.disclosures import compose
from breakwater.sharing.disclosures.compose import Composed
from breakwater.sharing.disclosures.models import Disclosure, Withheld
from breakwater.sharing.disclosures.parts import Offered
from breakwater.sharing.disclosures.queries import ToldPage, told_page, withheld_as
from breakwater.sharing.disclosures.rules import Chosen, Receiver, check_line
from breakwater.sharing.disclosures.writing import write
from breakwater.sharing.rules import (
    LONGEST_TEXT,
    InfoKind,
    Sent,
    subject_of_disclosure,
)
from breakwater.vault.actions import new_key

PURPOSE = "to share from the case"
LOOK_AGAIN = "What leaves is no longer what you looked at. Look at it again before it is sent."
NO_CHILD = "There is no such child in this case."


class Changed(Exception):
    """What would leave is not what the sender saw: they look at it again."""


@dataclass(frozen=True)
class Shared:
    """What came of it: `told` is how many people of the team were alerted; None: it waits."""

    reference: str
    told: int | None


def open_told(actor: Actor, case_id: int) -> ToldPage:
    """Show who has been told what of a case. Raise NotAllowed."""
    purpose = "who has been told what"
    view = access.look(actor, case_id, subject=f"case:{case_id}", purpose=purpose)
    with view.reading():
        return told_page(case_id)


def open_children(actor: Actor, case_id: int) -> tuple[list[MentionFacts], list[Receiver]]:
    """Show about whom and with whom something can be shared. Raise NotAllowed."""
    view = look_to(actor, Verb.DISCLOSE, case_id, f"case:{case_id}")
    with view.reading():
        return compose.children(case_id), compose.receivers(actor)


def open_parts(
    actor: Actor, case_id: int, child_id: int, team_id: int
) -> tuple[Offered, Receiver] | None:
    """Show what could leave; None where child or team is none to choose. Raise NotAllowed."""
    view = look_to(actor, Verb.DISCLOSE, case_id, f"case:{case_id}")
    with view.reading():
        what = compose.offer(case_id, child_id)
        to = _receiver(actor, team_id)
        return (what, to) if what and to else None


def preview(actor: Actor, case_id: int, child_id: int, team_id: int, chosen: Chosen) -> Composed:
    """Show what would leave as the receiver reads it. Raise WrongInput, NotAllowed."""
    view = look_to(actor, Verb.DISCLOSE, case_id, f"case:{case_id}")
    with view.reading():
        return _composed(actor, case_id, child_id, team_id, chosen, timezone.now())


def share(
    actor: Actor,
    case_id: int,
    child_id: int,
    team_id: int,
    chosen: Chosen,
    *,
    seen: str,
    at: datetime | None = None,
) -> Shared:
    """Share what was previewed, or let it wait for a supervisor where no agreement covers it.

    `seen` is the preview's digest. Raise WrongInput, Changed, NotAllowed.
    """
    at = at or timezone.now()
    with access.acting(actor, Verb.DISCLOSE, case_id=case_id, subject=f"case:{case_id}") as act:
        found = _composed(actor, case_id, child_id, team_id, chosen, at)
        if found.digest != seen:
            raise Changed(LOOK_AGAIN)
        covers, sent = found.covers, Sent.SENT
        if found.covering is None:
            key = new_key(case_id)
            override = overrides.ask_for(case_id, key, found.override_reason, actor.person, at)
            covers, sent = replace(covers, override_id=override.pk), Sent.TO_SIGN
        assert chosen.keep_until is not None
        row = write(
            actor,
            case_id,
            team_id,
            found.told,
            covers,
            at=at,
            keep_until=chosen.keep_until,
            referral_id=found.referral_id,
            sent=sent,
        )
        act.subject = subject_of_disclosure(row.pk)
        act.facts = facts_of(row, len(found.told)) | {"signed": covers.override_id is None}
        if sent is Sent.TO_SIGN:
            who = papers.signers(case_id, actor.person)
            papers.tell(AlertKind.TO_SIGN, who, case_id, act.subject, row.reference)
            return Shared(row.reference, None)
        return Shared(row.reference, tell_receiver(AlertKind.SHARED, row))


def withhold(
    actor: Actor,
    case_id: int,
    team_id: int,
    kinds: Sequence[InfoKind],
    reason: str,
    *,
    more_detrimental: bool,
    at: datetime | None = None,
) -> None:
    """Note why something is not shared with a team. Raise WrongInput, NotAllowed."""
    at = at or timezone.now()
    with access.acting(actor, Verb.DISCLOSE, case_id=case_id, subject=f"case:{case_id}") as act:
        errors = check_line(reason, "reason", "why it is not shared", LONGEST_TEXT)
        if not kinds:
            errors.insert(0, ("kinds", "Choose what is not shared"))
        if _receiver(actor, team_id) is None:
            errors.insert(0, ("team", "Choose a team"))
        if errors:
            raise WrongInput(errors)
        key = new_key(case_id)
        Withheld.objects.create(
            case_id=case_id,
            referral_id=max(references_of(case_id), default=None),
            team_id=team_id,
            key_id=key.id,
            reason=papers.seal(key, {"reason": reason.strip()}, withheld_as(key.id)),
            kinds=sorted(kinds),
            more_detrimental=more_detrimental,
            decided_by_id=actor.person,
            decided_at=at,
        )
        act.facts = {"withheld": True, "team": team_id, "kinds": sorted(one.name for one in kinds)}


def tell_receiver(kind: AlertKind, row: Disclosure) -> int:
    """Alert the team that receives, by reference alone; return how many people that are."""
    subject = subject_of_disclosure(row.pk)
    return papers.tell_team(kind, row.team_id, row.case_id, subject, row.reference)


def place_of(reference: str) -> tuple[int, int]:
    """Return (id, case) of a disclosure; of what is not there a case that nobody may see."""
    found = papers.place(reference)
    return found[1:] if found and found[0] == "disclosures" else (0, access.NO_CASE)


def look_to(
    actor: Actor, verb: Verb, case_id: int, subject: str, purpose: str = PURPOSE
) -> access.View:
    """Open a case to whoever may use a verb on it: the entry says opened, not that it was done.

    Raise NotAllowed.
    """
    act = Verb.OPEN_CASE if verb in actor.verbs else verb
    return access.look(actor, case_id, verb=act, subject=subject, purpose=purpose)


def _receiver(actor: Actor, team_id: int) -> Receiver | None:
    return next((one for one in compose.receivers(actor) if one.team_id == team_id), None)


def _composed(
    actor: Actor, case_id: int, child_id: int, team_id: int, chosen: Chosen, at: datetime
) -> Composed:
    what = compose.offer(case_id, child_id)
    to = _receiver(actor, team_id)
    if what is None:
        raise WrongInput([("", NO_CHILD)])
    if to is None:
        raise WrongInput([("", "Choose a team of another agency")])
    return compose.composed(actor, what, chosen, to, at)


def facts_of(row: Disclosure, fields: int) -> dict[str, Fact]:
    kinds = sorted(InfoKind(one).name for one in row.kinds)
    return {"team": row.team_id, "kinds": kinds, "fields": fields, "version": row.version}
