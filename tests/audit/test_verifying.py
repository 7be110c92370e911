"""The honest ledger: exported, and proven by a file that an inspector can read."""

from collections.abc import Callable

from tests.audit.conftest import Ledger

Signed = Callable[..., Ledger]


def test_a_whole_honest_ledger_is_proven(signed: Signed) -> None:
    ledger = signed(12)
    assert ledger.faults(ledger.export(), ledger.sign()) == []
