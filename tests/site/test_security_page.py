"""docs/security.md says what the code does: its numbers, keys, ways in and uses of cryptography."""

import ast
import inspect
import logging
import re
import sys
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.socialaccount import app_settings as social
from django.conf import settings
from granian import Granian
from granian.constants import SSLProtocols

from breakwater.access.glass import rules as glass
from breakwater.access.restricted import rules as restricted
from breakwater.access.signin import rules as signin
from breakwater.access.signin.sso import SIGNED_WITH
from breakwater.access.signin.urls import urlpatterns
from breakwater.access.supervision import rules as searches
from breakwater.attachments import clamd
from breakwater.attachments.rules import Kind
from breakwater.people.search.rules import LONGEST as LONGEST_SEARCH
from breakwater.records.models import Knob
from breakwater.records.retention import rules as retention
from breakwater.records.subjectaccess.actions import LONGEST_HAND_OVER
from breakwater.referrals import rules as referrals
from breakwater.referrals import submission
from breakwater.referrals.jobs import app
from breakwater.site import environment, logs
from breakwater.site.jobs import CONCURRENCY

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "breakwater"
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
PLAIN = re.sub(r"\s+", " ", TEXT)
LONGEST = 1_250  # words on two pages


def section(name: str) -> str:
    return PLAIN.partition(f"## {name} ")[2].partition(" ## ")[0]


def minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def test_the_page_is_short_enough_to_be_read() -> None:
    assert len(TEXT.replace("|", " ").split()) <= LONGEST


def test_it_says_how_each_input_is_checked_and_which_must_fit_each_other() -> None:
    said = section("What may come in")
    for words in (
        f"at most {submission.LARGEST_BODY // 1024**2} MB",
        f"the narrative {submission.LONGEST_NARRATIVE:,}",
        f"{submission.MOST_PEOPLE} people",
        f"dates from {submission.EARLIEST.year}",
        f"a search {LONGEST_SEARCH} characters",
        f"reasons {glass.LONGEST_REASON:,} (a decision {referrals.LONGEST_REASON:,})",
        f"{glass.SHORTEST_REASON} characters and {glass.FEWEST_WORDS} words",
        f"{settings.ATTACHMENT_MAX_BYTES // 1_000_000} MB, nine kinds",
        f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_000_000} MB and "
        f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} fields",
    ):
        assert words in said, words
    assert len(Kind) == 9
    assert restricted.LONGEST_REASON == retention.LONGEST_REASON == glass.LONGEST_REASON
    assert said.count("*Together*") == 2


def test_it_says_who_may_do_and_see_what_by_deed_case_field_and_circumstance() -> None:
    said = section("Who may do and see what")
    for words in (
        "role with its verb",
        "**grant**",
        "**exclusion**",
        "By field:",
        "*Circumstances*",
    ):
        assert words in said


@pytest.mark.django_db
def test_the_limits_are_those_of_the_code() -> None:
    said = section("Limits")
    assert signin.LIMITS == {
        "name and address": "5/5m/key", "name": "20/15m/key", "address": "60/5m/key",
    }  # fmt: skip
    assert signin.CODE_LIMIT == "5/5m/key"
    knobs = dict(Knob.objects.values_list("code", "value"))
    for words in (
        "5 in 5 minutes a name from an address, 20 in 15 minutes a name",
        "60 in 5 minutes an address",
        "| wrong codes | 5 in 5 minutes |",
        f"{minutes(glass.LASTS)} minutes; reviewed within 72 hours; "
        f"asking lapses after {minutes(glass.LAPSES) // 60} hours",
        f"aim: {glass.RATE_GOAL:.1%} of openings",
        f"a flag at {searches.TIMES} in {searches.DAYS} days",
        f"{LONGEST_HAND_OVER.days} days",
    ):
        assert words in said, words
    assert set(re.findall(r"\d+", "two people, 90 days of grace | 25 cases")) == {
        str(value) for value in knobs.values()
    }
    assert "two people, 90 days of grace | 25 cases a night, else none" in said


def test_the_ways_in_are_all_named() -> None:
    said = section("Ways in")
    ways = {str(each.name) for each in urlpatterns if str(each.pattern).startswith("sign-in")}
    assert ways == {
        "sign-in", "account_login", "mfa_authenticate", "sso", "sso-back", "sign-in-link",
    }  # fmt: skip
    assert set(settings.MFA_SUPPORTED_TYPES) == {"totp", "webauthn", "recovery_codes"}
    for words in (
        "app, passkey or recovery code",
        "| the agency's single sign-on |",
        f"| recovery code | {signin.RECOVERY_CODES}, each once",
        f"once, {minutes(signin.LINK_LASTS) // 60} hours; the factor is still asked",
        "| command line |",
        f"within {minutes(signin.FRESH)} minutes of proving who one is",
    ):
        assert words in said, words
    (longest,) = (
        each["OPTIONS"]["min_length"]
        for each in settings.AUTH_PASSWORD_VALIDATORS
        if "MinimumLength" in each["NAME"]
    )
    assert f"at least {longest} characters" in said


def test_it_says_when_sessions_end_how_many_there_may_be_and_how_they_go_with_the_providers() -> (
    None
):
    said = section("Ways in")
    shipped = environment.read({"DEMO": "1"})
    assert (
        f"end {shipped.session_idle_minutes} minutes after the last request and "
        f"{shipped.session_hours} hours after signing in"
    ) in said
    assert "One account may have any number" in said
    assert "Hub and provider do not end each other's sessions" in said
    assert "Browsers must know HTTPS, HSTS" in said


