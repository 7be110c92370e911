"""Teaching the model: Splink on DuckDB, or on Spark where one machine is too small.

Needs the extra `linkage` (and `spark`): the hub itself does not.
"""

import json
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from breakwater.people.linkage import knobs
from breakwater.people.linkage.comparisons import COMPARISONS, Comparison
from breakwater.people.linkage.model import Model, ModelError
from breakwater.people.linkage.profile import DAYS, LISTS, Profile

LinkType = Literal["dedupe_only", "link_only", "link_and_dedupe"]
# What training never met is at least this likely: among two mentions of one person, whom every
# field may misreport, and among strangers.
LEAST = {"m_probability": 1e-3, "u_probability": 1e-7}
# Sessions of expectation maximisation: each looks at pairs that agree on these columns, and
# learns the comparisons that do not look at them. Pairs of one number are nearly all one person;
# without numbers, names and birth dates must do. Never by address: that pairs households.
NUMBERS = (("nhs_number",), ("upn",), ("number",))
WITH_NUMBERS = (("first", "family", "born"),)
WITHOUT_NUMBERS = (("first", "family"), ("born",), ("first", "postcode"))
# How often two of one household give one phone or e-mail address, at least: a mother's number on
# her children's records. An assumption, where the data give everybody a number of their own.
SHARED_AT_HOME = {"phone": 0.3, "email": 0.1}
SEED = 20261124


def comparisons_for(
    profiles: Iterable[Profile], without: Collection[str] = ()
) -> tuple[Comparison, ...]:
    """Return the comparisons of which at least one in a hundred profiles has the column."""
    some = list(profiles)
    places = {field: place for place, field in enumerate(Profile._fields)}

    def filled(comparison: Comparison) -> bool:
        first = comparison.columns[0] if comparison.name != "address" else "street"
        first = "born_from" if comparison.name == "born" else first
        return sum(1 for p in some if p[places[first]]) * 100 >= len(some)

    return tuple(c for c in COMPARISONS if c.name not in without and filled(c))


def settings(
    comparisons: Sequence[Comparison], link_type: LinkType = "dedupe_only", dialect: str = "duckdb"
) -> dict[str, Any]:
    """Return Splink's settings, untrained."""
    return {
        "link_type": link_type,
        "unique_id_column_name": "unique_id",
        "sql_dialect": dialect,
        "probability_two_random_records_match": 1e-5,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": "l.\"keys\" = r.\"keys\"", "sql_dialect": dialect,
             "arrays_to_explode": ["keys"]}
        ],
        "comparisons": [_for_splink(comparison, dialect) for comparison in comparisons],
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": False,
    }  # fmt: skip


def _for_splink(comparison: Comparison, dialect: str) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {
            "sql_condition": in_dialect(comparison.not_known, dialect),
            "label_for_charts": "not known",
            "is_null_level": True,
        }
    ]
    for level in comparison.levels:
        told: dict[str, Any] = {
            "sql_condition": in_dialect(level.sql, dialect) if level.sql != "else" else "ELSE",
            "label_for_charts": level.words,
        }
        if level.tf:
            told |= {"tf_adjustment_column": level.tf, "tf_adjustment_weight": 1.0}
        levels.append(told)
    return {
        "output_column_name": comparison.name,
        "comparison_description": comparison.words,
        "comparison_levels": levels,
    }


_IN_SPARK = (
    ("list_has_any(", "arrays_overlap("),
    ("len(list_intersect(", "size(array_intersect("),
    ("jaro_winkler_similarity(", "jaro_winkler("),
    ("as int)", "as int)"),
)


def in_dialect(sql: str, dialect: str) -> str:
    """Return a level's SQL in the words of the engine that runs it."""
    if dialect == "spark":
        for duckdb, spark in _IN_SPARK:
            sql = sql.replace(duckdb, spark)
    return sql


