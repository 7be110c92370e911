"""Recording who was told of, and who they are linked to. Called inside the caller's action."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, astuple
from datetime import datetime
from itertools import combinations

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from breakwater.access.actions import acting, shut_out_kin, tell_guards
from breakwater.access.policy import Verb
from breakwater.access.rules import WORKER, AlertKind
from breakwater.audit.actions import record
from breakwater.people import index
from breakwater.people.linkage import Profile, Verdict, contradictions, judge, unpacked
from breakwater.people.models import Identity, Link, Mention, Place, Review
from breakwater.people.models import Profile as ProfileRow
from breakwater.people.queries import (
    Candidate,
    Found,
    find_profiles,
)
from breakwater.people.rules import Answer, LinkStanding, PersonAsTold, full_date
from breakwater.people.search.rules import short_name

ENGINE = "identity engine"


def record_mentions(
    *,
    case_id: int,
    referral_id: int,
    told_at: datetime,
    told_by: str,
    people: Sequence[PersonAsTold],
    found: Sequence[Found],
) -> None:
    """Keep each person as told, link the sure ones, ask about the doubtful.

    `found` is what queries.find_all said of the same people in the same order. Staff who are told
    of, or whose family is, are shut out of the case; guards of restricted cases are told.
    7 SQL statements, and 1 or 2 more where somebody is surely known: see sure_identity.
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
    dated = ((full_date(p.born), short_name(p.given, p.family)) for p in people)
    shut_out_kin(case_id, [(born, name) for born, name in dated if born and name])
    guarded = {c.case_id for one in found for c in one.candidates} - {case_id}
    tell_guards(AlertKind.TOLD, guarded, WORKER)
    homes = sure_identities(found)
    new = iter(Identity.objects.bulk_create(Identity() for home in homes if home is None))
    links = []
    for mention, home, looked in zip(mentions, homes, found, strict=True):
        if home is None:
            identity_id = next(new).pk
            links.append(_first_link(mention.pk, identity_id))
        else:
            identity_id = home.identity_id
            links.append(_link(mention.pk, home, LinkStanding.LINKED))
        links += _questions(mention.pk, identity_id, looked.candidates)
    Link.objects.bulk_create(links)
    index.add(
        (mention.pk, looked.profile, person)
        for mention, looked, person in zip(mentions, found, people, strict=True)
    )


def sure_identities(found: Sequence[Found]) -> list[Candidate | None]:
    """Return for each of the people the candidate to link to, or None: new, or for a person.

    Of several surely the same the one with the oldest identity. None when they contradict each
    other, or when anybody of that identity contradicts the newcomer: a cluster stays consistent.
    1 SQL statement, none when nobody is sure; 1 more when somebody is surely two identities.
    """
    sure = [[c for c in one.candidates if c.verdict is Verdict.SAME] for one in found]
    members = members_of({c.identity_id for some in sure for c in some})
    several = [some for some in sure if len({c.identity_id for c in some}) > 1]
    apart = told_apart({c.mention_id for some in several for c in some})
    return [_home(one.profile, some, members, apart) for one, some in zip(found, sure, strict=True)]


def _home(
    newcomer: Profile,
    sure: Sequence[Candidate],
    members: dict[int, list[tuple[int, Profile]]],
    apart: Collection[frozenset[int]],
) -> Candidate | None:
    if not sure:
        return None
    for one, other in combinations(sure, 2):
        if one.identity_id == other.identity_id:
            continue
        told_apart = frozenset({one.mention_id, other.mention_id}) in apart
        if told_apart or judge(one.profile, other.profile).verdict is not Verdict.SAME:
            return None
    home = min(sure, key=lambda c: c.identity_id)
    clash = any(contradictions(newcomer, profile) for _, profile in members[home.identity_id])
    return None if clash else home


def members_of(identities: Collection[int]) -> dict[int, list[tuple[int, Profile]]]:
    """Return who is linked to each identity, comparable. 1 SQL statement, none for nobody."""
    members: dict[int, list[tuple[int, Profile]]] = defaultdict(list)
    if identities:
        with connection.cursor() as cursor:
            cursor.execute(
                "select l.identity_id, l.mention_id, p.packed from people_link l"
                " join people_profile p using (mention_id)"
                " where l.identity_id = any(%s) and l.standing = 'linked'",
                [list(identities)],
            )
            for identity_id, mention_id, packed in cursor.fetchall():
                members[identity_id].append((mention_id, unpacked(packed)))
    return members


def told_apart(mention_ids: Collection[int]) -> set[frozenset[int]]:
    """Return the pairs with one of these that a person called different, and nobody the same since.

    1 SQL statement, none for nobody.
    """
    if not mention_ids:
        return set()
    rows = Review.objects.filter(Q(mention__in=mention_ids) | Q(against__in=mention_ids)).order_by(
        "pk"
    )
    latest = {
        frozenset({one, other}): answer
        for one, other, answer in rows.values_list("mention_id", "against_id", "answer")
        if answer != Answer.CANNOT_TELL
    }
    return {pair for pair, answer in latest.items() if answer == Answer.DIFFERENT}


