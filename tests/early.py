"""Loaded before anything else of the tests: the database that the settings will read.

One real PostgreSQL serves all test processes; each makes databases of its own in it.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from breakwater.site.postgres import running

# A test run's data is made anew each time: speed is worth more than surviving a power cut.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
HERE = Path(__file__).resolve().parent.parent

# WhiteNoise looks for the collected files, which no test in this process needs.
(HERE / "var" / "test" / "static").mkdir(parents=True, exist_ok=True)
in_use = ExitStack()
os.environ["DEMO"] = "1"
os.environ["BREAKWATER_VAR"] = str(HERE / "var" / "test")
if "BREAKWATER_TEST_DATABASE" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["BREAKWATER_TEST_DATABASE"]
else:
    cluster = in_use.enter_context(running(HERE / "var" / "test" / "postgres", FAST))
    os.environ["DATABASE_URL"] = cluster.url("postgres")
    os.environ["BREAKWATER_TEST_DATABASE"] = os.environ["DATABASE_URL"]


def pytest_unconfigure(config: pytest.Config) -> None:
    in_use.close()
