"""Real services on loopback: a key holder and nodes, each a process of its own with its files."""

import csv
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from breakwater.sharing.node import client, keys

ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), "PYTHONUNBUFFERED": "1"}
COLUMNS = ["given", "family", "born", "nhs_number", "upn", "address", "postcode", "phone", "school",
           "known_since", "last_contact", "contact"]  # fmt: skip


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def breakwater(*arguments, **options):
    """Run `breakwater node ...` as a partner does: nothing of the hub in the environment."""
    return subprocess.run(
        [sys.executable, "-m", "breakwater.site.cli", "node", *map(str, arguments)],
        env=ENVIRONMENT, capture_output=True, text=True, timeout=120, **options,
    )  # fmt: skip


@contextmanager
def running(what, settings, url):
    """Run `serve` or `hold-key` until the block ends; ready when its status answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "breakwater.site.cli", "node", what, str(settings)],
        env=ENVIRONMENT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        ends = time.monotonic() + 60
        while True:
            assert process.poll() is None, process.stderr.read()
            try:
                client.status(url, 2)
                break
            except client.NotReached:
                assert time.monotonic() < ends, "the service does not come up"
                time.sleep(0.05)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stderr.close()


@dataclass
class Party:
    """Keys, settings file and address of a key holder or node; not running by itself."""

    folder: Path
    name: str
    port: int = field(default_factory=free_port)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self):
        return self.folder / "settings.toml"

    @property
    def oprf(self):
        return keys.oprf_key(self.folder / "oprf.key")

    @property
    def signing(self):
        return keys.signing_key(self.folder / "signing.key")

    def make_keys(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        keys.make(self.folder / "oprf.key", keys.PSEUDONYMS)
        keys.make(self.folder / "signing.key", keys.SIGNING)
        return self


def a_party(folder, name):
    return Party(folder / name, name).make_keys()


def write_holder(holder, callers, limits="", workers=1):
    lines = [f'name = "{holder.name}"', f'listen = "127.0.0.1:{holder.port}"', 'data = "data"',
             'oprf_key = "oprf.key"', f"workers = {workers}"]  # fmt: skip
    for caller in callers:
        lines += ["[[callers]]", f'name = "{caller.name}"',
                  f'sign = "{keys.text_of(caller.signing.public)}"', limits]  # fmt: skip
    holder.settings.write_text("\n".join(lines))


def write_node(node, hub, holder, limits=""):
    node.settings.write_text(f"""
name = "{node.name}"
listen = "127.0.0.1:{node.port}"
data = "data"
people = "people.toml"
oprf_key = "oprf.key"
signing_key = "signing.key"
[hub]
name = "{hub.name}"
url = "{hub.url}"
sign = "{keys.text_of(hub.signing.public)}"
[key_holder]
name = "{holder.name}"
url = "{holder.url}"
oprf = "{keys.text_of(holder.oprf.public)}"
[limits]
{limits}
""")
    columns = "\n".join(f'{name} = "{name}"' for name in COLUMNS)
    (node.folder / "people.toml").write_text(f"""
csv = "people.csv"
[columns]
{columns}
[contacts]
usual = "Safeguarding desk, 01632 960123"
head = "Ms Hill, 01632 960124"
""")


def write_people(node, people):
    with (node.folder / "people.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(people)
