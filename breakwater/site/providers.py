"""Reads the file that names each agency's single sign-on (SIGN_IN_PROVIDERS, TOML).

    [[provider]]
    id = "wessex-police"
    agency = "Wessex County Police"
    issuer = "https://sign-in.police.example"
    client_id = "breakwater"
    client_secret = "..."
    username_claim = "preferred_username"
    mfa_acr = ["urn:police:two-factor"]
    always_mfa = false
    also_through = ["https://login.example"]

The last four may be left out. The secret is in the file, not in the environment, which more
processes can read.
"""

import re
import tomllib
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from breakwater.access.signin.rules import Provider

KINDS: dict[str, type] = {"always_mfa": bool, "mfa_acr": list, "also_through": list}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def read(path: str, demo: bool, problems: list[str]) -> tuple[Provider, ...]:
    """Return the providers; add to `problems` what is wrong with the file, never its secrets."""
    if not path:
        return ()
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8")).get("provider", [])
    except (OSError, UnicodeDecodeError):
        problems.append("SIGN_IN_PROVIDERS names a file that cannot be read.")
        return ()
    except tomllib.TOMLDecodeError:
        problems.append("SIGN_IN_PROVIDERS names a file that is not TOML.")
        return ()
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append("SIGN_IN_PROVIDERS: write each provider under [[provider]].")
        return ()
    found = [_provider(table, place, demo, problems) for place, table in enumerate(tables, 1)]
    good = tuple(provider for provider in found if provider)
    if len({provider.id for provider in good}) < len(good):
        problems.append("SIGN_IN_PROVIDERS: each provider needs an id of its own.")
    return good


def _provider(
    table: dict[str, Any], place: int, demo: bool, problems: list[str]
) -> Provider | None:
    known = {each.name: each for each in fields(Provider)}
    wrong = [f"{name} is not known" for name in table.keys() - known.keys()]
    for name, each in known.items():
        kind = KINDS.get(name, str)
        if name not in table:
            if each.default is MISSING:
                wrong.append(f"{name} is missing")
        elif not isinstance(table[name], kind) or table[name] == "":
            wrong.append(f"{name} is no {kind.__name__}")
        elif kind is list and not all(isinstance(item, str) for item in table[name]):
            wrong.append(f"{name} must hold texts")
    if not wrong:
        if not re.fullmatch(r"[a-z0-9-]+", table["id"]):
            wrong.append("id may hold small letters, numbers and hyphens")
        if not _is_safe(table["issuer"], demo):
            wrong.append("issuer must be an https address")
        if not all(_is_safe(each, demo) for each in table.get("also_through", [])):
            wrong.append("also_through must hold https addresses")
    problems += [f"SIGN_IN_PROVIDERS, provider {place}: {words}." for words in sorted(wrong)]
    if wrong:
        return None
    values: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in table.items()
    }
    return Provider(**values)


def _is_safe(address: str, demo: bool) -> bool:
    """Over TLS; the demo and the tests may talk to a provider on this machine without."""
    try:
        parts = urlsplit(address)
        local = demo and parts.scheme == "http" and parts.hostname in LOOPBACK
        return bool(parts.hostname) and (parts.scheme == "https" or local)
    except ValueError:
        return False


def origins(providers: tuple[Provider, ...]) -> list[str]:
    """Where a form may lead to, for browsers: the providers and what they lead through."""
    addresses = [at for each in providers for at in (each.issuer, *each.also_through)]
    return sorted({f"{urlsplit(at).scheme}://{urlsplit(at).netloc}" for at in addresses})
