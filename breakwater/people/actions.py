"""Recording who was told of, and who they are linked to. Called inside the caller's action."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import combinations

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from breakwater.audit.actions import record
from breakwater.people import lookup
from breakwater.people.lookup import Verdict
from breakwater.people.models import Identity, Link, MatchKey, Mention
from breakwater.people.queries import Candidate, MentionFacts, find_all, mentions_of
from breakwater.people.rules import LinkStanding, PersonAsTold


def record_mentions(
    *,
    case_id: int,
    referral_id: int,
    told_at: datetime,
    told_by: str,
    people: Sequence[PersonAsTold],
    found: Sequence[Sequence[Candidate]],
) -> None:
    """Keep each person as told, link the sure ones, ask about the doubtful. 4 SQL statements.

    `found` is what queries.find_all said of the same people in the same order.
    """
    if not people:
        return
    mentions = Mention.objects.bulk_create(
        Mention(
            case_id=case_id,
            referral_id=referral_id,
            place=place,
            told_at=told_at,
            told_by=told_by,
            **asdict(person),
        )
        for place, person in enumerate(people)
    )
    homes = [sure_identity(candidates) for candidates in found]
    new = iter(Identity.objects.bulk_create(Identity() for home in homes if home is None))
    links = []
    for mention, home, candidates in zip(mentions, homes, found, strict=True):
        if home is None:
            identity_id = next(new).pk
            links.append(_first_link(mention.pk, identity_id))
        else:
            identity_id = home.identity_id
            links.append(_link(mention.pk, home, LinkStanding.LINKED))
        links += _questions(mention.pk, identity_id, candidates)
    Link.objects.bulk_create(links)
    MatchKey.objects.bulk_create(
        MatchKey(key=key, mention=mention)
        for mention, person in zip(mentions, people, strict=True)
        for key in sorted(lookup.keys_of(lookup.clues_of(person)))
    )


def sure_identity(candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the candidate to link to: of the sure ones the one with the oldest identity.

    None when the sure ones contradict each other: then a person decides.
    """
    sure = [c for c in candidates if c.verdict is Verdict.SAME]
    agree = all(
        lookup.compare(one.clues, other.clues).verdict is Verdict.SAME
        for one, other in combinations(sure, 2)
        if one.identity_id != other.identity_id
    )
    return min(sure, key=lambda c: c.identity_id) if sure and agree else None


def look_again(referral_id: int) -> int:
    """Find who arrived at the same moment, unseen by each other; return how many links it made.

    Two referrals in two transactions cannot see each other's mentions. Run after the commit, by
    the worker. A mention moves only to an older identity, so two of these never swap.
    """
    made = 0
    with transaction.atomic():
        _one_at_a_time()
        mentions = mentions_of([referral_id])
        found = find_all([mention.person for mention in mentions])
        for mention, candidates in zip(mentions, found, strict=True):
            others = [c for c in candidates if c.referral_id != referral_id]
            own = Link.objects.get(mention=mention.id, standing=LinkStanding.LINKED).identity_id
            home = sure_identity(others)
            if home and home.identity_id < own:
                _move(mention, own, home)
                own, made = home.identity_id, made + 1
            if home:  # the sure ones follow by their own look
                others = [c for c in others if c.verdict is not Verdict.SAME]
            made += _ask(mention.id, own, others)
    return made


def sure_but_younger(referral_id: int) -> set[int]:
    """Return the referrals whose people should move to this one's: they may have looked too early.

    2 SQL statements.
    """
    mentions = mentions_of([referral_id])
    found = find_all([mention.person for mention in mentions])
    homes = dict(
        Link.objects.filter(
            mention__in=[m.id for m in mentions], standing=LinkStanding.LINKED
        ).values_list("mention_id", "identity_id")
    )
    return {
        candidate.referral_id
        for mention, candidates in zip(mentions, found, strict=True)
        for candidate in candidates
        if candidate.verdict is Verdict.SAME and candidate.identity_id > homes[mention.id]
    } - {referral_id}


def _one_at_a_time() -> None:
    """Wait for other looks to end: two that move links at once could each miss the other."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('people.look_again'))")


def _move(mention: MentionFacts, left: int, home: Candidate) -> None:
    """Link a mention to an older identity; what was asked about the one it leaves comes along."""
    _end(Link.objects.filter(mention=mention.id, identity__in=[left, home.identity_id]))
    Link.objects.bulk_create([_link(mention.id, home, LinkStanding.LINKED)])
    record(
        "worker",
        "link_moved",
        cases=[mention.case_id],
        subject=f"mention:{mention.id}",
        facts={"from": left, "to": home.identity_id},
    )
    if Link.objects.filter(identity=left, standing=LinkStanding.LINKED).exists():
        return
    questions = Link.objects.filter(identity=left, standing=LinkStanding.ASKED)
    stands = Link.objects.filter(identity=home.identity_id).exclude(standing=LinkStanding.ENDED)
    already = set(stands.values_list("mention_id", flat=True))
    moved = [
        Link(
            mention_id=question.mention_id,
            identity_id=home.identity_id,
            standing=LinkStanding.ASKED,
            against_id=question.against_id,
            points=question.points,
            evidence=question.evidence,
            decided_by=question.decided_by,
        )
        for question in questions
        if question.mention_id not in already
    ]
    _end(questions)
    Link.objects.bulk_create(moved)


def _end(links: QuerySet[Link]) -> None:
    links.exclude(standing=LinkStanding.ENDED).update(standing=LinkStanding.ENDED, ended_at=Now())


def _ask(mention_id: int, own_identity: int, candidates: Sequence[Candidate]) -> int:
    stands = Link.objects.filter(mention=mention_id).exclude(standing=LinkStanding.ENDED)
    already = set(stands.values_list("identity_id", flat=True))
    questions = [
        question
        for question in _questions(mention_id, own_identity, candidates)
        if question.identity_id not in already
    ]
    return len(Link.objects.bulk_create(questions))


def _questions(mention_id: int, own_identity: int, candidates: Sequence[Candidate]) -> list[Link]:
    best: dict[int, Candidate] = {}
    for candidate in candidates:
        if candidate.identity_id != own_identity:
            best.setdefault(candidate.identity_id, candidate)
    return [_link(mention_id, candidate, LinkStanding.ASKED) for candidate in best.values()]


def _first_link(mention_id: int, identity_id: int) -> Link:
    return Link(
        mention_id=mention_id,
        identity_id=identity_id,
        standing=LinkStanding.LINKED,
        decided_by=lookup.RULE,
    )


def _link(mention_id: int, candidate: Candidate, standing: LinkStanding) -> Link:
    return Link(
        mention_id=mention_id,
        identity_id=candidate.identity_id,
        standing=standing,
        against_id=candidate.mention_id,
        points=candidate.points,
        evidence=list(candidate.evidence),
        decided_by=lookup.RULE,
    )
