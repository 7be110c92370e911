from typing import Any

import pytest

from breakwater.vault.rules import Keyring
from tests.vault.keyrings import keyring


@pytest.fixture
def kek_2026(settings: Any) -> Keyring:
    """The hub knows one key-encryption key, “2026”."""
    settings.DATA_KEYS = keyring("2026")
    return settings.DATA_KEYS
