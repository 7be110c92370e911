"""A real OpenID provider on loopback, and how a person goes through it."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests

# The provider's library refuses to speak without TLS otherwise, on loopback too.
os.environ.setdefault("AUTHLIB_INSECURE_TRANSPORT", "1")


@contextmanager
def running_provider() -> Iterator[str]:
    """Give the issuer of a provider that knows nobody yet."""
    from oidc_provider_mock import run_server_in_thread

    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


def knows(issuer: str, subject: str, **claims: Any) -> None:
    """Tell the provider of somebody, and what its tokens say of them."""
    requests.put(f"{issuer}/users/{subject}", json=claims, timeout=10).raise_for_status()


def says_yes(address: str, subject: str) -> str:
    """Sign in at the provider as somebody; return where it sends the browser back to."""
    answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, re.sub(r"\s+", " ", answer.text)[:300]
    return answer.headers["Location"]


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"
