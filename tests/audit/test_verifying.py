"""Exports and the verifier: what an inspector takes home, reads and runs alone."""

import ast
import json
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from breakwater.audit import verifier
from breakwater.audit.actions import record
from breakwater.audit.export import ExportError, export_case, export_range
from tests.ledgers import Ledger

Signed = Callable[..., Ledger]
SOURCE = Path(verifier.__file__)


def run(ledger: Ledger, export: Path, note: str, key: str = "") -> subprocess.CompletedProcess[str]:
    """Run the one file as an inspector does, without this project and without its packages."""
    held = ledger.folder / "held"
    held.write_text(note)
    alone = ledger.folder / "verifier.py"
    alone.write_bytes(SOURCE.read_bytes())
    key = key or str(ledger.key.public)
    return subprocess.run(
        [sys.executable, "-I", "-S", str(alone), str(export), "--checkpoint", str(held),
         "--key", key],
        capture_output=True, text=True, check=False, cwd=ledger.folder,
    )  # fmt: skip


# -- the file itself --------------------------------------------------------------------------


def test_the_verifier_has_at_most_200_lines() -> None:
    lines = SOURCE.read_text().splitlines()
    assert len(lines) <= 200
    assert all(len(line) <= 100 for line in lines)


def test_the_verifier_imports_the_standard_library_and_nothing_else() -> None:
    tree = ast.parse(SOURCE.read_text())
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(str(node.module).partition(".")[0])
        elif isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in ("__import__", "exec", "eval", "compile")
    assert imported
    assert imported <= sys.stdlib_module_names
    assert not imported & {"socket", "urllib", "http", "subprocess", "ctypes", "importlib"}


# -- what it proves ---------------------------------------------------------------------------


def test_a_whole_ledger_is_proven_by_the_file_alone(signed: Signed) -> None:
    ledger = signed(12)
    done = run(ledger, ledger.export(), ledger.sign())
    assert (done.returncode, done.stderr) == (0, "")
    assert "Proven: 12 entries, all from 0 to 11, 0 of them erased" in done.stdout
    assert "What no ledger can prove:" in done.stdout


def test_a_fault_is_printed_beside_what_cannot_be_proven(signed: Signed) -> None:
    ledger = signed(4)
    held = ledger.sign()
    ledger.tamper("update ledger_entry set allowed = not allowed where verb = 'verb_1'")
    done = run(ledger, ledger.export(), held)
    assert done.returncode == 1
    assert "FAULT: entry 1: its content is not what was committed to" in done.stdout
    assert "Proven" not in done.stdout
    assert "What no ledger can prove:" in done.stdout


@pytest.mark.parametrize(("first", "end"), [(0, 1), (0, 7), (3, 4), (3, 11), (11, 12), (8, 12)])
def test_any_range_is_proven(signed: Signed, first: int, end: int) -> None:
    ledger = signed(12)
    assert ledger.faults(ledger.export(first, end), ledger.sign()) == []


def test_a_case_is_proven_entry_by_entry(signed: Signed) -> None:
    ledger = signed(11)
    export = ledger.export_case(6)
    assert [line.split()[0] for line in export.read_text().splitlines()[1:]] == [
        "1", "3", "5", "7", "9",
    ]  # fmt: skip
    assert ledger.faults(export, ledger.sign()) == []


def test_an_older_checkpoint_is_shown_to_be_the_beginning(signed: Signed) -> None:
    ledger = signed(6)
    old = ledger.sign()
    ledger.write(*"abcdefg")
    ledger.sign()
    assert ledger.faults(ledger.export(), old) == []
    assert ledger.faults(ledger.export(3, 9), old) == []
    assert ledger.faults(ledger.export_case(5, since=(6,)), old) == []
    assert ledger.faults(ledger.export(8, 12, since=(6,)), old) == []


def test_without_a_proof_for_the_checkpoint_in_hand_nothing_is_claimed(signed: Signed) -> None:
    ledger = signed(6)
    old = ledger.sign()
    ledger.write("more")
    ledger.sign()
    (fault,) = ledger.faults(ledger.export_case(5), old)
    assert fault == "checkpoint 6 does not begin these 7 entries: no proof, use --since"


def test_what_is_exported_is_what_the_entry_says_and_never_its_capability(signed: Signed) -> None:
    ledger = signed(1)
    record("user:7", "decide", agency_id=3, cases=[9, 8], subject="referral:4",
           purpose="triage – später", allowed=False, facts={"shown": ["a\nb"], "n": 2})  # fmt: skip
    ledger.tamper("update ledger_entry set capability = gen_random_uuid() where verb = 'decide'")
    ledger.sign()
    line = ledger.export(1, 2).read_text(encoding="utf-8").splitlines()[1]
    said = json.loads(line.split(" ", 4)[4])
    assert said.pop("id")
    assert said.pop("xid").isdecimal()
    assert said.pop("at") > 1_700_000_000_000_000
    assert said == {
        "actor": "user:7", "agency": 3, "verb": "decide", "cases": [8, 9],
        "subject": "referral:4", "purpose": "triage – später", "allowed": False,
        "facts": {"shown": ["a\nb"], "n": 2},
    }  # fmt: skip
    ((capability,),) = ledger.ask("select capability::text from ledger_entry where verb='decide'")
    assert capability not in line


