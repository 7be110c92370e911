"""`breakwater link evaluate` and `train` on anybody's files: figures; bad files are refused."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from breakwater.people.linkage.clusters import average_linkage, one_to_one, pairs_in
from breakwater.people.linkage.files import FileError, read_map, read_people
from breakwater.site.cli import main
from breakwater.synthetic import damage, population

MAP = """
told_on = "2026-11-01"
[columns]
id = "no"
given = "first name"
family = "surname"
born = "dob"
sex = "sex"
address = [["house", "street"], "town"]
postcode = "postcode"
"""
HEADER = ["no", "first name", "surname", "dob", "sex", "house", "street", "town", "postcode"]
ROW = ["1", "Amelia", "Hartley", "2017-05-14", "f", "12", "Quay Street", "Saltmere", "WX4 2AB"]


def row_of(number: str, fields: Any) -> list[str]:
    house, _, rest = str(fields.get("address", "")).partition(" ")
    street, _, town = rest.partition(", ")
    told = [str(fields.get(name, "")) for name in ("given", "family", "born", "sex")]
    return [number, *told, house, street, town, str(fields.get("postcode", ""))]


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, rows: list[list[str]] | bytes | str) -> Path:
        path = tmp_path / name
        if isinstance(rows, bytes):
            path.write_bytes(rows)
        elif isinstance(rows, str):
            path.write_text(rows, encoding="utf-8")
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
        return path

    write("map.toml", MAP)
    return write


@pytest.fixture(scope="module")
def county() -> tuple[list[list[str]], list[list[str]], list[list[str]]]:
    """Some people, the same told again with a fault or two, and who is who."""
    rng = Random(4)
    people = [p for p in population(260, 9) if p.born is not None]
    left = [row_of(f"a{n}", person.as_fields()) for n, person in enumerate(people)]
    again = [damage(p.as_fields(), rng.choice((0, 1, 2)), rng)[0] for p in people[::2]]
    right = [row_of(f"b{2 * n}", fields) for n, fields in enumerate(again)]
    truth = [[f"a{2 * n}", f"b{2 * n}"] for n in range(len(again))]
    return left, right, truth


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert main(["link", "evaluate", *map(str, arguments), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert isinstance(report, dict)
    return report


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["link", *map(str, arguments)]) == 2
    return capsys.readouterr().err.strip().splitlines()[-1]


# -- figures ----------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
def test_two_files_are_linked_without_being_told_how(
    files: Callable[..., Path], county: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    left, right, truth = county
    report = evaluated(
        capsys, files("l.csv", [HEADER, *left]), files("r.csv", [HEADER, *right]),
        "--truth", files("t.csv", [["l", "r"], *truth]),
        "--map", files("one.toml", "one_to_one = true\n" + MAP),
    )  # fmt: skip
    assert report["truth"] == {"pairs": len(truth), "with_unknown_ids": 0}
    assert [file["kept"] for file in report["records"]] == [len(left), len(right)]
    assert report["candidate_recall"] > 0.99
    assert report["at_threshold"]["f1"] > 0.92
    assert report["at_best_threshold"]["f1"] >= report["at_threshold"]["f1"] - 0.01


@pytest.mark.filterwarnings("ignore")
def test_one_file_is_cleared_of_doubles_with_the_shipped_model(
    files: Callable[..., Path], county: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    left, right, truth = county
    entities = [[row[0], row[0][1:]] for row in (*left, *right)]
    report = evaluated(
        capsys, files("all.csv", [HEADER, *left, *right]),
        "--truth", files("t.csv", [["id", "entity"], *entities]),
        "--map", files("m.toml", MAP), "--model", "breakwater/people/linkage",
    )  # fmt: skip
    assert report["truth"]["pairs"] == len(truth)
    assert report["at_threshold"]["precision"] > 0.96
    assert report["at_threshold"]["recall"] > 0.9


@pytest.mark.filterwarnings("ignore")
def test_a_model_is_learned_from_a_file_and_can_be_used(
    files: Callable[..., Path], county: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left, right, truth = county
    mentions = files("all.csv", [HEADER, *left, *right])
    labels = files("labels.csv", [["id_l", "id_r", "answer"], *([*p, "same"] for p in truth[:40])])
    out = tmp_path / "model"
    how = tmp_path / "map.toml"
    told = ["--mentions", mentions, "--map", how, "--labels", labels, "--out", out]
    status = main(["link", "train", *map(str, told)])
    report = json.loads(capsys.readouterr().out)
    assert (status, report["labels"], report["mentions"]) == (0, 40, len(left) + len(right))
    used = evaluated(
        capsys, files("l.csv", [HEADER, *left]), files("r.csv", [HEADER, *right]),
        "--truth", files("t.csv", [["l", "r"], *truth]), "--map", tmp_path / "map.toml",
        "--model", out,
    )  # fmt: skip
    assert used["at_best_threshold"]["f1"] > 0.9


# -- rows that cannot be used -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "reason", "place"),
    [
        (["2", "A"], "has 2 columns, not 9", "row 3"),
        ([*ROW[:-1], "WX4", "more"], "has 10 columns, not 9", "row 3"),
        (["", *ROW[1:]], "the id is empty", "row 3, column no"),
        (ROW, "the id was there before", "row 3, column no"),
        (["2", "A\0B", *ROW[2:]], "holds a NUL character", "row 3, column first name"),
        (["2", "A" * 10_001, *ROW[2:]], "is longer than 10,000", "row 3, column first name"),
    ],
)
def test_a_broken_row_is_refused_with_its_place_and_the_others_are_kept(
    files: Callable[..., Path], tmp_path: Path, row: list[str], reason: str, place: str
) -> None:
    path = files("p.csv", [HEADER, ROW, row, ["3", *ROW[1:]]])
    people = read_people(path, read_map(tmp_path / "map.toml"))
    assert people.ids == ["1", "3"]
    assert (people.read, sum(people.refused.values())) == (3, 1)
    assert f"{path}, {place}: {reason}" in people.examples[0]


def test_a_row_that_is_not_utf_8_is_refused_alone(
    files: Callable[..., Path], tmp_path: Path
) -> None:
    text = ",".join(HEADER) + "\n" + ",".join(ROW) + "\n"
    path = files("p.csv", text.encode() + b"2,Zo\xeb,Hartley,,,,,,\n")
    people = read_people(path, read_map(tmp_path / "map.toml"))
    assert people.ids == ["1"]
    assert people.examples == [f"{path}, row 3, column first name: is not UTF-8"]


@pytest.mark.parametrize(
    "changed",
    [{1: "x" * 500}, {3: "2999-01-01"}, {3: "31/02/2015"}, {1: "", 2: ""}, {1: "J"}, {1: "🙂"}],
)
def test_odd_values_are_kept_and_say_what_they_can(
    files: Callable[..., Path], tmp_path: Path, changed: dict[int, str]
) -> None:
    row = [changed.get(place, value) for place, value in enumerate(ROW)]
    people = read_people(files("p.csv", [HEADER, row]), read_map(tmp_path / "map.toml"))
    assert people.ids == ["1"]
    assert people.profiles[0].postcode == "WX42AB"


# -- files and maps that cannot be used -------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("no,surname\n1,Hartley\n", "has no column 'first name'; it has no, surname"),
        (",".join([*HEADER, "surname"]) + "\n", "has the column 'surname' more than once"),
        (",".join(HEADER) + "\n", "holds no usable row (0 read"),
        (",".join(HEADER) + "\n1,2\n", "holds no usable row (1 read"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(
    files: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    content: str, words: str,
) -> None:  # fmt: skip
    path = files("p.csv", content)
    truth = files("t.csv", [["l", "r"]])
    told = refused(capsys, "evaluate", path, "--truth", truth, "--map", tmp_path / "map.toml")
    assert told.startswith(f"breakwater link evaluate: {path}")
    assert words in told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[columns", "cannot be read as TOML"),
        ("[columns]\ngiven = 'x'", "must name the id column"),
        ("[columns]\nid = 'x'", "names no column beside the id"),
        ("[columns]\nid = 'x'\nshoe_size = 'y'", "does not know 'shoe_size'"),
        ("[columns]\nid = 'x'\ngiven = 3", "must be a column's name"),
        ("threshold = 3\n[columns]\nid = 'x'", "does not know the key 'threshold'"),
        ("told_on = 'May'\n[columns]\nid = 'x'\ngiven = 'y'", "told_on must be a date"),
    ],
)
def test_a_map_that_is_wrong_is_refused_by_name(
    files: Callable[..., Path], content: str, words: str
) -> None:
    path = files("wrong.toml", content)
    with pytest.raises(FileError, match=r"wrong\.toml") as refusal:
        read_map(path)
    assert words in str(refusal.value)


def test_a_missing_file_and_a_folder_without_a_model_are_named(
    files: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = files("p.csv", [HEADER, ROW])
    truth = files("t.csv", [["l", "r"]])
    how = tmp_path / "map.toml"
    gone = tmp_path / "gone.csv"
    assert "gone.csv: cannot be read" in refused(
        capsys, "evaluate", gone, "--truth", truth, "--map", how
    )
    assert "no model.json" in refused(
        capsys, "evaluate", people, "--truth", truth, "--map", how, "--model", tmp_path
    )
    assert "gone.csv" in refused(capsys, "evaluate", people, "--truth", gone, "--map", how)
    assert "--mentions needs --map" in refused(
        capsys, "train", "--mentions", people, "--out", tmp_path / "m"
    )


def test_ids_that_no_file_has_are_counted(
    files: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = files("p.csv", [HEADER, ROW, ["2", *ROW[1:]]])
    report = evaluated(
        capsys, people, "--truth", files("t.csv", [["l", "r"], ["1", "2"], ["1", "9"]]),
        "--map", tmp_path / "map.toml", "--model", "breakwater/people/linkage",
    )  # fmt: skip
    assert report["truth"] == {"pairs": 1, "with_unknown_ids": 1}
    assert report["at_threshold"]["links"] == 1


# -- from pairs to people ---------------------------------------------------------------------


def test_a_doubtful_pair_is_held_together_by_the_sure_ones() -> None:
    assert average_linkage({(1, 2): 20.0, (2, 3): 18.0, (1, 3): -2.0}) == [[1, 2, 3]]


def test_one_pair_by_chance_does_not_join_two_clusters() -> None:
    weights = {(1, 2): 20.0, (3, 4): 20.0, (2, 3): 1.0, (1, 3): -15.0, (2, 4): -15.0}
    assert average_linkage(weights) == [[1, 2], [3, 4]]


def test_each_record_has_at_most_one_counterpart() -> None:
    kept = one_to_one({(1, 1): 5.0, (1, 2): 9.0, (2, 2): 7.0, (2, 1): 6.0})
    assert kept == {(1, 2): 9.0, (2, 1): 6.0}


def test_a_cluster_holds_each_pair_once() -> None:
    assert pairs_in([[1, 2, 3]]) == {(1, 2), (1, 3), (2, 3)}
