from collections.abc import Iterator

import psycopg
import pytest

from breakwater.site.login import application_url
from tests.access.real_hub import RealHub


@pytest.fixture
def hub(committed: str) -> Iterator[RealHub]:
    """A hub on committed rows: the owner's session, and the address of web and worker."""
    with psycopg.connect(committed, autocommit=True) as owner:
        yield RealHub(owner, application_url(committed))


@pytest.fixture
def app(hub: RealHub) -> Iterator[psycopg.Connection]:
    """A session of the application's login, as the web has it: raw SQL, no help of ours."""
    with psycopg.connect(hub.app_url, autocommit=True) as session:
        yield session
