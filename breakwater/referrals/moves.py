"""What every move of a referral has in common: its place, version, steps and what then waits."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from breakwater.access.actions import NO_CASE
from breakwater.access.rules import Actor
from breakwater.referrals import jobs, queries, rules
from breakwater.referrals.models import Item, Notice, Referral, Step
from breakwater.referrals.rules import Action, ItemKind


class Overtaken(Exception):
    """Somebody else changed the referral since the page was opened; says who and when."""


class WrongInput(Exception):
    """What was given cannot stand: `errors` are (field, sentence) pairs."""

    def __init__(self, errors: list[tuple[str, str]]):
        self.errors = errors
        super().__init__("; ".join(sentence for _, sentence in errors))


def place(reference: str) -> tuple[int, int]:
    """Return the referral's and its case's id; of what is not there a case that nobody may see."""
    return queries.place_of(reference) or (0, NO_CASE)


def check_reason(reason: str, empty: str) -> None:
    """Raise WrongInput for a reason that is empty, in the words `empty`, or too long."""
    if not reason.strip():
        raise WrongInput([("reason", empty)])
    if len(reason) > rules.LONGEST_REASON:
        problem = f"Reason must be {rules.LONGEST_REASON:,} characters or fewer"
        raise WrongInput([("reason", problem)])


def held(referral_id: int) -> Referral:
    """Return the referral for a change, locked. 1 SQL statement."""
    return Referral.objects.select_for_update().get(pk=referral_id)


def check_version(referral: Referral, version: int) -> None:
    """Raise Overtaken when the referral moved since the page with `version` was opened."""
    if referral.version == version:
        return
    steps = Step.objects.filter(referral=referral).select_related("taken_by")
    last = steps.order_by("taken_at", "pk").last()
    if last is None:
        raise Overtaken("This page is not of this referral as it stands. Open the referral again.")
    when = timezone.localtime(last.taken_at).strftime("%-d %B at %H:%M")
    name = last.taken_by.name if last.taken_by else "The hub"
    raise Overtaken(f"{name} was faster: {last.action}, {when}.")


def step(referral: Referral, action: Action, actor: Actor | None, at: datetime) -> None:
    """Move the referral along the table, a Step row each; the caller saves it.

    `actor` is None for what the hub does itself. Raise NotAllowed from a state without that way.
    """
    start = rules.State(referral.state)
    end = rules.next_state(start, action)
    Step.objects.create(
        referral=referral,
        action=action,
        start=start,
        end=end,
        taken_by_id=actor.person if actor else None,
        taken_at=at,
    )
    referral.state, referral.version = end, referral.version + 1


def save(referral: Referral) -> None:
    referral.save(update_fields=["state", "version", "due_at"])


def let_wait(
    referral: Referral,
    kind: ItemKind,
    team_id: int,
    at: datetime,
    due_at: datetime | None,
    worker_id: int | None = None,
    decided: bool = False,
) -> Item:
    """Put the referral on the board of a team, or of one worker in it.

    `decided`: it waits because of a decision: its danger was looked at, nobody's risk is unknown.
    """
    return Item.objects.create(
        referral=referral,
        case_id=referral.case_id,
        kind=kind,
        team_id=team_id,
        worker_id=worker_id,
        since=at,
        due_at=due_at,
        urgent=bool(referral.immediate_danger) and not decided,
        opened_at=at if decided else None,
    )


def done(
    referral: Referral,
    kinds: Collection[ItemKind],
    at: datetime,
    team_ids: Collection[int] | None = None,
) -> int:
    """Take what waited off the boards; return how many there were. 1 SQL statement."""
    items = Item.objects.filter(referral=referral, kind__in=kinds, done_at=None)
    if team_ids is not None:
        items = items.filter(team__in=team_ids)
    return items.update(done_at=at)


def notify(team_id: int, referral_id: int, at: datetime) -> None:
    """Tell a team that something waits for it, once this is committed."""
    notice = Notice.objects.create(team_id=team_id, referral_id=referral_id, made_at=at)
    jobs.tell_team.defer(notice_id=notice.pk)
