"""The Merkle tree of RFC 9162, section 2.1, over a store of hashes. No I/O of its own.

A `Store` gives the hash of a complete subtree: level 0 are the leaves, level k covers 2**k of them,
`index` counts the subtrees of a level from the left.
"""

from collections.abc import Callable
from hashlib import sha256

Store = Callable[[int, int], bytes]


def leaf_hash(commitment: bytes) -> bytes:
    return sha256(b"\0" + commitment).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """The complete subtrees (level, index) that cover the leaves from `start` to before `end`."""
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        parts.append((level, start >> level))
        start += 1 << level
    return parts


def root(store: Store, size: int) -> bytes:
    """The root over the first `size` leaves."""
    return _hash(store, 0, size)


def beside(store: Store, start: int, end: int) -> list[bytes]:
    """The hashes that stand for the leaves from `start` to before `end`, left to right.

    With those beside them, leaves in hand give the root: that is the proof of an export.
    """
    return [store(level, index) for level, index in subtrees(start, end)]


def consistency(store: Store, old: int, new: int) -> list[bytes]:
    """The proof that the first `old` leaves of a tree of `new` are the older tree (2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError("no such older tree")
    proof = []
    start, end = 0, new
    whole = True  # the part in hand is the older tree itself, whose root the reader has
    while end != old:
        middle = start + _half(end - start)
        if old <= middle:
            proof.append(_hash(store, middle, end))
            end = middle
        else:
            proof.append(_hash(store, start, middle))
            start = middle
            whole = False
    if not whole:
        proof.append(_hash(store, start, end))
    return proof[::-1]


def extends(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> bool:
    """Whether a proof shows that the older tree is the newer's beginning (2.1.4.2)."""
    if not 0 < old <= new:
        return False
    hashes = list(proof)
    try:
        roots = _follow(old, new, old_root, hashes)
    except IndexError:
        return False
    return not hashes and roots == (old_root, new_root)


def _follow(old: int, new: int, whole: bytes | None, proof: list[bytes]) -> tuple[bytes, bytes]:
    """The older and the newer root that a proof leads to, taking its hashes from the end."""
    if old == new:
        part = proof.pop() if whole is None else whole
        return part, part
    half = _half(new)
    hashed = proof.pop()
    if old <= half:
        left, right = _follow(old, half, whole, proof)
        return left, node_hash(right, hashed)
    left, right = _follow(old - half, new - half, None, proof)
    return node_hash(hashed, left), node_hash(hashed, right)


def _half(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _hash(store: Store, start: int, end: int) -> bytes:
    """The hash over the leaves from `start`, where a subtree may begin, to before `end`."""
    if start == end:
        return sha256(b"").digest()
    hashes = beside(store, start, end)
    result = hashes.pop()
    while hashes:
        result = node_hash(hashes.pop(), result)
    return result
