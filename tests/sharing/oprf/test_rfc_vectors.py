"""Every test vector of RFC 9497 appendix A.1 for the modes OPRF and VOPRF."""

import pytest

from breakwater.sharing.oprf import (
    Mode,
    blind,
    derive_key,
    evaluate,
    evaluate_directly,
    finalize,
    verify,
)
from tests.sharing.oprf.rfc9497 import vectors

ALL = vectors()
NAMES = [f"{v['mode'][0].decode()}-batch-of-{len(v['Input'])}-{n}" for n, v in enumerate(ALL)]


def test_all_five_vectors_of_the_two_modes_are_here():
    assert [v["mode"][0] for v in ALL] == [b"OPRF"] * 2 + [b"VOPRF"] * 3
    assert len(ALL[-1]["Input"]) == 2


@pytest.mark.parametrize("vector", ALL, ids=NAMES)
def test_the_rfcs_values_come_out_to_the_byte(vector):
    mode = Mode[vector["mode"][0].decode()]
    key = derive_key(vector["Seed"][0], vector["KeyInfo"][0], mode)
    assert key.secret == vector["skSm"][0]
    assert "pkSm" not in vector or key.public == vector["pkSm"][0]
    sent = blind(vector["Input"], mode, vector["Blind"])
    assert list(sent.elements) == vector["BlindedElement"]
    scalar = vector.get("ProofRandomScalar", [b""])[0]
    answer = evaluate(key, sent.elements, scalar or None)
    assert list(answer.elements) == vector["EvaluationElement"]
    assert answer.proof == vector.get("Proof", [b""])[0]
    assert finalize(sent, answer.elements, answer.proof, key.public) == vector["Output"]
    assert evaluate_directly(key, vector["Input"]) == vector["Output"]


@pytest.mark.parametrize("vector", ALL[2:], ids=NAMES[2:])
def test_the_rfcs_proofs_hold_and_none_holds_for_another_vector(vector):
    verify(
        vector["pkSm"][0], vector["BlindedElement"], vector["EvaluationElement"], vector["Proof"][0]
    )
    for other in ALL[2:]:
        if other is not vector:
            with pytest.raises(ValueError, match="proof does not hold"):
                verify(vector["pkSm"][0], vector["BlindedElement"], vector["EvaluationElement"],
                       other["Proof"][0])  # fmt: skip