def look_again(referral_id: int) -> int:
    """Find who arrived at the same moment, unseen by each other; return how many links it made.

    Two referrals in two transactions cannot see each other's mentions. Run after the commit, by
    the worker. A mention moves only to an older identity, so two of these never swap.
    """
    made = 0
    with acting(WORKER, Verb.COMPARE, subject=f"referral:{referral_id}", engine=True) as act:
        one_at_a_time()
        for place, looked in _look(referral_id):
            others = [c for c in looked.candidates if c.referral_id != referral_id]
            own = Link.objects.get(
                mention=place.mention_id, standing=LinkStanding.LINKED
            ).identity_id
            (home,) = sure_identities([Found(looked.profile, others, 0, 0)])
            if home and home.identity_id < own:
                _move(place, own, home)
                own, made = home.identity_id, made + 1
            if home:  # the sure ones follow by their own look
                others = [c for c in others if c.verdict is not Verdict.SAME]
            made += _ask(place.mention_id, own, others)
        act.facts = {"links": made}
    return made


def ask_about(pairs: Sequence[tuple[int, int]]) -> int:
    """Ask a person about pairs of mentions that a run over everybody found; return how many.

    Each pair: the younger mention, the older. What stands already or was answered stays.
    """
    made = 0
    with transaction.atomic():
        one_at_a_time()
        packed = dict(
            ProfileRow.objects.filter(mention__in={m for pair in pairs for m in pair}).values_list(
                "mention_id", "packed"
            )
        )
        homes = _homes(packed)
        cases = dict(Mention.objects.filter(pk__in=packed).values_list("pk", "case_id"))
        apart = told_apart(packed)
        for younger, older in pairs:
            if frozenset({younger, older}) in apart or not {younger, older} <= packed.keys():
                continue
            one, other = unpacked(packed[younger]), unpacked(packed[older])
            judgement = judge(one, other)
            if judgement.verdict is not Verdict.LEAVE:
                found = Candidate(older, homes[older], cases[older], 0, judgement, other)
                made += _ask(younger, homes[younger], [found])
    return made


def sure_but_younger(referral_id: int) -> set[int]:
    """Return the referrals whose people should move to this one's: they may have looked too early.

    Within a transaction that may compare.
    """
    looked_up = _look(referral_id)
    homes = _homes([place.mention_id for place, _ in looked_up])
    return {
        candidate.referral_id
        for place, looked in looked_up
        for candidate in looked.candidates
        if candidate.verdict is Verdict.SAME and candidate.identity_id > homes[place.mention_id]
    } - {referral_id}


def _look(referral_id: int) -> list[tuple[Place, Found]]:
    """Look up people who are kept already, without those that a person called different.

    4 SQL statements.
    """
    places = list(Place.objects.filter(referral_id=referral_id).order_by("mention_id"))
    ids = [place.mention_id for place in places]
    rows = ProfileRow.objects.filter(mention__in=ids)
    packed = dict(rows.values_list("mention_id", "packed"))
    apart = told_apart(ids)
    found = find_profiles([unpacked(packed[pk]) for pk in ids])
    return [
        (
            place,
            Found(
                looked.profile,
                [
                    c
                    for c in looked.candidates
                    if frozenset({place.mention_id, c.mention_id}) not in apart
                ],
                looked.compared,
                looked.too_common,
            ),
        )
        for place, looked in zip(places, found, strict=True)
    ]


def _homes(mention_ids: Collection[int]) -> dict[int, int]:
    """Return the identity that each mention is linked to. 1 SQL statement."""
    return dict(
        Link.objects.filter(mention__in=mention_ids, standing=LinkStanding.LINKED).values_list(
            "mention_id", "identity_id"
        )
    )


def one_at_a_time() -> None:
    """Wait for other looks to end: two that move links at once could each miss the other."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('people.look_again'))")


def _move(mention: Place, left: int, home: Candidate) -> None:
    """Link a mention to an older identity; what was asked about the one it leaves comes along."""
    end(Link.objects.filter(mention=mention.mention_id, identity__in=[left, home.identity_id]))
    Link.objects.bulk_create([_link(mention.mention_id, home, LinkStanding.LINKED)])
    record(
        WORKER.ledger_name,
        "link_moved",
        cases=[mention.case_id],
        subject=f"mention:{mention.mention_id}",
        facts={"from": left, "to": home.identity_id},
    )
    if not Link.objects.filter(identity=left, standing=LinkStanding.LINKED).exists():
        move_questions(left, home.identity_id)


def move_questions(left: int, home: int) -> None:
    """Ask about `home` what was asked about an identity that nobody is linked to any more."""
    questions = Link.objects.filter(identity=left, standing=LinkStanding.ASKED)
    stands = Link.objects.filter(identity=home).exclude(standing=LinkStanding.ENDED)
    already = set(stands.values_list("mention_id", flat=True))
    moved = [
        Link(
            mention_id=question.mention_id,
            identity_id=home,
            standing=LinkStanding.ASKED,
            against_id=question.against_id,
            weight=question.weight,
            evidence=question.evidence,
            decided_by=question.decided_by,
        )
        for question in questions
        if question.mention_id not in already
    ]
    end(questions)
    Link.objects.bulk_create(moved)


def end(links: QuerySet[Link]) -> None:
    """End links; they stay as rows that say what was once thought."""
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
        decided_by=ENGINE,
    )


def _link(mention_id: int, candidate: Candidate, standing: LinkStanding) -> Link:
    return Link(
        mention_id=mention_id,
        identity_id=candidate.identity_id,
        standing=standing,
        against_id=candidate.mention_id,
        weight=candidate.judgement.weight,
        evidence=[astuple(row) for row in candidate.judgement.evidence],
        decided_by=ENGINE,
    )
