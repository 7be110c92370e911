"""Key-encryption keys of tests, by name: the same name is always the same key."""

import hashlib
from datetime import UTC, datetime

from breakwater.access.actions import open_case
from breakwater.vault.rules import Keyring


def keyring(*names: str) -> Keyring:
    return Keyring(tuple((name, hashlib.sha256(name.encode()).digest()) for name in names))


def a_case() -> int:
    return open_case(datetime(2026, 3, 2, tzinfo=UTC))
