"""`breakwater client ...`: which systems of partners may use the API, and with which keys."""

import argparse
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from breakwater.exchange.rules import Scope
from breakwater.site import database

BAD_USE = 2
ZONE = ZoneInfo("Europe/London")
ANSWERING = (Scope.READ_REQUESTS, Scope.ANSWER_REQUESTS)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the commands below `breakwater client`."""
    below = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="what")
    add = below.add_parser("add", help="let a partner's system act for one of its teams")
    add.add_argument("--agency", required=True)
    add.add_argument("--team", required=True, help="the system sees what this team's people see")
    add.add_argument("--name", required=True, help="who answered, as case workers read it")
    add.add_argument("--jwk", required=True, type=Path, metavar="FILE",
                     help="its public key (EC P-256 or Ed25519), or a set of them")  # fmt: skip
    add.add_argument("--scope", action="append", type=Scope, choices=list(Scope), dest="scopes",
                     help=f"may be given again; without: {' '.join(ANSWERING)}")  # fmt: skip
    add.add_argument("--from", type=_day, dest="starts", metavar="YYYY-MM-DD")
    add.add_argument("--until", type=_day, dest="ends", metavar="YYYY-MM-DD",
                     help="not in use any more from this day on")  # fmt: skip
    keys = below.add_parser("keys", help="take new public keys instead of the old ones")
    keys.add_argument("client_id")
    keys.add_argument("--jwk", required=True, type=Path, metavar="FILE")
    below.add_parser("list", help="list all clients")
    below.add_parser("end", help="end a client and its tokens at once").add_argument("client_id")


def run(args: argparse.Namespace) -> int:
    """Run one of the commands; errors of use are one line on stderr."""
    with database.one_off():
        from breakwater.exchange.clients.keys import BadKey

        try:
            return {"add": _add, "keys": _keys, "list": _list, "end": _end}[args.what](args)
        except (BadKey, OSError, UnicodeDecodeError) as wrong:
            words = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
            return _refused(f"{args.jwk}: {words}")


def _add(args: argparse.Namespace) -> int:
    from breakwater.access.queries import teams
    from breakwater.exchange.clients import actions, keys

    found = {team.name: team for team in teams() if team.agency == args.agency}
    if args.team not in found:
        known = ", ".join(found) or "none; is the agency's name right?"
        return _refused(f"{args.agency} has no team {args.team!r}; there are: {known}")
    if args.starts and args.ends and args.ends <= args.starts:
        return _refused("--until must be after --from")
    client_id = actions.add(
        args.name,
        found[args.team],
        keys.read(args.jwk.read_text(encoding="utf-8")),
        args.scopes or ANSWERING,
        starts=args.starts,
        ends=args.ends,
    )
    print(client_id)
    print("That is the client's id: it goes into the assertions as iss and sub.", file=sys.stderr)
    return 0


def _keys(args: argparse.Namespace) -> int:
    from breakwater.exchange.clients import actions, keys

    if not actions.change_keys(args.client_id, keys.read(args.jwk.read_text(encoding="utf-8"))):
        return _refused(f"there is no client {args.client_id!r}, or it was ended")
    print("From now on the client proves itself with the new keys only.")
    return 0


def _list(_args: argparse.Namespace) -> int:
    from breakwater.exchange.clients import queries

    for one in queries.every():
        until = one.ends.astimezone(ZONE).date().isoformat() if one.ends else ""
        starts = one.starts.astimezone(ZONE).date().isoformat()
        scopes = " ".join(sorted(one.scopes))
        print(one.client_id, one.name, one.agency, one.team, scopes, starts, until, sep="\t")
    return 0


def _end(args: argparse.Namespace) -> int:
    from breakwater.exchange.clients import actions

    if not actions.end(args.client_id):
        return _refused(f"there is no client {args.client_id!r}, or it was ended")
    print("The client is ended, and so are its tokens.")
    return 0


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ZONE)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day such as 2026-09-01") from None


def _refused(words: str) -> int:
    print(f"breakwater client: {words}", file=sys.stderr)
    return BAD_USE
