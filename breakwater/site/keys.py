"""`breakwater keys ...`: which key-encryption keys are in use; wrapping all data keys anew."""

import argparse
import json
import sys
import time

from tqdm import tqdm

from breakwater.site import database

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the commands below `breakwater keys`."""
    below = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="what")
    below.add_parser("check", help="count data keys by the name in DATA_KEYS that wraps them")
    below.add_parser(
        "rotate", help="wrap every data key with the first of DATA_KEYS; can be killed and repeated"
    )


def run(args: argparse.Namespace) -> int:
    """Run one of the commands; a missing or wrong key is named on stderr."""
    with database.one_off():
        from breakwater.vault.owner import NotAsOwner
        from breakwater.vault.rules import VaultError

        try:
            return {"check": _check, "rotate": _rotate}[args.what]()
        except (NotAsOwner, VaultError) as error:
            print(f"breakwater keys {args.what}: {error}", file=sys.stderr)
            return FAILED


def _check() -> int:
    from breakwater.vault.queries import wrapped_by

    wrong = False
    for place, each in enumerate(wrapped_by()):
        standing = "newest: wraps new keys" if place == 0 else "" if each.keys else _MAY_GO
        print(f"{each.name}\t{each.keys:,} data keys\t{each.problem or standing}".rstrip())
        wrong |= bool(each.problem)
    return FAILED if wrong else 0


_MAY_GO = "wraps nothing: may be removed from DATA_KEYS once every process runs with the newest"


def _rotate() -> int:
    from breakwater.vault import rotation
    from breakwater.vault.queries import wrapped_by

    started = time.monotonic()
    with tqdm(total=rotation.left(), unit="key", desc="rotate", file=sys.stderr) as bar:
        done = rotation.rotate(bar.update)
    newest, *older = wrapped_by()
    print(json.dumps({"rotated": done, "seconds": round(time.monotonic() - started, 1)}))
    free = [each.name for each in older if not each.keys]
    busy = [each for each in older if each.keys]
    print(f"“{newest.name}” wraps {newest.keys:,} data keys.")
    if free:
        print(f"{', '.join(free)}: {_MAY_GO}.")
    for each in busy:
        # A process that still runs with the old first key has made these meanwhile.
        print(f"{each.name}: still wraps {each.keys:,}. Restart every process, then rotate again.")
    return FAILED if busy else 0
