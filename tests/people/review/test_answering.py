"""What people answer when asked whether two are one, and how it is undone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from breakwater.access.models import Case, Grant, User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.people.actions import look_again
from breakwater.people.models import Identity, Link, Mention, Review
from breakwater.people.queries import counts
from breakwater.people.review import queries
from breakwater.people.review.actions import (
    CannotBe,
    answer,
    join,
    open_history,
    open_question,
    open_queue,
    split,
)
from breakwater.people.rules import Answer, LinkStanding
from breakwater.referrals.models import Referral
from tests.builders import amelia, known_about, received

pytestmark = pytest.mark.django_db
Staff = Callable[..., User]


def told(**changes: Any) -> int:
    """A referral about Amelia, and the mention of her that it makes."""
    receipt = received(amelia(**changes))
    referral = Referral.objects.get(reference=receipt.reference)
    return Mention.objects.get(referral_id=referral.pk).pk


def told_doubtfully(**changes: Any) -> int:
    return told(**({"nhs_number": None, "family": "Hartly", "born": "2017"} | changes))


def question_about(mention: int) -> int:
    return Link.objects.get(mention=mention, standing=LinkStanding.ASKED).pk


def identity(mention: int) -> int | None:
    return queries.identity_of(mention)


@pytest.fixture
def pair(triage: Actor) -> tuple[int, int]:
    return told(), told_doubtfully()


# -- the queue --------------------------------------------------------------------------------


def test_a_question_waits_until_it_is_answered(triage: Actor, pair: tuple[int, int]) -> None:
    (row,) = open_queue(triage, 1).rows
    assert (row.one.id, row.other.id) == (pair[1], pair[0])
    answer(triage, row.link_id, Answer.CANNOT_TELL)
    assert open_queue(triage, 1).rows == []


def test_the_likeliest_is_asked_first(triage: Actor) -> None:
    told()
    told_doubtfully(postcode=None)
    told_doubtfully()
    weights = [row.weight for row in open_queue(triage, 1).rows]
    assert len(weights) > 1
    assert weights == sorted(weights, reverse=True)


def test_a_queue_costs_the_same_statements_however_long(triage: Actor) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            queries.queue(queries.waiting(triage, 1))
        return len(captured)

    told()
    told_doubtfully()
    one = statements()
    told_doubtfully(postcode=None)
    assert statements() == one == 3


def test_only_who_may_see_both_is_asked(triage: Actor, pair: tuple[int, int], staff: Staff) -> None:
    link = question_about(pair[1])
    Grant.objects.filter(case=Mention.objects.get(pk=pair[0]).case_id).delete()
    assert open_queue(triage, 1).rows == []
    with pytest.raises(NotAllowed):
        open_question(triage, link)
    with pytest.raises(NotAllowed):
        answer(triage, link, Answer.SAME)
    assert not Review.objects.exists()


@pytest.mark.parametrize("kind", [TeamKind.CAIT, TeamKind.EARLY_HELP])
def test_a_practitioner_is_not_asked(staff: Staff, pair: tuple[int, int], kind: TeamKind) -> None:
    somebody = actor_for(staff("Ana Reyes", kind))
    for do in (
        lambda: open_queue(somebody, 1),
        lambda: answer(somebody, question_about(pair[1]), Answer.SAME),
        lambda: split(somebody, pair[1], "no"),
    ):
        with pytest.raises(NotAllowed):
            do()
    assert not Review.objects.exists()


def test_no_such_question_is_refused_as_one_of_others(triage: Actor) -> None:
    with pytest.raises(NotAllowed) as refusal:
        answer(triage, 99, Answer.SAME)
    assert "no grant" in str(refusal.value)
    assert Entry.objects.filter(verb="review_matches", allowed=False).count() == 1


# -- answers ----------------------------------------------------------------------------------


def test_same_joins_the_two_and_keeps_what_was(triage: Actor, pair: tuple[int, int]) -> None:
    first, second = pair
    left = identity(second)
    answer(triage, question_about(second), Answer.SAME, "Her mother confirmed both names.")
    assert identity(second) == identity(first)
    assert Link.objects.get(mention=second, identity=left).standing == LinkStanding.ENDED
    review = Review.objects.get()
    assert (review.answer, review.reason) == ("same", "Her mother confirmed both names.")
    assert counts()["candidate_links"] == 0
    link = Link.objects.get(mention=second, standing=LinkStanding.LINKED)
    assert link.decided_by == triage.ledger_name


def test_the_older_identity_takes_everybody_of_the_younger(triage: Actor) -> None:
    first, second = told(), told_doubtfully()
    third = told_doubtfully(nhs_number="9990000026", born="2017-05-14", given="Millie")
    answer(triage, question_about(second), Answer.SAME)
    assert identity(second) == identity(first)
    assert identity(third) != identity(first)


def test_different_ends_the_question_for_good(triage: Actor, pair: tuple[int, int]) -> None:
    first, second = pair
    answer(triage, question_about(second), Answer.DIFFERENT)
    assert identity(first) != identity(second)
    assert known_about([second]) == {}
    for mention in pair:
        look_again(Mention.objects.get(pk=mention).referral_id)
    assert known_about([second]) == {}


def test_cannot_tell_leaves_the_question_on_the_referral(
    triage: Actor, pair: tuple[int, int]
) -> None:
    answer(triage, question_about(pair[1]), Answer.CANNOT_TELL)
    assert [known.mention.id for known in known_about([pair[1]])[pair[1]]] == [pair[0]]


def test_the_second_to_answer_is_told_who_was_first(
    triage: Actor, pair: tuple[int, int], staff: Staff
) -> None:
    link = question_about(pair[1])
    answer(triage, link, Answer.DIFFERENT)
    other = actor_for(staff("Tom Baker"))
    with pytest.raises(CannotBe, match="Priya Hill answered: different"):
        answer(other, link, Answer.SAME)
    assert Review.objects.count() == 1


def test_two_valid_nhs_numbers_are_not_joined_even_by_hand(triage: Actor) -> None:
    first, second = told(), told_doubtfully(nhs_number="9990000026")
    with pytest.raises(CannotBe, match="NHS numbers"):
        answer(triage, question_about(second), Answer.SAME)
    assert identity(first) != identity(second)
    assert not Review.objects.exists()


def test_who_was_called_different_from_somebody_is_not_joined_through_a_third(
    triage: Actor,
) -> None:
    first, second = told(), told_doubtfully()
    answer(triage, question_about(second), Answer.DIFFERENT)
    third = told()
    assert identity(third) == identity(first)
    with pytest.raises(CannotBe, match="called two of these different"):
        join(triage, second, third, "I think so")
    assert identity(second) != identity(first)


def test_every_answer_is_a_ledger_entry(triage: Actor, pair: tuple[int, int]) -> None:
    link = question_about(pair[1])
    answer(triage, link, Answer.SAME)
    entry = Entry.objects.get(verb="review_matches", allowed=True, subject=f"question:{link}")
    assert entry.facts == {"answer": "same", "mentions": [pair[1], pair[0]]}


def test_each_case_seen_on_a_question_is_a_ledger_entry(
    triage: Actor, pair: tuple[int, int]
) -> None:
    open_question(triage, question_about(pair[1]))
    seen = Entry.objects.filter(verb="open_case").values_list("cases", flat=True)
    assert {case for cases in seen for case in cases} == set(
        Case.objects.values_list("pk", flat=True)
    )


@pytest.mark.parametrize("change", ["update {} set answer = 'same'", "delete from {}"])
def test_a_review_is_never_changed(triage: Actor, pair: tuple[int, int], change: str) -> None:
    answer(triage, question_about(pair[1]), Answer.DIFFERENT)
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(change.format("people_review"))


# -- splitting and joining --------------------------------------------------------------------


def test_a_wrong_link_is_split_and_never_made_again(triage: Actor) -> None:
    first, second = told(), told()
    assert identity(first) == identity(second)
    split(triage, second, "A cousin of the same name.")
    assert identity(first) != identity(second)
    look_again(Mention.objects.get(pk=second).referral_id)
    assert identity(first) != identity(second)
    assert known_about([second]) == {}


def test_what_was_split_can_be_joined_again_and_nothing_is_lost(triage: Actor) -> None:
    first, second = told(), told()
    split(triage, second, "A cousin.")
    join(triage, second, first, "No, it is her.")
    assert identity(first) == identity(second)
    standings = Link.objects.filter(mention=second).order_by("pk")
    assert [link.standing for link in standings] == ["ended", "ended", "linked"]
    assert [review.answer for review in Review.objects.order_by("pk")] == ["different", "same"]


def test_who_stands_alone_cannot_be_split(triage: Actor) -> None:
    with pytest.raises(CannotBe, match="nothing to split"):
        split(triage, told(), "?")


def test_the_history_shows_every_link_that_was(triage: Actor, staff: Staff) -> None:
    first, second = told(), told()
    split(triage, second, "A cousin.")
    history = open_history(triage, first)
    assert [step.standing for step in history.steps] == [LinkStanding.ENDED, LinkStanding.LINKED]
    assert [member.id for member in history.members] == [first]


def test_a_history_shows_nothing_of_a_restricted_case(triage: Actor) -> None:
    first, second = told(), told_doubtfully()
    answer(triage, question_about(second), Answer.SAME)
    Case.objects.filter(pk=Mention.objects.get(pk=second).case_id).update(restricted=True)
    history = open_history(triage, first)
    assert {step.mention.id for step in history.steps if step.mention} == {first}
    assert len(history.steps) == 1


def test_labels_are_the_latest_answers(triage: Actor) -> None:
    first, second = told(), told()
    split(triage, second, "A cousin.")
    join(triage, second, first, "No, it is her.")
    answer(triage, question_about(told_doubtfully()), Answer.CANNOT_TELL)
    assert list(queries.labels()) == [(first, second, "same")]


def test_an_identity_without_mentions_asks_nothing(triage: Actor) -> None:
    first, second = told(), told_doubtfully()
    third = told_doubtfully(postcode=None)
    answer(triage, question_about(second), Answer.SAME)
    asked = Link.objects.filter(standing=LinkStanding.ASKED).values_list("identity", flat=True)
    linked = Link.objects.filter(standing=LinkStanding.LINKED).values_list("identity", flat=True)
    assert set(asked) <= set(linked)
    assert identity(third) != identity(first)
    assert Identity.objects.count() >= 2
