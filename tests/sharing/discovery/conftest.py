from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from breakwater.sharing import oprf
from breakwater.sharing.node import keys
from tests.sharing.discovery import running
from tests.sharing.discovery.county import AMELIA, LARK, County
from tests.sharing.discovery.nodes import Partner, add
from tests.sharing.discovery.running import Running


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


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder = tmp_path_factory.mktemp("county")
    path = folder / "hub.key"
    keys.make(path, keys.SIGNING)
    hub, key = keys.signing_key(path), oprf.Key.new()
    school, surgery = Partner("mill-lane", key), Partner("harbour-road", key)
    with ExitStack() as stack:
        serve = stack.enter_context
        callers = {"hub": hub.public, school.name: school.signing.public}
        holder = serve(running.key_holder(folder / "holder", key, callers))
        at = {
            one.name: serve(running.node(folder / one.name, one, hub.public))
            for one in (school, surgery)
        }
        yield County(folder, hub, holder, key, school, surgery, at)


@pytest.fixture
def asked(db: None, county: County, settings: Any) -> County:
    """The hub knows both nodes and has their indexes."""
    settings.DISCOVERY = replace(
        settings.DISCOVERY,
        key=str(county.folder / "hub.key"),
        key_holder_address=county.holder.address,
        key_holder_public=keys.text_of(county.key.public),
        connect_seconds=2.0,
        answer_seconds=3.0,
    )
    add(county.school, "Mill Lane School", county.at["mill-lane"].address)
    add(county.surgery, "Harbour Road Surgery", county.at["harbour-road"].address)
    county.school.send_all([AMELIA, LARK])
    county.surgery.send_all([LARK])
    return county


@pytest.fixture
def extra(asked: County, tmp_path: Path) -> Iterator[Callable[..., tuple[Partner, Running]]]:
    """A third node, which knows Amelia and does what the test says."""
    with ExitStack() as stack:

        def make(factory: str = running.NODE, **options: Any) -> tuple[Partner, Running]:
            partner = Partner("housing", asked.key)
            served = stack.enter_context(
                running.node(tmp_path / "housing", partner, asked.hub.public, factory, **options)
            )
            add(partner, "Wessex Homes", served.address)
            partner.send_all([AMELIA])
            return partner, served

        yield make
