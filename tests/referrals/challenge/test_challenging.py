"""A partner challenges a decision; who did not make it rules, level by level, each in time."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from breakwater.access.models import Case, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.clocks.models import Clock
from breakwater.referrals.challenge.actions import challenge, rule, take_up
from breakwater.referrals.challenge.models import Challenge, ChallengeStep
from breakwater.referrals.challenge.queries import challenges_of
from breakwater.referrals.challenge.rules import Challenged, Move, Ruled, Standing
from breakwater.referrals.models import Item, Notice, Route
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.referrals.rules import ItemKind, Level, RouteState, State
from breakwater.referrals.triage.actions import decide
from tests.builders import decided, received
from tests.referrals.challenge.conftest import Dispute

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
WHY = Challenged("The risk from the uncle was not known when this was decided.")
STANDS = Ruled(Move.STAND, "What you add was weighed; the plan covers it.")
UPHELD = Ruled(Move.UPHOLD, "You are right: it has to be weighed again.")
OUT = Ruled(Move.HAND_OUT, "For the partnership's panel.", with_whom="Jo Park, independent chair")


def challenged(dispute: Dispute, what: Challenged = WHY) -> int:
    return challenge(dispute.cait, dispute.reference, what, decision_id=dispute.decision)


def ruled(dispute: Dispute, by: str, one: int, answer: Ruled) -> bool:
    actor = getattr(dispute, by)
    return rule(actor, dispute.reference, one, answer, version=dispute.version)


def further(dispute: Dispute, one: int, reason: str = "The answer misses the point.") -> None:
    take_up(dispute.cait, dispute.reference, one, reason, version=dispute.version)


def waiting() -> list[Item]:
    return list(Item.objects.filter(kind=ItemKind.CHALLENGE, done_at=None))


def clock(code: str) -> Clock:
    return Clock.objects.get(code=code)


def test_a_challenge_waits_on_triages_board_with_its_clock(dispute: Dispute) -> None:
    one = challenged(dispute)
    (item,) = waiting()
    assert Team.objects.get(pk=item.team_id).kind == TeamKind.TRIAGE
    assert (clock("DISAGREE").subject, item.due_at) == (
        f"challenge:{one}",
        clock("DISAGREE").due_at,
    )
    assert dispute.standing == Standing.SUPERVISOR


def test_triage_is_told_that_something_waits(dispute: Dispute) -> None:
    Notice.objects.all().delete()
    challenged(dispute)
    assert Notice.objects.get().team.kind == TeamKind.TRIAGE


def test_the_reason_is_sealed_and_on_the_page_for_who_holds_the_case(dispute: Dispute) -> None:
    challenged(dispute)
    assert b"uncle" not in bytes(ChallengeStep.objects.get().words)
    (one,) = challenges_of(dispute.referral.pk)
    assert (one.by, one.steps[0].said) == ("Ana Reyes, Team cait", WHY.reason)


def test_a_partner_without_an_account_challenges_through_who_took_the_call(
    dispute: Dispute,
) -> None:
    what = Challenged("He was seen there again.", "Helen Marsh", "St Aldhelm's", for_another=True)
    challenge(dispute.triage, dispute.reference, what, decision_id=dispute.decision)
    (one,) = challenges_of(dispute.referral.pk)
    assert (one.by, one.steps[0].by) == ("Helen Marsh, St Aldhelm's", "Priya Hill")
    assert b"Marsh" not in bytes(ChallengeStep.objects.get().words)


def test_who_decided_does_not_challenge_it_themself(dispute: Dispute) -> None:
    with pytest.raises(NotAllowed, match="You made this decision"):
        challenge(dispute.triage, dispute.reference, WHY, decision_id=dispute.decision)


def test_nobody_challenges_the_same_decision_twice(dispute: Dispute) -> None:
    challenged(dispute)
    with pytest.raises(NotAllowed, match="already"):
        challenged(dispute)


def test_a_challenge_without_a_reason_is_refused(dispute: Dispute) -> None:
    with pytest.raises(WrongInput):
        challenged(dispute, Challenged(" "))
    assert Challenge.objects.count() == 0


def test_a_page_of_another_decision_is_refused(dispute: Dispute) -> None:
    with pytest.raises(Overtaken, match="decided anew"):
        challenge(dispute.cait, dispute.reference, WHY, decision_id=dispute.decision + 1)


def test_without_a_decision_there_is_nothing_to_challenge(dispute: Dispute, staff: Staff) -> None:
    worker = actor_for(staff("Sam Cole"))
    reference = received().reference
    with pytest.raises(NotAllowed, match="no decision to challenge"):
        challenge(worker, reference, WHY, decision_id=dispute.decision)


def test_who_may_not_see_the_case_does_not_challenge(dispute: Dispute, staff: Staff) -> None:
    stranger = actor_for(staff("Jo Park", TeamKind.EARLY_HELP))
    said = set()
    for called in (dispute.reference, "BW-0000-0000-0000"):
        with pytest.raises(NotAllowed) as refusal:
            challenge(stranger, called, WHY, decision_id=dispute.decision)
        said.add(str(refusal.value))
    assert len(said) == 1


def test_a_supervisor_answers_and_the_team_that_challenged_is_told(dispute: Dispute) -> None:
    one = challenged(dispute)
    Notice.objects.all().delete()
    assert ruled(dispute, "supervisor", one, STANDS) is False
    assert (dispute.standing, waiting()) == (Standing.STANDS_1, [])
    assert clock("DISAGREE").met_at is not None
    assert Notice.objects.get().team.kind == TeamKind.CAIT
    assert dispute.referral.state == State.ROUTED


def test_an_upheld_challenge_opens_the_decision_again(dispute: Dispute) -> None:
    one = challenged(dispute)
    assert ruled(dispute, "supervisor", one, UPHELD) is True
    assert (dispute.standing, dispute.referral.state) == (Standing.UPHELD, State.RECEIVED)
    assert Route.objects.get().state == RouteState.RETURNED
    open_items = Item.objects.filter(done_at=None).values_list("kind", flat=True)
    # Nobody is told of a decision that does not stand.
    assert list(open_items) == [ItemKind.TRIAGE]


def test_a_case_that_was_closed_is_open_again(dispute: Dispute, staff: Staff) -> None:
    colleague = actor_for(staff("Sam Cole"))
    reference = received(key="another").reference
    decision = decide(dispute.triage, reference, decided(Level.UNIVERSAL), version=1)
    one = challenge(colleague, reference, WHY, decision_id=decision)
    case = Case.objects.get(referral__reference=reference)
    rule(dispute.supervisor, reference, one, UPHELD, version=1)
    case.refresh_from_db()
    assert case.closed_at is None


def test_the_ledger_says_what_was_ruled_but_not_why(dispute: Dispute) -> None:
    one = challenged(dispute)
    ruled(dispute, "supervisor", one, UPHELD)
    entry = Entry.objects.get(verb="rule_on_challenge")
    assert entry.facts == {
        "challenge": one,
        "ruled": "rule that the decision is opened again",
        "opened_again": True,
    }


@pytest.mark.parametrize("by", ["triage", "cait"])
def test_a_role_without_the_verb_does_not_rule(dispute: Dispute, by: str) -> None:
    one = challenged(dispute)
    with pytest.raises(NotAllowed, match="may not rule"):
        ruled(dispute, by, one, STANDS)


def test_a_supervisor_who_decided_does_not_rule_on_it(dispute: Dispute, staff: Staff) -> None:
    reference = received(key="another").reference
    decision = decide(
        dispute.supervisor, reference, decided(Level.COMPLEX, *dispute.cait.team_ids), version=1
    )
    one = challenge(dispute.cait, reference, WHY, decision_id=decision)
    with pytest.raises(NotAllowed, match="You made this decision"):
        rule(dispute.supervisor, reference, one, STANDS, version=1)
    assert Entry.objects.filter(verb="rule_on_challenge", allowed=False).count() == 1
    assert Challenge.objects.get().standing == Standing.SUPERVISOR


def test_who_entered_a_challenge_does_not_rule_on_it(dispute: Dispute) -> None:
    what = Challenged("He was seen there again.", "Helen Marsh", "St Aldhelm's", for_another=True)
    one = challenge(dispute.supervisor, dispute.reference, what, decision_id=dispute.decision)
    with pytest.raises(NotAllowed, match="You entered this challenge"):
        ruled(dispute, "supervisor", one, STANDS)


def test_not_content_with_the_answer_it_goes_to_the_manager_and_the_partnership(
    dispute: Dispute,
) -> None:
    one = challenged(dispute)
    ruled(dispute, "supervisor", one, STANDS)
    further(dispute, one)
    assert dispute.standing == Standing.MANAGER
    assert waiting()[0].due_at == clock("DISAGREE2").due_at
    with pytest.raises(NotAllowed, match="hub's manager"):
        ruled(dispute, "supervisor", one, UPHELD)
    ruled(dispute, "manager", one, STANDS)
    assert (clock("DISAGREE2").met_at is not None, waiting()) == (True, [])
    further(dispute, one)
    assert dispute.standing == Standing.TO_HAND_OVER
    ruled(dispute, "manager", one, OUT)
    # With somebody outside it is still on a board here, with its clock.
    assert (dispute.standing, waiting()[0].due_at) == (
        Standing.OUTSIDE,
        clock("DISAGREE3").due_at,
    )
    assert clock("DISAGREE3").met_at is None
    ruled(dispute, "manager", one, UPHELD)
    assert (dispute.standing, dispute.referral.state) == (Standing.UPHELD, State.RECEIVED)
    assert clock("DISAGREE3").met_at is not None
    (facts,) = challenges_of(dispute.referral.pk)
    assert [step.move for step in facts.steps] == [
        Move.CHALLENGE, Move.STAND, Move.TAKE_UP, Move.STAND, Move.TAKE_UP, Move.HAND_OUT,
        Move.UPHOLD,
    ]  # fmt: skip
    assert facts.steps[5].with_whom == "Jo Park, independent chair"


def test_a_manager_who_cannot_rule_hands_it_on_at_once(dispute: Dispute) -> None:
    one = challenged(dispute)
    ruled(dispute, "manager", one, STANDS)
    further(dispute, one)
    with pytest.raises(NotAllowed, match="a level below"):
        ruled(dispute, "manager", one, STANDS)
    ruled(dispute, "manager", one, OUT)
    assert dispute.standing == Standing.OUTSIDE
    assert (clock("DISAGREE2").met_at is not None, clock("DISAGREE3").met_at) == (True, None)
    assert waiting()[0].due_at == clock("DISAGREE3").due_at


def test_only_who_challenged_or_their_team_takes_it_further(dispute: Dispute) -> None:
    one = challenged(dispute)
    ruled(dispute, "supervisor", one, STANDS)
    with pytest.raises(NotAllowed, match="or their team"):
        take_up(dispute.triage, dispute.reference, one, "No.", version=dispute.version)


def test_going_further_needs_a_reason(dispute: Dispute) -> None:
    one = challenged(dispute)
    ruled(dispute, "supervisor", one, STANDS)
    with pytest.raises(WrongInput):
        further(dispute, one, " ")


def test_it_does_not_go_further_before_the_answer(dispute: Dispute) -> None:
    one = challenged(dispute)
    with pytest.raises(NotAllowed, match="can be done now"):
        further(dispute, one)


def test_two_who_rule_at_once_do_not_overwrite_each_other(dispute: Dispute) -> None:
    one = challenged(dispute)
    ruled(dispute, "supervisor", one, STANDS)
    with pytest.raises(Overtaken, match="Open it again"):
        rule(dispute.manager, dispute.reference, one, UPHELD, version=1)


def test_a_challenge_of_another_referral_is_none_of_this_one(dispute: Dispute) -> None:
    one = challenged(dispute)
    other = received(key="another").reference
    with pytest.raises(NotAllowed, match="no such challenge"):
        rule(dispute.supervisor, other, one, STANDS, version=1)


def test_two_partners_challenge_and_the_board_shows_one_line_until_both_are_answered(
    dispute: Dispute,
) -> None:
    first = challenged(dispute)
    what = Challenged("He was seen there again.", "Helen Marsh", "St Aldhelm's", for_another=True)
    second = challenge(dispute.triage, dispute.reference, what, decision_id=dispute.decision)
    assert len(waiting()) == 1
    rule(dispute.supervisor, dispute.reference, first, STANDS, version=1)
    assert len(waiting()) == 1
    rule(dispute.supervisor, dispute.reference, second, UPHELD, version=1)
    assert waiting() == []
    assert dispute.referral.state == State.RECEIVED


def test_what_was_decided_anew_meanwhile_is_not_opened_by_an_older_challenge(
    dispute: Dispute,
) -> None:
    first = challenged(dispute)
    what = Challenged("He was seen there again.", "Helen Marsh", "St Aldhelm's", for_another=True)
    second = challenge(dispute.triage, dispute.reference, what, decision_id=dispute.decision)
    rule(dispute.supervisor, dispute.reference, first, UPHELD, version=1)
    decide(
        dispute.triage, dispute.reference, decided(Level.UNIVERSAL),
        version=dispute.referral.version,
    )  # fmt: skip
    assert rule(dispute.supervisor, dispute.reference, second, UPHELD, version=1) is False
    assert dispute.referral.state == State.CLOSED


def test_a_hub_manager_of_triage_rules_at_the_first_level_too(dispute: Dispute) -> None:
    one = challenged(dispute)
    assert Role.HUB_MANAGER in dispute.manager.roles
    assert ruled(dispute, "manager", one, UPHELD) is True


@pytest.mark.parametrize(
    "change",
    ["update referrals_challengestep set move = ''", "delete from referrals_challengestep",
     "delete from referrals_challenge"],
)  # fmt: skip
def test_what_was_said_is_never_changed(dispute: Dispute, change: str) -> None:
    challenged(dispute)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(change)
