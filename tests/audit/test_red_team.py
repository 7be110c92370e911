"""The database's superuser really tampers, with every trigger off; the verifier names the entry."""

import re
from collections.abc import Callable

import psycopg
import pytest
from django.db import DatabaseError

from breakwater.audit import notes
from breakwater.audit.sequencer import HistoryChanged, step
from tests.ledgers import Ledger

Signed = Callable[..., Ledger]
PLACE = 6
OF_PLACE = f"where id = (select entry from ledger_leaf where index = {PLACE})"
RENUMBER = "alter table ledger_leaf drop constraint ledger_leaf_pkey"


def names(faults: list[str], place: int) -> bool:
    """Whether a fault speaks of the entry, by itself or within a span of at most two."""
    for fault in faults:
        if re.match(rf"entry {place}:", fault):
            return True
        span = re.match(r"entries (\d+) to (\d+):", fault)
        if span and int(span[1]) <= place <= int(span[2]) <= int(span[1]) + 1:
            return True
    return False


def test_the_control_without_tampering_has_no_fault(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    ledger.tamper()
    assert ledger.faults(ledger.export(), held) == []
    assert ledger.faults(ledger.export_case(5), held) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("actor = 'user:2'", id="another actor"),
        pytest.param("allowed = not allowed", id="a refusal made a permission"),
        pytest.param("at = at + interval '1 microsecond'", id="a microsecond later"),
        pytest.param("at = at - interval '1 year'", id="backdated"),
        pytest.param("salt = uuid_send(gen_random_uuid())", id="another salt"),
        pytest.param("verb = 'see_board'", id="another verb"),
        pytest.param("purpose = 'audit'", id="a purpose afterwards"),
        pytest.param("facts = jsonb_set(facts, '{count}', '1')", id="another fact"),
        pytest.param("subject = ''", id="a subject taken away"),
        pytest.param("agency_id = 1", id="another agency"),
        pytest.param("cases = cases || 7::bigint", id="a case more"),
        pytest.param("xid = '3'", id="another transaction"),
    ],
)
def test_an_edit_is_found_and_the_entry_named(signed: Signed, change: str) -> None:
    ledger = signed()
    held = ledger.sign()
    ledger.tamper(f"update ledger_entry set {change} {OF_PLACE}")
    faults = ledger.faults(ledger.export(), held)
    assert faults == [f"entry {PLACE}: its content is not what was committed to"]
    assert names(ledger.faults(ledger.export_case(5), held), PLACE)


