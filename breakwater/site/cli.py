"""The command line: `breakwater COMMAND`; `breakwater -h` lists the commands."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from breakwater.site.environment import UnsafeSettings
from breakwater.site.postgres import PostgresError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; errors of use are one line, not a trace."""
    args = _parser().parse_args(arguments)
    try:
        return int(args.run(args))
    except (UnsafeSettings, PostgresError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `breakwater submit ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="breakwater", description="A safeguarding hub.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    demo = _command(commands, "demo", "start the demo: database, synthetic county, hub", "demo:run")
    demo.add_argument(
        "--check",
        action="store_true",
        help="do the whole main job on a scratch database without serving; print one JSON line",
    )

    _command(commands, "clean-demo", "drop the demo's data", "demo:clean")

    submit = _command(commands, "submit", "hand in referrals from files", "submit:run")
    submit.add_argument("files", nargs="+", metavar="FILE", help="JSON or JSON Lines; - for stdin")
    submit.add_argument(
        "--sender",
        default="file",
        help="who sent the files; keys are unique within a sender (default: file)",
    )

    county = _command(commands, "county", "make a synthetic county", "county:run")
    import_module("breakwater.synthetic.command").add_arguments(county)
    county.add_argument(
        "--into-database",
        action="store_true",
        help="hand the county's referrals in through the same door as every other",
    )

    link = _command(commands, "link", "teach, judge and run the identity engine", "link:run")
    import_module("breakwater.site.link").add_arguments(link)

    keys = _command(commands, "keys", "check and rotate the keys that seal content", "keys:run")
    import_module("breakwater.site.keys").add_arguments(keys)

    documents = _command(
        commands, "documents", "compare the sealed files with the database", "documents:run"
    )
    import_module("breakwater.site.documents").add_arguments(documents)
    audit = _command(commands, "audit", "prove what the ledger holds", "audit:run")
    import_module("breakwater.site.audit").add_arguments(audit)
    user = _command(commands, "user", "accounts of the people who work here", "user:run")
    import_module("breakwater.site.user").add_arguments(user)
    client = _command(commands, "client", "partners' systems that use the API", "client:run")
    import_module("breakwater.site.client").add_arguments(client)

    node = _command(commands, "node", "a partner's node, and the key holder", "node:run")
    import_module("breakwater.site.node").add_arguments(node)

    _command(commands, "migrate", "bring the database to this version", "servers:migrate")
    _command(commands, "serve", "serve the hub's pages", "servers:serve")
    _command(commands, "worker", "run the jobs", "servers:work")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    words: str,
    target: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=f"{words.capitalize()}.")
    parser.set_defaults(run=_later(target))
    return parser


def _later(target: str) -> Callable[[argparse.Namespace], int]:
    """Import a command's module when it runs, so that `breakwater -h` needs no settings."""
    module, function = target.split(":")

    def run(args: argparse.Namespace) -> int:
        return int(getattr(import_module(f"breakwater.site.{module}"), function)(args))

    return run


if __name__ == "__main__":
    sys.exit(main())
