"""`breakwater audit ...`: checkpoints of the ledger, exports, and checking them."""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from breakwater.audit import notes, verifier, witness
from breakwater.site import database

BAD_USE = 2


class BadUse(Exception):
    """A wrong command line, in one sentence."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the commands below `breakwater audit`."""
    below = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="what")
    key = below.add_parser("key", help="make a signing key; prints its public half")
    key.add_argument("name", metavar="NAME", help="such as hub.example.org/ledger")
    key.add_argument("--out", type=Path, required=True, metavar="FILE", help="the secret half")
    key.add_argument("--witness", action="store_true", help="a witness's key, not a ledger's")
    point = below.add_parser("checkpoint", help="print the newest signed checkpoint")
    point.add_argument("--out", type=Path, metavar="FILE")
    point.add_argument(
        "--since", metavar="OLD", help="with the proof that it extends OLD (a file, or a size)"
    )
    export = below.add_parser("export", help="write entries with their proofs")
    export.add_argument("which", metavar="CASE|RANGE", help="a case, as 5; a range, as 0-99; all")
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    export.add_argument(
        "--since", action="append", default=[], metavar="OLD",
        help="with the proof that it extends OLD (a file, or a size)",
    )  # fmt: skip
    check = below.add_parser("verify", help="check an export offline; python3 verifier.py does too")
    check.add_argument("export", metavar="EXPORT")
    check.add_argument("--checkpoint", required=True, metavar="C")
    check.add_argument("--key", required=True, metavar="PUBLICKEY", help="the key, or its file")
    see = below.add_parser("witness", help="co-sign a checkpoint that extends the last one seen")
    see.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="see checkpoint --since")
    see.add_argument("--state", type=Path, required=True, metavar="S", help="what was seen last")
    see.add_argument("--key", required=True, metavar="K", help="the witness's secret key's file")
    see.add_argument("--ledger", metavar="PUBLICKEY", help="whose checkpoints; once is enough")
    see.add_argument("--out", type=Path, metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Run one of the commands; errors of use are one line on stderr."""
    commands = {"key": _key, "checkpoint": _checkpoint, "export": _export, "verify": _verify,
                "witness": _witness}  # fmt: skip
    try:
        return commands[args.what](args)
    except witness.Refused as refusal:
        print(f"Refused: {refusal}.", file=sys.stderr)
        return 1
    except (BadUse, notes.NoteError, OSError) as problem:
        print(f"breakwater audit {args.what}: {problem}", file=sys.stderr)
        return BAD_USE


def _key(args: argparse.Namespace) -> int:
    key = notes.new_key(args.name, notes.WITNESS if args.witness else notes.LEDGER)
    try:
        handle = os.open(args.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadUse(f"{args.out} is there already; a key is never overwritten") from None
    with os.fdopen(handle, "w") as file:
        file.write(key.text() + "\n")
    print(key.public)
    return 0


def _checkpoint(args: argparse.Namespace) -> int:
    with database.one_off():
        from breakwater.audit.export import ExportError, consistency_with, newest

        try:
            if args.since is None:
                text = newest().note
            else:
                old = _size_of(args.since)
                last, proof = consistency_with(old)
                text = witness.request(old, proof, last.note)
        except (ExportError, LookupError) as problem:
            raise BadUse(str(problem)) from None
    _give(text, args.out)
    return 0


def _export(args: argparse.Namespace) -> int:
    which = re.fullmatch(r"(?P<case>\d{1,18})|(?P<first>\d{1,18})-(?P<last>\d{1,18})|all",
                         args.which)  # fmt: skip
    if not which:
        raise BadUse(f"{args.which!r} is neither a case (5) nor a range (0-99) nor all")
    since = [_size_of(one) for one in args.since]
    with database.one_off():
        from breakwater.audit.actions import record
        from breakwater.audit.export import ExportError, export_case, export_range

        try:
            # Written down before anything is shown, like every look.
            if which["case"]:
                case = int(which["case"])
                record("command", "export_ledger", cases=[case], subject=f"case:{case}")
                done = export_case(args.out, case, since)
            else:
                end = int(which["last"]) + 1 if which["last"] else None
                record("command", "export_ledger", subject=f"entries:{args.which}")
                done = export_range(args.out, int(which["first"] or 0), end, since)
        except (ExportError, LookupError) as problem:
            raise BadUse(str(problem)) from None
    print(json.dumps({"entries": done.entries, "checkpoint": done.size, "out": str(args.out)}))
    return 0


def _verify(args: argparse.Namespace) -> int:
    """Run the file that an inspector runs, as an inspector runs it."""
    key = str(notes.public_key(args.key))
    command = [sys.executable, "-I", verifier.__file__, args.export,
               "--checkpoint", args.checkpoint, "--key", key]  # fmt: skip
    return subprocess.run(command, check=False).returncode


def _witness(args: argparse.Namespace) -> int:
    ledger = notes.public_key(args.ledger) if args.ledger else None
    signed = witness.cosign(
        args.state, notes.secret_key(args.key), ledger,
        args.checkpoint.read_text(encoding="utf-8"), int(time.time()),
    )  # fmt: skip
    _give(signed.note, args.out)
    return 0


def _size_of(old: str) -> int:
    """The size that an older checkpoint is about, given as a number or as its file."""
    if old.isdecimal():
        return int(old)
    try:
        return notes.read_checkpoint(Path(old).read_text(encoding="utf-8")).size
    except UnicodeDecodeError:
        raise BadUse(f"{old} is no checkpoint") from None


def _give(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")
