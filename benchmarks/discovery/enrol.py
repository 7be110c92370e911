"""How fast a node enrols, with the real proven PRF: key holder and node on loopback, this machine.

`python -m benchmarks.discovery.enrol --people 5000 --processes 2`: invented people through CSV,
`breakwater node enrol` against `breakwater node hold-key`, both as processes of their own. Beside it
the physical limit: how many multiplications of an element this machine makes in the same run, and
what share of the time they are (7 a word: 5 at the node, 2 at the key holder).
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import rbcl

from breakwater.sharing.node import client, keys
from breakwater.synthetic import population

FIELDS = ("given", "family", "known_as", "born", "address", "postcode", "phone", "email",
          "nhs_number", "upn", "school")  # fmt: skip
MULTIPLICATIONS = 7  # blind, two to verify, unblind, our own key; evaluate, prove
HOLDER, NODE = 18_741, 18_742
MILLION = 1_000_000


def multiplications(seconds: float = 2.0) -> float:
    """Return how many multiplications a second one process makes."""
    scalar = rbcl.crypto_core_ristretto255_scalar_random()
    element = rbcl.crypto_core_ristretto255_random()
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for _ in range(200):
            rbcl.crypto_scalarmult_ristretto255(scalar, element)
        done += 200
    return done / (time.perf_counter() - start)


def prepare(folder: Path, people: int) -> None:
    """Write keys, settings and people of a key holder and a node."""
    public = {}
    for name in ("holder", "node"):
        (folder / name).mkdir()
        public[name] = keys.text_of(keys.make(folder / name / "oprf.key", keys.PSEUDONYMS))
    sign = keys.text_of(keys.make(folder / "node" / "signing.key", keys.SIGNING))
    (folder / "holder" / "settings.toml").write_text(f"""
name = "holder"
listen = "127.0.0.1:{HOLDER}"
data = "data"
oprf_key = "oprf.key"
callers = [{{ name = "node", sign = "{sign}" }}]
""")
    (folder / "node" / "settings.toml").write_text(f"""
name = "node"
listen = "127.0.0.1:{NODE}"
data = "data"
people = "people.toml"
oprf_key = "oprf.key"
signing_key = "signing.key"
hub = {{ name = "hub", url = "http://127.0.0.1:1", sign = "{sign}" }}
key_holder = {{ name = "holder", url = "http://127.0.0.1:{HOLDER}", oprf = "{public["holder"]}" }}
""")
    columns = "\n".join(f'{name} = "{name}"' for name in FIELDS)
    (folder / "node" / "people.toml").write_text(
        f'csv = "people.csv"\n[columns]\n{columns}\n[contacts]\nusual = "desk"\n'
    )
    with (folder / "node" / "people.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, extrasaction="ignore")
        writer.writeheader()
        for _, person in zip(range(people), population(people, 31), strict=False):
            writer.writerow(person.as_fields())


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "breakwater.site.cli", "node", *map(str, arguments)]


def measure(people: int, processes: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, people)
        one = multiplications()
        with ProcessPoolExecutor(2) as pool:
            both = sum(pool.map(multiplications, (2.0, 2.0)))
        holder = subprocess.Popen(command("hold-key", folder / "holder" / "settings.toml"))
        try:
            wait_for(f"http://127.0.0.1:{HOLDER}")
            first = run(folder, processes)
            again = run(folder, processes)
        finally:
            holder.terminate()
            holder.wait()
        index = sum(f.stat().st_size for f in (folder / "node" / "data" / "index").iterdir())
        state = (folder / "node" / "data" / "state.sqlite3").stat().st_size
    words, entries = float(first["words"]), float(first["entries"])
    limit = both / MULTIPLICATIONS
    rate = first["words_asked_a_second"]
    # Words are shared: a second thousand brings fewer new ones. Taking none as shared is the worst.
    hours = MILLION * entries / people / rate / 3600
    return {
        "people": people, "processes": processes, "words": int(words),
        "entries_a_person": round(entries / people, 2),
        "seconds": first["seconds"], "people_a_second": first["people_a_second"],
        "words_a_second": rate,
        "multiplications_a_second": {"one process": round(one), "two processes": round(both)},
        "words_a_second_if_nothing_else": round(limit),
        "share_of_the_limit": round(rate / limit, 3),
        "a_million_people": {
            "hours_at_this_rate_at_most": round(hours, 2),
            "index_mb": round(index / people), "state_mb": round(state / people),
        },
        "second_run": {"asked": again["asked_now"], "seconds": again["seconds"],
                       "people_a_second": again["people_a_second"]},
    }  # fmt: skip


def run(folder: Path, processes: int) -> dict[str, float]:
    done = subprocess.run(
        command("enrol", folder / "node" / "settings.toml", "--processes", str(processes)),
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    told: dict[str, float] = json.loads(done.stdout)
    return told


def wait_for(url: str) -> None:
    for _ in range(200):
        try:
            client.status(url, 1)
        except client.NotReached:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"{url} does not answer")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--processes", type=int, default=1)
    args = parser.parse_args()
    print(json.dumps(measure(args.people, args.processes), indent=1))


if __name__ == "__main__":
    main()
