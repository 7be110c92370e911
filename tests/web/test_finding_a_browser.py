"""The browser tests find a Chromium, get one, or say what to install."""

import stat

import pytest

from tests import browser


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """No browser anywhere; what would be installed is noted instead."""
    installed = []
    monkeypatch.delenv("BREAKWATER_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(browser, "APPLICATIONS", ())
    monkeypatch.setattr(browser.subprocess, "run", lambda command, **_: installed.append(command))
    return installed


def program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_named_browser_comes_first_and_must_be_there(monkeypatch, tmp_path):
    named = program(tmp_path / "mine")
    monkeypatch.setenv("BREAKWATER_BROWSER", named)
    assert browser.chromium_path() == named
    monkeypatch.setenv("BREAKWATER_BROWSER", named + "-gone")
    with pytest.raises(browser.NoBrowser, match="cannot be run"):
        browser.chromium_path()


def test_an_installed_browser_is_found_without_installing(bare_machine, tmp_path):
    google = program(tmp_path / "google-chrome")
    assert browser.chromium_path() == google
    (tmp_path / "google-chrome").unlink()
    own = program(tmp_path / "chromium-1200" / "chrome-linux64" / "chrome")
    assert browser.chromium_path() == own
    assert bare_machine == []


def test_root_on_debian_gets_the_package(bare_machine, monkeypatch, tmp_path, capsys):
    program(tmp_path / "apt-get")
    monkeypatch.setattr(browser, "_is_root", lambda: True)
    monkeypatch.setattr(browser.Path, "exists", lambda path: True)
    package = tmp_path / "chromium"

    def install(command, **_):
        bare_machine.append(command)
        if "install" in command:
            program(package)

    monkeypatch.setattr(browser.subprocess, "run", install)
    assert browser.chromium_path() == str(package)
    assert [command[0] for command in bare_machine] == ["apt-get", "apt-get"]
    assert "installing Debian's package" in capsys.readouterr().err


def test_without_any_way_the_message_says_what_to_install(bare_machine, monkeypatch):
    monkeypatch.setattr(browser, "_is_root", lambda: False)
    with pytest.raises(browser.NoBrowser, match="apt-get install chromium"):
        browser.chromium_path()
    assert bare_machine[-1][-3:] == ["playwright", "install", "chromium"]
