"""Settings: production starts only with everything it needs, and says all that is missing."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from breakwater.audit import notes
from breakwater.site.environment import (
    DEMO_DATA_KEYS,
    DEMO_SECRET_KEY,
    Environment,
    UnsafeSettings,
    read,
)

KEY = "a random text that is long enough to sign the sessions of a hub"
DATA_KEY = base64.b64encode(bytes(range(32))).decode()
PRODUCTION = {
    "SECRET_KEY": KEY,
    "DATABASE_URL": "postgresql://hub@db.example.org/hub?sslmode=verify-full",
    "PUBLIC_URL": "https://hub.example.org",
    "LEDGER_KEY": notes.new_key("hub.example.org/ledger").text(),
    "TLS_PROXY": "1",
    "DATA_KEYS": f"2026:{DATA_KEY}",
}


A_WITNESS = notes.new_key("police.example.org/witness", notes.WITNESS).text()


PARTNERS = {
    "DISCOVERY_KEY": "/srv/hub.key",
    "KEY_HOLDER_ADDRESS": "https://key.example.org/",
    "KEY_HOLDER_PUBLIC": "A" * 43 + "=",
}


def without(*names: str, **changes: str) -> dict[str, str]:
    return {k: v for k, v in PRODUCTION.items() if k not in names} | changes


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(UnsafeSettings) as refusal:
        read(environ)
    return refusal.value.problems


def test_production_starts_with_what_it_needs() -> None:
    settings = read(PRODUCTION)
    assert (settings.demo, settings.debug, settings.tls) == (False, False, "proxy")
    assert settings.hosts == ("hub.example.org",)
    assert settings.host == "127.0.0.1"
    assert settings.log_format == "json"


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        (without("SECRET_KEY"), "SECRET_KEY is missing"),
        (without(SECRET_KEY=""), "SECRET_KEY is missing"),
        (without(SECRET_KEY=DEMO_SECRET_KEY), "demo's key"),
        (without(SECRET_KEY="x" * 49), "too short"),
        (without(DEBUG="1"), "DEBUG is on"),
        (without(DEBUG="true"), "DEBUG is on"),
        (without("DATABASE_URL"), "DATABASE_URL is missing"),
        (without(DATABASE_URL=""), "DATABASE_URL is missing"),
        (without(DATABASE_URL="postgresql://hub@db.example.org/hub"), "proof of the server"),
        (without(DATABASE_URL="postgresql://db.example.org/hub?sslmode=require"), "proof of the"),
        (without(SMTP_URL="smtp://mail.example.org"), "unsealed"),
        (without(CLAMD_ADDRESS="tcp://scanner.example.org:3310"), "in the clear"),
        (without("PUBLIC_URL"), "PUBLIC_URL is missing"),
        (without(PUBLIC_URL="http://hub.example.org"), "PUBLIC_URL must be an https"),
        (without(PUBLIC_URL="hub.example.org"), "PUBLIC_URL must be an https"),
        (without(PUBLIC_URL="https://"), "PUBLIC_URL"),
        (without("LEDGER_KEY"), "LEDGER_KEY is missing"),
        (without(LEDGER_KEY=""), "LEDGER_KEY is missing"),
        (without(LEDGER_KEY=notes.demo_key().text()), "LEDGER_KEY is the demo's key"),
        (without(LEDGER_KEY="PRIVATE+KEY+nonsense"), "LEDGER_KEY is no key"),
        (without(LEDGER_KEY=PRODUCTION["LEDGER_KEY"][:-8]), "LEDGER_KEY is no"),
        (without(LEDGER_KEY=A_WITNESS), "LEDGER_KEY is a witness's key"),
        (without("TLS_PROXY"), "TLS is not set up"),
        (without("TLS_PROXY", TLS_CERTIFICATE="hub.pem"), "TLS is not set up"),
        (without("TLS_PROXY", TLS_KEY="hub.key"), "TLS is not set up"),
        (without("DATA_KEYS"), "DATA_KEYS is missing: give name:key, newest first; make one with"),
        (without(DATA_KEYS=" "), "DATA_KEYS is missing"),
        (without(DATA_KEYS=DEMO_DATA_KEYS), "DATA_KEYS holds the demo's key"),
        (without(DATA_KEYS=f"2026:{DATA_KEY},{DEMO_DATA_KEYS}"), "DATA_KEYS holds the demo's key"),
        (without(DATA_KEYS=DATA_KEY), "DATA_KEYS: entry 1 must be"),
        (without(DATA_KEYS="2026:c2hvcnQ="), "“2026” must be 32 bytes in base64"),
        (without(CLAMD_ADDRESS="localhost:3310"), "CLAMD_ADDRESS must be unix:///"),
        (without(CLAMD_ADDRESS="tcp://localhost"), "CLAMD_ADDRESS must be unix:///"),
        (without(ATTACHMENTS_ROOT="documents"), "ATTACHMENTS_ROOT must be a full path"),
        (without(ATTACHMENT_MAX_MB="0"), "ATTACHMENT_MAX_MB must be a whole number from 1 to 100"),
        (without(LOG_FORMAT="xml"), "LOG_FORMAT"),
        (without(DISCOVERY_KEY="/srv/hub.key"), "KEY_HOLDER_PUBLIC belong together"),
        (without(KEY_HOLDER_ADDRESS="https://key.example.org"), "belong together"),
        (
            without(**PARTNERS | {"KEY_HOLDER_ADDRESS": "http://key.example.org"}),
            "KEY_HOLDER_ADDRESS must begin with https://",
        ),
        (
            without(**PARTNERS | {"KEY_HOLDER_PUBLIC": "short"}),
            "KEY_HOLDER_PUBLIC must be 32 bytes in base64",
        ),
        (without(PARTNER_CONNECT_SECONDS="0"), "PARTNER_CONNECT_SECONDS must be a number"),
        (without(PARTNER_ANSWER_SECONDS="31"), "PARTNER_ANSWER_SECONDS must be a number"),
        (without(PARTNER_ANSWER_SECONDS="soon"), "PARTNER_ANSWER_SECONDS must be a number"),
        (without(TLS_PROXY="perhaps"), "TLS_PROXY must be 1 or 0"),
    ],
)
def test_production_refuses(environ: dict[str, str], word: str) -> None:
    assert any(word in problem for problem in problems(environ))


def test_how_partners_are_asked_is_read_whole() -> None:
    told = read(without(**PARTNERS)).discovery
    assert (told.hub, told.key_holder) == ("hub", "key-holder")
    assert told.key_holder_address == "https://key.example.org"
    assert (told.connect_seconds, told.answer_seconds) == (2.0, 5.0)
    assert not read(without()).discovery.key


@pytest.mark.parametrize(
    "changes",
    [
        {"DATABASE_URL": "postgresql:///hub?host=/run/postgresql"},
        {"DATABASE_URL": "postgresql://hub@127.0.0.1/hub"},
        {"SMTP_URL": "smtp://127.0.0.1:25"},
        {"SMTP_URL": "smtps://mail.example.org"},
    ],
)
def test_what_stays_on_this_machine_or_is_sealed_is_fine(changes: dict[str, str]) -> None:
    read(without(**changes))


def test_a_broken_address_is_a_problem_and_no_crash() -> None:
    assert "PUBLIC_URL" in "".join(problems(without(PUBLIC_URL="https://[hub.example.org")))


def test_an_address_with_a_path_is_refused_since_forms_would_be() -> None:
    with pytest.raises(UnsafeSettings):
        read(without(PUBLIC_URL="https://hub.example.org/breakwater"))


def test_every_problem_is_named_at_once() -> None:
    found = "\n".join(problems({"DEBUG": "1", "PORT": "http", "LOG_FORMAT": "xml"}))
    names = ("SECRET_KEY", "DEBUG", "DATABASE_URL", "PUBLIC_URL", "TLS", "PORT", "LOG_FORMAT")
    for name in (*names, "DATA_KEYS", "LEDGER_KEY"):
        assert name in found


@pytest.mark.parametrize("port", ["http", "-1", "65536", "80.5", "1e3", "8000; rm"])
def test_a_wrong_port_is_refused_in_the_demo_too(port: str) -> None:
    assert problems({"DEMO": "1", "PORT": port}) == ["PORT must be a whole number from 0 to 65535."]


@pytest.mark.parametrize("number", ["0", "65", "many"])
def test_a_wrong_number_of_web_workers_is_refused(number: str) -> None:
    assert "WEB_WORKERS" in "".join(problems(without(WEB_WORKERS=number)))


def test_a_certificate_of_our_own_is_tls_too() -> None:
    settings = read(without("TLS_PROXY", TLS_CERTIFICATE="hub.pem", TLS_KEY="hub.key"))
    assert (settings.tls, settings.tls_certificate, settings.tls_key) == (
        "own", "hub.pem", "hub.key",
    )  # fmt: skip


def test_no_problem_quotes_a_secret() -> None:
    short = "tiny-secret"
    broken = PRODUCTION["LEDGER_KEY"][:-8]
    given = {"SECRET_KEY": short, "DATABASE_URL": "postgresql://u:pw123@db", "LEDGER_KEY": broken}
    words = "\n".join(problems(given | {"DATA_KEYS": f"{DATA_KEY},2025:{DATA_KEY[:-8]}"}))
    assert short not in words
    assert DATA_KEY[:8] not in words
    assert "pw123" not in words
    assert broken[-20:] not in words


def test_the_ledgers_key_may_be_a_file_that_only_the_worker_can_open() -> None:
    assert read(without(LEDGER_KEY="/run/secrets/ledger")).ledger_key == "/run/secrets/ledger"


def test_the_demo_signs_with_a_key_of_its_own_unless_it_is_given_one() -> None:
    assert read({"DEMO": "1"}).ledger_key == notes.demo_key().text()
    given = PRODUCTION["LEDGER_KEY"]
    assert read({"DEMO": "1", "LEDGER_KEY": given}).ledger_key == given


def test_the_worker_does_not_start_with_a_key_that_it_cannot_open(tmp_path: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if k in ("PATH", "PYTHONPATH")} | PRODUCTION
    done = subprocess.run(
        [sys.executable, "-m", "breakwater.site.cli", "worker"],
        env=environ | {"LEDGER_KEY": str(tmp_path / "none"), "BREAKWATER_VAR": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "- LEDGER_KEY is neither a key nor a file that can be read." in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_listens_to_this_machine_only() -> None:
    settings = read({"DEMO": "1"})
    assert (settings.host, settings.port, settings.tls) == ("127.0.0.1", 8000, "none")
    assert settings.public_url == "http://127.0.0.1:8000"
    assert set(settings.hosts) == {"127.0.0.1", "localhost", "[::1]"}
    assert not settings.debug


@pytest.mark.parametrize("word", ["", "0", "no", "false", " 0 "])
def test_the_demo_is_on_only_when_it_is_asked_for(word: str) -> None:
    assert read(PRODUCTION | {"DEMO": word}).demo is False


def test_a_one_off_command_needs_a_database_and_nothing_else() -> None:
    one: Environment = read({"BREAKWATER_ONE_OFF": "1", "DATABASE_URL": "postgresql://db/hub"})
    other = read({"BREAKWATER_ONE_OFF": "1", "DATABASE_URL": "postgresql://db/hub"})
    assert (one.tls, one.quiet) == ("none", True)
    # It signs with a key that ends with it, never with the demo's.
    assert len({one.secret_key, other.secret_key, DEMO_SECRET_KEY}) == 3


def test_a_one_off_command_without_keys_makes_none_up() -> None:
    one = read({"BREAKWATER_ONE_OFF": "1", "DATABASE_URL": "postgresql://db/hub"})
    assert one.data_keys.names == []


def test_the_settings_never_print_a_data_key() -> None:
    settings = read(PRODUCTION)
    assert settings.data_keys.names == ["2026"]
    assert DATA_KEY not in repr(settings)
    assert repr(settings.data_keys.keys[0][1]) not in repr(settings)


@pytest.mark.parametrize("address", ["unix:///run/clamav/clamd.ctl", "tcp://127.0.0.1:3310"])
def test_a_scanner_is_on_this_machine_and_is_not_needed_to_start(address: str) -> None:
    assert read(without(CLAMD_ADDRESS=address)).clamd_address == address
    assert read(PRODUCTION).clamd_address == ""


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize("given", [{}, {"BREAKWATER_ONE_OFF": "1"}])
def test_without_settings_a_server_prints_what_is_missing_and_ends(
    tmp_path: Path, command: str, given: dict[str, str]
) -> None:
    environ = {k: v for k, v in os.environ.items() if k in ("PATH", "PYTHONPATH")} | given
    environ["BREAKWATER_VAR"] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "breakwater.site.cli", command],
        env=environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    for name in ("SECRET_KEY", "DATABASE_URL", "PUBLIC_URL", "TLS", "DATA_KEYS", "LEDGER_KEY"):
        assert f"- {name}" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []
