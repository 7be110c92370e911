"""What the pages of questions show."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from breakwater.access.queries import granted_cases
from breakwater.access.rules import Actor
from breakwater.people.linkage import Evidence
from breakwater.people.models import Link, Place, Review, Tie
from breakwater.people.queries import MentionFacts, mentions_by_id
from breakwater.people.rules import Answer, LinkStanding
from breakwater.web import times

PAGE_SIZE = 50


@dataclass(frozen=True)
class QuestionRow:
    link_id: int
    one: MentionFacts
    other: MentionFacts
    weight: float
    asked_at: datetime


@dataclass(frozen=True)
class Queue:
    rows: list[QuestionRow]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Waiting:
    """A page of questions before the right to see them was asked: ids only."""

    ties: list[Tie]
    total: int
    page: int
    pages: int

    @property
    def cases(self) -> set[int]:
        both = ((tie.case_id, tie.against_case_id) for tie in self.ties)
        return {case_id for pair in both for case_id in pair if case_id is not None}


@dataclass(frozen=True)
class Question:
    """Two mentions, what speaks for and against, and what their identities hold besides."""

    link_id: int
    one: MentionFacts
    other: MentionFacts
    weight: float
    evidence: tuple[Evidence, ...]
    beside_one: list[MentionFacts]
    beside_other: list[MentionFacts]
    answered: str


def open_questions(actor: Actor) -> QuerySet[Tie]:
    """The questions that nobody answered, of which both sides are open to the actor."""
    seen = granted_cases(actor)
    return Tie.objects.filter(
        standing=LinkStanding.ASKED,
        answered=False,
        case_id__in=seen,
        against_case_id__in=seen,
    )


def waiting(actor: Actor, page: int) -> Waiting:
    """A page of the actor's questions, the surest first, by ids. 2 SQL statements."""
    questions = open_questions(actor)
    total = questions.count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    start = (page - 1) * PAGE_SIZE
    ties = list(questions.order_by("-weight", "pk")[start : start + PAGE_SIZE])
    return Waiting(ties, total, page, pages)


def queue(waiting: Waiting) -> Queue:
    """The page, for one who holds its cases. 1 SQL statement."""
    ties = [(tie, tie.against_id) for tie in waiting.ties if tie.against_id is not None]
    facts = mentions_by_id({pk for tie, against in ties for pk in (tie.mention_id, against)})
    rows = [
        QuestionRow(tie.pk, facts[tie.mention_id], facts[against], tie.weight, tie.decided_at)
        for tie, against in ties
    ]
    return Queue(rows, waiting.total, waiting.page, waiting.pages)


def after(actor: Actor, link_id: int) -> int | None:
    """The question that comes after this one in the actor's queue, or the first. 2 statements."""
    waiting = open_questions(actor).exclude(pk=link_id).order_by("-weight", "pk")
    seen = granted_cases(actor)
    mine = Tie.objects.filter(pk=link_id, case_id__in=seen, against_case_id__in=seen)
    here = mine.values_list("weight", flat=True).first()
    if here is not None:
        later = Q(weight__lt=here) | Q(weight=here, pk__gt=link_id)
        following = waiting.filter(later).values_list("pk", flat=True).first()
        if following is not None:
            return following
    return waiting.values_list("pk", flat=True).first()


def cases_of(link_id: int) -> tuple[int, int] | None:
    """The cases of the two that a question is about. 1 SQL statement. Shows nothing."""
    tie = Tie.objects.filter(pk=link_id).first()
    if tie is None or tie.against_case_id is None:
        return None
    return tie.case_id, tie.against_case_id


