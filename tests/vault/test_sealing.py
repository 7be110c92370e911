"""What is sealed opens with its own key, as what it is, unchanged; or not at all."""

import base64
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.vault.files import CHUNK, seal_file, sealed_size, unseal_file
from breakwater.vault.rules import (
    OVERHEAD,
    BadKeys,
    DataKey,
    MissingKek,
    Tampered,
    key_id_of,
    parse_keyring,
)
from tests.vault.keyrings import keyring

KEY = DataKey(12, bytes(range(32)))
WHAT = "referral:12:narrative"
WORRY = "Often hungry at school since half term."
ids = st.integers(0, 2**63 - 2)
whats = st.text(st.characters(codec="utf-8"), max_size=60)
texts = st.text(st.characters(codec="utf-8"), max_size=500)


@given(ids, texts, whats)
def test_what_was_sealed_opens_again(key_id: int, text: str, what: str) -> None:
    key = DataKey(key_id, KEY.secret)
    sealed = key.seal(text, what)
    assert key.unseal_text(sealed, what) == text
    assert key_id_of(sealed) == key_id
    assert len(sealed) == len(text.encode()) + OVERHEAD


@given(st.binary(max_size=200), st.data())
def test_a_single_changed_bit_is_found_wherever_it_is(content: bytes, data: st.DataObject) -> None:
    sealed = bytearray(KEY.seal(content, WHAT))
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises(Tampered):
        KEY.unseal(bytes(sealed), WHAT)


@given(st.binary(max_size=100), st.integers(0, 200))
def test_a_value_that_was_cut_or_made_longer_is_refused(content: bytes, length: int) -> None:
    sealed = KEY.seal(content, WHAT)
    changed = sealed[:length] if length < len(sealed) else sealed + bytes(1 + length)
    with pytest.raises(Tampered):
        KEY.unseal(changed, WHAT)


@given(whats, whats)
def test_a_value_opens_as_nothing_else(one: str, other: str) -> None:
    sealed = KEY.seal(WORRY, one)
    if one != other:
        with pytest.raises(Tampered):
            KEY.unseal(sealed, other)


def test_two_values_that_were_swapped_are_both_refused() -> None:
    first, second = (KEY.seal(WORRY, f"referral:{number}:narrative") for number in (1, 2))
    for sealed, what in ((second, "referral:1:narrative"), (first, "referral:2:narrative")):
        with pytest.raises(Tampered, match=f"{what} does not open"):
            KEY.unseal(sealed, what)


def test_another_referrals_key_does_not_open_it() -> None:
    with pytest.raises(Tampered, match="sealed with data key 12, not 13"):
        DataKey(13, KEY.secret).unseal(KEY.seal(WORRY, WHAT), WHAT)
    with pytest.raises(Tampered):
        DataKey(12, bytes(32)).unseal(KEY.seal(WORRY, WHAT), WHAT)


def test_the_same_words_are_never_sealed_alike() -> None:
    assert len({KEY.seal(WORRY, WHAT) for _ in range(100)}) == 100


def test_neither_a_key_nor_an_error_shows_a_secret_or_content() -> None:
    ring = keyring("2026")
    shown = repr(KEY) + repr(ring) + str(KEY)
    assert repr(KEY.secret) not in shown
    assert repr(ring.keys[0][1]) not in shown
    sealed = KEY.seal(WORRY, WHAT)
    with pytest.raises(Tampered) as refusal:
        KEY.unseal(sealed[:-1] + b"\x00", WHAT)
    assert "hungry" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize("nothing", [b"", b"\x01", WORRY.encode(), bytes(80)])
def test_what_was_never_sealed_is_told_from_what_was(nothing: bytes) -> None:
    with pytest.raises(Tampered, match="no sealed value"):
        key_id_of(nothing)


@given(st.binary(min_size=32, max_size=32), ids)
def test_a_wrapped_key_unwraps_to_itself_under_its_own_id_only(secret: bytes, key_id: int) -> None:
    ring = keyring("2026", "2025")
    wrapped, name = ring.wrap(DataKey(key_id, secret))
    assert name == "2026"
    assert secret not in wrapped
    assert keyring("2027", "2026").unwrap(key_id, wrapped, name) == DataKey(key_id, secret)
    with pytest.raises(MissingKek):
        ring.unwrap(key_id + 1, wrapped, name)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_a_file_of_any_size_opens_again(size: int) -> None:
    content = bytes(index % 251 for index in range(size))
    sealed = b"".join(seal_file(KEY, BytesIO(content), "document:1"))
    assert len(sealed) == sealed_size(size)
    assert b"".join(unseal_file(KEY, BytesIO(sealed), "document:1")) == content


def test_chunks_of_a_file_cannot_be_dropped_swapped_repeated_or_cut_off() -> None:
    one, two, three = seal_file(KEY, BytesIO(bytes(2 * CHUNK + 5)), "document:1")
    for changed in ((one, two), (one,), (two, one, three), (one, one, three), (one, three), ()):
        with pytest.raises(Tampered):
            list(unseal_file(KEY, BytesIO(b"".join(changed)), "document:1"))
    with pytest.raises(Tampered):
        list(unseal_file(KEY, BytesIO(one + two + three), "document:2"))


GOOD = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(range(1, 33))).decode()


def test_keys_are_read_newest_first() -> None:
    ring = parse_keyring(f" 2026-11:{GOOD} , 2025:{OTHER},")
    assert ring.names == ["2026-11", "2025"]
    assert ring.newest == "2026-11"
    assert parse_keyring("").names == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD, "entry 1 must be a short lower-case name"),
        (f":{GOOD}", "entry 1"),
        (f"2026:{GOOD},{OTHER}", "entry 2"),
        (f"Key One:{GOOD}", "entry 1"),
        (f"{'n' * 41}:{GOOD}", "entry 1"),
        ("2026:", "“2026” must be 32 bytes in base64"),
        (f"2026:{GOOD[:-4]}", "“2026” must be 32 bytes"),
        (f"2026:{GOOD}{GOOD}", "“2026” must be 32 bytes"),
        ("2026:not base64 at all", "“2026” must be 32 bytes"),
        (f"2026:{base64.b64encode(b'a' * 32).decode()}", "“2026” is not random"),
        (f"2026:{GOOD},2026:{OTHER}", "one name to two keys"),
        (f"2026:{GOOD},2025:{GOOD}", "two names to one key"),
    ],
)  # fmt: skip
def test_unusable_keys_are_refused_in_words_that_hold_no_key(text: str, words: str) -> None:
    with pytest.raises(BadKeys, match=words) as refusal:
        parse_keyring(text)
    assert GOOD[:12] not in str(refusal.value)


def test_without_any_key_nothing_is_sealed() -> None:
    with pytest.raises(MissingKek, match="DATA_KEYS is missing"):
        parse_keyring("").wrap(KEY)
