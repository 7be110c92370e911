"""A partner agency as witness: it co-signs growth, and neither shrinking nor a fork."""

import json
from pathlib import Path

import pytest

from breakwater.audit import notes
from breakwater.audit.tree import consistency, leaf_hash, root
from breakwater.audit.witness import Refused, cosign, request
from tests.audit.test_tree import leaves, store_of

LEDGER = notes.new_key("hub.test/ledger")
WITNESS = notes.new_key("police.test/witness", notes.WITNESS)
NOW = 1_795_000_000


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def point(size: int, history: str = "one", key: notes.SecretKey = LEDGER) -> notes.Checkpoint:
    return notes.checkpoint(key, size, root(store_of(leaves(size, history)), size))


def grown(old: int, new: int, history: str = "one", proven_by: str = "") -> str:
    proof = consistency(store_of(leaves(new, proven_by or history)), old, new)
    return request(old, proof, point(new, history).note)


def first(state: Path, size: int = 12) -> notes.Checkpoint:
    return cosign(state, WITNESS, LEDGER.public, point(size).note, NOW)


def refusal(state: Path, asked: str, ledger: notes.PublicKey | None = None) -> str:
    before = state.read_text() if state.exists() else None
    with pytest.raises(Refused) as refused:
        cosign(state, WITNESS, ledger, asked, NOW + 1)
    assert (state.read_text() if state.exists() else "") == (before or "")
    return str(refused.value)


def test_growth_is_co_signed_again_and_again(state: Path) -> None:
    first(state)
    for old, new in ((12, 13), (13, 64), (64, 65), (65, 300)):
        seen = cosign(state, WITNESS, None, grown(old, new), NOW)
        assert notes.signed_by(seen, WITNESS.public)
        assert notes.signed_by(seen, LEDGER.public)
        assert seen.size == new


def test_the_same_checkpoint_is_co_signed_again(state: Path) -> None:
    first(state)
    assert cosign(state, WITNESS, None, point(12).note, NOW).size == 12


def test_a_ledger_that_shrank_is_refused(state: Path) -> None:
    first(state)
    assert refusal(state, point(11).note) == (
        "the ledger has shrunk: it had 12 entries, now it says 11"
    )


def test_another_tree_of_the_same_size_is_refused(state: Path) -> None:
    first(state)
    assert "two different trees of 12 entries" in refusal(state, point(12, "two").note)


def test_a_fork_that_grew_is_refused_with_its_own_proof_and_with_the_true_one(
    state: Path,
) -> None:
    first(state)
    assert "do not begin with the 12" in refusal(state, grown(12, 20, "two"))
    assert "do not begin with the 12" in refusal(state, grown(12, 20, "two", proven_by="one"))


@pytest.mark.parametrize("old", [11, 13, 20])
def test_a_proof_since_another_size_is_refused(state: Path, old: int) -> None:
    first(state)
    assert "I need a proof since 12" in refusal(state, grown(old, 20))


def test_growth_without_a_proof_is_refused(state: Path) -> None:
    first(state)
    assert "I need a proof since 12" in refusal(state, point(20).note)


def test_a_checkpoint_of_another_key_is_refused(state: Path) -> None:
    first(state)
    forged = point(12, key=notes.new_key(LEDGER.name)).note
    assert "not signed by hub.test/ledger" in refusal(state, forged)


def test_the_first_checkpoint_needs_the_ledgers_key(state: Path) -> None:
    assert "say with --ledger" in refusal(state, point(12).note)
    other = notes.new_key(LEDGER.name).public
    assert "not signed by" in refusal(state, point(12).note, other)


def test_another_key_for_the_same_state_is_refused(state: Path) -> None:
    first(state)
    other = notes.new_key(LEDGER.name).public
    assert "another key" in refusal(state, point(12).note, other)


def test_a_ledgers_key_is_no_witness(state: Path) -> None:
    with pytest.raises(Refused, match="no witness's"):
        cosign(state, LEDGER, LEDGER.public, point(12).note, NOW)


@pytest.mark.parametrize(
    "head",
    ["old twelve", "old 12\nnot base64!", "old 12\nAAAA", "old 12" + f"\n{'A' * 43}=" * 70],
)
def test_a_proof_that_cannot_be_read_is_refused(state: Path, head: str) -> None:
    first(state)
    assert refusal(state, f"{head}\n\n{point(20).note}") == "the proof cannot be read"


def test_what_was_signed_is_kept_with_whose_it_is(state: Path) -> None:
    seen = first(state)
    kept = json.loads(state.read_text())
    assert kept == {"ledger": str(LEDGER.public), "note": seen.note}
    assert leaf_hash(b"x") not in seen.note.encode()
