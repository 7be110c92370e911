"""Moving mentions between identities: every step keeps what was there before as an ended link."""

from collections.abc import Collection

from django.db.models import Q

from breakwater.access.queries import may_know_of
from breakwater.access.rules import Actor
from breakwater.audit.actions import record
from breakwater.people.actions import end, members_of, move_questions, told_apart
from breakwater.people.linkage import Profile, contradictions
from breakwater.people.models import Identity, Link
from breakwater.people.review import queries
from breakwater.people.rules import LinkStanding


class CannotBe(Exception):
    """An answer that the rows do not allow; the text says what stands against it and what to do."""


def end_questions(one: int, other: int) -> None:
    end(
        Link.objects.filter(
            Q(mention=one, against=other) | Q(mention=other, against=one),
            standing=LinkStanding.ASKED,
        )
    )


def join_identities(actor: Actor, one: int, other: int, question: Link | None) -> None:
    """Link everybody of the younger identity to the older, if no two of them clash.

    A clash with somebody of whom the actor may not know is none: the refusal would tell what the
    restricted case holds. It stays visible to whoever sees both.
    """
    homes = sorted({queries.identity_of(one) or 0, queries.identity_of(other) or 0})
    end_questions(one, other)
    if len(homes) == 1:
        return
    older, younger = homes
    members = members_of(homes)
    known_of = _known_of(actor, [pk for some in members.values() for pk, _ in some])
    _check_consistent(
        *([one for one in members[home] if one[0] in known_of] for home in (older, younger))
    )
    leaving = Link.objects.filter(identity=younger, standing=LinkStanding.LINKED)
    before = {link.mention_id: link for link in leaving}
    end(leaving)
    coming = [mention_id for mention_id, _ in members[younger]]
    # A question of one of these about the older identity is settled with it.
    end(Link.objects.filter(mention__in=coming, identity=older))
    links = []
    for mention_id in coming:
        # The answer speaks of these two; the others come along for what linked them before.
        asked_of = mention_id in (one, other)
        why = question if asked_of else before[mention_id]
        partner = why.against_id if why else None
        if asked_of:
            partner = one if mention_id == other else other
        links.append(
            Link(
                mention_id=mention_id,
                identity_id=older,
                standing=LinkStanding.LINKED,
                against_id=partner,
                weight=why.weight if why else 0.0,
                evidence=why.evidence if why else [],
                decided_by=actor.ledger_name,
            )
        )
    Link.objects.bulk_create(links)
    record(
        actor.ledger_name,
        "link_moved",
        agency_id=actor.agency_id,
        cases=sorted(queries.cases_with(coming)),
        subject=f"identity:{younger}",
        facts={"from": younger, "to": older, "mentions": coming},
    )
    staying = [mention_id for mention_id, _ in members[older]]
    end(Link.objects.filter(mention__in=staying, identity=younger))
    move_questions(younger, older)


def _known_of(actor: Actor, mention_ids: Collection[int]) -> set[int]:
    """Return those that the actor may know of. 2 SQL statements."""
    cases = queries.case_by_mention(mention_ids)
    known_of = may_know_of(actor, set(cases.values()))
    return {pk for pk, case in cases.items() if case in known_of}


def _check_consistent(some: list[tuple[int, Profile]], others: list[tuple[int, Profile]]) -> None:
    apart = told_apart([mention_id for mention_id, _ in some])
    for one, profile in some:
        for other, other_profile in others:
            if frozenset({one, other}) in apart:
                raise CannotBe(
                    "Somebody called two of these different. Split them off first, "
                    "from the history of the person."
                )
            if against := contradictions(profile, other_profile):
                raise CannotBe(
                    f"They cannot be one person as told: {against[0]}. Check which is right, "
                    "and split off the wrong one first."
                )


def split_off(actor: Actor, mention_id: int) -> int:
    """Link a mention to a new identity of its own; return that."""
    left = queries.identity_of(mention_id)
    end(Link.objects.filter(mention=mention_id, standing=LinkStanding.LINKED))
    home = Identity.objects.create()
    Link.objects.create(
        mention_id=mention_id,
        identity=home,
        standing=LinkStanding.LINKED,
        decided_by=actor.ledger_name,
    )
    # Who was asked about because of this one is still asked about it, by a new link.
    questions = Link.objects.filter(
        identity=left, against=mention_id, standing=LinkStanding.ASKED
    ).exclude(mention=mention_id)
    moved = [
        Link(
            mention_id=question.mention_id,
            identity=home,
            standing=LinkStanding.ASKED,
            against_id=mention_id,
            weight=question.weight,
            evidence=question.evidence,
            decided_by=question.decided_by,
        )
        for question in questions
    ]
    end(questions)
    Link.objects.bulk_create(moved)
    return home.pk
