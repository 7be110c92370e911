"""The command: one line of JSON at the end, and clear words for what cannot be done."""

import argparse
import json
from pathlib import Path

import pytest

from breakwater.synthetic.command import add_arguments, run


def county(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def test_the_command_writes_a_county_and_reports_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "county"
    assert county("--children", "40", "--seed", "1", "--out", str(out), "--workers", "1") == 0
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert report["people"] > 60
    assert report["seconds"] >= 0
    assert "county" in printed.err
    assert (out / "manifest.json").exists()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("--children", "0", "--children must be from 1"),
        ("--children", "many", "--children must be a whole number, not 'many'"),
        ("--seed", "x", "--seed must be a whole number"),
        ("--years", "0", "--years must be from 1"),
        ("--workers", "0", "--workers must be from 1"),
        ("--until", "1 May", "--until must be a date as 2026-11-01, not '1 May'"),
        ("--until", "0001-01-01", "--until must be a day from 2000"),
        ("--out", "FILE", "is a file"),
    ],
)
def test_bad_arguments_get_one_clear_line(
    name: str, value: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "FILE").write_text("here already")
    arguments = {"--children": "10", "--seed": "1", "--out": str(tmp_path / "county")}
    arguments[name] = str(tmp_path / value) if name == "--out" else value
    assert county(*(word for pair in arguments.items() for word in pair)) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.err.count("\n") == 1
    assert not printed.out
    assert not (tmp_path / "county").exists()
