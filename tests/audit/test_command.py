"""`breakwater audit ...` as a records officer, an inspector and a witness type it."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from breakwater.audit import notes
from tests.ledgers import KEY, Ledger

Signed = Callable[..., Ledger]
REPOSITORY = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def audit(*arguments: str, database: str = "") -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = subprocess.run(
            [sys.executable, "-m", "breakwater.site.cli", "audit", *arguments],
            cwd=tmp_path,
            env=kept | {"PYTHONPATH": str(REPOSITORY), "DATABASE_URL": database},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done

    return audit


def test_from_a_checkpoint_to_a_proof(signed: Signed, run: Run, tmp_path: Path) -> None:
    ledger = signed(6)
    taken = run("checkpoint", "--out", "mine", database=ledger.address)
    assert taken.returncode == 0
    assert notes.read_checkpoint((tmp_path / "mine").read_text()).size == 6
    ledger.write("more")
    ledger.sign()
    for which in ("all", "2-6", "5"):
        out = f"export-{which}"
        done = run("export", which, "--out", out, "--since", "mine", database=ledger.address)
        assert json.loads(done.stdout)["checkpoint"] == 7
        checked = run("verify", out, "--checkpoint", "mine", "--key", str(KEY.public))
        assert (checked.returncode, checked.stderr) == (0, "")
        assert checked.stdout.startswith("Proven:")


def test_verify_ends_with_1_when_something_is_wrong(signed: Signed, run: Run) -> None:
    ledger = signed(4)
    run("checkpoint", "--out", "mine", database=ledger.address)
    ledger.tamper("update ledger_entry set actor = 'user:2' where verb = 'verb_2'")
    run("export", "all", "--out", "export", database=ledger.address)
    checked = run("verify", "export", "--checkpoint", "mine", "--key", str(KEY.public))
    assert checked.returncode == 1
    assert "FAULT: entry 2:" in checked.stdout


def test_the_newest_checkpoint_is_printed(signed: Signed, run: Run) -> None:
    ledger = signed(2)
    done = run("checkpoint", database=ledger.address)
    assert notes.signed_by(notes.read_checkpoint(done.stdout), KEY.public)


def test_an_export_leaves_an_entry_that_names_what_was_taken(signed: Signed, run: Run) -> None:
    ledger = signed(4)
    run("export", "5", "--out", "one", database=ledger.address)
    run("export", "0-2", "--out", "two", database=ledger.address)
    rows = ledger.ask(
        "select actor, cases, subject from ledger_entry where verb = 'export_ledger' order by at"
    )
    assert rows == [("command", [5], "case:5"), ("command", [], "entries:0-2")]


def test_a_key_is_made_once_and_read_by_its_owner_alone(run: Run, tmp_path: Path) -> None:
    made = run("key", "hub.example.org/ledger", "--out", "secret")
    assert made.returncode == 0
    secret = tmp_path / "secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert str(notes.secret_key(str(secret)).public) == made.stdout.strip()
    again = run("key", "hub.example.org/ledger", "--out", "secret")
    assert (again.returncode, again.stdout) == (2, "")
    assert "never overwritten" in again.stderr


def test_a_witness_goes_along_with_growth_and_not_with_a_fork(
    signed: Signed, run: Run, tmp_path: Path
) -> None:
    ledger = signed(4)
    run("key", "police.example.org/witness", "--witness", "--out", "secret")
    mine = ("--state", "state", "--key", "secret")
    run("checkpoint", "--out", "first", database=ledger.address)
    begun = run("witness", "first", *mine, "--ledger", str(KEY.public))
    assert begun.returncode == 0
    assert begun.stdout.count("\n— ") == 2
    ledger.write("more")
    ledger.sign()
    run("checkpoint", "--since", "first", "--out", "second", database=ledger.address)
    assert run("witness", "second", *mine).returncode == 0
    forged = notes.checkpoint(KEY, 5, b"x" * 32)
    (tmp_path / "forged").write_text(forged.note)
    refused = run("witness", "forged", *mine)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "Refused: the ledger is forked: two different trees of 5 entries.\n"
    shrunk = run("witness", "first", *mine)
    assert shrunk.stderr == "Refused: the ledger has shrunk: it had 5 entries, now it says 4.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("export", "five", "--out", "x"), "neither a case (5) nor a range (0-99) nor all"),
        (("export", "5", "--out", "x", "--since", "nowhere"), "nowhere"),
        (("verify", "x", "--checkpoint", "y", "--key", "nonsense"), "neither a key nor a file"),
        (("witness", "nowhere", "--state", "s", "--key", "nokey"), "neither a key nor a file"),
        (("key", "two words", "--out", "x"), "needs a name without spaces"),
    ],
)
def test_a_wrong_use_is_one_line(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"breakwater audit {arguments[0]}: ")
    assert says in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("export", "7", "--out", "x"), "no signed entry is about case 7"),
        (("export", "0-4", "--out", "x"), "the signed ledger has the places 0 to 3"),
        (("export", "3-1", "--out", "x"), "the signed ledger has the places 0 to 3"),
        (("export", "all", "--out", "x", "--since", "9"), "has 4 entries, not 9"),
        (("checkpoint", "--since", "9"), "has 4 entries, not 9"),
    ],
)
def test_what_the_ledger_does_not_hold_is_one_line(
    signed: Signed, run: Run, arguments: tuple[str, ...], says: str
) -> None:
    done = run(*arguments, database=signed(4).address)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr.splitlines()[-1]


def test_a_damaged_tree_is_named_and_not_exported(signed: Signed, run: Run) -> None:
    ledger = signed(6)
    ledger.tamper("delete from ledger_leaf where index = 1")
    done = run("export", "2-4", "--out", "x", database=ledger.address)
    assert done.returncode == 2
    assert "hash 0 at level 1 is not there" in done.stderr
