"""What a request must hold, by when it is due, and when it is asked after. No database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from breakwater.access.rules import LAW_ENFORCEMENT_TEAMS, AgencyKind, NotAllowed, TeamKind
from breakwater.clocks.days import WHOLE_DAY, Calendar, hub_hours_from
from breakwater.referrals.rules import Rating
from breakwater.sharing.rules import (
    LONGEST_LINE,
    LONGEST_TEXT,
    Basis,
    ConsentAsked,
    Handling,
    InfoKind,
    Purpose,
    Reply,
    check_bases,
    check_consent,
)
from breakwater.web.times import LONDON

MOST_TEAMS = 20
MOST_QUESTIONS = 12
# What a partner was told in order to be asked, it lets go after so long. Local.
KEPT_FOR = timedelta(days=180)
# Nobody rated the referral: partners get the time of this rating.
UNRATED = Rating.AMBER
# Asked after so many times at most; whoever asked is told to ring at these.
MOST_REMINDERS = 10
RING_AT = frozenset({2, 5, MOST_REMINDERS})
BLUE = (
    "This referral is rated blue: nothing is asked of partners. If they are to be asked all the "
    "same, rate it anew first."
)
SPECIALISTS = LAW_ENFORCEMENT_TEAMS | {TeamKind.EARLY_HELP}
# Whose knowledge nearly every worry needs; they are ticked where there is one of a kind.
USUALLY_ASKED = frozenset({AgencyKind.HEALTH, AgencyKind.POLICE, AgencyKind.SOCIAL_CARE})


@dataclass(frozen=True)
class Question:
    kind: InfoKind
    text: str


@dataclass(frozen=True)
class TeamAsked:
    """What one team is asked; `told` are codes of what it is told in order to be asked."""

    team_id: int
    questions: tuple[Question, ...]
    told: tuple[str, ...]


@dataclass(frozen=True)
class Asking:
    """Why partners are asked: what is the same for all of them."""

    purpose: Purpose
    bases: tuple[Basis, ...]
    necessity: str
    consent: ConsentAsked | None
    consent_reason: str = ""
    handling: tuple[Handling, ...] = ()
    # Why it is asked where no agreement covers it; a supervisor signs.
    without_agreement: str = ""


@dataclass(frozen=True)
class Call:
    """What was said on the phone, and by whom."""

    said: str
    by: str
    nothing_known: bool = False
    third_parties: bool = False
    handling: tuple[Handling, ...] = ()

    @property
    def reply(self) -> Reply:
        return Reply.NOTHING_KNOWN if self.nothing_known else Reply.ANSWER


class Partner(Protocol):
    """What is needed of a team to know whether it is usually asked."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> TeamKind: ...
    @property
    def agency_id(self) -> int: ...
    @property
    def agency(self) -> str: ...
    @property
    def agency_kind(self) -> AgencyKind: ...


Errors = list[tuple[str, str]]


def check_asking(
    asking: Asking, teams: Sequence[TeamAsked], kinds: Collection[InfoKind], asker: AgencyKind
) -> Errors:
    """Return what is wrong as (field, sentence) pairs; none when it stands."""
    errors = _check_text(asking.necessity, "necessity", "why it is needed")
    errors += check_bases(asking.bases, kinds, asker)
    errors += check_consent(asking.consent, asking.consent_reason)
    errors += _check_length(asking.consent_reason, "consent_reason", "reason")
    if not teams:
        errors.append(("teams", "Choose at least one partner"))
    if len(teams) > MOST_TEAMS:
        errors.append(("teams", f"Choose {MOST_TEAMS} partners or fewer"))
    for one in teams:
        errors += _check_team(one)
    return errors


def _check_team(one: TeamAsked) -> Errors:
    field = f"ask-{one.team_id}"
    if not one.questions:
        return [(field, "Choose at least one question")]
    if len(one.questions) > MOST_QUESTIONS:
        return [(field, f"Choose {MOST_QUESTIONS} questions or fewer")]
    for question in one.questions:
        if not question.text.strip():
            return [(field, "Enter what is asked, or take the question away")]
        if len(question.text) > LONGEST_TEXT:
            return [(field, f"A question must be {LONGEST_TEXT:,} characters or fewer")]
    if not one.told:
        return [(f"tell-{one.team_id}", "Choose what they are told, so that they know whom to ask")]
    return []


def check_without_agreement(uncovered: Collection[str], reason: str) -> Errors:
    """A reason is needed, for whoever signs, where no agreement covers what is asked of some."""
    if not uncovered:
        return []
    if not reason.strip():
        names = ", ".join(sorted(uncovered))
        return [("without_agreement", f"Enter why you ask without an agreement: {names}")]
    return _check_length(reason, "without_agreement", "reason")


def check_reason(reason: str, noun: str, field: str = "reason") -> Errors:
    return _check_text(reason, field, noun)


def check_call(call: Call, *, police: bool) -> Errors:
    """Return what is wrong with a note of a call; none when it stands."""
    errors: Errors = []
    check = _check_length if call.nothing_known else _check_text
    errors += check(call.said, "said", "what was said")
    if not call.by.strip():
        errors.append(("by", "Enter who said it"))
    elif len(call.by) > LONGEST_LINE:
        errors.append(("by", f"Who said it must be {LONGEST_LINE} characters or fewer"))
    if Handling.POLICE_ONLY in call.handling and not police:
        # What they note they could not read again.
        errors.append(
            ("handling", "For police eyes only: let somebody of the police take the call")
        )
    return errors


def check_may_be_asked(rating: str) -> None:
    """Raise NotAllowed for a referral of which nothing is asked of partners."""
    if rating == Rating.BLUE:
        raise NotAllowed(BLUE)


def usual(teams: Collection[Partner], school: str, agreed: Collection[int]) -> frozenset[int]:
    """Return which partners are ticked at first, by id.

    The child's school and, of those with whom something is agreed (`agreed`: agencies), where there
    is only one team of it, each kind of agency whose knowledge nearly every worry needs. A
    specialist team is asked when the worry is theirs: a person sees it.
    """
    chosen = {one.id for one in teams if school and _folded(one.agency) == _folded(school)}
    asked = [one for one in teams if one.agency_id in agreed and one.kind not in SPECIALISTS]
    for kind in USUALLY_ASKED:
        of_kind = [one for one in asked if one.agency_kind is kind]
        if len(of_kind) == 1:
            chosen.add(of_kind[0].id)
    return frozenset(chosen)


def next_reminder(due_at: datetime, last: datetime | None, calendar: Calendar) -> datetime:
    """Return when a late answer is asked after next: while the hub works, once a working day.

    First at the deadline or, where that is at night, when the hub next opens; then each working
    day when it opens. `last` is the reminder before.
    """
    if last is None:
        for opens, closes in hub_hours_from(due_at.astimezone(LONDON).date(), calendar):
            if closes > due_at:
                return max(opens, due_at)
    else:
        day = last.astimezone(LONDON).date() + WHOLE_DAY
        for opens, _closes in hub_hours_from(day, calendar):
            return opens
    raise AssertionError("working time never ends")


def is_in_hours(now: datetime, calendar: Calendar) -> bool:
    """Return whether the hub works at `now`: nobody is asked after at night."""
    for opens, closes in hub_hours_from(now.astimezone(LONDON).date(), calendar):
        return opens <= now < closes
    raise AssertionError("working time never ends")


def is_to_ring(number: int, *, by_phone: bool, reached: bool) -> bool:
    """Return whether whoever asked is told to ring: at some reminders, or where nobody was reached.

    Who said "ask me by phone" waits for the call, so the asker is told each time.
    """
    return by_phone or not reached or number in RING_AT


def _check_text(text: str, field: str, noun: str) -> Errors:
    return _check_length(text, field, noun) if text.strip() else [(field, f"Enter {noun}")]


def _check_length(text: str, field: str, noun: str) -> Errors:
    if len(text) <= LONGEST_TEXT:
        return []
    return [(field, f"{noun.capitalize()} must be {LONGEST_TEXT:,} characters or fewer")]


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
