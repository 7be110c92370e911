"""Reads the settings from environment variables and refuses an unsafe set of them.

Without DEMO=1 the hub is in production, and production starts only with everything it needs: the
safe answer is the one that needs no thought.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from breakwater.access.signin.rules import Provider
from breakwater.audit import notes
from breakwater.site import discovery, providers
from breakwater.site.discovery import Discovery
from breakwater.vault.rules import HOW_TO_MAKE, BadKeys, Keyring, parse_keyring

DEMO_SECRET_KEY = "demo-key-for-synthetic-data-only-never-for-real-children"  # noqa: S105
DEMO_DATA_KEYS = "demo:ZGVtbyBrZXkgZm9yIHN5bnRoZXRpYyBkYXRhIG9ubHk="
SHORTEST_SECRET_KEY = 50
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class UnsafeSettings(Exception):
    """Settings with which the hub must not start; `problems` says what to change, a line each."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("Breakwater will not start:\n" + "\n".join(f"- {p}" for p in problems))


@dataclass(frozen=True)
class Environment:
    """The settings as the rest of the site uses them. `tls` is "none", "proxy" or "own"."""

    demo: bool
    debug: bool
    secret_key: str
    ledger_key: str
    database_url: str
    public_url: str
    hosts: tuple[str, ...]
    tls: str
    tls_certificate: str
    tls_key: str
    host: str
    port: int
    web_workers: int
    smtp_url: str
    mail_from: str
    log_format: str
    quiet: bool
    data_keys: Keyring
    attachments_root: str
    attachment_max_mb: int
    clamd_address: str
    session_hours: int
    session_idle_minutes: int
    providers: tuple[Provider, ...]
    discovery: Discovery


def read(environ: Mapping[str, str]) -> Environment:
    """Raise UnsafeSettings with every problem found, not just the first.

    A one-off command (BREAKWATER_ONE_OFF, set by the command line) serves nobody: it needs a
    database and nothing else, and signs with a key that ends with it.
    """
    problems: list[str] = []
    demo = _flag(environ, "DEMO", problems)
    debug = _flag(environ, "DEBUG", problems)
    port = _whole_number(environ, "PORT", 8000, 0, 65535, problems)
    web_workers = _whole_number(environ, "WEB_WORKERS", 1, 1, 64, problems)
    one_off = _flag(environ, "BREAKWATER_ONE_OFF", problems)
    stand_in = secrets.token_urlsafe(64) if one_off else DEMO_SECRET_KEY if demo else ""
    secret_key = environ.get("SECRET_KEY") or stand_in
    ledger_key = environ.get("LEDGER_KEY") or (notes.demo_key().text() if demo else "")
    public_url = environ.get("PUBLIC_URL") or (f"http://127.0.0.1:{port}" if demo else "")
    public_url = public_url.rstrip("/")
    public_host = _host_of("PUBLIC_URL", public_url, problems)
    host = environ.get("HOST") or "127.0.0.1"
    if demo and host not in LOOPBACK:
        problems.append("HOST must be 127.0.0.1 while DEMO is on: everybody knows the demo's key.")
    database_url = environ.get("DATABASE_URL", "")
    if not _is_conninfo(database_url):
        problems.append("DATABASE_URL is no address such as postgresql://user@host/database.")
    smtp_url = environ.get("SMTP_URL", "")
    if smtp_url and not re.match(r"(smtp|smtps|smtp\+starttls)://[^/]+$", smtp_url):
        problems.append("SMTP_URL must be smtp://, smtps:// or smtp+starttls:// with a host.")
    session_hours = _whole_number(environ, "SESSION_HOURS", 8, 1, 24, problems)
    idle_minutes = _whole_number(environ, "SESSION_IDLE_MINUTES", 30, 5, 240, problems)
    sign_in_providers = providers.read(environ.get("SIGN_IN_PROVIDERS", ""), demo, problems)
    certificate, key = environ.get("TLS_CERTIFICATE", ""), environ.get("TLS_KEY", "")
    behind_proxy = _flag(environ, "TLS_PROXY", problems)
    if not demo and not one_off:
        problems += _unfit_for_production(environ, debug, secret_key, public_url)
        problems += _unfit_ledger_key(ledger_key)
        if not behind_proxy and not (certificate and key):
            problems.append(
                "TLS is not set up: give TLS_CERTIFICATE and TLS_KEY (files), or TLS_PROXY=1 when "
                "a proxy in front of the hub ends TLS and sends X-Forwarded-Proto."
            )
    log_format = environ.get("LOG_FORMAT", "text" if demo else "json")
    if log_format not in ("text", "json"):
        problems.append("LOG_FORMAT must be text or json.")
    data_keys = _data_keys(environ, demo, one_off, problems)
    attachments_root = environ.get("ATTACHMENTS_ROOT", "")
    if attachments_root and not attachments_root.startswith("/"):
        problems.append("ATTACHMENTS_ROOT must be a full path, such as /srv/breakwater/documents.")
    attachment_max_mb = _whole_number(environ, "ATTACHMENT_MAX_MB", 20, 1, 100, problems)
    clamd_address = environ.get("CLAMD_ADDRESS", "")
    if clamd_address and not re.match(r"unix:///.|tcp://[^/:]+:\d{1,5}$", clamd_address):
        problems.append("CLAMD_ADDRESS must be unix:///path/of/clamd.ctl or tcp://host:port.")
    partners = discovery.read(environ, problems)
    if problems:
        raise UnsafeSettings(problems)
    return Environment(
        demo=demo,
        debug=debug,
        secret_key=secret_key,
        ledger_key=ledger_key,
        database_url=database_url,
        public_url=public_url,
        hosts=tuple(filter(None, (public_host, *(LOOPBACK if demo else ())))),
        tls="proxy" if behind_proxy else "own" if certificate and key else "none",
        tls_certificate=certificate,
        tls_key=key,
        host=host,
        port=port,
        web_workers=web_workers,
        smtp_url=smtp_url,
        mail_from=environ.get("MAIL_FROM", f"no-reply@{public_host or 'breakwater.example'}"),
        log_format=log_format,
        quiet=one_off,
        data_keys=data_keys,
        attachments_root=attachments_root,
        attachment_max_mb=attachment_max_mb,
        clamd_address=clamd_address,
        session_hours=session_hours,
        session_idle_minutes=idle_minutes,
        providers=sign_in_providers,
        discovery=partners,
    )


