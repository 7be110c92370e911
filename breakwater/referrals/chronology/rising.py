"""How often a referral's child was told of lately, beside what is usual here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from breakwater.people import queries as people
from breakwater.people.queries import KnownPlace, MentionFacts
from breakwater.people.rules import CHILD_ROLES
from breakwater.referrals.chronology.models import AreaPace
from breakwater.referrals.chronology.rules import QUARTER, YEAR, Pace, Weight, weight_of
from breakwater.referrals.models import Referral
from breakwater.referrals.rules import in_words


@dataclass(frozen=True)
class Mark:
    """A worry of the last 12 months about the child."""

    at: datetime
    category: str
    reference: str
    sure: bool
    this: bool


@dataclass(frozen=True)
class Rising:
    """How often the child who is told of most was told of in 12 months, beside the area's pace.

    `household` counts the worries about anybody of the referral. Only cases that the reader holds
    count; `maybe` are those about somebody who may be the child, and count in nothing else.
    """

    who: str
    count: int
    recent: int
    maybe: int
    household: int
    until: datetime
    pace: Pace | None
    weight: Weight
    marks: tuple[Mark, ...]


def rising_worry(
    referral_id: int,
    known: dict[int, list[KnownPlace]],
    seen: Collection[int],
    now: datetime,
) -> Rising:
    """The children's worries of the year before `now`, in cases that the reader holds.

    3 SQL statements, however many there are.
    """
    mentions = people.mentions_of([referral_id])
    since = now - YEAR
    places = {place.referral_id for some in known.values() for place in some}
    found = Referral.objects.filter(
        pk__in=places | {referral_id}, case__in=seen, received_at__gt=since, received_at__lte=now
    )
    columns = ("pk", "received_at", "category", "reference")
    recent = {pk: row for pk, *row in found.order_by("received_at", "pk").values_list(*columns)}

    def told_of(mention: MentionFacts, *, sure: bool) -> set[int]:
        ids = {p.referral_id for p in known.get(mention.id, ()) if p.sure is sure}
        return (ids | {referral_id} if sure else ids) & recent.keys()

    children = [m for m in mentions if m.person.role in CHILD_ROLES] or mentions
    most = max(children, key=lambda m: len(told_of(m, sure=True)), default=None)
    surely = told_of(most, sure=True) if most else {referral_id} & recent.keys()
    perhaps = told_of(most, sure=False) - surely if most else set()
    pace = latest_pace()
    return Rising(
        who=most.person.name if most else "",
        count=len(surely),
        recent=sum(recent[pk][0] > now - QUARTER for pk in surely),
        maybe=len(perhaps),
        household=len(surely.union(*(told_of(m, sure=True) for m in mentions))),
        until=now,
        pace=pace,
        weight=weight_of(len(surely), pace),
        marks=tuple(
            Mark(at, in_words(category), reference, pk in surely, pk == referral_id)
            for pk, (at, category, reference) in recent.items()
            if pk in surely or pk in perhaps
        ),
    )


def latest_pace() -> Pace | None:
    """The area's pace as last measured. 1 SQL statement."""
    columns = ("day", "children", "median", "ninth")
    row = AreaPace.objects.order_by("-day").values_list(*columns).first()
    return Pace(*row) if row else None
