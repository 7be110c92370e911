"""Recording who was told of, and who they are linked to. Called inside the caller's action."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from breakwater.audit.actions import record
from breakwater.people import lookup
from breakwater.people.lookup import Verdict
from breakwater.people.models import Identity, Link, MatchKey, Mention
from breakwater.people.queries import Candidate, find_all, mentions_of
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
    """Return the candidate to link to: the surest, and only when all sure ones are one identity."""
    sure = [c for c in candidates if c.verdict is Verdict.SAME]
    return sure[0] if len({c.identity_id for c in sure}) == 1 else None


def look_again(referral_id: int) -> int:
    """Find who arrived at the same moment, unseen by each other; return how many links it made.

    Two referrals in two transactions cannot see each other's mentions. Run after the commit, by
    the worker. A mention moves only to an older identity, so two of these never swap.
    """
    made = 0
    with transaction.atomic():
        mentions = mentions_of([referral_id])
        standing = {
            (link.mention_id, link.identity_id): link
            for link in Link.objects.select_for_update()
            .filter(mention__in=[m.id for m in mentions])
            .exclude(standing=LinkStanding.ENDED)
        }
        for mention, candidates in zip(
            mentions, find_all([m.person for m in mentions]), strict=True
        ):
            others = [c for c in candidates if c.referral_id != referral_id]
            own = next(
                link
                for (of, _), link in standing.items()
                if of == mention.id and link.standing == LinkStanding.LINKED
            )
            home = sure_identity(others)
            if home and home.identity_id < own.identity_id:
                Link.objects.filter(
                    mention=mention.id, identity__in=[own.identity_id, home.identity_id]
                ).exclude(standing=LinkStanding.ENDED).update(
                    standing=LinkStanding.ENDED, ended_at=Now()
                )
                Link.objects.bulk_create([_link(mention.id, home, LinkStanding.LINKED)])
                made += 1
                record(
                    "worker",
                    "link_moved",
                    cases=[mention.case_id],
                    subject=f"mention:{mention.id}",
                    facts={"from": own.identity_id, "to": home.identity_id},
                )
                continue
            questions = [
                link
                for link in _questions(mention.id, own.identity_id, others)
                if (mention.id, link.identity_id) not in standing
            ]
            made += len(Link.objects.bulk_create(questions))
    return made


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
