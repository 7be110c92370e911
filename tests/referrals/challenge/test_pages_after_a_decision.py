"""The pages on which reporters are told and decisions challenged: what they keep, whom they let."""

from collections.abc import Callable

import pytest
from django.test import Client

from breakwater.access.models import User
from breakwater.clocks.models import Clock
from breakwater.referrals.challenge.models import Challenge
from breakwater.referrals.challenge.rules import Move, Standing
from breakwater.referrals.feedback.models import Feedback, FeedbackTemplate
from breakwater.referrals.models import Item
from breakwater.referrals.rules import ItemKind
from tests.referrals.challenge.conftest import Dispute

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def client_of(signed_in: SignIn) -> Callable[..., Client]:
    return lambda actor: signed_in(User.objects.get(pk=actor.user_id))


def page_of(client: Client, dispute: Dispute, rest: str = "") -> str:
    return client.get(f"/referrals/{dispute.reference}{rest}").content.decode()


def test_the_usual_words_stand_ready_and_what_was_said_is_on_the_referral(
    dispute: Dispute, client_of: Callable[..., Client]
) -> None:
    client, path = client_of(dispute.triage), f"/referrals/{dispute.reference}/feedback"
    page = page_of(client, dispute, "/feedback")
    assert "Helen Marsh" in page
    assert "We decided that the police look into it." in page
    said = {"decision": dispute.decision, "done": "told", "way": "by letter", "text": "We wrote."}
    assert client.post(path, said)["Location"] == f"/referrals/{dispute.reference}"
    page = page_of(client, dispute)
    assert "We wrote." in page
    # What they were told is truer than what is said of a state in general.
    assert "A team has been asked to act on it" not in page


