"""One small county, written once for all tests of this folder."""

from pathlib import Path

import pytest

from breakwater.synthetic.county import County
from breakwater.synthetic.files import write_county

CHILDREN, SEED = 3_000, 11


@pytest.fixture(scope="session")
def county_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    write_county(County(CHILDREN, SEED), folder, workers=1)
    return folder
