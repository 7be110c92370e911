"""Recalls and corrections reach everyone who got the wrong version."""

from collections.abc import Callable

import pytest

from breakwater.access.models import Case
from breakwater.access.rules import Actor, AlertKind, NotAllowed
from breakwater.audit.models import Entry
from breakwater.referrals.models import Referral
from breakwater.referrals.moves import WrongInput
from breakwater.sharing import papers
from breakwater.sharing.disclosures import taking_back
from breakwater.sharing.disclosures.actions import Changed, open_told
from breakwater.sharing.disclosures.models import Disclosure
from breakwater.sharing.disclosures.paper import paper
from breakwater.sharing.disclosures.queries import count_of
from breakwater.sharing.rules import Sent
from tests.sharing.asking import asked
from tests.sharing.telling import a_case, a_surgery, agreed, alerts, chosen, mention, shared

pytestmark = pytest.mark.django_db

WHY = "The address was of an earlier home."


@pytest.fixture
def surgery(triage: Actor) -> Actor:
    one = a_surgery()
    agreed(triage, one)
    return one


def wrong(deed: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(WrongInput) as refusal:
        deed()
    return dict(refusal.value.errors)


def with_address(sender: Actor, referral: Referral, partner: Actor) -> Disclosure:
    child = mention(referral, "Amelia")
    return shared(sender, referral, partner, chosen(child, "name", "born", "address"))


def corrected(actor: Actor, row: Disclosure, values: dict[int, str], reason: str = WHY) -> int:
    found = taking_back.corrections(actor, row.reference, values, reason)
    seen = taking_back.digest(found)
    return taking_back.correct(actor, row.reference, values, reason, seen=seen)


def test_what_is_recalled_the_team_is_told_at_once(triage: Actor, surgery: Actor) -> None:
    row = shared(triage, a_case(), surgery)
    assert taking_back.recall(triage, row.reference, "It was the wrong surgery.") == 1
    row.refresh_from_db()
    assert (row.standing, row.ended_by_id) == (Sent.RECALLED, triage.user_id)
    assert alerts(surgery)[-1] == (AlertKind.TAKEN_BACK, row.reference)


def test_the_receiver_can_read_why_and_nothing_else(triage: Actor, surgery: Actor) -> None:
    row = shared(triage, a_case(), surgery)
    taking_back.recall(triage, row.reference, "It was the wrong surgery.")
    with papers.open_paper(surgery, "disclosures", row.pk, purpose="to read it").reading():
        seen = paper(row.pk)
    assert seen is not None
    assert seen.notice == "It was the wrong surgery."
    row.refresh_from_db()
    assert row.notice_key_id not in (None, row.key_id)


def test_a_recall_is_in_the_ledger_without_its_words(triage: Actor, surgery: Actor) -> None:
    row = shared(triage, a_case(), surgery)
    taking_back.recall(triage, row.reference, "It was the wrong surgery.")
    entry = Entry.objects.filter(verb="disclose", subject=f"disclosure:{row.pk}").latest("at")
    assert (entry.facts["deed"], entry.facts["fields"]) == ("recall", 2)
    assert "surgery" not in str(entry.facts)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (" ", "Enter why"),
        ("x" * 5_001, "characters or fewer"),
        ("It was about Amelia, not her brother.", "amelia"),
        ("It was about Victor.", "victor"),
        ("Born 14/05/2017 is wrong.", "birth date"),
        ("He lives at 14 Quay Lane.", "address"),
    ],
)
def test_a_notice_that_names_somebody_is_refused(
    triage: Actor, surgery: Actor, reason: str, said: str
) -> None:
    row = shared(triage, a_case(), surgery)
    assert said in wrong(lambda: taking_back.recall(triage, row.reference, reason))["reason"]
    row.refresh_from_db()
    assert (row.standing, row.notice) == (Sent.SENT, None)


def test_what_was_taken_back_is_not_taken_back_again(triage: Actor, surgery: Actor) -> None:
    row = shared(triage, a_case(), surgery)
    taking_back.recall(triage, row.reference, "Wrong.")
    with pytest.raises(NotAllowed, match="stands"):
        taking_back.recall(triage, row.reference, "Wrong.")
    with pytest.raises(NotAllowed, match="stands"):
        taking_back.corrections(triage, row.reference, {0: "Amy"}, "Wrong.")


def test_a_correction_is_a_new_version_and_the_old_one_says_so(
    triage: Actor, surgery: Actor
) -> None:
    row = with_address(triage, a_case(), surgery)
    assert corrected(triage, row, {2: "9 Brook Street, Preston"}) == 1
    new = Disclosure.objects.get(corrects=row)
    row.refresh_from_db()
    assert (row.standing, new.standing, new.version) == (Sent.CORRECTED, Sent.SENT, 2)
    seen = paper(new.pk)
    assert seen is not None
    assert [line.value for line in seen.lines] == [
        "Amelia Hartley",
        "14 May 2017",
        "9 Brook Street, Preston",
    ]
    assert (new.agreement_id, new.keep_until, new.kinds) == (
        row.agreement_id, row.keep_until, row.kinds,
    )  # fmt: skip
    assert seen.corrects == row.reference


