"""How fast partners must answer: rated, rated anew, each with its clock and its reason."""

import pytest

from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.referrals.models import Rated
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.referrals.rules import Rating, State
from breakwater.referrals.sealed import said
from breakwater.referrals.triage.actions import decide
from breakwater.referrals.triage.enquiries import rate, wait_for_more
from tests.builders import decided
from tests.referrals.waiting import (
    DANGER,
    a_referral,
    check_what_waits,
    clock,
    item_of,
    now_at,
    routed,
    version_of,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rating", Rating)
def test_a_rating_starts_the_clock_of_its_colour(triage: Actor, rating: Rating) -> None:
    reference = a_referral()
    rate(triage, reference, rating, "Two sources say it.", version=1)
    assert clock(reference, f"MASH_{rating.name}").met_at is None
    assert now_at(reference).state == State.ENQUIRIES
    check_what_waits()


def test_a_rating_changed_stops_the_old_clock_and_moves_what_is_due(triage: Actor) -> None:
    reference = a_referral()
    rate(triage, reference, Rating.AMBER, "So far.", version=1)
    rate(triage, reference, Rating.RED, "The school rang again.", version=2)
    amber, red = clock(reference, "MASH_AMBER"), clock(reference, "MASH_RED")
    assert (amber.stopped_because, amber.met_at) == ("rated_anew", None)
    assert red.stopped_at is None
    assert item_of(reference).due_at == now_at(reference).due_at
    check_what_waits()


def test_every_rating_is_kept_with_who_and_why(triage: Actor) -> None:
    reference = a_referral()
    rate(triage, reference, Rating.AMBER, "So far.", version=1)
    rate(triage, reference, Rating.GREEN, "It was a mistake.", version=2)
    rows = list(Rated.objects.order_by("pk"))
    assert [(r.rating, r.rated_by_id) for r in rows] == [
        ("amber", triage.user_id), ("green", triage.user_id),
    ]  # fmt: skip
    told = [(r.referral_id, f"rated:{n}", r.reason) for n, r in enumerate(rows)]
    assert list(said(told)) == ["So far.", "It was a mistake."]
    assert all(b"So far" not in bytes(row.reason) for row in rows)


def test_the_same_rating_again_gives_no_more_time(triage: Actor) -> None:
    reference = a_referral()
    rate(triage, reference, Rating.AMBER, "So far.", version=1)
    due = clock(reference, "MASH_AMBER").due_at
    with pytest.raises(WrongInput) as refusal:
        rate(triage, reference, Rating.AMBER, "Again.", version=2)
    assert refusal.value.errors == [("rating", "It is rated amber already: choose another rating")]
    assert (clock(reference, "MASH_AMBER").due_at, Rated.objects.count()) == (due, 1)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (" \n", "Enter why you rate it so"),
        ("x" * 5001, "Reason must be 5,000 characters or fewer"),
    ],
)
def test_a_rating_needs_a_reason(triage: Actor, reason: str, sentence: str) -> None:
    reference = a_referral()
    with pytest.raises(WrongInput) as refusal:
        rate(triage, reference, Rating.RED, reason, version=1)
    assert refusal.value.errors == [("reason", sentence)]
    assert now_at(reference).state == State.RECEIVED


def test_whoever_rates_second_learns_who_was_faster(triage: Actor, manager: Actor) -> None:
    reference = a_referral()
    rate(triage, reference, Rating.RED, "Now.", version=1)
    with pytest.raises(Overtaken, match="Priya Hill was faster: rate and ask partners"):
        rate(manager, reference, Rating.GREEN, "Later.", version=1)
    assert Rated.objects.count() == 1


def test_a_team_does_not_rate(triage: Actor, cait: Actor) -> None:
    reference = routed(triage, TeamKind.CAIT)
    with pytest.raises(NotAllowed):
        rate(cait, reference, Rating.RED, "Now.", version=2)


def test_what_is_decided_is_rated_no_more(triage: Actor, cait: Actor) -> None:
    reference = routed(triage, TeamKind.CAIT)
    with pytest.raises(NotAllowed, match="can be done now"):
        rate(triage, reference, Rating.RED, "Now.", version=2)


def test_what_waits_for_information_goes_on_before_it_is_rated(triage: Actor) -> None:
    reference = a_referral()
    wait_for_more(triage, reference, "The school was asked.", version=1)
    with pytest.raises(NotAllowed, match="go on: the information is here"):
        rate(triage, reference, Rating.RED, "Now.", version=2)


def test_danger_stays_due_first_however_it_is_rated(triage: Actor) -> None:
    reference = a_referral(concern=DANGER)
    rate(triage, reference, Rating.GREEN, "Partners are asked meanwhile.", version=1)
    assert now_at(reference).due_at == clock(reference, "DANGER").due_at
    check_what_waits()


def test_a_decision_meets_the_clock_of_the_rating(triage: Actor) -> None:
    reference = a_referral()
    rate(triage, reference, Rating.RED, "Now.", version=1)
    decide(triage, reference, decided(), version=version_of(reference))
    assert clock(reference, "MASH_RED").met_at is not None
