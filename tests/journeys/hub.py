"""The hub as journeys meet it: a real server and worker on a database of their own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.utils import timezone
from psycopg import sql
from psycopg.conninfo import make_conninfo

from breakwater.access.actions import add_user
from breakwater.access.models import Agency, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_of, front_door, teams
from breakwater.access.signin import accounts
from breakwater.people.models import Link
from breakwater.referrals.actions import Envelope, receive_referral
from breakwater.referrals.models import Referral
from breakwater.referrals.rules import Level
from breakwater.referrals.triage.actions import decide
from breakwater.site import demo_data
from breakwater.site.login import application_url
from breakwater.site.servers import LIFELINE
from tests import builders
from tests.journeys import emergencies, partners
from tests.journeys.partners import Partners

READY_SECONDS = 60
NOBODYS_TEAM = "novak"
# How long ago the samples came in, by their order: some hours of a busy day, danger just now.
APART, DANGER_APART = timedelta(minutes=50), timedelta(minutes=9)
PROVIDER = """
[[provider]]
id = "council"
agency = "{agency}"
issuer = "{issuer}"
client_id = "hub"
client_secret = "secret"
"""


@dataclass
class Hub:
    """Where the hub answers, and its database for what a journey finds there."""

    address: str
    at_database: Callable[[], AbstractContextManager[None]]
    # A key holder and two nodes whom the hub may know; a journey runs them.
    partners: Partners
    # The provider by which the council's staff sign in.
    provider: str = ""
    # Who is signed in already, as Playwright stores it: one sign-in a person, not one a test.
    sessions: dict[str, Any] = field(default_factory=dict)

    def hand_in(self, *people: dict[str, Any], minutes_ago: int = 0, **told: Any) -> str:
        """A referral about these people comes in; returns its reference."""
        received_at = timezone.now() - timedelta(minutes=minutes_ago)
        sent_at = (received_at - timedelta(minutes=3)).isoformat()
        body = json.dumps(builders.a_submission(*people, sent_at=sent_at, **told)).encode()
        with self.at_database():
            envelope = Envelope(body, sender="journey", door="test", received_at=received_at)
            return receive_referral(envelope).reference

    def employ(self, username: str, name: str, role: Role = Role.TRIAGE_WORKER) -> int:
        """Somebody starts in triage, with the demo's password; returns their id."""
        with self.at_database():
            triage = front_door()
            assert triage is not None
            add_user(username, name, demo_data.PASSWORD, triage, role)
            return User.objects.get(username=username).pk

    def link_for(self, username: str) -> str:
        """Where somebody chooses their password."""
        self.employ(username, "Nora Body")
        with self.at_database():
            user = accounts.find(username)
            assert user is not None
            return f"/sign-in/link/{accounts.make_link(user)}"

    def doubt(self) -> tuple[int, int]:
        """Two tellings of a child that the hub asks about: the later mention, and the question."""
        child = builders.a_person(
            given="Amelia", family="Hartley", born="2017-05-14", address="12 Quay Street, Saltmere",
            postcode="PR1 4AB", phone="07700 900123",
        )  # fmt: skip
        self.hand_in(child, child | {"role": "parent", "given": "Kelly", "born": "1988-01-09"})
        reference = self.hand_in(
            builders.a_person(given="Millie", family="Hartly", age=9, address="12 Quay St"),
            by="Harbour Road Surgery",
        )
        with self.at_database():
            link = Link.objects.filter(
                standing="asked", mention__referral_id=Referral.objects.get(reference=reference).pk
            ).latest("weight")
            return link.mention_id, link.pk

    def emergencies(self) -> dict[str, str]:
        """Everything that the pages of emergencies, restricted cases and conflicts can show."""
        with self.at_database():
            return emergencies.arrange()

    def decide(self, reference: str, team: str, by: str = "hill") -> None:
        """Triage decides on a referral as it came in, while nobody watches."""
        with self.at_database():
            team_id = next(t.id for t in teams() if t.name == team)
            given = builders.decided(
                Level.ACUTE, team_id, reason="Weighed against the threshold document."
            )
            decide(actor_of(by), reference, given, version=1)


