"""The group ristretto255 by libsodium, and hashing into it (RFC 9380, expand_message_xmd).

Elements and scalars are bytes of length 32, little-endian as libsodium takes them. libsodium's
addition does not say when an element is invalid: check() must have seen whatever came from outside.
"""

from collections.abc import Sequence
from hashlib import sha512

import rbcl

ELEMENT_SIZE = 32
SCALAR_SIZE = 32
IDENTITY = bytes(ELEMENT_SIZE)
ORDER = 2**252 + 27742317777372353535851937790883648493

_BLOCK = bytes(128)  # of SHA-512: its input block, all zero
_LENGTH = (64).to_bytes(2, "big")  # both hashes want 64 bytes, which is one SHA-512


class OprfError(ValueError):
    """What was sent cannot be used; the words say why and hold nothing secret."""


class BadElement(OprfError):
    """Not an element of the group, or the identity."""


class BadScalar(OprfError):
    """Not a scalar below the group's order, or zero where it may not be."""


def check(element: bytes) -> bytes:
    """Return the element, which may come from anybody, or say what is wrong with it."""
    if len(element) != ELEMENT_SIZE:
        raise BadElement(f"an element has {ELEMENT_SIZE} bytes; this one has {len(element)}")
    if element == IDENTITY:
        raise BadElement("an element is the identity, which would give its secret away")
    # rbcl's libsodium overlooks the top bit, which would give one element two encodings.
    if element[31] & 0x80 or not rbcl.crypto_core_ristretto255_is_valid_point(element):
        raise BadElement("32 bytes are not the encoding of an element of ristretto255")
    return element


def check_scalar(scalar: bytes, *, zero: bool = False) -> bytes:
    """Return the scalar in its one encoding, or say what is wrong with it."""
    if len(scalar) != SCALAR_SIZE:
        raise BadScalar(f"a scalar has {SCALAR_SIZE} bytes; this one has {len(scalar)}")
    value = int.from_bytes(scalar, "little")
    if value >= ORDER:
        raise BadScalar("a scalar is not below the order of the group")
    if not value and not zero:
        raise BadScalar("a scalar is zero")
    return scalar


def expanded(message: bytes, domain: bytes) -> bytes:
    """Return expand_message_xmd(message, domain, 64) of RFC 9380 with SHA-512."""
    suffix = domain + len(domain).to_bytes(1, "big")
    first = sha512(_BLOCK + message + _LENGTH + b"\0" + suffix).digest()
    return sha512(first + b"\1" + suffix).digest()


def hash_to_element(message: bytes, domain: bytes) -> bytes:
    return bytes(rbcl.crypto_core_ristretto255_from_hash(expanded(message, domain)))


def hash_to_scalar(message: bytes, domain: bytes) -> bytes:
    return bytes(rbcl.crypto_core_ristretto255_scalar_reduce(expanded(message, domain)))


def random_scalar() -> bytes:
    """Return a scalar by chance, never zero."""
    return bytes(rbcl.crypto_core_ristretto255_scalar_random())


def times(scalar: bytes, element: bytes) -> bytes:
    """Multiply; libsodium refuses an invalid element, and a product that is the identity."""
    try:
        return bytes(rbcl.crypto_scalarmult_ristretto255(scalar, element))
    except RuntimeError:
        raise BadElement("an element is invalid, or the product is the identity") from None


def times_base(scalar: bytes) -> bytes:
    try:
        return bytes(rbcl.crypto_scalarmult_ristretto255_base(scalar))
    except RuntimeError:
        raise BadScalar("a scalar is zero") from None


def plus(one: bytes, other: bytes) -> bytes:
    """Add two elements that are known to be valid."""
    return bytes(rbcl.crypto_core_ristretto255_add(one, other))


def scalar_times(one: bytes, other: bytes) -> bytes:
    return bytes(rbcl.crypto_core_ristretto255_scalar_mul(one, other))


def scalar_minus(one: bytes, other: bytes) -> bytes:
    return bytes(rbcl.crypto_core_ristretto255_scalar_sub(one, other))


def inverses(scalars: Sequence[bytes]) -> list[bytes]:
    """Return 1/s of each, none zero: one inversion and three products each (Montgomery's trick).

    An inversion costs 33 microseconds, as much as most of a multiplication of an element.
    """
    if not scalars:
        return []
    products = [scalars[0]]
    for scalar in scalars[1:]:
        products.append(scalar_times(products[-1], scalar))
    left = bytes(rbcl.crypto_core_ristretto255_scalar_invert(products[-1]))
    found = []
    for place in range(len(scalars) - 1, 0, -1):
        found.append(scalar_times(left, products[place - 1]))
        left = scalar_times(left, scalars[place])
    return [left, *reversed(found)]
