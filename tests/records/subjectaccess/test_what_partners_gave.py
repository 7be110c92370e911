"""What partners gave on a condition never reaches the family by a subject access request."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from breakwater.access.models import User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, TeamKind
from breakwater.records.subjectaccess import actions
from breakwater.records.subjectaccess.export import Format, sections
from breakwater.records.subjectaccess.items import Sharing, items_of
from breakwater.records.subjectaccess.rules import Choice, Whose, against_export, decide
from breakwater.referrals.models import Referral
from breakwater.sharing import answers
from breakwater.sharing.disclosures.parts import GivenAnswer
from breakwater.sharing.rules import Handling, InfoKind, Reply
from tests.sharing.asking import a_partner, asked
from tests.sharing.telling import a_case, a_surgery, agreed, mention, shared

Staff = Callable[..., User]
SAID = "Her father is to be interviewed on Friday."


def an_answer(*handling: Handling, documents: tuple[int, ...] = ()) -> GivenAnswer:
    return GivenAnswer(
        1, "CAIT", "Wessex Police", 1, "", datetime(2026, 3, 2, tzinfo=UTC), (InfoKind.OFFENDING,),
        handling, (("What is known?", SAID),), documents=documents,
    )  # fmt: skip


@pytest.mark.parametrize("handling", [Handling.NOT_FAMILY, Handling.POLICE_ONLY])
def test_what_is_not_for_the_family_is_not_even_said_to_be_there(handling: Handling) -> None:
    items = items_of([], {1}, [], {}, sharing=Sharing(answers=[an_answer(handling)]))
    (one,) = decide(items, {items[0].key: (Choice.KEEP, items[0].digest)})
    assert (one.item.whose, one.choice, one.by_hand) == (Whose.CONDITION, Choice.WITHHOLD, False)
    assert sections([one]) == []
    assert against_export([one], "Weighed.") == []


def test_what_was_answered_without_a_condition_waits_for_a_person() -> None:
    items = items_of([], {1}, [], {}, sharing=Sharing(answers=[an_answer()]))
    (one,) = decide(items, {})
    assert (one.item.whose, one.choice) == (Whose.MIXED, None)


@pytest.mark.django_db
def test_a_copy_of_it_elsewhere_in_the_case_blocks_the_export(triage: Actor, staff: Staff) -> None:
    referral = a_case(concern={"narrative": f"Told on the phone. {SAID}"})
    export = _export(triage, referral, staff, Handling.NOT_FAMILY)
    with pytest.raises(actions.NotReady) as refusal:
        export()
    assert any("holds what is withheld" in sentence for _, sentence in refusal.value.errors)


@pytest.mark.django_db
def test_an_export_holds_no_word_of_it_nor_who_was_told_on_that_condition(
    triage: Actor, staff: Staff
) -> None:
    referral, surgery = a_case(), a_surgery()
    agreed(triage, surgery)
    shared(triage, referral, surgery)
    secret = a_surgery("Mill Lane Surgery", "Dr Omar Said")
    agreed(triage, secret)
    shared(triage, referral, secret, handling=(Handling.NOT_FAMILY,))
    file = _export(triage, referral, staff, Handling.NOT_FAMILY)().decode()
    assert "Harbour Road Surgery" in file
    assert "Mill Lane" not in file
    assert "interviewed" not in file


def _export(
    triage: Actor, referral: Referral, staff: Staff, handling: Handling
) -> Callable[[], bytes]:
    """A request about Amelia in which all was decided that can be: gives what exports it."""
    request = asked(triage, reference=referral.reference)
    answers.write(
        request, Reply.ANSWER, answers.Words(answers=(SAID,)), by=a_partner().person,
        at=timezone.now(), handling=(handling,),
    )  # fmt: skip
    user: User = staff("Rosa Lund", TeamKind.RECORDS, Role.RECORDS_OFFICER)
    supervisor = actor_for(staff("Sgt Hill", role=Role.TRIAGE_SUPERVISOR))
    desk, case, child = actor_for(user), referral.case_id, mention(referral, "Amelia")
    until = timezone.localdate()
    actions.hand_over(supervisor, case, user.pk, until)
    actions.begin(desk, case, child)
    preview = actions.open_preview(desk, case, child)
    assert preview is not None
    chosen = {
        one.item.key: Choice.KEEP if one.item.key.startswith(f"r{referral.pk}.why") else
        Choice.WITHHOLD for one in preview.decided if one.choice is None
    }  # fmt: skip
    actions.choose(desk, case, child, chosen, "Weighed.")
    return lambda: actions.export_file(desk, case, child, Format.HTML)