@contextmanager
def running_hub(
    name: str, var: Path, unblock: Callable[[], Any], provider: str = ""
) -> Iterator[Hub]:
    """Copy the test database, fill the copy, serve it, and end all of it in order."""
    providers = var / "providers.toml"
    providers.write_text(PROVIDER.format(agency=demo_data.COUNCIL, issuer=provider))
    with ExitStack() as stack:
        stack.enter_context(_copied(connection.settings_dict["NAME"], name))

        @contextmanager
        def at_database() -> Iterator[None]:
            with unblock(), _switched_to(name):
                yield

        with at_database():
            _fill()
        address = f"http://127.0.0.1:{_free_port()}"
        others = partners.prepared(var / "partners", int(address.rpartition(":")[2]))
        surroundings = os.environ | {
            "DEMO": "1",
            "DATABASE_URL": application_url(
                make_conninfo(os.environ["BREAKWATER_TEST_DATABASE"], dbname=name)
            ),
            "PORT": address.rpartition(":")[2],
            "BREAKWATER_VAR": str(var),
            "SIGN_IN_PROVIDERS": str(providers) if provider else "",
            **others.surroundings,
        }
        surroundings.pop("BREAKWATER_ONE_OFF", None)
        # Should this process be killed, its end of the pipe closes, and the hub ends too.
        other_end, own_end = os.pipe()
        stack.callback(os.close, own_end)
        stack.callback(os.close, other_end)
        log = var / "hub.log"
        started = [
            stack.enter_context(_command(command, surroundings, other_end, log))
            for command in ("worker", "serve")
        ]
        _wait_until_ready(address, started, log)
        yield Hub(address, at_database, others, provider)


def _fill() -> None:
    """The demo's teams and people, the samples as if of today, and somebody without a team."""
    demo_data.make_teams()
    User.objects.create_user(
        NOBODYS_TEAM, "Eva Novak", Agency.objects.get(name=demo_data.COUNCIL), demo_data.PASSWORD
    )
    samples = {each["key"]: each for each in map(json.loads, demo_data.sample_bodies())}
    now, dangers = timezone.now(), 0
    for place, sample in enumerate(samples.values()):
        ago = APART * (len(samples) - place)
        if sample["concern"]["immediate_danger"]:
            dangers += 1
            ago = DANGER_APART * (4 - dangers)
        sample["sent_at"] = (now - ago - timedelta(minutes=3)).isoformat()
        body = json.dumps(sample).encode()
        receive_referral(Envelope(body, sender="file", door="file", received_at=now - ago))


@contextmanager
def _copied(like: str, name: str) -> Iterator[None]:
    drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    copy = sql.SQL("create database {} template {}").format(
        sql.Identifier(name), sql.Identifier(like)
    )
    with psycopg.connect(os.environ["BREAKWATER_TEST_DATABASE"], autocommit=True) as server:
        _let_go()
        server.execute(drop)
        server.execute(copy)
        try:
            yield
        finally:
            server.execute(drop)


@contextmanager
def _switched_to(name: str) -> Iterator[None]:
    own = connection.settings_dict["NAME"]
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        _let_go()
        connection.settings_dict["NAME"] = name
        yield
    finally:
        _let_go()
        connection.settings_dict["NAME"] = own
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def _let_go() -> None:
    connection.close()
    connection.close_pool()


@contextmanager
def _command(
    command: str, surroundings: dict[str, str], lifeline: int, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "breakwater.site.cli", command],
            env=surroundings | {LIFELINE: str(lifeline)},
            pass_fds=[lifeline],
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def _wait_until_ready(address: str, started: list[subprocess.Popen[bytes]], log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and all(process.poll() is None for process in started):
        with (
            suppress(urllib.error.URLError, ConnectionError),
            urllib.request.urlopen(f"{address}/readyz", timeout=5),
        ):
            return
        time.sleep(0.1)
    raise RuntimeError(f"The hub did not become ready. Its messages:\n{log.read_text()[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
