"""RFC 9497 in batches: blind, evaluate with one proof for all, verify, finalize; and the keys."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha512
from hmac import compare_digest

from breakwater.sharing.oprf import group
from breakwater.sharing.oprf.group import OprfError

OUTPUT_SIZE = 64
PROOF_SIZE = 2 * group.SCALAR_SIZE
MOST_IN_A_BATCH = 65_535  # a proof numbers its elements in two bytes
MOST_IN_AN_INPUT = 65_535


class BadInput(OprfError):
    """An input that cannot be evaluated, or a batch of the wrong size."""


class BadProof(OprfError):
    """The answer was not made with the key that the asker knows: somebody errs or lies."""


class Mode(IntEnum):
    """OPRF is a promise, VOPRF proves it; outputs of the two differ even under one key."""

    OPRF = 0
    VOPRF = 1

    @property
    def context(self) -> bytes:
        return b"OPRFV1-" + self.to_bytes(1, "big") + b"-ristretto255-SHA512"


@dataclass(frozen=True)
class Key:
    """The server's key pair; the secret half stays out of print."""

    secret: bytes = field(repr=False)
    public: bytes
    mode: Mode = Mode.VOPRF

    @classmethod
    def of(cls, secret: bytes, mode: Mode = Mode.VOPRF) -> "Key":
        """Return the pair of a secret half from a file."""
        return cls(secret, group.times_base(group.check_scalar(secret)), mode)

    @classmethod
    def new(cls, mode: Mode = Mode.VOPRF) -> "Key":
        return cls.of(group.random_scalar(), mode)


@dataclass(frozen=True)
class Blinded:
    """What an asker keeps (inputs, blinds) and what it sends (elements)."""

    inputs: tuple[bytes, ...] = field(repr=False)
    blinds: tuple[bytes, ...] = field(repr=False)
    elements: tuple[bytes, ...]
    mode: Mode = Mode.VOPRF


@dataclass(frozen=True)
class Evaluation:
    """The server's answer; the proof is empty in mode OPRF."""

    elements: tuple[bytes, ...]
    proof: bytes


def derive_key(seed: bytes, info: bytes, mode: Mode = Mode.VOPRF) -> Key:
    """Return the key that belongs to 32 random bytes and a word for what it is for."""
    if len(seed) != 32:
        raise BadInput(f"a seed has 32 bytes; this one has {len(seed)}")
    message = seed + _sized(info)
    for counter in range(256):
        secret = group.hash_to_scalar(
            message + counter.to_bytes(1, "big"), b"DeriveKeyPair" + mode.context
        )
        if any(secret):
            return Key.of(secret, mode)
    raise BadInput("no key can be made of this seed")


def blind(
    inputs: Sequence[bytes], mode: Mode = Mode.VOPRF, blinds: Sequence[bytes] | None = None
) -> Blinded:
    """Hide each input behind a scalar by chance; `blinds` is for test vectors alone."""
    _check_size(len(inputs))
    if blinds is None:
        blinds = [group.random_scalar() for _ in inputs]
    domain = _domain_of_elements(mode)
    elements = [
        group.times(group.check_scalar(scalar), _element_of(one, domain))
        for one, scalar in zip(inputs, blinds, strict=True)
    ]
    return Blinded(tuple(inputs), tuple(blinds), tuple(elements), mode)


def evaluate(key: Key, elements: Sequence[bytes], proof_scalar: bytes | None = None) -> Evaluation:
    """Evaluate blinded elements under the key, with one proof over all of them in mode VOPRF."""
    _check_size(len(elements))
    evaluated = [group.times(key.secret, group.check(element)) for element in elements]
    if key.mode is Mode.OPRF:
        return Evaluation(tuple(evaluated), b"")
    weights = _weights(key.public, elements, evaluated, key.mode)
    sent = _sum(weights, elements)
    scalar = proof_scalar or group.random_scalar()
    challenge = _challenge(
        (key.public, sent, group.times(key.secret, sent)),
        (group.times_base(scalar), group.times(scalar, sent)),
        key.mode,
    )
    answer = group.scalar_minus(scalar, group.scalar_times(challenge, key.secret))
    return Evaluation(tuple(evaluated), challenge + answer)


