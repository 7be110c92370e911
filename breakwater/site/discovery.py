"""Reads how the hub asks partners whether they know a child: its key, and the key holder."""

from collections.abc import Mapping
from dataclasses import dataclass

from breakwater.sharing.node.keys import KeyProblem, public_key
from breakwater.sharing.node.wire import checked_url

LONGEST_WAIT = 30


@dataclass(frozen=True)
class Discovery:
    """`key` is a file that only the web server reads; empty: nobody can be asked."""

    hub: str
    key: str
    key_holder: str
    key_holder_address: str
    key_holder_public: str
    connect_seconds: float
    answer_seconds: float


def read(environ: Mapping[str, str], problems: list[str]) -> Discovery:
    """Return the settings; what is wrong with them is added to the problems."""
    key = environ.get("DISCOVERY_KEY", "")
    address = environ.get("KEY_HOLDER_ADDRESS", "")
    public = environ.get("KEY_HOLDER_PUBLIC", "")
    if any((key, address, public)) and not all((key, address, public)):
        problems.append(
            "DISCOVERY_KEY, KEY_HOLDER_ADDRESS and KEY_HOLDER_PUBLIC belong together: give all "
            "three, or none where no partner has a node."
        )
    if address:
        try:
            address = checked_url(address, "KEY_HOLDER_ADDRESS")
        except ValueError as problem:
            problems.append(f"{problem}.")
    if public:
        try:
            public_key(public, "KEY_HOLDER_PUBLIC")
        except KeyProblem as problem:
            problems.append(f"{problem}.")
    return Discovery(
        hub=environ.get("HUB_NAME") or "hub",
        key=key,
        key_holder=environ.get("KEY_HOLDER_NAME") or "key-holder",
        key_holder_address=address,
        key_holder_public=public,
        connect_seconds=_seconds(environ, "PARTNER_CONNECT_SECONDS", 2.0, problems),
        answer_seconds=_seconds(environ, "PARTNER_ANSWER_SECONDS", 5.0, problems),
    )


def _seconds(environ: Mapping[str, str], name: str, default: float, problems: list[str]) -> float:
    try:
        number = float(environ.get(name) or default)
    except ValueError:
        number = 0.0
    if not 0.1 <= number <= LONGEST_WAIT:
        problems.append(f"{name} must be a number of seconds from 0.1 to {LONGEST_WAIT}.")
        return default
    return number