def question(link_id: int, seen: Collection[int]) -> Question:
    """Put the page together; of the identities' other mentions only those in `seen` cases.

    5 SQL statements. Only actions.open_question may call it, which asks for the right.
    """
    link = Link.objects.get(pk=link_id)
    pair = [link.mention_id, link.against_id or 0]
    homes = dict(
        Tie.objects.filter(mention_id__in=pair, standing=LinkStanding.LINKED).values_list(
            "mention_id", "identity_id"
        )
    )
    linked = Tie.objects.filter(
        identity_id__in=homes.values(), standing=LinkStanding.LINKED, case_id__in=list(seen)
    ).values_list("identity_id", "mention_id")
    members: dict[int, list[int]] = {}
    for identity_id, mention_id in linked:
        members.setdefault(identity_id, []).append(mention_id)
    facts = mentions_by_id({*pair, *(m for some in members.values() for m in some)})

    def beside(mention_id: int) -> list[MentionFacts]:
        return [facts[m] for m in members.get(homes[mention_id], ()) if m not in pair]

    return Question(
        link.pk,
        facts[pair[0]],
        facts[pair[1]],
        link.weight,
        tuple(Evidence(*row) for row in link.evidence),
        beside(pair[0]),
        beside(pair[1]) if homes[pair[0]] != homes[pair[1]] else [],
        answered(*pair),
    )


def cases_beside(link_id: int) -> set[int]:
    """The cases of everybody whom a question's two identities hold. 2 SQL statements."""
    tie = Tie.objects.get(pk=link_id)
    two = [tie.mention_id, tie.against_id or 0]
    homes = Tie.objects.filter(standing=LinkStanding.LINKED, mention_id__in=two)
    linked = Tie.objects.filter(
        standing=LinkStanding.LINKED, identity_id__in=homes.values("identity_id")
    )
    return set(linked.values_list("case_id", flat=True))


def answered(one: int, other: int) -> str:
    """Say who answered about a pair last and when, or "". 1 SQL statement."""
    latest = (
        Review.objects.filter(mention=min(one, other), against=max(one, other))
        .order_by("-pk")
        .values_list("answered_by__name", "answer", "answered_at")
        .first()
    )
    if latest is None:
        return ""
    name, said, at = latest
    return f"{name} answered: {said}, {times.date_time(at)}."


def split_pairs(one: int, other: int) -> set[tuple[int, int]]:
    """The pairs that were called different in the same act as these two, and not spoken of since.

    A split says of one mention that it is nobody of those it leaves. 1 SQL statement.
    """
    rows = Review.objects.filter(Q(mention__in=(one, other)) | Q(against__in=(one, other)))
    latest = {(row.mention_id, row.against_id): row for row in rows.order_by("pk")}
    here = latest.get((min(one, other), max(one, other)))
    if here is None or here.answer != Answer.DIFFERENT:
        return set()
    return {
        pair
        for pair, row in latest.items()
        if row.answer == Answer.DIFFERENT
        # One transaction has one moment.
        and (row.answered_at, row.answered_by_id) == (here.answered_at, here.answered_by_id)
    }


def labels() -> Iterator[tuple[int, int, str]]:
    """The pairs that people called the same or different, each with its latest answer.

    1 SQL statement. Ids only: who may run `breakwater link labels` has the database.
    """
    latest = (
        Review.objects.exclude(answer=Answer.CANNOT_TELL)
        .order_by("mention_id", "against_id", "-pk")
        .distinct("mention_id", "against_id")
    )
    yield from latest.values_list("mention_id", "against_id", "answer").iterator()


def identity_of(mention_id: int) -> int | None:
    """The identity that a mention is linked to. 1 SQL statement."""
    linked = Tie.objects.filter(mention_id=mention_id, standing=LinkStanding.LINKED)
    return linked.values_list("identity_id", flat=True).first()


def case_of(mention_id: int) -> int | None:
    """The case of a mention. 1 SQL statement. Shows nothing."""
    return Place.objects.filter(pk=mention_id).values_list("case_id", flat=True).first()


def case_by_mention(mention_ids: Collection[int]) -> dict[int, int]:
    """The case of each of these mentions. 1 SQL statement. Shows nothing."""
    return dict(Place.objects.filter(pk__in=mention_ids).values_list("mention_id", "case_id"))


def cases_with(mention_ids: Collection[int]) -> set[int]:
    """The cases of these mentions. 1 SQL statement. Shows nothing."""
    return set(Place.objects.filter(pk__in=mention_ids).values_list("case_id", flat=True))
