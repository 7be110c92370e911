"""What a partner says to a request: answers, nothing known, no and why, ring me."""

from collections.abc import Callable
from pathlib import Path

import pytest

from breakwater.access.models import Alert, Team, User
from breakwater.access.policy import Role
from breakwater.access.rules import Actor, AlertKind, NotAllowed, TeamKind
from breakwater.attachments.models import Document
from breakwater.attachments.rules import Reason, Refused
from breakwater.audit.models import Entry
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.sharing import answers
from breakwater.sharing.models import Answer, Request
from breakwater.sharing.portal.actions import answer
from breakwater.sharing.portal.rules import MOST_DOCUMENTS, Upload
from breakwater.sharing.rules import LONGEST_TEXT, Handling, Reply, Standing
from tests.attachments.documents import PDF, TEXT
from tests.sharing.portal import partners

ROLL = ("On roll since 2022.", "", "Her aunt.")


def newest(request: Request) -> answers.AnswerFacts:
    return answers.of_requests([request.pk])[request.pk][0]


def test_a_partner_answers_some_of_the_questions(joan: Actor, asked: Request) -> None:
    receipt = answer(joan, asked.reference, Reply.ANSWER, answers=ROLL)
    asked.refresh_from_db()
    assert (asked.standing, asked.version) == (Standing.ANSWERED, 2)
    said = newest(asked)
    assert (said.by, said.at, said.reply) == ("Joan Marsh", receipt.at, Reply.ANSWER)
    assert said.words
    assert said.words.answers == ROLL


def test_nothing_known_is_an_answer_with_a_name_and_a_time(joan: Actor, asked: Request) -> None:
    receipt = answer(joan, asked.reference, Reply.NOTHING_KNOWN)
    asked.refresh_from_db()
    assert asked.standing == Standing.NOTHING_KNOWN
    assert (receipt.by, newest(asked).by) == ("Joan Marsh", "Joan Marsh")
    assert newest(asked).at == receipt.at


def test_a_partner_may_decline_with_a_reason(joan: Actor, asked: Request) -> None:
    answer(joan, asked.reference, Reply.DECLINE, reason="Her records moved to another school.")
    asked.refresh_from_db()
    assert asked.standing == Standing.DECLINED
    assert (words := newest(asked).words)
    assert words.reason == "Her records moved to another school."


def test_a_partner_may_ask_to_be_rung(joan: Actor, asked: Request) -> None:
    answer(joan, asked.reference, Reply.PHONE, phone="01632 960555, after 3pm")
    asked.refresh_from_db()
    assert asked.standing == Standing.BY_PHONE
    assert (words := newest(asked).words)
    assert words.phone == "01632 960555, after 3pm"


def test_what_is_said_is_sealed(joan: Actor, asked: Request) -> None:
    answer(joan, asked.reference, Reply.ANSWER, answers=ROLL)
    assert b"aunt" not in bytes(Answer.objects.get().words)


def test_what_was_typed_in_the_box_of_another_reply_is_not_kept(
    joan: Actor, asked: Request
) -> None:
    answer(joan, asked.reference, Reply.NOTHING_KNOWN, answers=ROLL, phone="01632 960555")
    assert (words := newest(asked).words)
    assert (words.answers, words.phone) == ((), "")


def test_how_it_is_handled_and_that_it_speaks_of_others_goes_along(
    joan: Actor, asked: Request
) -> None:
    answer(
        joan, asked.reference, Reply.ANSWER, answers=ROLL, third_parties=True,
        handling=[Handling.NO_ONWARD, Handling.NOT_FAMILY],
    )  # fmt: skip
    said = newest(asked)
    assert said.handling == (Handling.NOT_FAMILY, Handling.NO_ONWARD)
    assert said.words
    assert said.words.third_parties


def test_whoever_asked_is_told_and_nothing_of_what_was_said(joan: Actor, asked: Request) -> None:
    # Only who may see the case is told of it.
    partners.let_in(asked.asked_by, asked.case_id)
    answer(joan, asked.reference, Reply.ANSWER, answers=ROLL)
    alert = Alert.objects.get(kind=AlertKind.ANSWERED)
    assert alert.recipient == asked.asked_by
    assert (alert.subject, alert.what) == (f"request:{asked.pk}", asked.reference)


