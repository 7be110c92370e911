"""A partner's node as the hub meets it: its keys, its index, and what it sends, by hand."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from breakwater.access.models import Agency, Membership, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, TeamKind
from breakwater.people.linkage import profile
from breakwater.people.linkage.keys import stored_words
from breakwater.sharing import oprf
from breakwater.sharing.discovery import actions
from breakwater.sharing.discovery.nodes import NewNode
from breakwater.sharing.node import index, keys, wire

PATH = "/discovery/index"
NOWHERE = "http://127.0.0.1:9"


@dataclass
class Partner:
    """Its secrets, and those of the key holder by which its index is made."""

    name: str
    key_holder: oprf.Key
    signing: keys.SigningKey = field(default_factory=keys.SigningKey.new)
    key: oprf.Key = field(default_factory=oprf.Key.new)
    contacts: dict[str, str] = field(
        default_factory=lambda: {"0": "Safeguarding desk, 01632 960123"}
    )

    def entries(self, people: Iterable[Mapping[str, Any]]) -> list[tuple[bytes, bytes]]:
        """(outer, entry) of everybody's words."""
        made, sharing = [], {}
        for record, told in enumerate(people, 1):
            one = profile(told, date(2026, 11, 24))
            words = sorted(stored_words(one))
            inner = oprf.evaluate_directly(self.key_holder, [word.encode() for word in words])
            for outer in oprf.evaluate_directly(self.key, inner):
                ordinal = sharing[outer] = sharing.get(outer, -1) + 1
                holds = index.Holds.BORN | index.Holds.NAMES if one.born else index.Holds.NAMES
                entry = index.Entry(record, holds, date(2019, 3, 1), date(2026, 10, 1), 0)
                made.append((outer, index.sealed(outer, ordinal, entry)))
        return made

    def parts(
        self, people: Iterable[Mapping[str, Any]], number: int = 2, code: str = "00112233aabbccdd"
    ) -> list[bytes]:
        """The manifest and so many parts."""
        entries = self.entries(people)
        bits = 4
        buckets: dict[int, list[bytes]] = {}
        for outer, entry in entries:
            buckets.setdefault(index.bucket_of(outer, bits), []).append(entry)
        rows = [(place, b"".join(sorted(buckets[place]))) for place in sorted(buckets)]
        share = -(-len(rows) // number) or 1
        parts = [index.pack(rows[at * share : (at + 1) * share]) for at in range(number)]
        return [self.manifest(code, bits, number, len(entries)), *parts]

    def manifest(
        self, code: str, bits: int = 4, parts: int = 2, entries: int = 0, **changes: Any
    ) -> bytes:
        told = {
            "version": 1, "generation": code, "bits": bits, "parts": parts, "entries": entries,
            "people": 1, "made_at": datetime.now(UTC).isoformat(),
            "oprf": keys.text_of(self.key.public),
            "key_holder": keys.text_of(self.key_holder.public), "contacts": self.contacts,
        }  # fmt: skip
        return json.dumps(told | changes).encode()

    def signed(self, body: bytes, part: int, parts: int = 2, **changes: Any) -> str:
        about = {"generation": "00112233aabbccdd", "part": part, "parts": parts}
        about |= {k: changes.pop(k) for k in list(changes) if k in about}
        hub = changes.pop("receiver", settings.DISCOVERY.hub)
        key = changes.pop("key", self.signing)
        sender = changes.pop("sender", self.name)
        statement = wire.statement(
            changes.pop("kind", wire.INDEX), sender, hub, body, changes.pop("at", time.time()),
            **(changes.pop("about", None) or about),
        )  # fmt: skip
        assert not changes
        return wire.signed(key, statement)

    def send(self, client: Client, body: bytes, part: int, parts: int = 2, **changes: Any) -> Any:
        return post(client, body, self.signed(body, part, parts, **changes))

    def send_all(self, people: Iterable[Mapping[str, Any]], code: str = "00112233aabbccdd") -> Any:
        """Send a whole index; return the last answer."""
        parts = self.parts(people, code=code)
        for number, body in enumerate(parts):
            answer = self.send(Client(), body, number, generation=code)
            assert answer.status_code == 200, answer.content
        return answer.json()


def post(client: Client, body: bytes, header: str) -> Any:
    return client.post(PATH, body, "application/octet-stream", headers={wire.HEADER: header})


def manager() -> Actor:
    """Somebody who may add nodes."""
    agency, _ = Agency.objects.get_or_create(
        name="Wessex Council", defaults={"kind": "social_care", "contact": "01632 960100"}
    )
    team = Team.objects.filter(kind=TeamKind.TRIAGE).first()
    assert team is not None
    user, made = User.objects.get_or_create(
        username="manager", defaults={"name": "Rae Kerr", "agency": agency, "password": "!"}
    )
    if made:
        Membership.objects.create(user=user, team=team, role=Role.HUB_MANAGER)
    return actor_for(user)


def an_agency(name: str) -> Agency:
    return Agency.objects.get_or_create(
        name=name, defaults={"kind": "education", "contact": "01632 960199"}
    )[0]


def add(partner: Partner, agency: str = "Mill Lane School", address: str = NOWHERE) -> int:
    """Add it to the hub, as its manager does."""
    typed = NewNode(
        an_agency(agency).pk,
        partner.name,
        address,
        keys.text_of(partner.signing.public),
        keys.text_of(partner.key.public),
    )
    return actions.add_node(manager(), typed)


Make = Callable[..., Partner]
NOW = timezone.now
