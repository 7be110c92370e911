"""Finding who is already known."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from breakwater.access.queries import may_know_of
from breakwater.access.rules import Actor
from breakwater.people.linkage import (
    MOST_PER_KEY,
    Evidence,
    Judgement,
    Profile,
    Verdict,
    asked,
    judge,
    profile,
    unpacked,
)
from breakwater.people.models import Link, Mention, Place
from breakwater.people.models import Profile as ProfileRow
from breakwater.people.rules import LinkStanding, PersonAsTold, PersonRole

PERSON_FIELDS = tuple(field.name for field in fields(PersonAsTold))


@dataclass(frozen=True)
class Candidate:
    """A mention that may be the person asked about, with the evidence field by field."""

    mention_id: int
    identity_id: int
    case_id: int
    referral_id: int
    judgement: Judgement
    profile: Profile

    @property
    def verdict(self) -> Verdict:
        return self.judgement.verdict


@dataclass(frozen=True)
class Found:
    """The answer to one look-up. `too_common`: so many of the person's keys were not followed."""

    profile: Profile
    candidates: list[Candidate]
    compared: int
    too_common: int


@dataclass(frozen=True)
class MentionFacts:
    id: int
    case_id: int
    referral_id: int
    told_at: datetime
    told_by: str
    person: PersonAsTold


@dataclass(frozen=True)
class Known:
    """What an earlier or later mention of perhaps the same person adds."""

    mention: MentionFacts
    sure: bool
    weight: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class KnownPlace:
    """Where another mention of perhaps the same person is: ids, and the link that says why."""

    mention_id: int
    case_id: int
    referral_id: int
    told_at: datetime
    sure: bool
    weight: float
    link_id: int


# Each other mention of the same identity once: a sure link outweighs a question, and two that only
# ask about the same third person say nothing of each other. The evidence is that of whoever asked.
KNOWN = """
select distinct on (mine.mention_id, other.mention_id)
  mine.mention_id, other.mention_id, p.case_id, p.referral_id, p.told_at,
  mine.standing = 'linked' and other.standing = 'linked' as sure,
  case when asks.mine then mine.weight else other.weight end,
  case when asks.mine then mine.id else other.id end
from people_tie mine
join people_tie other on other.identity_id = mine.identity_id
  and other.mention_id <> mine.mention_id and other.standing <> 'ended'
join people_place p on p.mention_id = other.mention_id
cross join lateral (
  select mine.standing = 'asked' or (mine.has_evidence and other.standing <> 'asked') as mine
) asks
where mine.mention_id = any(%s) and mine.standing <> 'ended'
  and (mine.standing = 'linked' or other.standing = 'linked')
order by mine.mention_id, other.mention_id, sure desc, mine.id, other.id
"""

# Every key that is not too common, with the mentions under it; then what they are compared by.
# The rows without a mention are the keys that are. `offset 0`: one by one by their index, whatever
# the planner believes of the numbers; read whole, a table costs as much as there are people.
LOOK_UP = """
with met as materialized (
  select asked.key, under.ids
  from unnest(%s::bigint[]) as asked (key)
  cross join lateral (
    select array_agg(few.mention_id) as ids
    from (select k.mention_id from people_matchkey k where k.key = asked.key limit %s) few
  ) under
  where under.ids is not null
), near as materialized (
  select unnest(met.ids) as mention_id, met.key from met where cardinality(met.ids) <= %s
), once as materialized (
  select mention_id, array_agg(key) as keys from near group by mention_id
)
select once.keys, once.mention_id, l.identity_id, m.case_id, m.referral_id, p.packed
from once
cross join lateral (
  select packed from people_profile where mention_id = once.mention_id offset 0
) p
cross join lateral (
  select identity_id from people_link
  where mention_id = once.mention_id and standing = 'linked' offset 0
) l
cross join lateral (
  select case_id, referral_id from people_place where mention_id = once.mention_id offset 0
) m
union all
select array_agg(met.key), null, null, null, null, null
from met where cardinality(met.ids) > %s
"""


def find(person: PersonAsTold, told_at: datetime) -> Found:
    """The mentions that are, or may be, this person; the surest first. 1 SQL statement."""
    return find_all([person], told_at)[0]


def find_all(people: Sequence[PersonAsTold], told_at: datetime) -> list[Found]:
    """find() for each of the people of one referral. 1 SQL statement for all of them."""
    return find_profiles(profiles_of(people, told_at))


def profiles_of(people: Sequence[PersonAsTold], told_at: datetime) -> list[Profile]:
    """Make the people of one referral comparable: each is the others' kin or company."""
    told = [vars(person) for person in people]
    told_on = told_at.astimezone(UTC).date()
    return [profile(one, told_on, [other for other in told if other is not one]) for one in told]


def find_profiles(profiles: Sequence[Profile]) -> list[Found]:
    """The mentions that are, or may be, each of these. 1 SQL statement for all of them."""
    keys = [asked(one) for one in profiles]
    wanted = list(frozenset().union(*keys))
    if not wanted:
        return [Found(one, [], 0, 0) for one in profiles]
    with connection.cursor() as cursor:
        cursor.execute(LOOK_UP, [wanted, MOST_PER_KEY + 1, MOST_PER_KEY, MOST_PER_KEY])
        rows = cursor.fetchall()
    too_common = frozenset(
        key for own, mention_id, *_ in rows if not mention_id for key in own or ()
    )
    met = [(own, mention_id, *rest) for own, mention_id, *rest in rows if mention_id]
    return [
        _found(one, met, own, len(own & too_common), single=len(profiles) == 1)
        for one, own in zip(profiles, keys, strict=True)
    ]


