"""`breakwater documents ...`: do the sealed files and the database speak of the same documents?"""

import argparse
import json
import sys

from breakwater.site import database

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--remove",
        action="store_true",
        help="remove files older than an hour that belong to no document (left by a crash)",
    )


def run(args: argparse.Namespace) -> int:
    """Print what was found as one line of JSON; fail when a document has no file."""
    with database.one_off():
        from breakwater.attachments.actions import compare_files
        from breakwater.vault.owner import NotAsOwner

        try:
            orphans, missing = compare_files(remove=args.remove)
        except NotAsOwner as refusal:
            print(f"breakwater documents: {refusal}", file=sys.stderr)
            return FAILED
    key = "orphans_removed" if args.remove else "orphans"
    print(json.dumps({key: orphans, "documents_without_file": missing}))
    return FAILED if missing else 0
