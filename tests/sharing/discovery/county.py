"""What runs through the tests of asking: a key holder, a school that knows Amelia, a surgery that
does not, and how a test asks."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from breakwater.access.rules import Actor
from breakwater.people.models import Mention
from breakwater.referrals.models import Referral
from breakwater.sharing import oprf
from breakwater.sharing.discovery import actions
from breakwater.sharing.discovery.asking import Asked
from breakwater.sharing.discovery.rules import State, Why
from breakwater.sharing.node import keys
from breakwater.sharing.rules import Purpose
from tests.builders import amelia, received
from tests.sharing.discovery.nodes import Partner
from tests.sharing.discovery.running import Running

PURPOSE = Purpose.PROTECTION
TODAY = date(2026, 11, 24)
LIES = "tests.sharing.discovery.wrongdoers"
LARK = {"given": "Lark", "family": "Alder", "born": "2014-02-03", "postcode": "PR2 1AA"}
AMELIA = {k: v for k, v in amelia().items() if k != "role"}


@dataclass
class County:
    """What runs through all tests: the hub's key, a key holder, a school that knows Amelia and a
    surgery that does not."""

    folder: Path
    hub: keys.SigningKey
    holder: Running
    key: oprf.Key
    school: Partner
    surgery: Partner
    at: dict[str, Running]


def told_of(**changes: Any) -> tuple[str, int]:
    """A referral about Amelia: its reference, and her mention."""
    reference = received(amelia(**changes)).reference
    referral = Referral.objects.get(reference=reference)
    return reference, Mention.objects.get(referral_id=referral.pk).pk


def ask(actor: Actor, **changes: Any) -> dict[str, Asked]:
    reference, child = told_of(**changes)
    return by_node(actions.ask(actor, reference, child, PURPOSE))


def by_node(answers: list[Asked]) -> dict[str, Asked]:
    return {one.node.name: one for one in answers}


def states(answers: dict[str, Asked]) -> dict[str, tuple[State, Why | None]]:
    return {name: (one.held.state, one.held.why) for name, one in answers.items()}


def not_asked(why: Why) -> tuple[State, Why]:
    return State.NOT_ASKED, why


def asked_lines(served: Running) -> int:
    return len(served.ledger.splitlines())
