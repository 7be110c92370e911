"""`breakwater node ...`: a partner's side of discovery; runs without the hub's settings."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the commands below `breakwater node`."""
    below = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="what")
    make = below.add_parser("keys", help="make the secret keys; prints their public halves")
    make.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files go")
    make.add_argument("--key-holder", action="store_true", help="only what a key holder needs")
    enrolling = below.add_parser("enrol", help="make the index; can be killed and run again")
    enrolling.add_argument("--processes", type=int, default=1, metavar="N",
                           help="how many ask the key holder at once (default: 1)")  # fmt: skip
    sending = below.add_parser("send", help="send the newest index to the hub; can be repeated")
    serving = below.add_parser("serve", help="answer the hub's queries")
    holding = below.add_parser("hold-key", help="run the key holder")
    book = below.add_parser("ledger", help="print the ledger of who asked, or prove it")
    book.add_argument("--check", action="store_true", help="prove that no line was changed")
    book.add_argument("--expect", metavar="LINES:HASH", help="a head noted before; must be there")
    for each in (enrolling, sending, serving, holding, book):
        each.add_argument("settings", type=Path, metavar="SETTINGS", help="the TOML file")


def run(args: argparse.Namespace) -> int:
    """Run one of the commands; imported now, so that `breakwater -h` stays quick."""
    from breakwater.sharing.node import command

    return command.run(args)