def verify(
    public: bytes,
    elements: Sequence[bytes],
    evaluated: Sequence[bytes],
    proof: bytes,
    mode: Mode = Mode.VOPRF,
) -> None:
    """Raise BadProof (or BadElement, BadScalar) unless all were evaluated under this key."""
    _check_size(len(elements))
    if len(evaluated) != len(elements):
        raise BadProof(f"{len(elements)} elements were sent and {len(evaluated)} came back")
    if len(proof) != PROOF_SIZE:
        raise BadProof(f"a proof has {PROOF_SIZE} bytes; this one has {len(proof)}")
    for element in (public, *elements, *evaluated):
        group.check(element)
    challenge = group.check_scalar(proof[: group.SCALAR_SIZE])
    answer = group.check_scalar(proof[group.SCALAR_SIZE :])
    weights = _weights(public, elements, evaluated, mode)
    sent, got = _sum(weights, elements), _sum(weights, evaluated)
    ours = group.plus(group.times_base(answer), group.times(challenge, public))
    theirs = group.plus(group.times(answer, sent), group.times(challenge, got))
    expected = _challenge((public, sent, got), (ours, theirs), mode)
    if not compare_digest(expected, challenge):
        raise BadProof("the proof does not hold: the answer was not made with the known key")


def finalize(
    blinded: Blinded, evaluated: Sequence[bytes], proof: bytes = b"", public: bytes = b""
) -> list[bytes]:
    """Return the outputs, 64 bytes each; in mode VOPRF only after the proof was verified."""
    if blinded.mode is Mode.VOPRF:
        verify(public, blinded.elements, evaluated, proof, blinded.mode)
    elif len(evaluated) != len(blinded.elements):
        raise BadInput(f"{len(blinded.elements)} elements were sent, {len(evaluated)} came back")
    return [
        _output(one, group.times(inverse, group.check(element)))
        for one, inverse, element in zip(
            blinded.inputs, group.inverses(blinded.blinds), evaluated, strict=True
        )
    ]


def evaluate_directly(key: Key, inputs: Sequence[bytes]) -> list[bytes]:
    """Return the outputs of one's own inputs under one's own key; no blinds, no proof."""
    domain = _domain_of_elements(key.mode)
    return [_output(one, group.times(key.secret, _element_of(one, domain))) for one in inputs]


def _check_size(count: int) -> None:
    if not 1 <= count <= MOST_IN_A_BATCH:
        raise BadInput(f"a batch holds 1 to {MOST_IN_A_BATCH} elements; this one has {count}")


def _sized(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text


def _domain_of_elements(mode: Mode) -> bytes:
    return b"HashToGroup-" + mode.context


def _element_of(one: bytes, domain: bytes) -> bytes:
    if len(one) > MOST_IN_AN_INPUT:
        raise BadInput(f"an input has at most {MOST_IN_AN_INPUT} bytes")
    element = group.hash_to_element(one, domain)
    if element == group.IDENTITY:
        raise BadInput("an input hashes to the identity")
    return element


def _output(one: bytes, element: bytes) -> bytes:
    return sha512(_sized(one) + _sized(element) + b"Finalize").digest()


def _weights(
    public: bytes, elements: Sequence[bytes], evaluated: Sequence[bytes], mode: Mode
) -> list[bytes]:
    """Return the factors by which one proof speaks for all (ComputeComposites)."""
    seed = _sized(sha512(_sized(public) + _sized(b"Seed-" + mode.context)).digest())
    domain = b"HashToScalar-" + mode.context
    return [
        group.hash_to_scalar(
            seed + place.to_bytes(2, "big") + _sized(sent) + _sized(got) + b"Composite", domain
        )
        for place, (sent, got) in enumerate(zip(elements, evaluated, strict=True))
    ]


def _sum(weights: Sequence[bytes], elements: Sequence[bytes]) -> bytes:
    total = group.times(weights[0], elements[0])
    for weight, element in zip(weights[1:], elements[1:], strict=True):
        total = group.plus(total, group.times(weight, element))
    return total


def _challenge(known: tuple[bytes, ...], made: tuple[bytes, ...], mode: Mode) -> bytes:
    message = b"".join(_sized(element) for element in (*known, *made)) + b"Challenge"
    return group.hash_to_scalar(message, b"HashToScalar-" + mode.context)
