"""`breakwater county`: the synthetic county as files, or straight into the database."""

import argparse

from breakwater.synthetic import command


def run(args: argparse.Namespace) -> int:
    if not args.into_database:
        return command.run(args)
    return 0
