"""The same model on a cluster: Splink on Spark, really run, in local mode."""

import json
import os
import shutil
from pathlib import Path

import pytest

from breakwater.people.linkage import Model, Profile, profile, training
from breakwater.people.linkage.model import HOME
from breakwater.synthetic.county import mentions


@pytest.fixture(scope="module")
def profiles() -> list[Profile]:
    if shutil.which("java") is None:
        if os.environ.get("CI"):
            pytest.fail("Spark needs Java 17: install it (Debian: openjdk-17-jre-headless)")
        pytest.skip("no Java here: Spark cannot run")
    told = [profile({**m.fields, "role": m.role}, m.told_at.date()) for _, m in mentions(110, 5)]
    return told[:300]


def test_spark_learns_a_model_that_the_live_scorer_reads(
    profiles: list[Profile], tmp_path: Path
) -> None:
    ids = [str(number) for number in range(len(profiles))]
    report = training.train(ids, profiles, [], tmp_path, "spark")
    model = Model.read(tmp_path)
    assert report["engine"] == "spark"
    assert set(model.names) == set(report["comparisons"])
    assert model.score(profiles[0], profiles[0]).weight > 0


def test_spark_gives_the_live_weight_to_every_pair(profiles: list[Profile]) -> None:
    from splink import Linker

    model = Model.read()
    api, own_table = training.engine("spark")
    settings = json.loads((HOME / "model.json").read_text(encoding="utf-8"))
    settings = training.settings_in_dialect(settings, "spark")
    settings["blocking_rules_to_generate_predictions"] = ["l.district = r.district"]
    table = own_table(training.as_columns(range(len(profiles)), profiles))
    linker = Linker(api.register(table), settings)
    for column in ("first", "family"):
        values = sorted({getattr(one, column) for one in profiles} - {""})
        rows = [{column: v, f"tf_{column}": model.frequency(column, v)} for v in values]
        frequencies = api.spark.createDataFrame(rows)
        linker.table_management.register_term_frequency_lookup(api.register(frequencies), column)
    found = linker.inference.predict().as_record_list()
    assert len(found) > 500
    for row in found:
        one, other = profiles[row["unique_id_l"]], profiles[row["unique_id_r"]]
        assert model.score(one, other).weight == pytest.approx(row["match_weight"], abs=1e-6), row
