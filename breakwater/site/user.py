"""`breakwater user ...`: accounts, until the hub has a page for them."""

import argparse
import os
import sys

from breakwater.access.policy import Role
from breakwater.site import database

BAD_USE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the commands below `breakwater user`."""
    below = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="what")
    add = below.add_parser("add", help="make an account; prints a link to choose a password")
    add.add_argument("username")
    add.add_argument("--name", required=True, help="as colleagues know them")
    add.add_argument("--team", required=True)
    add.add_argument("--role", required=True, type=_role, metavar="ROLE",
                     help=", ".join(role.replace(" ", "-") for role in Role))  # fmt: skip
    for name, words in (
        ("link", "print a link to choose a new password"),
        ("reset-factors", "take away the second factors of somebody who lost them"),
        ("disable", "end an account and its sessions"),
    ):
        below.add_parser(name, help=words).add_argument("username")


def run(args: argparse.Namespace) -> int:
    """Run one of the commands; errors of use are one line on stderr."""
    with database.one_off():
        from breakwater.access import queries
        from breakwater.access.actions import add_user
        from breakwater.access.signin import accounts

        if args.what == "add":
            teams = {team.name: team for team in queries.teams()}
            if args.team not in teams:
                return _refused(f"there is no team {args.team!r}; there are: {', '.join(teams)}")
            if not add_user(args.username, args.name, None, teams[args.team], args.role):
                return _refused(f"there is an account {args.username!r} already")
        found = accounts.find(args.username)
        if found is None:
            return _refused(f"there is no account {args.username!r}")
        if args.what == "reset-factors":
            accounts.reset_factors(found)
            print("Factors and password are gone. With this they set up new ones:")
        if args.what == "disable":
            accounts.disable(found)
            print("The account is ended, and signed out everywhere.")
        else:
            hub = os.environ.get("PUBLIC_URL", "").rstrip("/") or "(the hub's address)"
            print(f"{hub}/sign-in/link/{accounts.make_link(found)}")
            print("It works once, for 24 hours. Hand it over in person, not by e-mail.")
    return 0


def _refused(words: str) -> int:
    print(f"breakwater user: {words}", file=sys.stderr)
    return BAD_USE


def _role(text: str) -> Role:
    try:
        return Role(text.replace("-", " "))
    except ValueError:
        raise argparse.ArgumentTypeError(f"no role is called {text}") from None