def _data_keys(
    environ: Mapping[str, str], demo: bool, one_off: bool, problems: list[str]
) -> Keyring:
    """Read DATA_KEYS. A one-off command may do without: what needs a key then says so.

    Never a key that ends with the command: what it sealed would be lost.
    """
    given = environ.get("DATA_KEYS", "") or (DEMO_DATA_KEYS if demo else "")
    try:
        ring = parse_keyring(given)
    except BadKeys as bad:
        problems.append(str(bad))
        return Keyring()
    demos = {key for _, key in parse_keyring(DEMO_DATA_KEYS).keys}
    if not demo and any(key in demos for _, key in ring.keys):
        problems.append("DATA_KEYS holds the demo's key, which everybody can read.")
    if not ring.keys and not one_off:
        problems.append(f"DATA_KEYS is missing: give name:key, newest first; {HOW_TO_MAKE}.")
    return ring


def _unfit_for_production(
    environ: Mapping[str, str], debug: bool, secret_key: str, public_url: str
) -> list[str]:
    problems = []
    if not secret_key:
        problems.append("SECRET_KEY is missing: give a random text of at least 50 characters.")
    elif secret_key == DEMO_SECRET_KEY:
        problems.append("SECRET_KEY is the demo's key, which everybody can read.")
    elif len(secret_key) < SHORTEST_SECRET_KEY:
        problems.append("SECRET_KEY is too short: give at least 50 random characters.")
    if debug:
        problems.append("DEBUG is on: error pages would show what people wrote. Remove DEBUG.")
    if not environ.get("DATABASE_URL"):
        problems.append("DATABASE_URL is missing: give the address of a PostgreSQL 15 or newer.")
    elif not _is_sealed(environ["DATABASE_URL"]):
        problems.append(
            "DATABASE_URL goes over the network without proof of the server: add "
            "sslmode=verify-full (a socket or this machine itself needs none)."
        )
    smtp = urlsplit(environ.get("SMTP_URL", ""))
    if smtp.scheme == "smtp" and smtp.hostname not in ("127.0.0.1", "localhost", "::1"):
        problems.append(
            "SMTP_URL goes over the network unsealed: use smtps:// or smtp+starttls://."
        )
    clamd = urlsplit(environ.get("CLAMD_ADDRESS", ""))
    if clamd.scheme == "tcp" and clamd.hostname not in ("127.0.0.1", "localhost", "::1"):
        problems.append("CLAMD_ADDRESS sends documents in the clear: use a clamd on this machine.")
    if not public_url:
        problems.append("PUBLIC_URL is missing: give the hub's address, https://...")
    elif not public_url.startswith("https://"):
        problems.append("PUBLIC_URL must be an https address, such as https://hub.example.org.")
    return problems


def _unfit_ledger_key(given: str) -> list[str]:
    """Judge the key as far as it is text; a file of it is opened by the worker alone."""
    if not given:
        return [
            "LEDGER_KEY is missing: give the file of a key that `breakwater audit key` made; "
            "the worker alone need be able to read it."
        ]
    if not given.startswith(notes.SECRET):
        return []
    try:
        notes.ledger_key(given, demo=False)
    except notes.NoteError as problem:
        return [f"LEDGER_KEY {problem}."]
    return []


def _host_of(name: str, url: str, problems: list[str]) -> str:
    """Return the host of an address that is scheme, host and port and nothing more."""
    try:
        parts = urlsplit(url)
        plain = not (parts.path or parts.query or parts.fragment or parts.username)
        host = parts.hostname if parts.scheme in ("http", "https") and plain else None
        _ = parts.port  # raises when it is no number
    except ValueError:
        host = None
    if url and not host:
        problems.append(f"{name} must be an address such as https://hub.example.org, no path.")
    return host or ""


def _is_conninfo(text: str) -> bool:
    try:
        conninfo_to_dict(text)
    except ProgrammingError:
        return False
    return True


def _is_sealed(database_url: str) -> bool:
    """Whether nobody between hub and database can listen or pose as it."""
    try:
        told = conninfo_to_dict(database_url)
    except ProgrammingError:
        return True  # said elsewhere
    host = str(told.get("host") or "")
    here = not host or host.startswith("/") or host in ("127.0.0.1", "localhost", "::1")
    return here or told.get("sslmode") == "verify-full"


def _flag(environ: Mapping[str, str], name: str, problems: list[str]) -> bool:
    value = environ.get(name, "0").strip().lower()
    if value not in ("", "0", "1", "false", "true", "no", "yes"):
        problems.append(f"{name} must be 1 or 0.")
    return value in ("1", "true", "yes")


def _whole_number(
    environ: Mapping[str, str], name: str, default: int, low: int, high: int, problems: list[str]
) -> int:
    try:
        number = int(environ.get(name) or default)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        problems.append(f"{name} must be a whole number from {low} to {high}.")
        return default
    return number
