"""The index: what went in comes out with the outer of its word, and is noise without."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.sharing.node import index
from breakwater.sharing.node.index import Entry, Holds, IndexProblem

OUTERS = st.binary(min_size=64, max_size=64)
MONTHS = st.none() | st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(lambda d: d.replace(day=1))
ENTRIES = st.builds(Entry, st.integers(0, 2**32 - 1), st.integers(0, 63).map(Holds), MONTHS, MONTHS,
                    st.integers(0, 255))  # fmt: skip


def bucket_of_all(outer, entries, others=()):
    made = [index.sealed(outer, n, entry) for n, entry in enumerate(entries)]
    return b"".join(sorted([*made, *others]))


@given(
    OUTERS,
    st.lists(ENTRIES, max_size=8),
    st.lists(st.binary(min_size=20, max_size=20), max_size=30),
)
def test_the_entries_of_a_word_come_out_of_a_bucket_of_noise(outer, entries, others):
    assert index.look_up(outer, bucket_of_all(outer, entries, others)) == entries


@given(OUTERS, OUTERS, st.lists(ENTRIES, max_size=8))
def test_another_word_finds_nothing(outer, other, entries):
    if outer[4:36] != other[4:36]:
        assert index.look_up(other, bucket_of_all(outer, entries)) == []


def test_entries_of_one_word_have_nothing_in_common():
    same = Entry(7, Holds.BORN, date(2020, 1, 1), None, 0)
    made = [index.sealed(bytes(64), n, same) for n in range(60)]
    assert len({m[:8] for m in made}) == len({m[8:] for m in made}) == 60


def test_a_tag_across_two_entries_is_not_taken_for_one():
    outer, entry = bytes(range(64)), Entry(1, Holds(0), None, None, 0)
    made = index.sealed(outer, 0, entry)
    assert index.look_up(outer, bytes(7) + made + bytes(13)) == []
    assert index.look_up(outer, bytes(7) + made[:8] + bytes(5) + made) == [entry]


def test_a_damaged_entry_is_said_to_be_damaged():
    outer, entry = bytes(64), Entry(1, Holds(0), None, None, 0)
    made = bytearray(index.sealed(outer, 0, entry))
    made[-1] ^= 1
    with pytest.raises(IndexProblem, match="damaged"):
        index.look_up(outer, bytes(made))


@pytest.mark.parametrize(
    ("entries", "bits"), [(0, 0), (399, 0), (400, 1), (25_000_000, 16), (10**12, 26)]
)
def test_buckets_hold_two_to_four_hundred_entries(entries, bits):
    assert index.bits_for(entries) == bits


def test_a_bucket_is_the_top_bits_of_the_outer():
    outer = b"\xab\xcd\xef\x01" + bytes(60)
    assert index.bucket_of(outer, 0) == 0
    assert index.bucket_of(outer, 8) == 0xAB
    assert index.bucket_of(outer, 12) == 0xABC


@given(st.dictionaries(st.integers(0, 2**12 - 1), st.integers(1, 5), max_size=20))
def test_a_part_unpacks_to_its_buckets(sizes):
    buckets = [(n, bytes([n % 256]) * 20 * sizes[n]) for n in sorted(sizes)]
    assert list(index.unpack(index.pack(buckets), 12)) == buckets


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (b"\0\0\0", "breaks off at byte 0"),
        (index.pack([(1, bytes(20))])[:-1], "bucket 1 is empty or breaks off"),
        (index.pack([(1, b"")]), "bucket 1 is empty"),
        (index.pack([(2, bytes(20)), (1, bytes(20))]), "bucket 1 is out of order"),
        (index.pack([(2, bytes(20)), (2, bytes(20))]), "bucket 2 is out of order"),
        (index.pack([(16, bytes(20))]), "beyond 15"),
    ],
)
def test_a_part_in_another_form_is_refused(part, words):
    with pytest.raises(IndexProblem, match=words):
        list(index.unpack(part, 4))


def test_months_are_kept_in_two_bytes_and_what_is_no_month_is_not_told():
    assert index.month_of(index.month_number(date(2024, 12, 31))) == date(2024, 12, 1)
    assert index.month_number(None) == index.month_number(date(1899, 12, 1)) == 0
    assert index.month_number(date(9999, 1, 1)) == 0
    assert index.month_of(0) is None
