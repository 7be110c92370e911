"""The pages of questions, asked as a browser would."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from breakwater.access.models import User
from breakwater.access.rules import TeamKind
from breakwater.people.linkage import Evidence
from breakwater.people.models import Link, Mention, Review
from breakwater.people.review.presenter import odds, strength, waterfall
from breakwater.people.rules import LinkStanding
from tests.builders import amelia, received

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(db: None, staff: Callable[..., User], signed_in: Callable[[User], Client]) -> Client:
    return signed_in(staff("Priya Hill"))


@pytest.fixture
def question(worker: Client) -> int:
    received(amelia())
    received(amelia(nhs_number=None, family="Hartly", born="2017"))
    return Link.objects.get(standing=LinkStanding.ASKED).pk


def test_the_queue_leads_to_the_question_and_an_answer_to_the_next(
    worker: Client, question: int
) -> None:
    assert reverse("question", args=[question]) in worker.get(reverse("questions")).text
    page = worker.get(reverse("question", args=[question])).text
    assert "Hartly" in page
    assert "one letter slipped" in page
    done = worker.post(reverse("question", args=[question]), {"do": "different"})
    assert done.url == reverse("questions")
    assert Review.objects.get().answer == "different"


@pytest.mark.parametrize("sent", [{}, {"do": "perhaps"}, {"do": "same", "reason": "x" * 2001}])
def test_a_bad_answer_is_refused_and_nothing_typed_is_lost(
    worker: Client, question: int, sent: dict[str, str]
) -> None:
    response = worker.post(reverse("question", args=[question]), {"reason": "Kept words", **sent})
    assert response.status_code == 422
    assert sent.get("reason", "Kept words") in response.text
    assert not Review.objects.exists()


@pytest.mark.parametrize("name", ["question", "next-question"])
def test_what_does_not_exist_is_not_found(worker: Client, name: str) -> None:
    expected = {"question": 404, "next-question": 302}[name]
    assert worker.get(reverse(name, args=[999])).status_code == expected


def test_who_may_not_review_finds_no_page_and_no_entry(
    question: int, staff: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(staff("Ana Reyes", TeamKind.CAIT))
    assert client.get(reverse("questions")).status_code == 404
    assert client.get(reverse("question", args=[question])).status_code == 404
    assert reverse("questions") not in client.get(reverse("board")).text


def test_splitting_by_hand_needs_a_reason(worker: Client) -> None:
    received(amelia())
    received(amelia())
    mention = Mention.objects.latest("pk").pk
    refused = worker.post(reverse("split", args=[mention]), {"reason": " "})
    assert refused.status_code == 422
    done = worker.post(reverse("split", args=[mention]), {"reason": "A cousin of that name."})
    assert done.url == reverse("person-history", args=[mention])
    page = worker.get(done.url).text
    assert "No longer" in worker.get(reverse("person-history", args=[mention - 1])).text
    assert "Linked" in page


def test_the_waterfall_ends_where_the_evidence_adds_up() -> None:
    rows = (Evidence("a", "x", -20.0), Evidence("b", "y", 12.0), Evidence("c", "z", 10.0))
    drawing = waterfall(rows)
    assert drawing["total"] == 2.0
    assert drawing["bars"][0]["width"] == pytest.approx(20 / 22 * 320, abs=0.2)
    assert [bar["kind"] for bar in drawing["bars"]] == ["against", "for", "for"]
    for before, after in zip(drawing["bars"], drawing["bars"][1:], strict=False):
        assert before["x"] == after["x"] or before["x"] + before["width"] == pytest.approx(
            after["x"], abs=0.2
        )


def test_a_waterfall_of_nothing_is_drawn_too() -> None:
    assert waterfall(())["total"] == 0


@pytest.mark.parametrize(
    ("weight", "words"),
    [(9.0, "very strongly for"), (-5.0, "strongly against"), (2.0, "for"), (0.1, "neither way"),
     (-0.5, "slightly against")],
)  # fmt: skip
def test_a_weight_is_told_in_words(weight: float, words: str) -> None:
    assert strength(weight) == words


@pytest.mark.parametrize(
    ("weight", "words"),
    [(0.0, "as likely one person as two"), (5.0, "about 32 to 1 that they are one person"),
     (-5.0, "about 32 to 1 that they are two people"),
     (90.0, "about more than a million to 1 that they are one person")],
)  # fmt: skip
def test_odds_are_told_in_words(weight: float, words: str) -> None:
    assert odds(weight) == words
