"""Checkpoints as C2SP signed notes (c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature).

Keys are one line of text, as Go's note library writes them, so that other tools read them too:
a secret key `PRIVATE+KEY+name+id+base64`, a public key `name+id+base64`. The first byte of what is
base64 says what the key signs: 1, a ledger's checkpoints; 4, a witness's cosignatures.
"""

import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SECRET = "PRIVATE+KEY+"  # noqa: S105
LEDGER, WITNESS = b"\1", b"\4"
# Everybody knows this one: the demo signs invented people's ledgers with it.
DEMO_SEED = sha256(b"Breakwater demo: invented people only").digest()
DEMO_NAME = "demo.breakwater.example/ledger"


class NoteError(Exception):
    """A key or a note that is none; the words say which and never quote a secret."""


@dataclass(frozen=True)
class PublicKey:
    name: str
    kind: bytes
    raw: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + self.kind + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(self.kind + self.raw).decode()}"


@dataclass(frozen=True)
class SecretKey:
    name: str
    kind: bytes
    seed: bytes

    def __repr__(self) -> str:
        return f"SecretKey({self.name!r})"

    @property
    def public(self) -> PublicKey:
        raw = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return PublicKey(self.name, self.kind, raw)

    def text(self) -> str:
        """The line that holds the secret, for a file that only its owner reads."""
        body = b64encode(self.kind + self.seed).decode()
        return f"{SECRET}{self.name}+{self.public.id.hex()}+{body}"

    def sign(self, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint's text says; `text` is the signed part, with its last newline."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: tuple[str, ...]

    @property
    def note(self) -> str:
        return self.text + "\n" + "".join(self.signatures)


def new_key(name: str, kind: bytes = LEDGER) -> SecretKey:
    _check_name(name)
    return SecretKey(name, kind, secrets.token_bytes(32))


def demo_key() -> SecretKey:
    return SecretKey(DEMO_NAME, LEDGER, DEMO_SEED)


def secret_key(given: str) -> SecretKey:
    """Read a secret key, or the file that holds one."""
    line = given.strip()
    if not line.startswith(SECRET):
        try:
            line = Path(line).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            raise NoteError("is neither a key nor a file that can be read") from None
    if not line.startswith(SECRET):
        raise NoteError("holds no secret key (a line that starts with PRIVATE+KEY)")
    name, key_id, kind, seed = _fields(line.removeprefix(SECRET))
    key = SecretKey(name, kind, seed)
    if key.public.id.hex() != key_id:
        raise NoteError("is damaged: its parts do not belong together")
    return key


def ledger_key(given: str, *, demo: bool) -> SecretKey:
    """Read the key that a hub signs its ledger with; in production not the demo's."""
    key = secret_key(given)
    if key.kind != LEDGER:
        raise NoteError("is a witness's key, not a ledger's")
    if key.seed == DEMO_SEED and not demo:
        raise NoteError("is the demo's key, with which everybody can sign")
    return key


def public_key(given: str) -> PublicKey:
    """Read a public key, or the file that holds one."""
    line = given.strip()
    if line.count("+") < 2:
        try:
            line = Path(line).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            raise NoteError("is neither a key nor a file that can be read") from None
    name, key_id, kind, raw = _fields(line)
    key = PublicKey(name, kind, raw)
    if key.id.hex() != key_id:
        raise NoteError("is damaged: its parts do not belong together")
    return key


def checkpoint(key: SecretKey, size: int, root: bytes) -> Checkpoint:
    """Say and sign that the first `size` leaves have this root. The key's name is the origin."""
    text = f"{key.name}\n{size}\n{b64encode(root).decode()}\n"
    line = _line(key.public, key.sign(text.encode()))
    return Checkpoint(key.name, size, root, text, (line,))


def cosign(key: SecretKey, seen: Checkpoint, at: int) -> Checkpoint:
    """Add a witness's signature: at that time (seconds), this was the largest tree it had seen."""
    stamped = f"cosignature/v1\ntime {at}\n{seen.text}".encode()
    line = _line(key.public, at.to_bytes(8, "big") + key.sign(stamped))
    return Checkpoint(seen.origin, seen.size, seen.root, seen.text, (*seen.signatures, line))


def read_checkpoint(note: str) -> Checkpoint:
    """Take a note apart; nothing of it is to be believed before `signed_by`."""
    text, gap, rest = note.rpartition("\n\n")
    lines = text.split("\n")
    try:
        origin, size, root = lines[0], int(lines[1]), b64decode(lines[2], validate=True)
    except (IndexError, ValueError):
        raise NoteError("is no checkpoint: origin, size and root are not there") from None
    if not gap or not origin or str(size) != lines[1] or size < 0 or len(root) != 32:
        raise NoteError("is no checkpoint: origin, size and root are not there")
    signatures = rest.splitlines(keepends=True)
    if not all(line.startswith("— ") and line.endswith("\n") for line in signatures):
        raise NoteError("is no signed note: its last lines are no signatures")
    return Checkpoint(origin, size, root, text + "\n", tuple(signatures))


def signed_by(seen: Checkpoint, key: PublicKey) -> bool:
    """Whether the key signed this checkpoint; a ledger's key only ever its own origin's."""
    start = f"— {key.name} "
    for line in seen.signatures:
        try:
            signature = b64decode(line.removeprefix(start), validate=False)
        except ValueError:
            continue
        if not line.startswith(start) or signature[:4] != key.id:
            continue
        message, signature = seen.text.encode(), signature[4:]
        if key.kind == WITNESS:
            at, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {at}\n".encode() + message
        try:
            Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return key.kind == WITNESS or seen.origin == key.name
    return False


def _line(key: PublicKey, signature: bytes) -> str:
    return f"— {key.name} {b64encode(key.id + signature).decode()}\n"


def _fields(line: str) -> tuple[str, str, bytes, bytes]:
    try:
        # base64 may hold a plus sign too; a name may not.
        name, key_id, body = line.split("+", 2)
        raw = b64decode(body, validate=True)
    except ValueError:
        raise NoteError("is no key: name+id+base64 is expected") from None
    if len(raw) != 33 or raw[:1] not in (LEDGER, WITNESS):
        raise NoteError("is no Ed25519 key of a ledger or a witness")
    _check_name(name)
    return name, key_id, raw[:1], raw[1:]


def _check_name(name: str) -> None:
    if not name or "+" in name or not name.isprintable() or any(c.isspace() for c in name):
        raise NoteError("needs a name without spaces and plus signs, as hub.example.org/ledger")