def test_a_look_whose_capability_is_set_later_keeps_its_proof(signed: Signed) -> None:
    """The capability is no part of what is committed to."""
    ledger = signed(4)
    held = ledger.sign()
    ledger.tamper("update ledger_entry set capability = gen_random_uuid()")
    assert ledger.faults(ledger.export(), held) == []


def test_an_export_is_readable_by_its_owner_alone(signed: Signed) -> None:
    export = signed(2).export()
    assert stat.S_IMODE(export.stat().st_mode) == 0o600


# -- an export that somebody changed on the way ------------------------------------------------


def at_5(lines: list[str], old: str, new: str) -> list[str]:
    return [*lines[:5], re.sub(old, new, lines[5]), *lines[6:]]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda lines: lines[:4] + lines[5:], "entry 3: missing, with all before entry 4"),
        (lambda lines: lines[:-1], "entry 11: missing, with all before entry 12"),
        (lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]], "entry 2: missing"),
        (lambda lines: lines[:5] + lines[4:], "entry 3: shown twice or out of order"),
        (lambda lines: lines[:1], "entry 0: missing, with all before entry 12"),
        (lambda lines: [lines[0].replace('"end": 12', '"end": 11'), *lines[1:12]],
         "entries 10 to 11: not as checkpoint 12 signed"),
        (lambda lines: at_5(lines, "user:1", "user:2"),
         "entry 4: its content is not what was committed to"),
        (lambda lines: at_5(lines, " [0-9a-f]{32} ", f" {'0' * 32} "),
         "entry 4: its content is not what was committed to"),
        (lambda lines: at_5(lines, " [0-9a-f]{32} .*", f" erased {'0' * 64} - -"),
         "entry 4: its content is gone, no entry says who erased it"),
    ],
)  # fmt: skip
def test_a_changed_export_is_found(
    signed: Signed, change: Callable[[list[str]], list[str]], fault: str
) -> None:
    ledger = signed(12)
    export = ledger.export()
    export.write_text("\n".join(change(export.read_text().splitlines())) + "\n")
    assert any(found.startswith(fault) for found in ledger.faults(export, ledger.sign()))


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "{}", "[]\n", '{"first": 0, "end": 1, "checkpoints": []}\n', "\x00\xff"],
)
def test_what_is_no_export_is_no_proof_either_way(signed: Signed, text: str) -> None:
    ledger = signed(2)
    export = ledger.folder / "export"
    export.write_text(text)
    done = run(ledger, export, ledger.sign())
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout.startswith("This cannot be checked")


def test_a_line_that_cannot_be_read_is_no_proof(signed: Signed) -> None:
    ledger = signed(2)
    export = ledger.export()
    export.write_text(export.read_text() + "what\n")
    assert run(ledger, export, ledger.sign()).returncode == 2


@pytest.mark.parametrize("key", ["nonsense", "hub.test/ledger+00000000+AAAA", "a+b+c"])
def test_a_key_that_is_none_is_no_proof(signed: Signed, key: str) -> None:
    ledger = signed(2)
    done = run(ledger, ledger.export(), ledger.sign(), key)
    assert (done.returncode, done.stdout[:22]) == (2, "This cannot be checked")


def test_a_missing_file_is_no_proof(signed: Signed) -> None:
    ledger = signed(2)
    assert run(ledger, ledger.folder / "nowhere", ledger.sign()).returncode == 2


# -- what is not exported ----------------------------------------------------------------------


def test_nothing_is_exported_before_anything_is_signed(fresh: Ledger, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="nothing is signed yet"):
        export_range(tmp_path / "out", 0, None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("first", "end"), [(0, 13), (5, 5), (6, 5), (-1, 3), (12, 13)])
def test_a_range_that_is_none_is_refused(signed: Signed, first: int, end: int) -> None:
    ledger = signed(12)
    with pytest.raises(ExportError, match="the places 0 to 11"):
        ledger.export(first, end)
    assert list(ledger.folder.iterdir()) == []


def test_a_case_that_the_ledger_does_not_know_is_refused(signed: Signed, tmp_path: Path) -> None:
    signed(2)
    with pytest.raises(ExportError, match="no signed entry is about case 77"):
        export_case(tmp_path / "out", 77)


@pytest.mark.parametrize("since", [0, 13])
def test_a_proof_since_a_size_that_never_was_is_refused(signed: Signed, since: int) -> None:
    ledger = signed(12)
    with pytest.raises(ExportError, match=f"12 entries, not {since}"):
        ledger.export(since=(since,))