def test_every_team_that_was_told_the_same_is_corrected_in_the_same_deed(
    triage: Actor, surgery: Actor
) -> None:
    other = a_surgery("Mill Lane Surgery", "Dr Omar Said")
    agreed(triage, other)
    referral = a_case()
    row = with_address(triage, referral, surgery)
    same, beside = with_address(triage, referral, other), shared(triage, referral, other)
    found = taking_back.corrections(triage, row.reference, {2: "9 Brook Street"}, WHY)
    assert [one.paper.reference for one in found] == [row.reference, same.reference]
    assert corrected(triage, row, {2: "9 Brook Street"}) == 2
    assert alerts(other)[-1] == (AlertKind.TAKEN_BACK, same.reference)
    beside.refresh_from_db()
    assert beside.standing == Sent.SENT
    for old in (row, same):
        seen = paper(Disclosure.objects.get(corrects=old).pk)
        assert seen is not None
        assert seen.lines[2].value == "9 Brook Street"


def test_what_was_told_in_order_to_ask_is_corrected_too(triage: Actor, surgery: Actor) -> None:
    referral = a_case()
    request = asked(triage, surgery, reference=referral.reference, told=("name", "born"))
    row = shared(triage, referral, surgery)
    assert corrected(triage, row, {1: "15 May 2017"}) == 2
    new = Disclosure.objects.get(request=request, standing=Sent.SENT)
    assert new.version == 2


def test_a_line_that_is_emptied_is_taken_out(triage: Actor, surgery: Actor) -> None:
    row = with_address(triage, a_case(), surgery)
    corrected(triage, row, {2: " "})
    seen = paper(Disclosure.objects.get(corrects=row).pk)
    assert seen is not None
    assert [line.label for line in seen.lines] == ["Name", "Birth date"]


def test_where_nothing_is_left_it_is_recalled(triage: Actor, surgery: Actor) -> None:
    referral = a_case()
    child = mention(referral, "Amelia")
    row = with_address(triage, referral, surgery)
    alone = shared(triage, referral, surgery, chosen(child, "address"))
    assert corrected(triage, row, {2: ""}) == 2
    alone.refresh_from_db()
    assert alone.standing == Sent.RECALLED
    said = wrong(lambda: corrected(triage, Disclosure.objects.get(corrects=row), {0: "", 1: ""}))
    assert "recall it instead" in said[""]


def test_a_correction_that_changes_nothing_is_refused(triage: Actor, surgery: Actor) -> None:
    row = with_address(triage, a_case(), surgery)
    assert "still says" in wrong(lambda: corrected(triage, row, {0: "Amelia Hartley"}))[""]


def test_a_corrected_line_does_not_carry_anybody_else(triage: Actor, surgery: Actor) -> None:
    row = with_address(triage, a_case(), surgery)
    said = wrong(lambda: corrected(triage, row, {2: "With Victor, 9 Brook Street"}))
    assert "victor" in said["line-2"]
    assert Disclosure.objects.count() == 1


def test_if_somebody_else_is_told_meanwhile_who_corrects_looks_again(
    triage: Actor, surgery: Actor
) -> None:
    referral = a_case()
    row = with_address(triage, referral, surgery)
    values = {2: "9 Brook Street"}
    seen = taking_back.digest(taking_back.corrections(triage, row.reference, values, WHY))
    with_address(triage, referral, surgery)
    with pytest.raises(Changed):
        taking_back.correct(triage, row.reference, values, WHY, seen=seen)
    assert not Disclosure.objects.exclude(standing=Sent.SENT).exists()


def test_what_is_not_confirmed_stays_on_the_case(triage: Actor, surgery: Actor) -> None:
    referral = a_case()
    row = shared(triage, referral, surgery)
    taking_back.recall(triage, row.reference, "Wrong.")
    (version,) = open_told(triage, referral.case_id).teams[0].versions
    assert version.unconfirmed
    assert count_of(referral.case_id).unconfirmed == ((row.reference, "Harbour Road Surgery"),)
    Disclosure.objects.update(confirmed_by=surgery.user_id, confirmed_at=row.sent_at)
    (version,) = open_told(triage, referral.case_id).teams[0].versions
    assert (version.unconfirmed, version.confirmed_by) == (False, surgery.name)
    assert count_of(referral.case_id).unconfirmed == ()


def test_of_a_hidden_case_the_answer_is_that_of_none(triage: Actor, surgery: Actor) -> None:
    row = shared(triage, a_case(), surgery)
    Case.objects.update(restricted=True)
    said = set()
    for called in (row.reference, "DS-0000-0000-0000"):
        for deed in (
            lambda called=called: taking_back.recall(triage, called, "Wrong."),
            lambda called=called: taking_back.open_to_take_back(triage, called),
            lambda called=called: taking_back.correct(triage, called, {}, "Wrong.", seen=""),
        ):
            with pytest.raises(NotAllowed) as refusal:
                deed()
            said.add(str(refusal.value))
    assert len(said) == 1
