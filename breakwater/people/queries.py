"""Finding who is already known."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from breakwater.access.queries import granted_cases
from breakwater.access.rules import Actor
from breakwater.people import lookup
from breakwater.people.lookup import Agreement, Clues, Verdict
from breakwater.people.models import Link, MatchKey, Mention
from breakwater.people.rules import LinkStanding, PersonAsTold, PersonRole

PERSON_FIELDS = tuple(field.name for field in fields(PersonAsTold))


@dataclass(frozen=True)
class Candidate:
    """A mention that may be the person asked about, with the evidence field by field."""

    mention_id: int
    identity_id: int
    case_id: int
    referral_id: int
    verdict: Verdict
    points: int
    evidence: tuple[tuple[str, Agreement], ...]
    clues: Clues


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
    evidence: tuple[tuple[str, Agreement], ...]


def find(person: PersonAsTold) -> list[Candidate]:
    """The mentions that are, or may be, this person; the surest first. 1 SQL statement."""
    return find_all([person])[0]


def find_all(people: Sequence[PersonAsTold]) -> list[list[Candidate]]:
    """find() for each of the people of one referral. 1 SQL statement for all of them."""
    clues = [lookup.clues_of(person) for person in people]
    keys = [lookup.keys_of(clue) for clue in clues]
    wanted = list(frozenset().union(*keys))
    by_key: dict[str, list[int]] = defaultdict(list)
    mentions: dict[int, tuple[int, int, int, Clues]] = {}
    if wanted:
        rows = MatchKey.objects.filter(
            key__in=wanted, mention__link__standing=LinkStanding.LINKED
        ).values_list(
            "key",
            "mention_id",
            "mention__link__identity_id",
            "mention__case_id",
            "mention__referral_id",
            *(f"mention__{name}" for name in PERSON_FIELDS),
        )
        for key, mention_id, identity_id, case_id, referral_id, *told in rows:
            by_key[key].append(mention_id)
            if mention_id not in mentions:
                clue = lookup.clues_of(PersonAsTold(*told))
                mentions[mention_id] = (identity_id, case_id, referral_id, clue)
    return [
        _candidates(clue, {m for key in own for m in by_key[key]}, mentions)
        for clue, own in zip(clues, keys, strict=True)
    ]


def _candidates(
    clue: Clues, ids: set[int], mentions: dict[int, tuple[int, int, int, Clues]]
) -> list[Candidate]:
    found = []
    for mention_id in ids:
        identity_id, case_id, referral_id, other = mentions[mention_id]
        result = lookup.compare(clue, other)
        if result.verdict is not Verdict.LEAVE:
            found.append(
                Candidate(
                    mention_id,
                    identity_id,
                    case_id,
                    referral_id,
                    result.verdict,
                    result.points,
                    result.evidence,
                    other,
                )
            )
    return sorted(found, key=lambda c: (c.verdict is not Verdict.SAME, -c.points, c.mention_id))


def mentions_of(referral_ids: Collection[int]) -> list[MentionFacts]:
    """The people of these referrals, in the order they were told. 1 SQL statement."""
    rows = Mention.objects.filter(referral_id__in=referral_ids).order_by("referral_id", "place")
    return _facts(rows)


def known_about(mention_ids: Collection[int]) -> dict[int, list[Known]]:
    """For each mention, the other mentions of the same or perhaps the same person, newest first.

    3 SQL statements. Says nothing of who may see them: the caller asks access.queries.may_see.
    """
    own = _standing_links(mention__in=mention_ids)
    others = _standing_links(identity__in={link.identity_id for link in own})
    facts = {m.id: m for m in _facts(Mention.objects.filter(pk__in={o.mention_id for o in others}))}
    known: dict[int, dict[int, Known]] = defaultdict(dict)
    for mine in own:
        for other in others:
            if other.identity_id != mine.identity_id or other.mention_id == mine.mention_id:
                continue
            sure = mine.standing == other.standing == LinkStanding.LINKED
            if not sure and mine.standing == other.standing:
                continue  # Two that ask about the same third person say nothing of each other.
            asking = mine if mine.standing == LinkStanding.ASKED or mine.evidence else other
            evidence = tuple((field, Agreement(how)) for field, how in asking.evidence)
            entry = Known(facts[other.mention_id], sure, evidence)
            # Each may have asked about the other: one line, and a sure link outweighs a question.
            if sure or other.mention_id not in known[mine.mention_id]:
                known[mine.mention_id][other.mention_id] = entry
    return {
        mention_id: sorted(found.values(), key=lambda k: k.mention.told_at, reverse=True)
        for mention_id, found in known.items()
    }


def known_counts(actor: Actor, referral_ids: Collection[int]) -> dict[int, int]:
    """For each referral, in how many others its people are, or may be, known. 1 SQL statement.

    A restricted case that no grant opens to the actor does not count: it looks like no match.
    """
    other = "identity__link__mention__"
    standing = ~Q(identity__link__standing=LinkStanding.ENDED)
    may_count = Q(**{f"{other}case__restricted": False}) | Q(
        **{f"{other}case__in": granted_cases(actor)}
    )
    elsewhere = ~Q(**{f"{other}referral_id": F("mention__referral_id")})
    # Two that only ask about the same third person say nothing of each other.
    related = Q(standing=LinkStanding.LINKED) | Q(identity__link__standing=LinkStanding.LINKED)
    rows = (
        Link.objects.filter(mention__referral_id__in=referral_ids)
        .exclude(standing=LinkStanding.ENDED)
        .values("mention__referral_id")
        .annotate(
            others=Count(
                f"{other}referral_id",
                distinct=True,
                filter=standing & may_count & elsewhere & related,
            )
        )
    )
    return {row["mention__referral_id"]: row["others"] for row in rows}


def counts() -> dict[str, int]:
    """How many mentions, identities with a mention, and open questions. 3 SQL statements."""
    linked = Link.objects.filter(standing=LinkStanding.LINKED)
    return {
        "mentions": Mention.objects.count(),
        "identities": linked.values("identity").distinct().count(),
        "candidate_links": Link.objects.filter(standing=LinkStanding.ASKED).count(),
    }


def _standing_links(**which: object) -> list[Link]:
    return list(Link.objects.filter(**which).exclude(standing=LinkStanding.ENDED))


def _facts(mentions: QuerySet[Mention]) -> list[MentionFacts]:
    columns = ("pk", "case_id", "referral_id", "told_at", "told_by", *PERSON_FIELDS)
    return [
        MentionFacts(pk, case, referral, at, by, PersonAsTold(PersonRole(role), *told))
        for pk, case, referral, at, by, role, *told in mentions.values_list(*columns)
    ]
