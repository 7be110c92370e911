"""Calling key holder and nodes over HTTP: bounded in time and size, told apart by what went wrong.

No database, no Django; nothing of what is sent or comes back is logged.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError

from breakwater.sharing.discovery.rules import LONGEST_DETAIL, Why

# A batch of 200 words answers in about 20 kB.
MOST_BYTES = 1_000_000
AT_ONCE = 64
PLAIN = {"Content-Type": "application/json", "Accept-Encoding": "identity"}


class CouldNotAsk(Exception):
    """Somebody could not be asked: why, and what they said of it themselves."""

    def __init__(self, why: Why, detail: str = ""):
        self.why, self.detail = why, detail[:LONGEST_DETAIL]
        super().__init__(why.value)


@dataclass(frozen=True)
class Patience:
    """How long to wait: for a connection, and for the whole answer."""

    connect: float
    whole: float


def _session() -> requests.Session:
    session = requests.Session()
    # No proxy, no .netrc of whoever runs the hub; where a node is, its manager said.
    session.trust_env = False
    adapter = HTTPAdapter(pool_connections=AT_ONCE, pool_maxsize=AT_ONCE)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


_SESSION = _session()


def post(
    url: str, body: bytes, headers: Mapping[str, str], patience: Patience
) -> tuple[int, bytes]:
    """Return status and body of the answer. Raise CouldNotAsk."""
    end = time.monotonic() + patience.whole
    try:
        with _SESSION.post(
            url,
            data=body,
            headers={**PLAIN, **headers},
            timeout=(patience.connect, patience.whole),
            allow_redirects=False,
            stream=True,
        ) as answer:
            return answer.status_code, _read(answer, end)
    except (requests.Timeout, ReadTimeoutError):
        raise CouldNotAsk(Why.SLOW) from None
    except (requests.ConnectionError, ProtocolError):
        raise CouldNotAsk(Why.DOWN) from None
    except (requests.RequestException, HTTPError):
        raise CouldNotAsk(Why.BROKEN) from None


def _read(answer: requests.Response, end: float) -> bytes:
    """Read a body piece by piece: who sends a byte a second is slow too."""
    pieces, size = [], 0
    # read1: what is there, without waiting for a whole piece.
    while piece := answer.raw.read1(16_384):
        size += len(piece)
        if size > MOST_BYTES:
            raise CouldNotAsk(Why.BROKEN, "it sent too much")
        if time.monotonic() > end:
            raise CouldNotAsk(Why.SLOW)
        pieces.append(piece)
    return b"".join(pieces)