def test_the_ledger_says_who_replied_and_none_of_the_words(joan: Actor, asked: Request) -> None:
    answer(joan, asked.reference, Reply.ANSWER, answers=ROLL, handling=[Handling.NOT_FAMILY])
    entry = Entry.objects.get(verb="answer")
    assert entry.actor == joan.ledger_name
    assert (entry.cases, entry.subject) == ([asked.case_id], f"request:{asked.pk}")
    assert entry.facts["reply"] == "ANSWER"
    assert entry.facts["answered"] == 2
    assert "aunt" not in str(entry.facts)


def test_a_later_reply_follows_an_earlier_one_and_both_stay(joan: Actor, asked: Request) -> None:
    answer(joan, asked.reference, Reply.NOTHING_KNOWN)
    answer(joan, asked.reference, Reply.ANSWER, answers=ROLL)
    asked.refresh_from_db()
    assert asked.standing == Standing.ANSWERED
    replies = [said.reply for said in answers.of_requests([asked.pk])[asked.pk]]
    assert replies == [Reply.ANSWER, Reply.NOTHING_KNOWN]


def test_whoever_is_overtaken_by_a_colleague_is_told_by_whom_and_may_reply_again(
    joan: Actor, asked: Request, school: Team
) -> None:
    answer(joan, asked.reference, Reply.NOTHING_KNOWN, version=1)
    bob = partners.partner_of(school, "Bob Teller")
    with pytest.raises(Overtaken, match="Joan Marsh replied meanwhile: nothing known"):
        answer(bob, asked.reference, Reply.ANSWER, answers=ROLL, version=1)
    assert Answer.objects.count() == 1
    answer(bob, asked.reference, Reply.ANSWER, answers=ROLL, version=2)
    assert Answer.objects.count() == 2


@pytest.mark.parametrize(
    ("reply", "given", "field"),
    [
        (Reply.ANSWER, {"answers": ("", " ", "")}, "answer_0"),
        (Reply.ANSWER, {"answers": ("", "x" * (LONGEST_TEXT + 1))}, "answer_1"),
        (Reply.ANSWER, {"answers": ("a", "b", "c", "d")}, "answers"),
        (Reply.DECLINE, {"reason": " "}, "reason"),
        (Reply.DECLINE, {"reason": "x" * (LONGEST_TEXT + 1)}, "reason"),
        (Reply.PHONE, {"phone": ""}, "phone"),
        (Reply.PHONE, {"phone": "0" * 301}, "phone"),
        (Reply.NOTHING_KNOWN, {"documents": [Upload("a.txt", TEXT)]}, "document"),
        (
            Reply.ANSWER,
            {"documents": [Upload("a.txt", TEXT)] * (MOST_DOCUMENTS + 1)},
            "document",
        ),
    ],
)  # fmt: skip
def test_what_cannot_stand_names_its_field_and_nothing_of_it_is_kept(
    joan: Actor, asked: Request, reply: Reply, given: dict[str, object], field: str
) -> None:
    with pytest.raises(WrongInput) as wrong:
        answer(joan, asked.reference, reply, **given)  # type: ignore[arg-type]
    assert field in dict(wrong.value.errors)
    assert not Answer.objects.exists()
    asked.refresh_from_db()
    assert (asked.standing, asked.version) == (Standing.ASKED, 1)


# -- who may not ---------------------------------------------------------------------------------


def refused(actor: Actor, reference: str) -> str:
    with pytest.raises(NotAllowed) as refusal:
        answer(actor, reference, Reply.NOTHING_KNOWN)
    assert not Answer.objects.exists()
    return str(refusal.value)


def test_of_another_team_without_the_role_or_shut_out_all_read_the_same(
    asked: Request, joan: Actor, school: Team, asker: User, staff: Callable[..., User]
) -> None:
    others = partners.partner_of(partners.a_team("Harbour Surgery", "health"))
    inspector = partners.partner_of(school, "Ines Pryce", Role.INSPECTOR)
    kin = partners.partner_of(school, "Kay Hartley")
    partners.shut_out(kin, asked.case_id)
    holder = partners.actor(staff("Hol Der", TeamKind.CAIT))
    partners.let_in(User.objects.get(name="Hol Der"), asked.case_id)
    said = {refused(who, asked.reference) for who in (others, inspector, kin, holder)}
    said.add(refused(joan, "RQ-AAAA-BBBB-CCCC"))
    assert len(said) == 1


