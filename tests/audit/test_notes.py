"""Checkpoints as signed notes, and keys: published examples, other hands' tools, every refusal."""

from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breakwater.audit import notes
from breakwater.audit.verifier import read_note, signature_holds

KEY = notes.new_key("hub.test/ledger")
SIGNED = notes.checkpoint(KEY, 12, b"r" * 32)
# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_verifier_knows_the_signatures_of_rfc_8032(
    public: str, message: str, signature: str
) -> None:
    args = [bytes.fromhex(one) for one in (public, message, signature)]
    assert signature_holds(*args)
    assert not signature_holds(args[0], args[1] + b"!", args[2])
    for place in (0, 31, 32, 63):
        broken = bytearray(args[2])
        broken[place] ^= 1
        assert not signature_holds(args[0], args[1], bytes(broken))
    assert not signature_holds(args[0], args[1], args[2] + b"\0")


def test_a_signature_of_the_same_with_a_larger_number_is_refused() -> None:
    """The order of the group added to it: a second signature that nobody made."""
    public, message, signature = (bytes.fromhex(one) for one in VECTORS[1])
    order = 2**252 + 27742317777372353535851937790883648493
    number = int.from_bytes(signature[32:], "little") + order
    assert not signature_holds(public, message, signature[:32] + number.to_bytes(32, "little"))


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=80), st.integers(0, 511))
def test_the_verifier_and_cryptography_agree(message: bytes, bit: int) -> None:
    raw, signature = KEY.public.raw, bytearray(KEY.sign(message))
    assert signature_holds(raw, message, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not signature_holds(raw, message, bytes(signature))


def test_a_checkpoint_is_origin_size_root_an_empty_line_and_a_signature() -> None:
    origin, size, root, gap, signature, end = SIGNED.note.split("\n")
    assert (origin, size, gap, end) == ("hub.test/ledger", "12", "", "")
    assert b64decode(root) == b"r" * 32
    assert signature.startswith("— hub.test/ledger ")
    assert b64decode(signature.split(" ")[2])[:4] == KEY.public.id
    assert notes.read_checkpoint(SIGNED.note) == SIGNED
    assert notes.signed_by(SIGNED, KEY.public)
    assert read_note(SIGNED.note, str(KEY.public)) == (12, b"r" * 32, True)


def test_the_published_key_of_the_go_checksum_database_is_read() -> None:
    """sum.golang.org's key, of which the id must come out of name and key as C2SP says."""
    text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert str(notes.public_key(text)) == text


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n12\n", "\n13\n"),
        lambda note: note.replace("hub.test/ledger\n", "hub.other/ledger\n", 1),
        lambda note: note.replace("cnJy", "cnJz", 1),
        lambda note: note[: note.index("— ")],
        lambda note: note.replace("— hub.test", "— hub.tent"),
    ],
)
def test_a_checkpoint_that_was_changed_is_not_signed(change) -> None:
    note = change(SIGNED.note)
    assert not notes.signed_by(notes.read_checkpoint(note), KEY.public)
    assert read_note(note, str(KEY.public))[2] is False


def test_another_key_of_the_same_name_has_not_signed_it() -> None:
    other = notes.new_key("hub.test/ledger").public
    assert not notes.signed_by(SIGNED, other)
    assert read_note(SIGNED.note, str(other))[2] is False


def test_a_cosignature_says_when_and_leaves_the_ledgers_own_valid() -> None:
    witness = notes.new_key("police.test/witness", notes.WITNESS)
    seen = notes.cosign(witness, SIGNED, 1_795_000_000)
    assert notes.signed_by(seen, witness.public)
    assert notes.signed_by(seen, KEY.public)
    assert read_note(seen.note, str(KEY.public))[2] is True
    raw = b64decode(seen.signatures[1].split(" ")[2])
    assert int.from_bytes(raw[4:12], "big") == 1_795_000_000
    stamped = f"cosignature/v1\ntime 1795000000\n{SIGNED.text}".encode()
    assert signature_holds(witness.public.raw, stamped, raw[12:])


@pytest.mark.parametrize(
    "note",
    ["", "one line", "a\nb\nc\n\n", "a\n1\nAAAA\n\n— a b\n", "a\n01\n" + "A" * 43 + "=\n\n— a b\n",
     "a\n-1\n" + "A" * 43 + "=\n\n— a b\n", "a\n1\n" + "A" * 43 + "=\n— a b\n",
     "a\n1\n" + "A" * 43 + "=\n\nno dash\n"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(notes.NoteError):
        notes.read_checkpoint(note)


# -- keys -------------------------------------------------------------------------------------


def test_a_key_is_read_again_from_its_text_and_from_a_file(tmp_path: Path) -> None:
    assert notes.secret_key(KEY.text()) == KEY
    (tmp_path / "key").write_text(KEY.text() + "\n")
    (tmp_path / "public").write_text(f"{KEY.public}\n")
    assert notes.secret_key(str(tmp_path / "key")) == KEY
    assert notes.public_key(str(tmp_path / "public")) == KEY.public


@pytest.mark.parametrize(
    "given",
    ["no/such/file", "PRIVATE+KEY+", "PRIVATE+KEY+hub+00000000+AAAA", "PRIVATE+KEY+hub+x+%%%",
     KEY.text()[:-8], KEY.text().replace("hub.test", "hub.tent"), str(KEY.public), "\0"],
    ids=["no file", "nothing", "no key", "no base64", "cut", "renamed", "public", "zero byte"],
)  # fmt: skip
def test_what_is_no_secret_key_is_refused_without_being_quoted(given: str) -> None:
    with pytest.raises(notes.NoteError) as refusal:
        notes.secret_key(given)
    assert given[12:] not in str(refusal.value) or len(given) < 14


@pytest.mark.parametrize("name", ["", "two words", "plus+sign", "line\nbreak", "tab\t"])
def test_a_name_that_a_note_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(notes.NoteError, match="name"):
        notes.new_key(name)


def test_production_signs_with_no_key_that_everybody_knows_and_none_of_a_witness() -> None:
    demo = notes.demo_key().text()
    assert notes.ledger_key(demo, demo=True) == notes.demo_key()
    with pytest.raises(notes.NoteError, match="demo's key"):
        notes.ledger_key(demo, demo=False)
    with pytest.raises(notes.NoteError, match="witness's key"):
        notes.ledger_key(notes.new_key("w", notes.WITNESS).text(), demo=True)


def test_a_secret_does_not_print_itself() -> None:
    assert KEY.seed.hex() not in repr(KEY)
    assert "seed" not in repr(KEY)