def _found(
    one: Profile, met: list[Any], own: frozenset[int], too_common: int, *, single: bool
) -> Found:
    candidates, compared = [], 0
    for keys, mention_id, identity_id, case_id, referral_id, packed in met:
        if not single and own.isdisjoint(keys):
            continue
        compared += 1
        other = unpacked(packed)
        judgement = judge(one, other)
        if judgement.verdict is not Verdict.LEAVE:
            candidates.append(
                Candidate(mention_id, identity_id, case_id, referral_id, judgement, other)
            )
    candidates.sort(
        key=lambda c: (c.verdict is not Verdict.SAME, -c.judgement.weight, c.mention_id)
    )
    return Found(one, candidates, compared, too_common)


def mentions_of(referral_ids: Collection[int]) -> list[MentionFacts]:
    """The people of these referrals, in the order they were told. 1 SQL statement."""
    rows = Mention.objects.filter(referral_id__in=referral_ids).order_by("referral_id", "place")
    return _facts(rows)


def mentions_by_id(ids: Collection[int]) -> dict[int, MentionFacts]:
    """These mentions. 1 SQL statement. The caller asks access.queries who may see them."""
    return {m.id: m for m in _facts(Mention.objects.filter(pk__in=ids))}


def mention_ids_of(referral_id: int) -> list[int]:
    """The people of a referral, by id. 1 SQL statement. Shows nothing."""
    places = Place.objects.filter(referral_id=referral_id).order_by("mention_id")
    return list(places.values_list("mention_id", flat=True))


def cases_of_mentions(mention_ids: Collection[int]) -> dict[int, int]:
    """Which case each mention belongs to: ids. 1 SQL statement. Shows nothing."""
    with connection.cursor() as cursor:
        # One statement also for none: how many a page makes must not depend on what is hidden.
        cursor.execute(
            "select mention_id, case_id from people_place where mention_id = any(%s)",
            [list(mention_ids)],
        )
        return dict(cursor.fetchall())


def known_places(mention_ids: Collection[int]) -> dict[int, list[KnownPlace]]:
    """For each mention, where else the same or perhaps the same person is told of, newest first.

    Ids alone, before any right to the other cases is asked. 1 SQL statement.
    """
    known: dict[int, list[KnownPlace]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [list(mention_ids)])
        for mine, *place in cursor.fetchall():
            known[mine].append(KnownPlace(*place))
    for places in known.values():
        places.sort(key=lambda place: place.told_at, reverse=True)
    return dict(known)


def known_about(
    known: dict[int, list[KnownPlace]], seen: Collection[int]
) -> dict[int, list[Known]]:
    """What is known at those of the places whose cases the reader holds, in the same order.

    2 SQL statements.
    """
    shown = {place for places in known.values() for place in places if place.case_id in seen}
    facts = mentions_by_id({place.mention_id for place in shown})
    links = Link.objects.filter(pk__in={place.link_id for place in shown})
    evidence = dict(links.values_list("pk", "evidence"))
    return {
        mine: [
            Known(
                facts[place.mention_id],
                place.sure,
                place.weight,
                tuple(Evidence(*row) for row in evidence.get(place.link_id, ())),
            )
            for place in places
            if place.mention_id in facts
        ]
        for mine, places in known.items()
    }


def known_counts(actor: Actor, referral_ids: Collection[int]) -> dict[int, int]:
    """For each referral, in how many others its people are, or may be, known. 3 SQL statements.

    A restricted case that no grant opens to the actor does not count: it looks like no match.
    """
    places = Place.objects.filter(referral_id__in=referral_ids)
    own = dict(places.values_list("mention_id", "referral_id"))
    others: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for mention_id, found in known_places(own).items():
        others[own[mention_id]] |= {(place.referral_id, place.case_id) for place in found}
    known_of = may_know_of(actor, {case for some in others.values() for _, case in some})
    return {
        referral_id: len(
            {other for other, case in others[referral_id] if case in known_of} - {referral_id}
        )
        for referral_id in own.values()
    }


def profiles_after(mention_id: int, limit: int) -> list[tuple[int, Profile]]:
    """The next so many profiles, by mention, for runs over everybody. 1 SQL statement.

    Shows nothing to anybody: only the hub's own nightly work reads it.
    """
    rows = ProfileRow.objects.filter(mention_id__gt=mention_id).order_by("mention_id")[:limit]
    return [(pk, unpacked(packed)) for pk, packed in rows.values_list("mention_id", "packed")]


def counts() -> dict[str, int]:
    """How many mentions, identities with a mention, and open questions. 3 SQL statements."""
    linked = Link.objects.filter(standing=LinkStanding.LINKED)
    return {
        "mentions": Mention.objects.count(),
        "identities": linked.values("identity").distinct().count(),
        "candidate_links": Link.objects.filter(standing=LinkStanding.ASKED).count(),
    }


def _facts(mentions: QuerySet[Mention]) -> list[MentionFacts]:
    columns = ("pk", "case_id", "referral_id", "told_at", "told_by", *PERSON_FIELDS)
    return [
        MentionFacts(pk, case, referral, at, by, PersonAsTold(PersonRole(role), *told))
        for pk, case, referral, at, by, role, *told in mentions.values_list(*columns)
    ]
