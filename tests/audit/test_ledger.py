"""The ledger: never changed, and never holding what a person wrote or who a child is."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from breakwater.access.models import Team, User
from breakwater.access.policy import Role, Verb
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.actions import record
from breakwater.audit.models import Entry
from breakwater.audit.queries import entries_of_case, entry_count, happened
from breakwater.clocks.actions import record_misses
from breakwater.people.actions import look_again
from breakwater.referrals.actions import Envelope, open_referral, receive_referral
from breakwater.referrals.board.actions import open_board
from breakwater.referrals.models import Referral
from breakwater.referrals.routing.actions import take_on
from breakwater.referrals.rules import Category, Channel, Level, Outcome
from breakwater.referrals.triage.actions import decide
from breakwater.site.demo_data import SAMPLES
from tests.builders import decided

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]


@pytest.mark.parametrize(
    "change",
    [
        "update ledger_entry set actor = 'user:2'",
        "update ledger_entry set allowed = not allowed",
        "delete from ledger_entry",
        "truncate ledger_entry",
        "truncate ledger_entry cascade",
        "with gone as (delete from ledger_entry returning 1) select count(*) from gone",
        "insert into ledger_entry (id, actor, verb, subject, purpose, allowed, facts)"
        " select id, 'user:2', verb, subject, purpose, allowed, facts from ledger_entry"
        " on conflict (id) do update set actor = excluded.actor",
    ],
)
def test_an_entry_is_never_changed_or_removed(change: str) -> None:
    record("user:1", "decide")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(change)
    assert list(Entry.objects.values_list("actor", "allowed")) == [("user:1", True)]


def test_an_entry_cannot_be_changed_by_way_of_its_row_object() -> None:
    record("user:1", "decide")
    entry = Entry.objects.get()
    entry.actor = "user:2"
    for change in (entry.save, entry.delete):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()


def test_an_entry_is_there_only_when_its_transaction_is() -> None:
    with transaction.atomic():
        record("user:1", "decide")
        transaction.set_rollback(True)
    assert entry_count() == 0


def test_the_database_says_when_an_entry_was_made() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select now()")
        (before,) = cursor.fetchone()
    record("user:1", "decide")
    assert Entry.objects.get().at >= before


def test_who_did_what_on_a_case_reads_oldest_first_for_one_statement() -> None:
    record("user:1", "open_case", cases=[5], purpose="triage")
    record("user:2", "decide", cases=[5, 6], allowed=False)
    record("user:3", "decide", cases=[6])
    with CaptureQueriesContext(connection) as captured:
        lines = entries_of_case(5)
    assert len(captured) == 1
    assert [(line.actor, line.verb, line.purpose, line.allowed) for line in lines] == [
        ("user:1", "open_case", "triage", True),
        ("user:2", "decide", "", False),
    ]


def test_the_ledger_knows_whether_something_ever_happened() -> None:
    assert not happened("demo_made")
    record("demo", "demo_made")
    assert happened("demo_made")


# -- no content, over the whole main job ------------------------------------------------------


def words_in(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.casefold()))


# Words that codes, verbs and purposes of the hub itself are made of.
CODES_THERE = (Category, Channel, Outcome, TeamKind)
OWN_WORDS = frozenset().union(
    *(words_in(c.replace("_", " ")) for codes in CODES_THERE for c in codes),
    *(words_in(verb.name.replace("_", " ")) for verb in Verb),
    *map(words_in, Role),
    words_in("id at actor agency verb case subject purpose allowed facts true false null"),
    words_in("referral receipt board mention clock missed link moved from to repeat version"),
    words_in("channel category level shown triage, work routed to the team, already known beside"),
)


def texts_of(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a submission that somebody wrote, by its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts_of(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner, path)
    elif value is not None and not isinstance(value, bool):
        yield path.lstrip("."), str(value)


# Codes and times of the format; everything else of a submission is content.
CODES = {
    "channel", "sent_at", "reporter.agency_kind", "concern.category", "concern.also",
    "concern.consent", "people.role", "people.sex", "people.age",
}  # fmt: skip


@pytest.fixture
def ledger_of_the_main_job(triage: Actor, staff: Staff) -> list[str]:
    """Every ledger row, as text, after the samples went all their way."""
    cait = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    stranger = actor_for(staff("Jo Park", TeamKind.EARLY_HELP))
    team = Team.objects.get(kind=TeamKind.CAIT).pk
    receipts = []
    for body in SAMPLES.read_bytes().splitlines():
        receipt = receive_referral(Envelope(body, sender="file", door="file"))
        receive_referral(Envelope(body, sender="file", door="file"))
        receipts.append(receipt.reference)
    open_board(triage, {}, 1)
    for reference in dict.fromkeys(receipts):
        open_referral(triage, reference, "triage")
        with pytest.raises(NotAllowed):
            open_referral(stranger, reference, "work routed to the team")
        why = "Zebra-striped reasons are content too."
        decide(triage, reference, decided(Level.ACUTE, team, reason=why), version=1)
        open_referral(cait, reference, "work routed to the team")
        take_on(cait, reference)
    for referral_id in Referral.objects.values_list("pk", flat=True):
        look_again(referral_id)
    record_misses()
    rows = [
        json.dumps(model_to_dict(entry) | {"facts": entry.facts}, default=str, ensure_ascii=False)
        for entry in Entry.objects.all()
    ]
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert verbs >= {"submit", "see_board", "open_case", "decide", "take_on"}
    assert len(rows) > 5 * len(set(receipts))
    return rows


def test_no_entry_holds_what_was_told_why_it_was_decided_or_anybodys_name(
    ledger_of_the_main_job: list[str],
) -> None:
    ledger = frozenset().union(*map(words_in, ledger_of_the_main_job))
    content = dict.fromkeys(words_in("zebra striped"), "the reason of a decision")
    content |= dict.fromkeys(words_in("Priya Hill Ana Reyes Jo Park"), "who works here")
    for body in SAMPLES.read_bytes().splitlines():
        for path, text in texts_of(json.loads(body)):
            if path not in CODES:
                # Numbers of fewer than five digits may be ids; one or two letters say nothing.
                content |= {w: path for w in words_in(text) if len(w) > (4 if w.isdigit() else 2)}
    assert {"amelia", "hartley", "quay", "07700", "asthma", "zebra", "priya"} <= set(content)
    leaked = {word: path for word, path in content.items() if word in ledger - OWN_WORDS}
    assert leaked == {}
