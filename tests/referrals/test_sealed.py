"""Sealed at rest: who has the disk, a dump or a backup reads no worry and finds no reporter."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from breakwater.access.rules import Actor
from breakwater.referrals.actions import open_referral, receive_referral
from breakwater.referrals.models import Decision, Referral, Submission
from breakwater.referrals.rules import Level
from breakwater.referrals.triage.actions import decide
from breakwater.vault.actions import destroy
from breakwater.vault.models import Key
from breakwater.vault.rules import KeyDestroyed, Tampered
from tests.builders import a_submission, amelia, an_envelope, body_of, decided, reason_of, words_of

pytestmark = pytest.mark.django_db

# In the narrative, the reporter and the reasons, and nowhere else.
MARKER = "quixotic-zebra"


def everything_stored() -> str:
    """Every value of every table, as text and, of bytes, as the bytes would read."""
    values = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values_list():
            for value in row:
                values.append(
                    bytes(value).decode("latin-1")
                    if isinstance(value, bytes | memoryview)
                    else json.dumps(value, default=str)
                )
    return "\n".join(values)


def a_marked_worry() -> Referral:
    told = a_submission(
        amelia(),
        concern={
            "narrative": f"Seen with a {MARKER}.",
            "consent": "not_sought",
            "consent_reason": f"Because of the {MARKER}.",
        },
    )
    told["reporter"] = {"name": f"Helen {MARKER}", "email": f"{MARKER}@example.org"}
    receipt = receive_referral(an_envelope(told))
    return Referral.objects.get(reference=receipt.reference)


def test_no_word_of_narrative_reporter_or_reason_is_stored_in_the_clear(triage: Actor) -> None:
    referral = a_marked_worry()
    reason = f"Weighed: {MARKER}."
    decide(triage, referral.reference, decided(Level.ADDITIONAL, reason=reason), version=1)
    assert MARKER not in everything_stored()
    page = open_referral(triage, referral.reference, "triage")
    assert (page.narrative, page.progress.decisions[0].reason) == (f"Seen with a {MARKER}.", reason)
    assert page.reporter == {"name": f"Helen {MARKER}", "email": f"{MARKER}@example.org"}


def test_a_page_with_many_known_referrals_asks_for_all_keys_at_once(triage: Actor) -> None:
    from django.test.utils import CaptureQueriesContext

    def statements() -> int:
        referral = a_marked_worry()
        with CaptureQueriesContext(connection) as captured:
            open_referral(triage, referral.reference, "triage")
        return len(captured)

    a_marked_worry()
    few = statements()
    for _ in range(5):
        a_marked_worry()
    assert statements() == few


def test_a_destroyed_key_leaves_the_row_and_no_word() -> None:
    referral = a_marked_worry()
    destroy([Key.objects.get(case=referral.case_id).pk])
    with pytest.raises(KeyDestroyed):
        words_of(referral)
    with pytest.raises(KeyDestroyed):
        body_of(Submission.objects.get())


def test_words_put_in_another_referrals_place_do_not_open() -> None:
    one, other = a_marked_worry(), a_marked_worry()
    other.words = one.words
    with pytest.raises(Tampered):
        words_of(other)


def test_rows_of_before_are_sealed_by_the_upgrade(triage: Actor) -> None:
    """The step of the migration, on a table with the columns that it had."""
    referral = a_marked_worry()
    decide(triage, referral.reference, decided(Level.ADDITIONAL, reason="Why."), version=1)
    body = body_of(Submission.objects.get())
    upgrade = import_module("breakwater.referrals.migrations.0004_sealed")
    told = json.loads(body)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            set constraints all immediate;
            alter table referrals_submission disable trigger never_changed;
            alter table referrals_decision disable trigger never_changed;
            alter table referrals_referral add narrative text, add consent_reason text,
              add reporter jsonb, add online jsonb;
            alter table referrals_decision rename reason to sealed_reason;
            alter table referrals_decision add reason text;
            update referrals_decision set reason = 'Why.', sealed_reason = '';
            """
        )
        cursor.execute(
            "update referrals_referral set words = '', narrative = %s, consent_reason = %s,"
            " reporter = %s",
            [
                told["concern"]["narrative"],
                told["concern"]["consent_reason"],
                json.dumps(told["reporter"]),
            ],
        )
        cursor.execute("update referrals_submission set body = %s", [body])
        cursor.execute("set constraints all immediate")
        with connection.schema_editor() as editor:
            upgrade.seal_what_is_there(None, editor)
        cursor.execute("alter table referrals_decision drop reason")
        cursor.execute("alter table referrals_decision rename sealed_reason to reason")
    assert body_of(Submission.objects.get()) == body
    words = words_of(Referral.objects.get())
    assert (words.narrative, words.reporter) == (told["concern"]["narrative"], told["reporter"])
    assert reason_of(Decision.objects.get()) == "Why."
