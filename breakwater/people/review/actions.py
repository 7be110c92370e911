"""Answering, splitting and joining: who may, what was said, and what becomes of the links."""

from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager

from breakwater.access import actions as access
from breakwater.access.actions import Act
from breakwater.access.policy import Verb
from breakwater.access.queries import may_know_of, may_see
from breakwater.access.rules import Actor, NotAllowed
from breakwater.people.actions import members_of, one_at_a_time
from breakwater.people.models import Link, Review
from breakwater.people.review import history, queries
from breakwater.people.review.history import History
from breakwater.people.review.moving import CannotBe, end_questions, join_identities, split_off
from breakwater.people.review.queries import Question, Queue
from breakwater.people.rules import Answer, LinkStanding

LONGEST_REASON = 2_000
PURPOSE = "is it the same person?"


def open_queue(actor: Actor, page: int) -> Queue:
    """Show the actor's questions. Raise NotAllowed. One entry names the cases shown."""
    what = "questions about people"
    access.check_list(actor, Verb.REVIEW_MATCHES, what)
    waiting = queries.waiting(actor, page)
    with access.show_list(actor, Verb.REVIEW_MATCHES, what, waiting.cases).reading():
        return queries.queue(waiting)


def open_question(actor: Actor, link_id: int) -> Question:
    """Show two mentions next to each other; a ledger entry for each case seen. Raise NotAllowed."""
    _check_asked(actor, link_id)
    mine, other = _cases(actor, link_id)
    view = access.look(actor, mine, subject=f"question:{link_id}", purpose=PURPOSE)
    beside = (queries.cases_beside(link_id) | {other}) - {mine}
    view = view.beside(access.look_beside(view, beside, purpose=PURPOSE))
    if other not in view.cases:  # taken away at this very moment
        access.refuse(actor, Verb.REVIEW_MATCHES, subject=f"question:{link_id}")
    with view.reading():
        return queries.question(link_id, view.cases)


def next_question(actor: Actor, link_id: int) -> int | None:
    """Return the question after this one, None when nothing is left. Raise NotAllowed."""
    _check_asked(actor, link_id)
    return queries.after(actor, link_id)


def open_history(actor: Actor, mention_id: int) -> History:
    """Show every link that a mention's identity has or had. Raise NotAllowed."""
    case_id = queries.case_of(mention_id) or access.NO_CASE
    identity_id = queries.identity_of(mention_id) or 0
    view = access.look(
        actor, case_id, subject=f"identity:{identity_id}", purpose="links of a person"
    )
    beside = history.cases(identity_id) - {case_id}
    view = view.beside(access.look_beside(view, beside, purpose="links of a person"))
    with view.reading():
        return history.of(identity_id, view)


def answer(actor: Actor, link_id: int, said: Answer, reason: str = "") -> None:
    """Answer a question. Raise NotAllowed, or CannotBe with what stands against the answer."""
    mine, other = _cases(actor, link_id)
    with access.acting(
        actor, Verb.REVIEW_MATCHES, case_id=mine, subject=f"question:{link_id}", engine=True
    ) as act:
        _both(actor, other)
        one_at_a_time()
        link = Link.objects.select_for_update().get(pk=link_id)
        one, against = link.mention_id, link.against_id or 0
        if link.standing != LinkStanding.ASKED:
            before = queries.answered(one, against)
            raise CannotBe(before or "This question is settled: somebody linked or split the two.")
        _review(actor, {(one, against)}, said, reason, link.weight)
        if said is Answer.SAME:
            join_identities(actor, one, against, link)
        elif said is Answer.DIFFERENT:
            end_questions(one, against)
            if queries.identity_of(one) == queries.identity_of(against):
                split_off(actor, one)
        act.facts = {"answer": said.value, "mentions": [one, against]}


def split(actor: Actor, mention_id: int, reason: str) -> None:
    """Take a mention out of its identity: it is somebody else. Raise NotAllowed or CannotBe."""
    with _about(actor, mention_id) as act:
        one_at_a_time()
        identity_id = queries.identity_of(mention_id)
        left = [m for m, _ in members_of({identity_id or 0})[identity_id or 0] if m != mention_id]
        if not _may_know_of(actor, left):
            raise CannotBe("Nobody else is linked to this person: there is nothing to split.")
        _review(actor, {(mention_id, other) for other in left}, Answer.DIFFERENT, reason, 0.0)
        act.facts = {"from": identity_id, "to": split_off(actor, mention_id)}


def join(actor: Actor, mention_id: int, against_id: int, reason: str) -> None:
    """Say by hand that two mentions are one person. Raise NotAllowed or CannotBe.

    Where a split had set the two apart it takes back all that this split said.
    """
    case_id = queries.case_of(against_id)
    with _about(actor, mention_id) as act:
        _both(actor, case_id)
        one_at_a_time()
        if queries.identity_of(mention_id) == queries.identity_of(against_id):
            raise CannotBe("The two are linked already.")
        pair = (min(mention_id, against_id), max(mention_id, against_id))
        pairs = {pair, *queries.split_pairs(mention_id, against_id)}
        _review(actor, pairs, Answer.SAME, reason, 0.0)
        join_identities(actor, mention_id, against_id, None)
        act.facts = {"mentions": [mention_id, against_id]}


def _check_asked(actor: Actor, link_id: int) -> None:
    """Refuse, and write down, whoever is asked no questions at all."""
    if Verb.REVIEW_MATCHES not in actor.verbs:
        access.refuse(actor, Verb.REVIEW_MATCHES, subject=f"question:{link_id}")


def _may_know_of(actor: Actor, mention_ids: Collection[int]) -> bool:
    """Tell whether any is more than a mention of a restricted case, which looks like nothing."""
    return bool(may_know_of(actor, queries.cases_with(mention_ids)))


def _about(actor: Actor, mention_id: int) -> AbstractContextManager[Act]:
    case_id = queries.case_of(mention_id) or access.NO_CASE
    return access.acting(
        actor,
        Verb.REVIEW_MATCHES,
        case_id=case_id,
        subject=f"mention:{mention_id}",
        engine=True,
    )


def _cases(actor: Actor, link_id: int) -> tuple[int, int]:
    """Return the cases of the two, one that the actor may not see first.

    So that one is asked for first and refused, as is a question that is not there: whoever tries
    numbers learns of no question in which one side is hidden.
    """
    cases = queries.cases_of(link_id) or (access.NO_CASE, access.NO_CASE)
    seen = may_see(actor, set(cases))
    one, other = sorted(cases, key=lambda case: case in seen)
    return one, other


def _both(actor: Actor, other: int | None) -> None:
    if other is None or not may_see(actor, {other}):
        raise NotAllowed(access.NO_GRANT)


def _review(
    actor: Actor, pairs: Iterable[tuple[int, int]], said: Answer, reason: str, weight: float
) -> None:
    Review.objects.bulk_create(
        Review(
            mention_id=min(pair),
            against_id=max(pair),
            answer=said,
            reason=reason,
            weight=weight,
            answered_by_id=actor.person,
        )
        for pair in sorted(pairs)
    )
