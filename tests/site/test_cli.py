"""The command line as a person meets it: helpful without anything, clear when used wrongly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
COMMANDS = ("demo", "clean-demo", "submit", "county", "audit", "migrate", "serve", "worker")


def breakwater(*arguments: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder of its own with these settings and no others."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "breakwater.site.cli", *arguments],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(REPOSITORY)} | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def test_help_lists_every_command_without_settings_or_database(tmp_path: Path) -> None:
    done = breakwater("-h", folder=tmp_path)
    assert done.returncode == 0
    for command in COMMANDS:
        assert f"\n    {command}" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_without_settings_or_database(
    command: str, tmp_path: Path
) -> None:
    done = breakwater(command, "-h", folder=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: breakwater {command}")
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "required: COMMAND"),
        (("sumbit",), "invalid choice: 'sumbit'"),
        (("submit",), "required: FILE"),
        (("submit", "--from", "x", "a.jsonl"), "unrecognized arguments: --from"),
        (("migrate", "now"), "unrecognized arguments: now"),
        (("demo", "--chek"), "unrecognized arguments: --chek"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else None,
)
def test_a_wrong_command_line_ends_with_one_line_that_says_why(
    arguments: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    done = breakwater(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    usage, *_, error = done.stderr.splitlines()
    assert usage.startswith("usage: breakwater")
    assert says in error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--children", "0", "--seed", "1", "--out", "county"), "--children must be from 1"),
        (("--children", "5", "--seed", "x", "--out", "county"), "--seed must be a whole number"),
        (("--children", "5", "--seed", "1"), "--out"),
    ],
    ids=["no children", "no seed", "nowhere to go"],
)
def test_a_county_that_cannot_be_made_is_refused_before_anything_is_written(
    arguments: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    done = breakwater("county", *arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_hub_without_settings_lists_everything_that_is_missing(
    command: str, tmp_path: Path
) -> None:
    done = breakwater(command, folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    first, *problems = done.stderr.splitlines()
    assert first == "Breakwater will not start:"
    assert all(problem.startswith("- ") for problem in problems)
    for missing in ("DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "LEDGER_KEY", "TLS"):
        assert sum(missing in problem for problem in problems) == 1


def test_a_demo_setting_that_is_no_number_is_named(tmp_path: Path) -> None:
    done = breakwater("demo", folder=tmp_path, PORT="http")
    assert (done.returncode, done.stdout) == (1, "")
    assert "- PORT must be a whole number from 0 to 65535." in done.stderr.splitlines()
    assert list(tmp_path.iterdir()) == []


def test_a_database_address_that_is_none_is_named_and_not_printed(tmp_path: Path) -> None:
    done = breakwater("migrate", folder=tmp_path, DATABASE_URL="my secret database")
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "secret" not in done.stderr
