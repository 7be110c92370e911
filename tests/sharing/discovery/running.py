"""Key holder and nodes as processes of their own on loopback, and some that do wrong."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests

from breakwater.sharing import oprf
from breakwater.sharing.node import keys
from tests.sharing.discovery.nodes import Partner

HERE = Path(__file__).resolve().parents[3]
READY_SECONDS = 30
NODE = "breakwater.sharing.node.service:node_app"
HOLDER = "breakwater.sharing.node.service:holder_app"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """One service: where it is, its folder, and its process, which may be killed and begun anew."""

    folder: Path
    factory: str
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ledger(self) -> bytes:
        path = self.folder / "data" / "ledger.jsonl"
        return path.read_bytes() if path.exists() else b""

    def everything(self) -> bytes:
        """Every byte that it wrote anywhere, its log among them."""
        return b"".join(p.read_bytes() for p in sorted(self.folder.rglob("*")) if p.is_file())

    def start(self) -> None:
        log = (self.folder / "service.log").open("ab")
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws",
                "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1",
                "--blocking-threads", "4", "--access-log", self.factory,
            ],
            env=os.environ | {
                "BREAKWATER_NODE_SETTINGS": str(self.folder / "settings.toml"),
                "PYTHONPATH": str(HERE),
            },
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with suppress(requests.RequestException):
                requests.get(f"{self.address}/status", timeout=2)
                return
            time.sleep(0.05)
        raise RuntimeError((self.folder / "service.log").read_text()[-3000:])

    def kill(self) -> None:
        """End the service and its workers at once, in whatever it is doing."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, 9)
            self.process.wait()
            self.process = None


@contextmanager
def key_holder(
    folder: Path, key: oprf.Key, callers: dict[str, bytes], factory: str = HOLDER, most: int = 10**7
) -> Iterator[Running]:
    running = _prepared(folder, key, factory)
    settings = [
        'name = "key-holder"',
        f'listen = "127.0.0.1:{running.port}"',
        'data = "data"',
        'oprf_key = "oprf.key"',
    ]
    for name, public in callers.items():
        settings += [
            "[[callers]]",
            f'name = "{name}"',
            f'sign = "{keys.text_of(public)}"',
            f"elements_an_hour = {most}",
        ]
    yield from _served(running, settings)


@contextmanager
def node(
    folder: Path,
    partner: Partner,
    hub_public: bytes,
    factory: str = NODE,
    an_hour: int = 100_000,
    key: oprf.Key | None = None,
) -> Iterator[Running]:
    """A partner's node; with another `key` it answers under one that the hub does not know."""
    running = _prepared(folder, key or partner.key, factory)
    _secret(folder / "sign.key", keys.SIGNING, partner.signing.seed)
    settings = [
        f'name = "{partner.name}"',
        f'listen = "127.0.0.1:{running.port}"',
        'data = "data"',
        'oprf_key = "oprf.key"',
        'signing_key = "sign.key"',
        'people = "people.toml"',
        "[hub]",
        'name = "hub"',
        'url = "http://127.0.0.1:9"',
        f'sign = "{keys.text_of(hub_public)}"',
        "[key_holder]",
        'name = "key-holder"',
        'url = "http://127.0.0.1:9"',
        f'oprf = "{keys.text_of(partner.key_holder.public)}"',
        "[limits]",
        f"queries_an_hour = {an_hour}",
        "queries_a_day = 1000000",
    ]
    yield from _served(running, settings)


def _prepared(folder: Path, key: oprf.Key, factory: str) -> Running:
    (folder / "data").mkdir(parents=True)
    _secret(folder / "oprf.key", keys.PSEUDONYMS, key.secret)
    return Running(folder, factory, free_port())


def _served(running: Running, settings: list[str]) -> Iterator[Running]:
    (running.folder / "settings.toml").write_text("\n".join(settings) + "\n")
    running.start()
    try:
        yield running
    finally:
        running.kill()


def _secret(path: Path, kind: str, secret: bytes) -> None:
    path.write_text(f"{kind} {keys.text_of(secret)}\n")
    path.chmod(0o600)
