from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from breakwater.sharing import oprf
from breakwater.sharing.node import keys
from tests.sharing.discovery.nodes import Partner, add


@pytest.fixture(scope="session")
def key_holder() -> oprf.Key:
    return oprf.Key.new()


@pytest.fixture
def hub_key(tmp_path: Path) -> Path:
    path = tmp_path / "hub.key"
    keys.make(path, keys.SIGNING)
    return path


@pytest.fixture
def known_to(settings: Any, key_holder: oprf.Key, hub_key: Path) -> None:
    """The hub has a key and knows the key holder, which nobody runs."""
    settings.DISCOVERY = replace(
        settings.DISCOVERY,
        key=str(hub_key),
        key_holder_address="http://127.0.0.1:9",
        key_holder_public=keys.text_of(key_holder.public),
        connect_seconds=1.0,
        answer_seconds=2.0,
    )


@pytest.fixture
def school(db: None, known_to: None, key_holder: oprf.Key) -> Partner:
    """A school's node that the hub knows and that has sent nothing yet."""
    partner = Partner("mill-lane", key_holder)
    add(partner)
    return partner