def test_every_setting_that_is_a_secret_has_its_row() -> None:
    said = section("Keys")
    rows = set(re.findall(r"`([A-Z_]+)`", said))
    assert rows == {
        "DATA_KEYS", "LEDGER_KEY", "SECRET_KEY", "SIGN_IN_PROVIDERS", "DATABASE_URL", "SMTP_URL",
        "TLS_KEY", "DISCOVERY_KEY",
    }  # fmt: skip
    held = {each.name.upper() for each in fields(environment.Environment)}
    assert held >= rows - {"SIGN_IN_PROVIDERS", "DISCOVERY_KEY"}
    likely = {name for name in held if re.search("KEY|SECRET|TOKEN|PASSWORD|_URL$", name)}
    assert likely - rows == {"PUBLIC_URL"}
    assert {name[:2] for name in SIGNED_WITH} == {"RS", "PS", "ES"}
    assert {name[2:] for name in SIGNED_WITH} == {"256", "384", "512"}
    for words in ("Life: made by", "**Quantum computers**", "Argon2id"):
        assert words in said


def test_with_its_own_certificate_the_hub_is_told_no_older_tls_than_1_3() -> None:
    given = inspect.signature(Granian.__init__).parameters["ssl_protocol_min"]
    assert given.default is SSLProtocols.tls13
    assert "ssl_protocol_min" not in (PACKAGE / "site" / "servers.py").read_text()
    assert "TLS 1.3 when the hub's own" in section("Keys")


CRYPTO = re.compile(
    r"(hashlib|hmac|secrets|cryptography|jwt|ssl|uuid|fido2|django\.utils\.crypto)\b"
)
IN_SQL = re.compile(r"\b(sha\d+|md5|hmac|digest|crypt|gen_random_uuid|gen_random_bytes)\(")
# Only the type that a database column has, nothing made with it.
ONLY_NAMES = {"attachments/files.py", "attachments/queries.py", "records/retention/erasing.py"}


def uses_of_cryptography() -> set[str]:
    found = set()
    for file in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.sql")]):
        text = file.read_text(encoding="utf-8")
        used = (
            bool(IN_SQL.search(text)) if file.suffix == ".sql" or "migrations" in file.parts else 0
        )
        if file.suffix == ".py":
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Import):
                    used = used or any(CRYPTO.match(each.name) for each in node.names)
                elif isinstance(node, ast.ImportFrom):
                    used = used or bool(CRYPTO.match(node.module or ""))
        if used:
            found.add(str(file.relative_to(PACKAGE)))
    return found - ONLY_NAMES


def test_every_use_of_cryptography_is_named() -> None:
    assert "cryptography.md" in section("Keys")
    listed = (ROOT / "docs" / "cryptography.md").read_text(encoding="utf-8").partition("| --- |")[2]
    assert set(re.findall(r"`([\w/.]+)`", listed)) == uses_of_cryptography()


def test_data_has_classes_and_each_class_its_rules() -> None:
    rows = re.findall(r"^\| ([A-E]) (\w+) \| ([^|]+) \| ([^|]+) \|$", TEXT, re.M)
    assert [row[0] for row in rows] == list("ABCDE")
    for _, _, what, rules in rows:
        assert what.strip()
        assert rules.strip()


def test_the_hub_writes_its_log_to_one_place() -> None:
    root, before = logging.getLogger(), logging.getLogger().handlers
    try:
        logs.configure("json", stream=sys.stderr, quiet=False)
        assert [type(each) for each in root.handlers] == [logging.StreamHandler]
        assert root.handlers[0].stream is sys.stderr
    finally:
        root.handlers = before
    ways = re.compile(r"FileHandler|SysLogHandler|HTTPHandler|addHandler|SocketHandler")
    assert [file for file in PACKAGE.rglob("*.py") if ways.search(file.read_text())] == []
    assert "standard error" in section("Logs")


def test_the_connections_are_those_of_the_settings() -> None:
    said = section("Whom the hub talks to")
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]
    tries = max(
        task.retry_strategy.max_attempts
        for task in app.tasks.values()
        if task.retry_strategy is not None and "referrals" in task.name
    )
    served = (PACKAGE / "site" / "servers.py").read_text()
    for words in (
        f"{pool['max_size']} connections a process, waits {pool['timeout']} seconds",
        f"{clamd.SECONDS:.0f} seconds a document",
        f"tried again {tries} times",
        f"{social.REQUESTS_TIMEOUT} seconds a request",
        f"jobs ({CONCURRENCY} at a time)",
        "4 threads a process",
    ):
        assert words in said, words
    assert "blocking_threads=4," in served
    assert "EMAIL_TIMEOUT = 20\n" in (PACKAGE / "site" / "settings.py").read_text()
    assert "| mail | 20 seconds |" in said


def test_it_says_how_fast_weak_libraries_are_replaced() -> None:
    assert re.search(r"within 2 days if grave, 7 if high, 30 else", section("Libraries"))
    assert "newest release every 3 months" in section("Libraries")


def test_it_names_what_is_slow_and_how_it_is_bounded_what_is_dangerous_and_what_is_risky() -> None:
    said = section("Whom the hub talks to")
    for name in ("Slow", "Dangerous"):
        assert f"{name} work: " in said
    for slow in ("Argon2", "scanning", "drawing pictures anew", "searching", "exports"):
        assert slow in said.partition("Slow work:")[2].partition(" Dangerous")[0]
    risky = said.partition("Riskier parts:")[2]
    installed = (ROOT / "requirements.lock").read_text().lower()
    for name in ("Pillow", "puremagic", "procrastinate"):
        assert name in risky
        assert f"\n{name.lower()}" in installed