def test_two_entries_that_swap_their_cases_are_both_named(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    ledger.tamper(
        "update ledger_entry e set cases = case when e.cases = '{5}' then '{6}'::bigint[]"
        " else '{5}' end where id in (select entry from ledger_leaf where index in (2, 3))"
    )
    faults = ledger.faults(ledger.export(), held)
    assert [fault[:8] for fault in faults] == ["entry 2:", "entry 3:"]
    assert names(ledger.faults(ledger.export_case(5), held), 3)
    assert names(ledger.faults(ledger.export_case(6), held), 2)


def test_an_edit_with_its_commitment_written_anew_is_found(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    ledger.tamper(
        f"update ledger_entry set actor = 'user:2' {OF_PLACE}",
        "update ledger_leaf l set commitment = ledger.commitment(e) from ledger_entry e"
        f" where e.id = l.entry and l.index = {PLACE}",
    )
    assert names(ledger.faults(ledger.export(), held), PLACE)
    assert names(ledger.faults(ledger.export_case(5), held), PLACE)


def test_a_deleted_entry_is_named(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    ledger.tamper(f"delete from ledger_entry {OF_PLACE}")
    faults = ledger.faults(ledger.export(), held)
    assert faults == [f"entry {PLACE}: its content is gone, and nobody erased it"]


def test_an_entry_deleted_with_its_leaf_is_named(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    ledger.tamper(
        f"delete from ledger_entry {OF_PLACE}", f"delete from ledger_leaf where index = {PLACE}"
    )
    faults = ledger.faults(ledger.export(), held)
    assert faults == [f"entry {PLACE}: missing, with all before entry {PLACE + 1}"]


def test_renumbering_after_a_deletion_is_found(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    ledger.tamper(
        f"delete from ledger_entry {OF_PLACE}",
        f"delete from ledger_leaf where index = {PLACE}",
        RENUMBER,
        f"update ledger_leaf set index = index - 1 where index > {PLACE}",
    )
    faults = ledger.faults(ledger.export(), held)
    assert names(faults, PLACE)
    assert "entry 11: missing, with all before entry 12" in faults


def test_an_entry_inserted_between_two_is_found(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    ledger.tamper(
        RENUMBER,
        f"update ledger_leaf set index = index + 1 where index >= {PLACE}",
        "insert into ledger_entry (actor, verb, cases, subject, purpose, allowed, facts)"
        " values ('user:9', 'forged', '{5}', '', '', true, '{}')",
        f"insert into ledger_leaf select {PLACE}, id, ledger.commitment(e) from ledger_entry e"
        " where verb = 'forged'",
    )
    assert names(ledger.faults(ledger.export(), held), PLACE)
    assert names(ledger.faults(ledger.export_case(5), held), PLACE)


def test_entries_that_change_places_are_found(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    ledger.tamper(
        RENUMBER,
        f"update ledger_leaf set index = case index when {PLACE} then {PLACE + 1} else {PLACE} end"
        f" where index in ({PLACE}, {PLACE + 1})",
    )
    assert names(ledger.faults(ledger.export(), held), PLACE)
    # Proofs are made from the leaves that stand there: with one moved, no entry's proof holds.
    assert f"entry {PLACE}: not in the tree of checkpoint 12" in ledger.faults(
        ledger.export_case(6), held
    )


def test_an_old_entry_replayed_is_found_though_the_worker_signed_it(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    ledger.tamper(
        "alter table ledger_leaf drop constraint ledger_leaf_entry_key",
        f"insert into ledger_leaf select 12, entry, commitment from ledger_leaf"
        f" where index = {PLACE}",
    )
    ledger.sign()
    faults = ledger.faults(ledger.export(), held)
    assert faults == ["entry 12: shown twice or out of order"]


def test_a_backdated_entry_is_found_though_the_worker_signed_it(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    with psycopg.connect(ledger.address, autocommit=True) as superuser:
        superuser.execute(
            "insert into ledger_entry (at, actor, verb, cases, subject, purpose, allowed, facts)"
            " values (now() - interval '1 year', 'user:9', 'open_case', '{5}', '', '', true, '{}')"
        )
    ledger.sign()
    faults = ledger.faults(ledger.export(), held)
    assert faults == ["entry 12: dated over an hour before an entry before it"]


def test_a_tail_cut_off_is_found(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    ledger.tamper(
        "delete from ledger_entry where id in (select entry from ledger_leaf where index >= 10)",
        "delete from ledger_leaf where index >= 10",
        "delete from ledger_checkpoint where size > 10",
    )
    faults = ledger.faults(ledger.export(), held)
    assert faults == ["checkpoint 12 does not begin these 10 entries: the ledger has shrunk"]


def test_a_tail_cut_off_and_grown_again_is_found(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    ledger.tamper(
        "delete from ledger_entry where id in (select entry from ledger_leaf where index >= 10)",
        "delete from ledger_leaf where index >= 10",
        "delete from ledger_checkpoint where size > 10",
    )
    ledger.write("another", "third", "history")
    ledger.sign()
    (fault,) = ledger.faults(ledger.export(), held)
    assert fault.startswith("entries 10 to 11: not as checkpoint 12 signed")
    (fault,) = ledger.faults(ledger.export_case(5, since=(12,)), held)
    assert fault == "checkpoint 12 does not begin these 13 entries: a fork, or written anew"


def rewritten(ledger: Ledger, key: notes.SecretKey) -> None:
    """The whole history written anew from entry 6 on, and signed anew with a key."""
    ledger.tamper(
        f"update ledger_entry set actor = 'user:2' {OF_PLACE}",
        "update ledger_leaf l set commitment = ledger.commitment(e) from ledger_entry e"
        f" where e.id = l.entry and l.index = {PLACE}",
        "delete from ledger_node",
        "delete from ledger_checkpoint",
    )
    step(key)


def test_a_forged_checkpoint_of_another_key_is_named(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    rewritten(ledger, notes.new_key(ledger.key.name))
    faults = ledger.faults(ledger.export(), held)
    assert "checkpoint 12 of the export: not signed by this key" in faults
    assert any("a fork" in fault for fault in faults)


def test_a_fork_signed_with_the_stolen_key_is_found_by_who_holds_a_checkpoint(
    signed: Signed,
) -> None:
    ledger = signed()
    held = ledger.sign()
    rewritten(ledger, ledger.key)
    faults = ledger.faults(ledger.export(), held)
    assert faults == ["checkpoint 12 does not begin these 12 entries: a fork, or written anew"]


def test_a_fork_is_found_by_an_older_checkpoint_too(signed: Signed) -> None:
    ledger = signed(8)
    held = ledger.sign()
    ledger.write("more")
    ledger.sign()
    rewritten(ledger, ledger.key)
    ledger.sign()
    (fault,) = ledger.faults(ledger.export(), held)
    assert fault.startswith("entries 0 to 7: not as checkpoint 8 signed")
    (fault,) = ledger.faults(ledger.export_case(5, since=(8,)), held)
    assert fault == "checkpoint 8 does not begin these 9 entries: a fork, or written anew"


def test_a_forged_root_within_the_history_is_named(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    forged = notes.checkpoint(notes.new_key(ledger.key.name), 8, b"x" * 32)
    ledger.tamper(f"update ledger_checkpoint set note = '{forged.note}' where size = 8")
    faults = ledger.faults(ledger.export(), held)
    assert faults == ["checkpoint 8 of the export: not signed by this key"]


def test_content_blanked_as_if_erased_is_named(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    ledger.tamper(
        "update ledger_entry e set actor = '', agency_id = null, verb = 'erased', cases = '{}',"
        f" subject = '', purpose = '', allowed = true, facts = '{{}}', salt = '' {OF_PLACE}"
    )
    (fault,) = ledger.faults(ledger.export(), held)
    assert fault == f"entry {PLACE}: its content is gone, no entry says who erased it"


def test_the_worker_signs_nothing_on_top_of_a_history_that_was_changed(signed: Signed) -> None:
    ledger = signed()
    ledger.tamper(f"update ledger_leaf set commitment = sha256('x') where index = {PLACE}")
    ledger.write("more")
    with pytest.raises(HistoryChanged):
        ledger.sign()


@pytest.mark.parametrize("table", ["entry", "leaf", "node", "checkpoint"])
@pytest.mark.parametrize("deed", ["delete from", "truncate", "update"])
def test_with_the_triggers_on_even_the_superuser_is_refused(
    signed: Signed, table: str, deed: str
) -> None:
    ledger = signed(2)
    ledger.ask("insert into ledger_node values (8, 0, sha256('x'))")
    column = {"entry": "verb", "leaf": "index", "node": "index", "checkpoint": "at"}[table]
    change = f" set {column} = {column}" if deed == "update" else ""
    with pytest.raises(DatabaseError, match="never changed"):
        ledger.ask(f"{deed} ledger_{table}{change}")


def test_with_the_triggers_dropped_for_good_the_edit_is_found_all_the_same(signed: Signed) -> None:
    ledger = signed()
    held = ledger.sign()
    for table in ("entry", "leaf"):
        ledger.ask(f"drop trigger never_changed on ledger_{table}")
    ledger.ask(f"update ledger_entry set actor = 'user:2' {OF_PLACE}")
    assert names(ledger.faults(ledger.export(), held), PLACE)
