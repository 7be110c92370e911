"""The tree: published vectors of RFC 6962 / 9162, and properties against the plainest tree."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.audit.tree import beside, consistency, extends, leaf_hash, node_hash, root
from breakwater.audit.verifier import push, root_by

# The reference data of certificate-transparency and transparency-dev/merkle.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
NODE_0_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
NODE_1_1 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
NODE_2_1 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
NODE_0_6 = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
NODE_1_2 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
NODE_2_0 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
NODE_1_3 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"


def store_of(hashes: list[bytes]):
    """A store over leaf hashes that works every subtree out anew."""

    def store(level: int, index: int) -> bytes:
        part = hashes[index << level : (index + 1) << level]
        assert len(part) == 1 << level
        return plain_root(part)

    return store


def plain_root(hashes: list[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1, as it stands there."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\1" + plain_root(hashes[:k]) + plain_root(hashes[k:])).digest()


PUBLISHED = store_of([leaf_hash(leaf) for leaf in LEAVES])


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots(size: int) -> None:
    assert root(PUBLISHED, size).hex() == ROOTS[size]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_verifier_comes_to_the_published_roots(size: int) -> None:
    stack: list[bytes] = []
    for at, leaf in enumerate(LEAVES[:size]):
        push(stack, at, 0, leaf_hash(leaf))
    assert root_by(stack, size, (), size).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "path"),
    [(0, [NODE_0_1, NODE_1_1, NODE_2_1]), (7, [NODE_2_0, NODE_1_2, NODE_0_6])],
)
def test_the_published_inclusion_proofs_in_a_full_tree(index: int, path: list[str]) -> None:
    """There a proof of ours holds the hashes of the RFC's, from left to right."""
    ours = beside(PUBLISHED, 0, index) + beside(PUBLISHED, index + 1, 8)
    assert [one.hex() for one in ours] == path
    leaf = leaf_hash(LEAVES[index])
    assert root_by([bytes.fromhex(one) for one in path], index, [leaf], 8).hex() == ROOTS[8]


@pytest.mark.parametrize(
    ("old", "new", "proof"),
    [
        (1, 1, []),
        (1, 8, [NODE_0_1, NODE_1_1, NODE_2_1]),
        (6, 8, [NODE_1_2, NODE_1_3, NODE_2_0]),
        (2, 5, [NODE_1_1, LEAF_4]),
    ],
)
def test_the_published_consistency_proofs(old: int, new: int, proof: list[str]) -> None:
    given = [bytes.fromhex(one) for one in proof]
    assert consistency(PUBLISHED, old, new) == given
    old_root, new_root = (bytes.fromhex(ROOTS[size]) for size in (old, new))
    assert extends(old, old_root, new, new_root, given)
    assert not extends(old, new_root if old != new else b"x" * 32, new, new_root, given)
    assert not extends(old, old_root, new, new_root, [*given, old_root])
    if given:
        assert not extends(old, old_root, new, new_root, given[:-1])


sizes = st.integers(1, 600)


def leaves(size: int, history: str = "one") -> list[bytes]:
    return [leaf_hash(f"{history} {n}".encode()) for n in range(size)]


@given(sizes)
def test_a_root_is_what_the_rfc_defines(size: int) -> None:
    hashes = leaves(size)
    assert root(store_of(hashes), size) == plain_root(hashes)


@given(sizes, st.data())
def test_a_tree_that_grew_extends_every_older_one_and_no_other(size: int, data) -> None:
    old = data.draw(st.integers(1, size))
    hashes = leaves(size)
    proof = consistency(store_of(hashes), old, size)
    old_root, new_root = plain_root(hashes[:old]), plain_root(hashes)
    assert extends(old, old_root, size, new_root, proof)
    place = data.draw(st.integers(0, old - 1))
    forked = [*hashes[:place], leaf_hash(b"other"), *hashes[place + 1 : old]]
    assert not extends(old, plain_root(forked), size, new_root, proof)
    if proof:
        broken = [*proof]
        broken[data.draw(st.integers(0, len(proof) - 1))] = b"x" * 32
        assert not extends(old, old_root, size, new_root, broken)


@given(sizes, st.data())
def test_a_leaf_is_proven_at_its_own_place_and_no_other(size: int, data) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    store, whole = store_of(hashes), plain_root(hashes)
    proof = beside(store, 0, index) + beside(store, index + 1, size)
    assert root_by(proof, index, [hashes[index]], size) == whole
    assert root_by(proof, index, [leaf_hash(b"other")], size) != whole
    for other in {index - 1, index + 1} & set(range(size)):
        assert not leads_to(whole, proof, other, hashes[index], size)
    assert not leads_to(whole, proof[:-1], index, hashes[index], size) or not proof
    assert not leads_to(whole, [*proof, whole], index, hashes[index], size)


def leads_to(whole: bytes, proof: list[bytes], index: int, leaf: bytes, size: int) -> bool:
    try:
        return root_by(proof, index, [leaf], size) == whole
    except (ValueError, IndexError):
        return False


def test_a_node_never_passes_for_a_leaf() -> None:
    one, two = leaf_hash(b"1"), leaf_hash(b"2")
    assert leaf_hash(one + two) != node_hash(one, two)


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5)])
def test_a_tree_that_is_none_or_larger_begins_nothing(old: int, new: int) -> None:
    assert not extends(old, b"x" * 32, new, b"x" * 32, [])
    with pytest.raises(ValueError, match="no such older tree"):
        consistency(PUBLISHED, old, new)
