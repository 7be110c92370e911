import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.access.models import Case, Grant
from breakwater.access.rules import Actor
from breakwater.audit.models import Entry
from breakwater.clocks.models import Clock
from breakwater.people.models import Mention
from breakwater.referrals.actions import receive_referral
from breakwater.referrals.board.actions import open_board
from breakwater.referrals.models import Referral, Submission
from breakwater.referrals.rules import Level
from breakwater.referrals.submission import Refused
from breakwater.referrals.triage.actions import decide
from tests.builders import (
    a_person,
    a_submission,
    amelia,
    an_envelope,
    body_of,
    decided,
    received,
    words_of,
)

pytestmark = pytest.mark.django_db


def test_a_submission_is_kept_byte_for_byte() -> None:
    body = json.dumps(a_submission(), indent=3).encode() + b"\n"
    receive_referral(an_envelope(body))
    assert body_of(Submission.objects.get()) == body


def test_the_same_key_and_content_gives_the_same_receipt_and_no_second_referral() -> None:
    submission = a_submission()
    first = receive_referral(an_envelope(submission))
    second = receive_referral(an_envelope(submission))
    assert (second.reference, second.repeat) == (first.reference, True)
    assert Referral.objects.count() == Submission.objects.count() == 1
    assert Mention.objects.count() == 1


def test_white_space_and_the_order_of_fields_are_not_other_content() -> None:
    submission = a_submission()
    first = receive_referral(an_envelope(submission))
    turned = json.dumps(dict(reversed(submission.items())), indent=2).encode()
    assert receive_referral(an_envelope(turned)).reference == first.reference


def test_the_same_key_with_other_content_is_refused_and_changes_nothing() -> None:
    submission = a_submission()
    receive_referral(an_envelope(submission))
    submission["concern"]["narrative"] = "Another worry."
    with pytest.raises(Refused) as refusal:
        receive_referral(an_envelope(submission))
    assert [error.field for error in refusal.value.errors] == ["key"]
    assert words_of(Referral.objects.get()).narrative == "Often hungry at school since half term."
    assert Submission.objects.count() == 1


def test_two_senders_may_use_the_same_key() -> None:
    submission = a_submission()
    one = receive_referral(an_envelope(submission, sender="school"))
    other = receive_referral(an_envelope(submission, sender="surgery"))
    assert one.reference != other.reference


def test_a_refused_submission_leaves_nothing_behind() -> None:
    submission = a_submission(amelia(), amelia(born="2017-02-30"))
    with pytest.raises(Refused):
        receive_referral(an_envelope(submission))
    assert not Submission.objects.exists()
    assert not Mention.objects.exists()


def test_the_receipt_is_a_ledger_entry_without_content() -> None:
    receipt = received(amelia())
    entry = Entry.objects.get(verb="submit")
    referral = Referral.objects.get(reference=receipt.reference)
    assert (entry.case_id, entry.subject) == (referral.case_id, f"referral:{referral.pk}")
    assert "Amelia" not in json.dumps(entry.facts)


def test_receiving_starts_the_clock_of_one_working_day() -> None:
    friday = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
    receive_referral(an_envelope(a_submission(), received_at=friday))
    clock = Clock.objects.select_related("definition").get()
    assert (clock.definition.code, clock.due_at) == ("DECIDE", friday + timedelta(days=3))


def test_immediate_danger_starts_a_clock_of_one_hour_beside_and_tells_triage() -> None:
    received(concern={"immediate_danger": True})
    referral = Referral.objects.get()
    clocks = Clock.objects.values_list("definition__code", flat=True)
    assert set(clocks) == {"DANGER", "DECIDE"}
    assert referral.due_at - referral.received_at == timedelta(hours=1)
    assert referral.notice_set.get().team.kind == "triage"


def test_a_second_worry_about_a_surely_known_child_joins_the_standing_case() -> None:
    received(amelia())
    received(amelia(), by="Harbour Road Surgery")
    assert len(set(Referral.objects.values_list("case", flat=True))) == 1


def test_a_doubtful_match_opens_a_case_of_its_own() -> None:
    received(amelia())
    received(amelia(nhs_number=None, postcode=None, family="Hartly"))
    assert len(set(Referral.objects.values_list("case", flat=True))) == 2


def test_a_worry_never_joins_a_restricted_case_since_triage_would_not_see_it() -> None:
    received(amelia())
    case = Referral.objects.get().case
    case.restricted = True
    case.save()
    received(amelia(), by="Harbour Road Surgery")
    assert len(set(Referral.objects.values_list("case", flat=True))) == 2


def test_the_number_of_statements_does_not_grow_with_the_people() -> None:
    def statements(*people: dict) -> int:
        envelope = an_envelope(a_submission(*people))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            receive_referral(envelope)
        return len(captured)

    household = [
        a_person("sibling", given=f"Child{n}", family="Smith", born="2015-01-02") for n in range(50)
    ]
    assert statements(*household) == statements(a_person(given="Zo", family="Ng", born="2016"))


@pytest.mark.parametrize("change", ["update {} set id = id", "delete from {}"])
@pytest.mark.parametrize(
    "table",
    [
        "referrals_submission",
        "people_mention",
        "ledger_entry",
        "referrals_decision",
        "referrals_step",
    ],
)
def test_what_was_told_decided_and_logged_can_never_change(
    triage: Actor, table: str, change: str
) -> None:
    decide(triage, received().reference, decided(Level.UNIVERSAL), version=1)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(change.format(table))


def test_the_ledger_cannot_be_emptied() -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute("truncate ledger_entry")


def test_the_same_submission_ten_times_at_once_is_one_referral(committed: str) -> None:
    envelope = an_envelope(a_submission())
    receipts, start = [], threading.Barrier(10)

    def send() -> None:
        start.wait()
        receipts.append(receive_referral(envelope))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({receipt.reference for receipt in receipts}) == 1
    assert sorted(receipt.repeat for receipt in receipts) == [False] + [True] * 9


def test_triage_sees_a_new_worry_about_a_child_whose_case_it_had_left(triage: Actor) -> None:
    received(amelia())
    Grant.objects.update(ends=timezone.now())
    reference = received(amelia()).reference
    assert Case.objects.count() == 1
    assert reference in [row.reference for row in open_board(triage, {}, 1).rows]
