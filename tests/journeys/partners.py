"""A key holder and two partners with nodes, as journeys meet them: processes of their own, set up
and run by the commands that a partner runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from breakwater.access.models import Agency, User
from breakwater.people.models import Mention
from breakwater.referrals.models import Referral
from breakwater.sharing.models import Holding, Node, Query
from breakwater.sharing.node import keys
from tests.sharing.node.partners import (
    Party,
    a_party,
    breakwater,
    running,
    write_holder,
    write_node,
    write_people,
)


@dataclass
class Partners:
    hub: Party
    holder: Party
    school: Party
    surgery: Party

    @property
    def surroundings(self) -> dict[str, str]:
        """What the hub is told of them."""
        return {
            "DISCOVERY_KEY": str(self.hub.folder / "signing.key"),
            "KEY_HOLDER_ADDRESS": self.holder.url,
            "KEY_HOLDER_PUBLIC": keys.text_of(self.holder.oprf.public),
        }

    @contextmanager
    def holding_the_key(self) -> Iterator[None]:
        with running("hold-key", self.holder.settings, self.holder.url):
            yield

    @contextmanager
    def serving(self, party: Party) -> Iterator[None]:
        with running("serve", party.settings, party.url):
            yield

    def enrol(self, party: Party, people: list[dict[str, Any]]) -> None:
        """Read its people, make its index and send it to the hub."""
        write_people(party, people)
        for command in ("enrol", "send"):
            done = breakwater(command, party.settings)
            assert done.returncode == 0, done.stderr


def prepared(folder: Path, port: int) -> Partners:
    """Make everybody's keys and settings; nobody runs yet."""
    hub, holder, school, surgery = (
        a_party(folder, name) for name in ("hub", "key-holder", "mill-lane", "harbour-road")
    )
    hub.port = port
    write_holder(holder, [hub, school, surgery])
    for one in (school, surgery):
        write_node(one, hub, holder)
    return Partners(hub, holder, school, surgery)


LONG = "Designated safeguarding lead, main office, 01632 960123 extension 4417"
# What the pages of partners show at their fullest.
FULL: tuple[tuple[str, dict[str, str]], ...] = (
    ("known", {"known_since": "2019-03", "last_contact": "2026-10", "contact": LONG}),
    ("perhaps", {"contact": "Ms Hill, 01632 960124"}),
    ("not known", {}),
    ("could not be asked", {"why": "it refused", "detail": "this node answers nobody for now"}),
)


def arrange(reference: str) -> dict[str, str]:
    """Four partners that were asked about the children of a referral, and one that is new."""
    now = timezone.now()
    hill = User.objects.get(username="hill")
    referral = Referral.objects.get(reference=reference)
    nodes = [_node(f"seen-{number}", hill) for number in range(len(FULL))]
    for mention in Mention.objects.filter(referral_id=referral.pk, role__in=("child", "sibling")):
        query = Query.objects.create(
            case_id=referral.case_id, mention_id=mention.pk,
            number=f"00000000-0000-0000-0000-{mention.pk:012}",
            purpose="protecting a child from significant harm", nodes=[one.pk for one in nodes],
            asked_by=hill, asked_at=now - timedelta(minutes=5),
        )  # fmt: skip
        for node, (state, more) in zip(nodes, FULL, strict=True):
            Holding.objects.create(
                case_id=referral.case_id, query=query, node=node, state=state, took_ms=40,
                index_of=now - timedelta(days=40), answered_at=query.asked_at, **more,
            )  # fmt: skip
    _node("seen-late", hill)
    return {"asked": reference, "node": str(nodes[0].pk)}


def _node(name: str, added_by: User) -> Node:
    agency, _ = Agency.objects.get_or_create(
        name=f"{name.capitalize()} Academy", defaults={"kind": "education"}
    )
    return Node.objects.create(
        agency=agency, name=name, address=f"http://127.0.0.1:9/{'w' * 60}", identity_key=bytes(32),
        voprf_key=bytes(32), added_by=added_by, starts=timezone.now(),
    )  # fmt: skip
