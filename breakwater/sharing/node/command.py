"""`breakwater node ...`: what a partner, or whoever holds the key, runs. No hub settings needed."""

import argparse
import json
import os
import sys
from pathlib import Path

from tqdm import tqdm

from breakwater.sharing.node import keys, service, settings
from breakwater.sharing.node.enrol import EnrolProblem, enrol
from breakwater.sharing.node.ledger import Ledger, LedgerProblem
from breakwater.sharing.node.people import PeopleProblem, Source, read_mapping
from breakwater.sharing.node.send import SendProblem, send
from breakwater.sharing.node.settings import HolderSettings, NodeSettings, SettingsProblem

FAILED = 1


def run(args: argparse.Namespace) -> int:
    """Run one of the commands; what is wrong is said on stderr, with file and field."""
    commands = {"keys": _keys, "enrol": _enrol, "send": _send, "serve": _serve,
                "hold-key": _hold_key, "ledger": _ledger}  # fmt: skip
    problems = (keys.KeyProblem, SettingsProblem, PeopleProblem, EnrolProblem, SendProblem,
                LedgerProblem, OSError)  # fmt: skip
    try:
        return commands[args.what](args)
    except problems as problem:
        print(f"breakwater node {args.what}: {problem}", file=sys.stderr)
        return FAILED


def _keys(args: argparse.Namespace) -> int:
    args.out.mkdir(parents=True, exist_ok=True, mode=0o700)
    wanted = {"oprf": keys.PSEUDONYMS}
    if not args.key_holder:
        wanted["signing"] = keys.SIGNING
    for name in wanted:
        if (args.out / f"{name}.key").exists():
            raise keys.KeyProblem(f"{args.out / name}.key is there already; a key is never"
                                  " overwritten")  # fmt: skip
    for name, kind in wanted.items():
        print(f"{name}\t{keys.text_of(keys.make(args.out / f'{name}.key', kind))}")
    return 0


def _enrol(args: argparse.Namespace) -> int:
    node = settings.read(args.settings, NodeSettings)
    how, source = read_mapping(node.people), Source()
    if not 1 <= args.processes <= 64:
        raise EnrolProblem("--processes must be 1 to 64")
    with (
        tqdm(unit=" people", desc="enrol", file=sys.stderr) as people,
        tqdm(unit=" entries", desc="index", file=sys.stderr, delay=1) as entries,
    ):
        done = enrol(node, how, source, args.processes, people.update, entries.update)
    for place in source.examples:
        print(place, file=sys.stderr)
    print(json.dumps({
        "people": done.people, "rows": source.read, "problems": dict(source.problems),
        "words": done.words, "asked_now": done.asked, "entries": done.manifest.entries,
        "generation": done.manifest.generation, "seconds": round(done.seconds, 1),
        "people_a_second": round(done.people / max(done.seconds, 1e-9)),
        "words_asked_a_second": round(done.asked / max(done.seconds, 1e-9)),
    }))  # fmt: skip
    return 0


def _send(args: argparse.Namespace) -> int:
    node = settings.read(args.settings, NodeSettings)
    with tqdm(unit=" parts", desc="send", file=sys.stderr) as bar:

        def progress(_number: int, parts: int) -> None:
            bar.total = parts
            bar.update(1)

        manifest = send(node, progress)
    print(f"The hub uses generation {manifest.generation}: {manifest.people:,} people.")
    return 0


def _serve(args: argparse.Namespace) -> int:
    node = settings.read(args.settings, NodeSettings)
    service.Node(node)  # says now, not at the first query, if a key is missing
    return _run_server("node_app", args.settings, node)


def _hold_key(args: argparse.Namespace) -> int:
    holder = settings.read(args.settings, HolderSettings)
    service.Holder(holder)
    return _run_server("holder_app", args.settings, holder)


def _run_server(app: str, path: Path, told: NodeSettings | HolderSettings) -> int:
    """Serve until SIGTERM or SIGINT."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ[service.SETTINGS] = str(path.resolve())
    host, port = told.address
    print(f"{told.name} listens on {told.listen}", file=sys.stderr, flush=True)
    Granian(
        f"breakwater.sharing.node.service:{app}",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=told.workers,
        blocking_threads=4,
        log_level=LogLevels.warning,
        log_access=False,
        factory=True,
    ).serve()
    return 0


def _ledger(args: argparse.Namespace) -> int:
    told = _either(args.settings)
    ledger = Ledger(told.data / "ledger.jsonl")
    if not args.check:
        print(ledger.path.read_text(), end="")
        return 0
    head = ledger.check(args.expect or "")
    print(f"{head.lines} lines, each follows the one before; the last is {head}")
    return 0


def _either(path: Path) -> NodeSettings | HolderSettings:
    """Both have a ledger; what is wrong is said as of a node."""
    try:
        return settings.read(path, HolderSettings)
    except SettingsProblem:
        return settings.read(path, NodeSettings)
