"""What requests and disclosures have in common: opening one without its case, sealing, alerts."""

import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from breakwater.access import call
from breakwater.access.actions import View
from breakwater.access.rules import Actor, AlertKind, NotAllowed
from breakwater.vault.queries import keys_of
from breakwater.vault.rules import DataKey, key_id_of

# Letters and digits that nobody takes for another.
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
NOT_YOURS = (
    "This is not for a team that you work in, or it was withdrawn. Ask who sent you the link."
)


@dataclass(frozen=True)
class Listed:
    """A line of a team's inbox: nobody's name."""

    part: str
    id: int
    reference: str
    standing: str
    at: datetime
    due_at: datetime | None
    read_at: datetime | None
    confirmed_at: datetime | None
    agency: str
    team: str


@dataclass
class Reading:
    """A paper open to somebody of the team that it is for; `facts` go into nothing."""

    actor: Actor
    facts: dict[str, Any] = field(default_factory=dict)


def new_reference(prefix: str) -> str:
    """Return a reference such as RQ-7F3K-M2PQ-XW9D: nobody can guess another's."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(12))
    return f"{prefix}-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def place(reference: str) -> tuple[str, int, int] | None:
    """Return (part, id, case) of a reference; None where there is none. 1 SQL statement."""
    rows = call.rows("paper_place", reference)
    return (str(rows[0][0]), int(rows[0][1]), int(rows[0][2])) if rows else None


def my_papers(actor: Actor) -> list[Listed]:
    """What the actor's teams are asked and were told. 1 SQL statement."""
    return [Listed(*row) for row in call.rows("my_papers", actor.session, actor.user_id)]


def open_paper(
    actor: Actor, part: str, paper_id: int, *, purpose: str, answers: bool = False
) -> View:
    """Decide whether the actor may read one paper, and write it down before anything is shown.

    `part` is "requests" or "disclosures"; a request opens what was told in order to ask too. Who is
    let in holds no case. Raise NotAllowed, written down too. Not inside a transaction.
    """
    act = "answer_requests" if answers else "open_paper"
    with transaction.atomic(durable=True):
        opened = call.value(
            "open_paper", actor.session, actor.user_id, part, paper_id, act, purpose
        )
    if opened is None:
        raise NotAllowed(NOT_YOURS)
    return View(actor, capabilities=(str(opened),))


@contextmanager
def answering(actor: Actor, part: str, paper_id: int) -> Iterator[None]:
    """Open the transaction of one deed of a partner on a paper of theirs. Raise NotAllowed."""
    view = open_paper(actor, part, paper_id, purpose="to answer_requests", answers=True)
    with view.reading():
        yield


def seal(key: DataKey, words: Mapping[str, Any], what: str) -> bytes:
    """Seal what was said as JSON, bound to `what` it is ("request:12")."""
    return key.seal(json.dumps(words, ensure_ascii=False), what)


def seal_with(key_id: int, words: Mapping[str, Any], what: str) -> bytes:
    """Seal more under the key of a paper that is open to the transaction. 1 SQL statement."""
    return seal(key_with(key_id), words, what)


def key_with(key_id: int) -> DataKey:
    """The key of a paper that is open to the transaction. 1 SQL statement. Raise NoKey."""
    return keys_of([key_id])[key_id]


def unsealed(sealed: Iterable[tuple[str, bytes | memoryview]]) -> list[dict[str, Any] | None]:
    """What was said, in the same order, of (what, sealed); None where no key is open: recalled.

    1 SQL statement.
    """
    pairs = [(what, bytes(words)) for what, words in sealed]
    keys = keys_of([key_id_of(words) for _, words in pairs])
    return [
        json.loads(keys[key_id_of(words)].unseal(words, what)) if key_id_of(words) in keys else None
        for what, words in pairs
    ]


def tell_team(kind: AlertKind, team_id: int, case_id: int, subject: str, reference: str) -> int:
    """Alert everybody of a team but who is shut out of the case; return how many. 1 statement."""
    return int(call.value("tell_team_of_paper", kind, team_id, case_id, subject, reference))


def tell(
    kind: AlertKind, people: Collection[int], case_id: int, subject: str, reference: str
) -> None:
    """Alert those of these people who may see the case. 1 SQL statement."""
    call.value("tell_of_paper", kind, sorted(people), case_id, subject, reference)


def signers(case_id: int, asker_id: int) -> list[int]:
    """Who may sign an override for a case, now; never the asker. 1 SQL statement."""
    return list(call.value("signers", case_id, asker_id))