def settings_in_dialect(trained: dict[str, Any], dialect: str) -> dict[str, Any]:
    """Return a trained model as another engine reads it; the parameters stay what they are."""
    turned: dict[str, Any] = json.loads(json.dumps(trained)) | {"sql_dialect": dialect}
    turned["blocking_rules_to_generate_predictions"] = []
    for comparison in turned["comparisons"]:
        for level in comparison["comparison_levels"]:
            level["sql_condition"] = in_dialect(level["sql_condition"], dialect)
    return turned


def as_columns(
    ids: Sequence[Any], profiles: Sequence[Profile], keys: Sequence[Iterable[int]] | None = None
) -> Any:
    """Return profiles as an Arrow table with the types that the SQL expects; "" becomes null."""
    import pyarrow as pa

    columns: dict[str, Any] = {"unique_id": pa.array(ids)}
    for place, name in enumerate(Profile._fields):
        values = [profile[place] for profile in profiles]
        if name in LISTS:
            lists = [value.split() if value else None for value in values]
            columns[name] = pa.array(lists, pa.list_(pa.string()))
        elif name in DAYS:
            columns[name] = pa.array([int(v) if v else None for v in values], pa.int32())
        else:
            columns[name] = pa.array([value or None for value in values], pa.string())
    if keys is not None:
        columns["keys"] = pa.array([list(own) for own in keys], pa.list_(pa.int64()))
    return pa.table(columns)


def frequencies_of(profiles: Iterable[Profile], least: float = knobs.RAREST) -> dict[str, Any]:
    """Return how often each value of a column that counts rare ones is met: column -> value."""
    columns = sorted({level.tf for c in COMPARISONS for level in c.levels if level.tf})
    counts: dict[str, dict[str, int]] = {column: {} for column in columns}
    for profile in profiles:
        for column in columns:
            if value := getattr(profile, column):
                counts[column][value] = counts[column].get(value, 0) + 1
    shares: dict[str, Any] = {}
    for column, of in counts.items():
        total = sum(of.values()) or 1
        common = {value: number / total for value, number in of.items() if number / total > least}
        shares[column] = dict(sorted(common.items(), key=lambda item: (-item[1], item[0])))
    return shares


class Training:
    """A Splink linker over profiles: trains, saves, predicts."""

    def __init__(
        self,
        api: Any,
        tables: Sequence[Any],
        comparisons: Sequence[Comparison],
        *,
        link_type: LinkType = "dedupe_only",
        dialect: str = "duckdb",
        trained: dict[str, Any] | None = None,
    ) -> None:
        from splink import Linker

        self.api = api
        self.comparisons = comparisons
        registered = [api.register(table) for table in tables]
        self.linker = Linker(
            registered if len(registered) > 1 else registered[0],
            trained or settings(comparisons, link_type, dialect),
        )

    def teach(self, *, most_pairs: float = 2e6, recall: float = 0.7) -> None:
        """Estimate the prior, u from random pairs and m by expectation maximisation."""
        from splink import block_on

        training: Any = self.linker.training
        columns = {column for comparison in self.comparisons for column in comparison.columns}
        rules = [block_on(*rule) for rule in (("nhs_number",), ("number",), ("upn",),
                 ("first", "family", "born"), ("given", "family", "postcode"))
                 if set(rule) <= columns]  # fmt: skip
        training.estimate_probability_two_random_records_match(rules, recall=recall)
        training.estimate_u_using_random_sampling(max_pairs=most_pairs, seed=SEED)
        numbers = tuple(session for session in NUMBERS if set(session) <= columns)
        taught = 0
        for session in (*numbers, *(WITH_NUMBERS if numbers else WITHOUT_NUMBERS)):
            if set(session) <= columns:
                try:
                    training.estimate_parameters_using_expectation_maximisation(block_on(*session))
                except ValueError:
                    # Too few pairs: a chance fell to nothing on the way. The others may do.
                    continue
                taught += 1
        if not taught:
            raise ModelError("too few records to learn from: give a model with --model")

    def learn_from(self, labels: Any) -> None:
        """Estimate m from reviewed pairs instead: a table of unique_id_l, unique_id_r."""
        training: Any = self.linker.training
        training.estimate_m_from_pairwise_labels(self.api.register(labels))

    def model(self) -> dict[str, Any]:
        """Return the model as Splink saves it, with a floor under what was never met."""
        saved: dict[str, Any] = self.linker.misc.save_model_to_json()
        for comparison in saved["comparisons"]:
            levels = [lv for lv in comparison["comparison_levels"] if not lv.get("is_null_level")]
            for which, least in LEAST.items():
                chances = [max(float(level.get(which) or 0), least) for level in levels]
                total = sum(chances)
                for level, chance in zip(levels, chances, strict=True):
                    level[which] = chance / total
        return saved