def test_before_they_are_told_the_page_says_that_they_wait_and_what_they_may_hear(
    dispute: Dispute, client_of: Callable[..., Client]
) -> None:
    page = page_of(client_of(dispute.triage), dispute)
    assert "They wait to be told" in page
    assert f"/referrals/{dispute.reference}/feedback" in page
    assert "A team has been asked to act on it" in page
    # Who may not tell them gets no way there.
    assert f"/referrals/{dispute.reference}/feedback" not in page_of(
        client_of(dispute.cait), dispute
    )


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({}, "Choose whether they were told"),
        ({"done": "told", "text": "We wrote."}, "Choose how they were told"),
        ({"done": "told", "way": "by e-mail", "text": "We wrote."}, "Choose how they were told"),
        ({"done": "told", "way": "by phone", "text": ""}, "Enter what they were told"),
        ({"done": "withheld", "reason": " "}, "Enter why they are not told"),
    ],
)
def test_what_is_missing_is_named_and_nothing_typed_is_lost(
    dispute: Dispute, client_of: Callable[..., Client], typed: dict, problem: str
) -> None:
    client = client_of(dispute.triage)
    answer = client.post(
        f"/referrals/{dispute.reference}/feedback", {"decision": dispute.decision} | typed
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert problem in page
    assert typed.get("text", "") in page
    assert Feedback.objects.count() == 0


def test_told_meanwhile_keeps_what_was_typed(
    dispute: Dispute, client_of: Callable[..., Client]
) -> None:
    client, path = client_of(dispute.triage), f"/referrals/{dispute.reference}/feedback"
    said = {"decision": dispute.decision, "done": "told", "way": "by letter", "text": "We wrote."}
    client.post(path, said)
    answer = client.post(path, said | {"text": "We rang them."})
    assert answer.status_code == 422
    assert "We rang them." in answer.content.decode()
    assert Feedback.objects.count() == 1


def test_who_may_not_tell_is_sent_back_and_a_post_refused(
    dispute: Dispute, client_of: Callable[..., Client]
) -> None:
    client, path = client_of(dispute.cait), f"/referrals/{dispute.reference}/feedback"
    assert client.get(path).status_code == 302
    said = {"decision": dispute.decision, "done": "told", "way": "by letter", "text": "We wrote."}
    answer = client.post(path, said)
    assert (answer.status_code, Feedback.objects.count()) == (422, 0)
    assert "Your role may not" in answer.content.decode()


def test_a_challenge_goes_from_the_page_to_the_answer(
    dispute: Dispute, client_of: Callable[..., Client]
) -> None:
    partner, supervisor = client_of(dispute.cait), client_of(dispute.supervisor)
    path = f"/referrals/{dispute.reference}/challenge"
    assert path in page_of(partner, dispute)
    why = {"decision": dispute.decision, "who": "myself", "reason": "The home was not seen."}
    assert partner.post(path, why).status_code == 302
    one = Challenge.objects.get().pk
    answering = f"/referrals/{dispute.reference}/challenges/{one}"
    assert f'href="{answering}"' in page_of(supervisor, dispute)
    assert f'href="{answering}"' not in page_of(client_of(dispute.triage), dispute)
    answer = {"version": 1, "ruling": Move.STAND.value, "words": "It was seen on Monday."}
    assert supervisor.post(answering, answer).status_code == 302
    page = page_of(partner, dispute)
    assert "It was seen on Monday." in page
    assert f'href="{answering}/further"' in page
    assert f'href="{answering}/further"' not in page_of(client_of(dispute.triage), dispute)
    partner.post(f"{answering}/further", {"version": 2, "reason": "On Monday he was away."})
    assert dispute.standing == Standing.MANAGER
    assert "Hear from the partnership" not in page
    assert Clock.objects.filter(code="DISAGREE2", met_at=None).count() == 1


def test_a_partner_without_an_account_is_named_by_who_took_the_call(
    dispute: Dispute, client_of: Callable[..., Client]
) -> None:
    client, path = client_of(dispute.triage), f"/referrals/{dispute.reference}/challenge"
    call = {"decision": dispute.decision, "who": "another", "reason": "Seen again."}
    answer = client.post(path, call)
    assert answer.status_code == 422
    assert "Enter who challenges it" in answer.content.decode()
    assert "Enter their agency" in answer.content.decode()
    client.post(path, call | {"name": "Lena Ash", "agency": "Mill Lane School"})
    assert "Challenged by Lena Ash, Mill Lane School" in page_of(client, dispute)


def test_who_decided_is_told_in_words_that_they_do_not_challenge_it(
    dispute: Dispute, client_of: Callable[..., Client]
) -> None:
    why = {"decision": dispute.decision, "who": "myself", "reason": "The home was not seen."}
    answer = client_of(dispute.triage).post(f"/referrals/{dispute.reference}/challenge", why)
    assert answer.status_code == 422
    assert "You made this decision" in answer.content.decode()
    assert "The home was not seen." in answer.content.decode()


@pytest.mark.parametrize("rest", ["", "/further"])
def test_a_challenge_that_is_not_there_is_not_found(
    dispute: Dispute, client_of: Callable[..., Client], rest: str
) -> None:
    client = client_of(dispute.supervisor)
    assert client.get(f"/referrals/{dispute.reference}/challenges/999{rest}").status_code == 404


@pytest.mark.parametrize("rest", ["feedback", "challenge", "challenges/1", "challenges/1/further"])
def test_of_what_one_may_not_see_there_is_no_page(
    dispute: Dispute, client_of: Callable[..., Client], rest: str
) -> None:
    client = client_of(dispute.triage)
    assert client.get(f"/referrals/BW-0000-0000-0000/{rest}").status_code == 404


def test_the_usual_words_are_changed_by_who_may_and_by_nobody_else(
    dispute: Dispute, client_of: Callable[..., Client]
) -> None:
    manager, path = client_of(dispute.manager), "/feedback-templates/early_help"
    for route in ("/feedback-templates", path, "/feedback-templates/none"):
        assert client_of(dispute.triage).get(route).status_code == 404
    assert manager.get("/feedback-templates/none").status_code == 404
    assert "offered help early" in manager.get(path).content.decode()
    assert manager.post(path, {"version": 1, "text": " "}).status_code == 422
    assert manager.post(path, {"version": 1, "text": "Help is offered."}).status_code == 302
    assert "Help is offered." in manager.get("/feedback-templates").content.decode()
    late = manager.post(path, {"version": 1, "text": "Something else."})
    assert (late.status_code, "Something else." in late.content.decode()) == (422, True)
    assert FeedbackTemplate.objects.filter(outcome="early_help").count() == 2


def test_the_board_names_what_waits(dispute: Dispute, client_of: Callable[..., Client]) -> None:
    why = {"decision": dispute.decision, "who": "myself", "reason": "The home was not seen."}
    client_of(dispute.cait).post(f"/referrals/{dispute.reference}/challenge", why)
    page = client_of(dispute.triage).get("/board").content.decode()
    assert "Feedback to give" in page
    assert "Challenged decision" in page
    assert Item.objects.filter(done_at=None, kind=ItemKind.CHALLENGE).count() == 1
