"""What must hold for any inputs and keys: outputs agree, and nothing forged is taken."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breakwater.sharing import oprf
from breakwater.sharing.oprf import group

INPUTS = st.lists(st.binary(max_size=80), min_size=1, max_size=5)
SECRETS = st.binary(min_size=32, max_size=32)
MODES = st.sampled_from(list(oprf.Mode))
few = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@few
@given(INPUTS, SECRETS, MODES)
def test_the_unblinded_answer_is_the_direct_evaluation(inputs, seed, mode):
    key = oprf.derive_key(seed, b"for a test", mode)
    sent = oprf.blind(inputs, mode)
    answer = oprf.evaluate(key, sent.elements)
    outputs = oprf.finalize(sent, answer.elements, answer.proof, key.public)
    assert outputs == oprf.evaluate_directly(key, inputs)
    assert all(len(output) == oprf.OUTPUT_SIZE for output in outputs)


@few
@given(INPUTS, st.data())
def test_any_flipped_bit_in_the_answer_is_refused(inputs, data):
    key = oprf.Key.new()
    sent = oprf.blind(inputs)
    answer = oprf.evaluate(key, sent.elements)
    whole = b"".join(answer.elements) + answer.proof
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    forged = bytearray(whole)
    forged[bit // 8] ^= 1 << bit % 8
    elements = [bytes(forged[at : at + 32]) for at in range(0, len(inputs) * 32, 32)]
    with pytest.raises(oprf.OprfError):
        oprf.finalize(sent, elements, bytes(forged[-64:]), key.public)


@few
@given(INPUTS)
def test_two_blinds_of_one_input_have_nothing_in_common(inputs):
    assert not set(oprf.blind(inputs).elements) & set(oprf.blind(inputs).elements)


@few
@given(INPUTS)
def test_another_key_or_another_mode_gives_other_outputs(inputs):
    one, other = oprf.Key.new(), oprf.Key.new()
    plain = oprf.Key.of(one.secret, oprf.Mode.OPRF)
    outputs = [set(oprf.evaluate_directly(key, inputs)) for key in (one, other, plain)]
    assert not outputs[0] & outputs[1]
    assert not outputs[0] & outputs[2]


@few
@given(st.lists(st.integers(1, group.ORDER - 1), max_size=6))
def test_inverses_in_one_go_are_inverses(numbers):
    scalars = [number.to_bytes(32, "little") for number in numbers]
    one = (1).to_bytes(32, "little")
    found = group.inverses(scalars)
    assert [group.scalar_times(a, b) for a, b in zip(scalars, found, strict=True)] == [one] * len(
        scalars
    )


def test_an_answer_under_another_key_is_a_bad_proof():
    sent = oprf.blind([b"one", b"two"])
    answer = oprf.evaluate(oprf.Key.new(), sent.elements)
    with pytest.raises(oprf.BadProof, match="not made with the known key"):
        oprf.finalize(sent, answer.elements, answer.proof, oprf.Key.new().public)


def test_one_element_of_a_batch_under_another_key_spoils_the_proof():
    key, sent = oprf.Key.new(), oprf.blind([b"one", b"two"])
    answer = oprf.evaluate(key, sent.elements)
    other = oprf.evaluate(oprf.Key.new(), sent.elements)
    with pytest.raises(oprf.BadProof):
        oprf.finalize(sent, (answer.elements[0], other.elements[1]), answer.proof, key.public)


def test_elements_in_another_order_spoil_the_proof():
    key, sent = oprf.Key.new(), oprf.blind([b"one", b"two"])
    answer = oprf.evaluate(key, sent.elements)
    with pytest.raises(oprf.BadProof):
        oprf.finalize(sent, answer.elements[::-1], answer.proof, key.public)


@pytest.mark.parametrize(
    ("element", "words"),
    [
        (bytes(32), "identity"),
        (b"\xff" * 32, "not the encoding"),
        (bytes(31) + b"\x80", "not the encoding"),
        (b"\x01" + bytes(31), "not the encoding"),
        (oprf.blind([b"one"]).elements[0][:31] + b"\xc0", "not the encoding"),
        (b"short", "has 32 bytes; this one has 5"),
        (b"", "this one has 0"),
        (bytes(64), "this one has 64"),
    ],
    ids=[
        "identity",
        "too-large",
        "negative-zero",
        "not-on-the-curve",
        "top-bit",
        "short",
        "empty",
        "long",
    ],
)
def test_what_is_no_element_is_refused_by_server_and_asker(element, words):
    key, sent = oprf.Key.new(), oprf.blind([b"one"])
    with pytest.raises(oprf.BadElement, match=words):
        oprf.evaluate(key, [element])
    proof = oprf.evaluate(key, sent.elements).proof
    with pytest.raises(oprf.BadElement, match=words):
        oprf.finalize(sent, [element], proof, key.public)
    with pytest.raises(oprf.BadElement, match=words):
        oprf.finalize(sent, sent.elements, proof, element)
    plain = oprf.blind([b"one"], oprf.Mode.OPRF)
    with pytest.raises(oprf.BadElement, match=words):
        oprf.finalize(plain, [element])


@pytest.mark.parametrize(
    ("scalar", "words"),
    [
        (bytes(32), "zero"),
        (group.ORDER.to_bytes(32, "little"), "not below the order"),
        (b"\xff" * 32, "not below the order"),
        (bytes(31), "this one has 31"),
    ],
    ids=["zero", "the-order", "too-large", "short"],
)
def test_what_is_no_scalar_is_refused_as_a_key(scalar, words):
    with pytest.raises(oprf.BadScalar, match=words):
        oprf.Key.of(scalar)


def test_a_proof_in_another_encoding_of_the_same_scalars_is_refused():
    key, sent = oprf.Key.new(), oprf.blind([b"one"])
    answer = oprf.evaluate(key, sent.elements)
    larger = int.from_bytes(answer.proof[32:], "little") + group.ORDER
    proof = answer.proof[:32] + larger.to_bytes(32, "little")
    with pytest.raises(oprf.BadScalar, match="not below the order"):
        oprf.finalize(sent, answer.elements, proof, key.public)


@pytest.mark.parametrize("size", [0, 63, 65])
def test_a_proof_of_another_size_is_refused(size):
    key, sent = oprf.Key.new(), oprf.blind([b"one"])
    answer = oprf.evaluate(key, sent.elements)
    with pytest.raises(oprf.BadProof, match="has 64 bytes"):
        oprf.finalize(sent, answer.elements, bytes(size), key.public)


def test_too_few_answers_are_refused_in_either_mode():
    for mode in oprf.Mode:
        key, sent = oprf.Key.new(mode), oprf.blind([b"one", b"two"], mode)
        answer = oprf.evaluate(key, sent.elements)
        with pytest.raises(oprf.OprfError, match="2 elements were sent"):
            oprf.finalize(sent, answer.elements[:1], answer.proof, key.public)


def test_a_batch_of_none_or_too_many_and_an_input_too_long_are_refused():
    with pytest.raises(oprf.BadInput, match="this one has 0"):
        oprf.blind([])
    with pytest.raises(oprf.BadInput, match="this one has 65536"):
        oprf.evaluate(oprf.Key.new(), [b""] * 65_536)
    with pytest.raises(oprf.BadInput, match="at most 65535 bytes"):
        oprf.blind([bytes(65_536)])
    with pytest.raises(oprf.BadInput, match="a seed has 32 bytes"):
        oprf.derive_key(b"short", b"")


def test_no_secret_is_in_what_prints():
    key, sent = oprf.Key.new(), oprf.blind([b"Amelia Hartley"])
    assert key.secret.hex() not in repr(key)
    assert repr(key.secret) not in repr(key)
    assert "Amelia" not in repr(sent)
    assert repr(sent.blinds[0]) not in repr(sent)
