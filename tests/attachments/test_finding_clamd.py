"""The tests of uploads find a clamd, get one, or say what to install."""

import stat
from pathlib import Path
from typing import Any

import pytest

from tests import clamd


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """No clamd anywhere; what would be installed is noted instead."""
    installed: list[list[str]] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(clamd, "PLACES", ())
    monkeypatch.setattr(clamd.subprocess, "run", lambda command, **_: installed.append(command))
    return installed


def program(path: Path, text: str = "exit 0") -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_an_installed_clamd_is_found_without_installing(bare_machine: Any, tmp_path: Path) -> None:
    there = program(tmp_path / "clamd")
    assert clamd.clamd_path() == there
    assert bare_machine == []


def test_root_on_debian_gets_the_package(
    bare_machine: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path / "apt-get")
    monkeypatch.setattr(clamd.os, "geteuid", lambda: 0)
    monkeypatch.setattr(clamd.Path, "exists", lambda _: True)

    def install(command: list[str], **_: Any) -> None:
        bare_machine.append(command)
        if "install" in command:
            program(tmp_path / "clamd")

    monkeypatch.setattr(clamd.subprocess, "run", install)
    assert clamd.clamd_path() == str(tmp_path / "clamd")
    assert [command[0] for command in bare_machine] == ["apt-get", "apt-get"]
    assert bare_machine[-1][-1] == "clamav-daemon"


def test_without_any_way_the_message_says_what_to_install(
    bare_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clamd.os, "geteuid", lambda: 1000)
    with pytest.raises(clamd.NoScanner, match="apt-get install clamav-daemon"):
        clamd.clamd_path()


def test_a_clamd_that_does_not_start_shows_what_it_said(
    bare_machine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "clamd", "echo the signatures are broken; exit 1")
    with pytest.raises(clamd.NoScanner, match="the signatures are broken"), clamd.running():
        pytest.fail("it must not run")


def test_the_harmful_file_stands_nowhere_in_the_repository() -> None:
    root = Path(__file__).resolve().parents[2]
    for folder in ("breakwater", "tests", "docs"):
        for path in (root / folder).rglob("*"):
            assert not path.is_file() or clamd.EICAR not in path.read_bytes(), path