def save(folder: Path, settings: dict[str, Any], frequencies: dict[str, Any]) -> Model:
    """Write the two files that Model.read reads, and return the model."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("model.json", settings), ("frequencies.json", frequencies)):
        text = json.dumps(content, indent=1, ensure_ascii=False)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    return Model(settings, frequencies)


def engine(name: str) -> tuple[Any, Callable[[Any], Any]]:
    """Return Splink's database for `duckdb` or `spark`, and what turns an Arrow table into its own.

    Spark runs where SPARK_MASTER says, else in this process on two cores.
    """
    if name == "duckdb":
        from splink import DuckDBAPI

        return DuckDBAPI(), lambda table: table
    import pyspark.sql
    import splink
    from splink.backends.spark import similarity_jar_location

    builder: Any = pyspark.sql.SparkSession.builder
    session = (
        builder.master(os.environ.get("SPARK_MASTER", "local[2]"))
        .appName("breakwater link train")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.jars", similarity_jar_location())
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    api: Any = splink.SparkAPI
    return api(spark_session=session, break_lineage_method="persist"), session.createDataFrame


def train(
    ids: Sequence[str],
    profiles: Sequence[Profile],
    same: Sequence[tuple[str, str]],
    out: Path,
    engine_name: str = "duckdb",
) -> dict[str, Any]:
    """Learn a model from everybody, and from pairs that people called the same; write it."""
    comparisons = comparisons_for(profiles, without=("town",))
    api, own_table = engine(engine_name)
    table = own_table(as_columns(ids, profiles))
    teacher = Training(api, [table], comparisons, dialect=engine_name)
    teacher.teach()
    known = set(ids)
    labels = [pair for pair in same if pair[0] in known and pair[1] in known]
    if labels:
        teacher.learn_from(own_table(labels_table(labels)))
    settings = teacher.model()
    least = max(knobs.RAREST, 2 / max(len(profiles), 1))
    save(out, settings, frequencies_of(profiles, least=least))
    return {
        "mentions": len(profiles),
        "comparisons": [comparison.name for comparison in comparisons],
        "labels": len(labels),
        "engine": engine_name,
        "out": str(out),
    }


def labels_table(pairs: Sequence[tuple[str, str]]) -> Any:
    """Return pairs of ids as Splink reads labels."""
    import pyarrow as pa

    return pa.table(
        {
            "unique_id_l": [one for one, _ in pairs],
            "unique_id_r": [other for _, other in pairs],
            "clerical_match_score": [1.0] * len(pairs),
        }
    )


def household_of(
    comparisons: Sequence[Comparison], pairs: Iterable[tuple[Profile, Profile]], prior_odds: float
) -> dict[str, Any]:
    """Return how often each level is met between two people of one household.

    `prior_odds`: of a random pair of mentions, how often it is such a pair.
    """
    counts = {c.name: [1.0] * len(c.levels) for c in comparisons}
    for one, other in pairs:
        for comparison in comparisons:
            level = comparison.compare(one, other)
            if level >= 0:
                counts[comparison.name][level] += 1
    levels = {name: [n / sum(of) for n in of] for name, of in counts.items()}
    for name, least in SHARED_AT_HOME.items():
        if name in levels and levels[name][0] < least:
            levels[name] = [least, 1 - least]
    return {"prior_odds": prior_odds, "levels": levels}
