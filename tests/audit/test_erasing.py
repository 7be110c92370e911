"""Lawful erasure: the content is destroyed, the proof stays, and the erasure is an entry itself."""

import json
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from breakwater.audit.actions import erase, record
from tests.ledgers import Ledger

Signed = Callable[..., Ledger]
BLANK = (
    "update ledger_entry e set actor = '', agency_id = null, verb = 'erased', cases = '{}',"
    " subject = '', purpose = '', allowed = true, facts = '{}', salt = ''"
    " where id = (select entry from ledger_leaf where index = 3)"
)


def erase_by(ledger: Ledger, statement: str, subject: str = "leaf:3") -> None:
    """Do it after the entry that says so, in its transaction."""
    with transaction.atomic():
        record("user:9", "erase", subject=subject, purpose="retention")
        ledger.ask(statement)


def test_an_erased_entry_says_nothing_any_more_and_its_proof_holds(signed: Signed) -> None:
    ledger = signed(6)
    held = ledger.sign()
    erase("user:9", 3, purpose="retention")
    ledger.sign()
    ((left,),) = ledger.ask(
        "select to_jsonb(e) - 'id' - 'at' - 'xid' from ledger_entry e"
        " join ledger_leaf l on l.entry = e.id where l.index = 3"
    )
    assert json.loads(left) == {
        "actor": "", "agency_id": None, "verb": "erased", "cases": [], "subject": "",
        "purpose": "", "allowed": True, "facts": {}, "salt": "\\x", "capability": None,
    }  # fmt: skip
    export = ledger.export()
    assert ledger.faults(export, held) == []
    lines = export.read_text().splitlines()
    assert lines[4].startswith("3 erased ")
    assert lines[4].endswith(" -")
    assert '"verb": "erase"' in lines[7]
    assert '"subject": "leaf:3"' in lines[7]


def test_a_range_brings_the_entry_that_erased_along_though_it_came_later(signed: Signed) -> None:
    ledger = signed(6)
    held = ledger.sign()
    erase("user:9", 3, purpose="retention")
    ledger.sign()
    export = ledger.export(2, 5, since=(6,))
    assert [line.split()[0] for line in export.read_text().splitlines()[1:]] == [
        "2", "3", "4", "6",
    ]  # fmt: skip
    assert ledger.faults(export, held) == []


def test_an_entry_without_a_place_is_not_erased_since_it_could_vanish_unseen(
    fresh: Ledger,
) -> None:
    fresh.write("one")
    with pytest.raises(DatabaseError, match="no entry at place 0"):
        erase("user:9", 0, purpose="retention")
    assert fresh.ask("select verb from ledger_entry") == [("one",)]


def test_what_is_erased_is_not_erased_again(signed: Signed) -> None:
    ledger = signed(6)
    erase("user:9", 3, purpose="retention")
    with pytest.raises(DatabaseError, match="never changed"):
        erase("user:9", 3, purpose="retention")
    assert ledger.ask("select count(*) from ledger_entry where verb = 'erase'") == [(1,)]


def test_the_entry_that_says_so_is_never_erased(signed: Signed) -> None:
    ledger = signed(6)
    erase("user:9", 3, purpose="retention")
    ledger.sign()
    with pytest.raises(DatabaseError, match="never changed"):
        erase("user:9", 6, purpose="to hide the first")


def test_nothing_is_erased_without_an_entry_that_says_so(signed: Signed) -> None:
    ledger = signed(6)
    for statement in ("select ledger.erase(3)", BLANK):
        with pytest.raises(DatabaseError, match="never changed"):
            ledger.ask(statement)


@pytest.mark.parametrize("subject", ["leaf:2", "leaf:33", "referral:3", ""])
def test_the_entry_that_says_so_must_name_the_place(signed: Signed, subject: str) -> None:
    ledger = signed(6)
    with pytest.raises(DatabaseError, match="never changed"):
        erase_by(ledger, "select ledger.erase(3)", subject)


def test_the_entry_that_says_so_must_be_of_the_same_transaction(signed: Signed) -> None:
    ledger = signed(6)
    record("user:9", "erase", subject="leaf:3", purpose="retention")
    with pytest.raises(DatabaseError, match="never changed"):
        ledger.ask("select ledger.erase(3)")


@pytest.mark.parametrize(
    "less",
    ["actor = ''", "salt = ''", "cases = '{}'", "facts = '{}'", "verb = 'erased'",
     "at = now()", "actor = '', verb = 'erased', salt = ''"],
)  # fmt: skip
def test_an_erasure_is_whole_and_changes_nothing_else(signed: Signed, less: str) -> None:
    ledger = signed(6)
    change = f"update ledger_entry set {less}"
    with pytest.raises(DatabaseError, match="never changed"):
        erase_by(ledger, f"{change} where id = (select entry from ledger_leaf where index = 3)")


def test_another_entry_is_not_erased_along(signed: Signed) -> None:
    ledger = signed(6)
    with pytest.raises(DatabaseError, match="never changed"):
        erase_by(ledger, "select ledger.erase(3), ledger.erase(4)")
    assert ledger.ask("select count(*) from ledger_entry where verb = 'erased'") == [(0,)]