@pytest.mark.parametrize("standing", [Standing.TO_SIGN, Standing.NOT_SIGNED, Standing.WITHDRAWN])
def test_what_is_not_signed_or_was_withdrawn_is_as_if_not_there(
    joan: Actor, school: Team, asker: User, standing: Standing
) -> None:
    request = partners.a_request(school, asker, standing=standing)
    assert refused(joan, request.reference) == refused(joan, "RQ-AAAA-BBBB-CCCC")


def test_what_was_shared_is_not_answered(joan: Actor, school: Team, asker: User) -> None:
    told = partners.a_disclosure(school, asker)
    assert refused(joan, told.reference) == refused(joan, "DS-AAAA-BBBB-CCCC")


def test_a_refusal_leaves_an_entry_too(asked: Request) -> None:
    other = partners.partner_of(partners.a_team("Harbour Surgery", "health"))
    refused(other, asked.reference)
    entry = Entry.objects.get(verb="answer_requests")
    assert (entry.allowed, entry.actor, entry.cases) == (False, other.ledger_name, [])


# -- documents -----------------------------------------------------------------------------------


def test_a_document_of_an_answer_is_one_of_the_case(
    joan: Actor, asked: Request, scanner: str, documents_root: Path
) -> None:
    receipt = answer(
        joan, asked.reference, Reply.ANSWER, documents=[Upload("attendance.txt", TEXT)]
    )
    document = Document.objects.get()
    assert (document.case_id, document.added_by.name) == (asked.case_id, "Joan Marsh")
    assert receipt.documents == (document.pk,)
    assert not document.police_only
    assert (words := newest(asked).words)
    assert (words.documents, words.names) == ((document.pk,), ("attendance.txt",))
    files = [path for path in documents_root.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert TEXT not in files[0].read_bytes()


def test_a_document_for_police_eyes_only_is_marked_so(
    joan: Actor, asked: Request, scanner: str
) -> None:
    answer(
        joan, asked.reference, Reply.ANSWER, documents=[Upload("a.txt", TEXT)],
        handling=[Handling.POLICE_ONLY],
    )  # fmt: skip
    assert Document.objects.get().police_only


def test_a_refused_document_takes_the_whole_answer_back(
    joan: Actor, asked: Request, scanner: str, documents_root: Path
) -> None:
    with pytest.raises(Refused):
        answer(
            joan, asked.reference, Reply.ANSWER, answers=ROLL,
            documents=[Upload("a.txt", TEXT), Upload("b.exe", b"MZ")],
        )  # fmt: skip
    assert not Answer.objects.exists()
    assert not Document.objects.exists()
    assert not [path for path in documents_root.rglob("*") if path.is_file()]
    entry = Entry.objects.get(verb="answer")
    assert (entry.allowed, entry.facts) == (False, {"refused": "wrong_ending"})


def test_an_answer_that_is_overtaken_leaves_no_file(
    joan: Actor, asked: Request, scanner: str, documents_root: Path
) -> None:
    with pytest.raises(Overtaken):
        answer(
            joan, asked.reference, Reply.ANSWER, version=7, documents=[Upload("a.txt", TEXT)]
        )  # fmt: skip
    assert not [path for path in documents_root.rglob("*") if path.is_file()]


def test_without_a_scanner_no_document_is_taken(joan: Actor, asked: Request) -> None:
    with pytest.raises(Refused) as refusal:
        answer(joan, asked.reference, Reply.ANSWER, documents=[Upload("a.txt", TEXT)])
    assert refusal.value.reason is Reason.NOT_SCANNED


def test_on_a_case_of_online_offences_no_picture_comes_and_the_case_is_not_told_of(
    joan: Actor, school: Team, asker: User, scanner: str
) -> None:
    online = partners.a_referral(concern={"category": "indecent_images"})
    request = partners.a_request(school, asker, referral=online)
    with pytest.raises(Refused) as refusal:
        answer(joan, request.reference, Reply.ANSWER, documents=[Upload("a.pdf", PDF)])
    assert refusal.value.reason is Reason.NO_PICTURES
    assert "online" not in str(refusal.value)
    assert "POLIT" not in str(refusal.value)


def test_nothing_is_scanned_for_who_may_not_answer(asked: Request, scanner: str) -> None:
    other = partners.partner_of(partners.a_team("Harbour Surgery", "health"))
    with pytest.raises(NotAllowed) as refusal:
        answer(other, asked.reference, Reply.ANSWER, documents=[Upload("b.exe", b"MZ")])
    assert not isinstance(refusal.value, Refused)
