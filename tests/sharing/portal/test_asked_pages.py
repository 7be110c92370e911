"""The pages on which a partner reads what it is asked and replies."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from breakwater.access.models import Membership, Team, User
from breakwater.access.policy import Role
from breakwater.access.rules import TeamKind
from breakwater.attachments.models import Document
from breakwater.sharing import answers
from breakwater.sharing.models import Answer, Draft, DraftDocument, Request
from breakwater.sharing.portal.actions import answer
from breakwater.sharing.portal.rules import MOST_DOCUMENTS
from breakwater.sharing.rules import LONGEST_TEXT, Handling, Reply, Standing
from tests.attachments.documents import TEXT
from tests.sharing.portal import partners

SignedIn = Callable[[User], Client]


@pytest.fixture
def marsh(school: Team) -> User:
    return partners.somebody_of(school, "Joan Marsh")


@pytest.fixture
def browser(marsh: User, signed_in: SignedIn) -> Client:
    return signed_in(marsh)


def page(browser: Client, name: str, *args: Any) -> str:
    response = browser.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def post(browser: Client, name: str, request: Request, **given: Any) -> Any:
    return browser.post(reverse(name, args=[request.reference]), given)


def words(request: Request) -> answers.Words:
    found = answers.of_requests([request.pk])[request.pk][0].words
    assert found
    return found


# -- the inbox -----------------------------------------------------------------------------------


def test_a_partner_comes_home_to_what_it_is_asked(browser: Client, asked: Request) -> None:
    assert browser.get("/").url == reverse("asked")  # type: ignore[attr-defined]
    html = page(browser, "asked")
    assert "Asked of us" in html
    assert "Board" not in html


def test_the_inbox_names_nobody(browser: Client, asked: Request, asker: User) -> None:
    html = page(browser, "asked")
    assert asked.reference in html
    assert asker.agency.name in html
    for name in ("Amelia", "Hartley", "14 May", asker.name):
        assert name not in html


def test_late_requests_stand_first(browser: Client, school: Team, asker: User) -> None:
    later = partners.a_request(school, asker, due=timedelta(days=2))
    late = partners.a_request(school, asker, due=timedelta(hours=-3))
    html = page(browser, "asked")
    assert html.index(late.reference) < html.index(later.reference)
    assert "missed by" in html


def test_what_is_answered_stands_apart(browser: Client, asked: Request, marsh: User) -> None:
    answer(partners.actor(marsh), asked.reference, Reply.NOTHING_KNOWN)
    html = page(browser, "asked")
    assert "Nothing waits for an answer." in html
    assert "Answered: nothing known" in html


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.RECORDS_OFFICER])
def test_who_answers_nothing_has_no_such_page(
    school: Team, signed_in: SignedIn, role: Role
) -> None:
    other = signed_in(partners.somebody_of(school, "Ines Pryce", role))
    assert other.get(reverse("asked")).status_code == 404


def test_staff_with_a_board_keep_it_as_their_first_page(
    db: None, staff: Callable[..., User], signed_in: SignedIn
) -> None:
    worker = signed_in(staff("Ana Patel", TeamKind.CAIT))
    assert worker.get("/").url == reverse("board")  # type: ignore[attr-defined]
    assert "Asked of us" in page(worker, "asked")


# -- the request ---------------------------------------------------------------------------------


def test_a_request_says_who_asks_why_and_about_whom(
    browser: Client, asked: Request, asker: User
) -> None:
    html = page(browser, "asked-request", asked.reference)
    for said in (
        asker.name, "Wessex Council", "To decide what a child needs", "Amelia Hartley",
        "14 May 2017", "A public task laid down in law", "To see whether she is safe at school.",
        "Do not tell them of this request", *partners.QUESTIONS,
    ):  # fmt: skip
        assert said in html
    # The asker's own record of why the family was not asked is not the partner's to read.
    assert "Not safe." not in html


def test_how_a_request_is_handled_is_shown(browser: Client, school: Team, asker: User) -> None:
    request = partners.a_request(school, asker, handling=(Handling.NOT_FAMILY,))
    assert "Do not tell the family" in page(browser, "asked-request", request.reference)


def test_the_first_look_is_noted_once(
    browser: Client, asked: Request, marsh: User, school: Team, signed_in: SignedIn
) -> None:
    page(browser, "asked-request", asked.reference)
    told = partners.told_with(asked)
    assert (told.read_by, bool(told.read_at)) == (marsh, True)
    page(signed_in(partners.somebody_of(school, "Bob Teller")), "asked-request", asked.reference)
    assert partners.told_with(asked).read_by == marsh


def test_what_was_told_to_ask_and_taken_back_is_said_and_not_shown(
    browser: Client, asked: Request
) -> None:
    partners.take_back(partners.told_with(asked))
    html = page(browser, "asked-request", asked.reference)
    assert "took back what it told you in order to ask" in html
    assert "Somebody else&#39;s." in html
    assert "Amelia" not in html


@pytest.mark.parametrize(
    "route",
    [
        "asked-request", "answer-request", "check-answer", "nothing-known", "ask-by-phone",
        "decline-request", "answer-received",
    ],
)  # fmt: skip
def test_what_is_not_ones_own_is_answered_as_not_there(
    asked: Request, school: Team, asker: User, signed_in: SignedIn, marsh: User, route: str
) -> None:
    other = signed_in(partners.somebody_of(partners.a_team("Harbour Surgery", "health")))
    kin = partners.somebody_of(school, "Kay Hartley")
    partners.shut_out(partners.actor(kin), asked.case_id)
    gone = signed_in(partners.somebody_of(school, "Gus Former"))
    Membership.objects.filter(user__name="Gus Former").update(ends="2020-01-01T00:00:00Z")
    withdrawn = partners.a_request(school, asker, standing=Standing.WITHDRAWN)
    unsigned = partners.a_request(school, asker, standing=Standing.TO_SIGN)
    mine = signed_in(marsh)
    for who, reference in (
        (other, asked.reference), (signed_in(kin), asked.reference), (gone, asked.reference),
        (mine, withdrawn.reference), (mine, unsigned.reference), (mine, "RQ-AAAA-BBBB-CCCC"),
        (mine, "nonsense"),
    ):  # fmt: skip
        address = reverse(route, args=[reference])
        assert who.get(address).status_code == 404
        if route not in ("asked-request", "answer-received"):
            assert who.post(address, {"version": "1"}).status_code == 404
    assert not Answer.objects.exists()
    assert not Draft.objects.exists()


# -- short replies -------------------------------------------------------------------------------


def test_nothing_known_takes_one_page_and_gives_a_receipt_with_name_and_time(
    browser: Client, asked: Request
) -> None:
    assert "Amelia Hartley" in page(browser, "nothing-known", asked.reference)
    sent = post(browser, "nothing-known", asked, version=1)
    assert sent.url == reverse("answer-received", args=[asked.reference])
    html = page(browser, "answer-received", asked.reference)
    assert "You said that you know nothing. Joan Marsh," in html
    asked.refresh_from_db()
    assert asked.standing == Standing.NOTHING_KNOWN


def test_whoever_would_rather_be_rung_says_where_and_when(browser: Client, asked: Request) -> None:
    post(browser, "ask-by-phone", asked, version=1, number=" 01632 960555 ", when="after 3pm")
    assert words(asked).phone == "01632 960555, after 3pm"
    assert "rings you" in page(browser, "answer-received", asked.reference)


def test_whoever_cannot_answer_says_why(browser: Client, asked: Request) -> None:
    post(
        browser, "decline-request", asked, version=1, reason="She moved to another school.",
        handling=["NO_ONWARD"],
    )  # fmt: skip
    assert words(asked).reason == "She moved to another school."
    assert Answer.objects.get().handling == [Handling.NO_ONWARD]


@pytest.mark.parametrize(
    ("route", "given", "error"),
    [
        ("ask-by-phone", {"number": ""}, "Enter the number to ring"),
        ("ask-by-phone", {"number": "0" * 101}, "100 characters or fewer"),
        ("decline-request", {"reason": ""}, "Enter why you cannot answer"),
        ("decline-request", {"reason": "x" * (LONGEST_TEXT + 1)}, "characters or fewer"),
        ("decline-request", {"reason": "x", "handling": ["NONSENSE"]}, "how this may be used"),
    ],
)
def test_bad_input_is_said_at_its_field_and_shown_again(
    browser: Client, asked: Request, route: str, given: dict[str, Any], error: str
) -> None:
    response = post(browser, route, asked, version=1, **given)
    assert response.status_code == 422
    assert error in response.content.decode()
    assert not Answer.objects.exists()


def test_whoever_is_overtaken_reads_what_the_colleague_said_and_may_send_theirs(
    browser: Client, asked: Request, school: Team
) -> None:
    page(browser, "decline-request", asked.reference)
    bob = partners.partner_of(school, "Bob Teller")
    answer(bob, asked.reference, Reply.ANSWER, answers=["On roll since 2022."])
    response = post(browser, "decline-request", asked, version=1, reason="No record of hers.")
    html = response.content.decode()
    assert response.status_code == 422
    assert "Bob Teller replied meanwhile" in html
    assert "On roll since 2022." in html
    assert "No record of hers." in html
    assert 'name="version" value="2"' in html
    post(browser, "decline-request", asked, version=2, reason="No record of hers.")
    assert Answer.objects.count() == 2


# -- an answer -----------------------------------------------------------------------------------


GIVEN = {"answer_0": "On roll since 2022.", "answer_1": "", "answer_2": "Staff know."}


def test_an_answer_is_kept_checked_and_sent(browser: Client, asked: Request) -> None:
    saved = post(browser, "answer-request", asked, **GIVEN, handling=["NOT_FAMILY"])
    assert saved.url == reverse("check-answer", args=[asked.reference])
    assert not Answer.objects.exists()
    html = page(browser, "check-answer", asked.reference)
    assert "On roll since 2022." in html
    assert "(left empty)" in html
    assert "Do not tell the family" in html
    sent = post(browser, "check-answer", asked, version=1)
    assert sent.url == reverse("answer-received", args=[asked.reference])
    assert words(asked).answers == ("On roll since 2022.", "", "Staff know.")
    assert Answer.objects.get().handling == [Handling.NOT_FAMILY]
    assert "You answered. Joan Marsh," in page(browser, "answer-received", asked.reference)


def test_a_half_filled_answer_is_saved_and_found_again_by_its_writer_alone(
    browser: Client, asked: Request, school: Team, signed_in: SignedIn
) -> None:
    saved = post(browser, "answer-request", asked, **GIVEN, do="later", third_parties="on")
    assert saved.url == reverse("asked-request", args=[asked.reference])
    html = page(browser, "answer-request", asked.reference)
    assert "On roll since 2022." in html
    assert "It is not sent yet." in html
    bob = signed_in(partners.somebody_of(school, "Bob Teller"))
    assert "On roll" not in page(bob, "answer-request", asked.reference)
    assert b"2022" not in bytes(Draft.objects.get().words or b"")


def test_what_was_sent_is_no_draft_any_more(browser: Client, asked: Request) -> None:
    post(browser, "answer-request", asked, **GIVEN)
    post(browser, "check-answer", asked, version=1)
    assert Draft.objects.get().words is None
    assert "On roll" not in page(browser, "answer-request", asked.reference)
    # Sent twice, it is one answer.
    again = post(browser, "check-answer", asked, version=1)
    assert again.url == reverse("asked-request", args=[asked.reference])
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("given", [{}, {"answer_0": " "}, {"handling": ["NOT_FAMILY"]}])
def test_an_empty_answer_goes_no_further(
    browser: Client, asked: Request, given: dict[str, Any]
) -> None:
    response = post(browser, "answer-request", asked, **given)
    assert response.status_code == 422
    assert "Answer at least one question" in response.content.decode()
    assert not Draft.objects.exists()


def test_a_draft_that_is_empty_cannot_be_sent(browser: Client, asked: Request) -> None:
    post(browser, "answer-request", asked, do="later")
    assert "There is nothing to send yet" in page(browser, "check-answer", asked.reference)
    response = post(browser, "check-answer", asked, version=1)
    assert response.status_code == 422
    assert "Answer at least one question" in response.content.decode()


def test_an_answer_that_is_too_long_is_shown_again(browser: Client, asked: Request) -> None:
    response = post(browser, "answer-request", asked, answer_0="x" * (LONGEST_TEXT + 1))
    assert response.status_code == 422
    assert "characters or fewer" in response.content.decode()


def test_an_answer_that_speaks_of_somebody_else_is_warned_of(
    browser: Client, asked: Request
) -> None:
    post(browser, "answer-request", asked, answer_0="Her mother collects her.")
    html = page(browser, "check-answer", asked.reference)
    assert "“mother”" in html
    post(browser, "answer-request", asked, answer_0="Her mother collects.", third_parties="on")
    assert "You marked that this speaks of somebody else" in page(
        browser, "check-answer", asked.reference
    )
    post(browser, "check-answer", asked, version=1)
    assert words(asked).third_parties


def test_an_answer_for_police_eyes_only_says_who_will_read_it(
    browser: Client, asked: Request
) -> None:
    post(browser, "answer-request", asked, answer_0="Seen.", handling=["POLICE_ONLY"])
    html = page(browser, "check-answer", asked.reference)
    assert "Only the police will be able to read this" in html


def test_overtaken_at_the_last_page_the_draft_stays(
    browser: Client, asked: Request, school: Team
) -> None:
    post(browser, "answer-request", asked, **GIVEN)
    answer(partners.partner_of(school, "Bob Teller"), asked.reference, Reply.NOTHING_KNOWN)
    response = post(browser, "check-answer", asked, version=1)
    html = response.content.decode()
    assert "Bob Teller replied meanwhile: nothing known" in html
    assert 'name="version" value="2"' in html
    assert "On roll since 2022." in html
    post(browser, "check-answer", asked, version=2)
    assert Answer.objects.count() == 2


# -- documents -----------------------------------------------------------------------------------


def a_file(content: bytes = TEXT, name: str = "attendance.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_document_waits_with_the_draft_and_joins_the_case_when_sent(
    browser: Client, asked: Request, scanner: str
) -> None:
    post(browser, "answer-request", asked, answer_0="See the sheet.", document=a_file())
    assert "attendance.txt" in page(browser, "check-answer", asked.reference)
    assert not Document.objects.exists()
    held = DraftDocument.objects.get()
    assert TEXT not in bytes(held.content or b"")
    post(browser, "check-answer", asked, version=1)
    assert Document.objects.get().case_id == asked.case_id
    assert words(asked).names == ("attendance.txt",)
    held.refresh_from_db()
    assert (held.name, held.content) == (None, None)
    html = page(browser, "answer-received", asked.reference)
    assert "attendance.txt" in html
    # Named, and not to be had: it is the case's now.
    assert "/documents/" not in html


def test_a_document_can_be_taken_out_again(browser: Client, asked: Request, scanner: str) -> None:
    post(browser, "answer-request", asked, answer_0="Seen.", document=a_file())
    held = DraftDocument.objects.get()
    post(browser, "check-answer", asked, do=f"take-out-{held.pk}")
    assert "attendance.txt" not in page(browser, "answer-request", asked.reference)
    held.refresh_from_db()
    assert held.content is None


def test_nobody_takes_out_a_colleagues_document(
    browser: Client, asked: Request, scanner: str, school: Team, signed_in: SignedIn
) -> None:
    post(browser, "answer-request", asked, answer_0="Seen.", document=a_file())
    held = DraftDocument.objects.get()
    bob = signed_in(partners.somebody_of(school, "Bob Teller"))
    post(bob, "answer-request", asked, answer_0="I too.")
    post(bob, "check-answer", asked, do=f"take-out-{held.pk}")
    for nonsense in ("take-out-", "take-out-x", f"take-out-{'9' * 30}"):
        assert post(bob, "check-answer", asked, do=nonsense).status_code == 302
    held.refresh_from_db()
    assert held.content is not None


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("run.exe", b"MZ\x90\x00\x03\xff", "must be a PDF"),
        ("empty.txt", b"", "is empty"),
        ("letter.pdf", TEXT, "does not end in"),
    ],
)
def test_a_refused_document_is_said_at_its_field_and_the_words_are_kept(
    browser: Client, asked: Request, scanner: str, name: str, content: bytes, error: str
) -> None:
    file = a_file(content, name)
    response = post(browser, "answer-request", asked, answer_0="Seen.", document=file)
    assert response.status_code == 422
    html = response.content.decode()
    assert error in html
    assert "Seen." in html
    assert not DraftDocument.objects.exists()
    assert "Seen." in page(browser, "answer-request", asked.reference)


def test_a_document_over_the_limit_is_refused(
    browser: Client, asked: Request, scanner: str, settings: Any
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 2_000_000
    response = post(
        browser, "answer-request", asked, answer_0="Seen.", document=a_file(b"x" * 2_000_001)
    )
    assert response.status_code == 422
    assert "must be smaller than 2 MB" in response.content.decode()


def test_so_many_documents_go_with_an_answer_and_no_more(
    browser: Client, asked: Request, scanner: str
) -> None:
    for number in range(MOST_DOCUMENTS):
        post(browser, "answer-request", asked, answer_0="S", document=a_file(name=f"{number}.txt"))
    response = post(browser, "answer-request", asked, answer_0="S", document=a_file(name="x.txt"))
    assert response.status_code == 422
    assert f"You can add {MOST_DOCUMENTS} documents" in response.content.decode()


def test_what_covers_a_request_is_said_by_name(browser: Client, asked: Request) -> None:
    assert asked.agreement
    assert asked.agreement.agreement.name in page(browser, "asked-request", asked.reference)
