"""Who looked at a case, in plain words."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from breakwater.access.models import User
from breakwater.access.policy import Role, Verb
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.actions import record
from breakwater.audit.models import Entry
from breakwater.records.wholooked.actions import open_who_looked
from breakwater.records.wholooked.queries import PAGE_SIZE
from breakwater.records.wholooked.rules import (
    WORDS,
    Kind,
    purpose_in_words,
    said,
    subject_in_words,
)
from breakwater.referrals.actions import open_referral
from tests.builders import a_person, received
from tests.records.a_case import case_of

pytestmark = pytest.mark.django_db

HOUSE = Path(__file__).resolve().parent.parent.parent / "breakwater"
Staff = Callable[..., User]


def test_who_opened_a_case_is_told_by_name_team_and_purpose(triage: Actor) -> None:
    reference = received().reference
    open_referral(triage, reference, "triage")
    shown = open_who_looked(triage, case_of(reference))
    opened = next(line for line in shown.lines if line.words == "opened it")
    assert opened.who.name == "Priya Hill"
    assert opened.who.teams == "Hub triage"
    assert opened.who.agency == "Wessex Council"
    assert opened.purpose == "triage"
    assert opened.subject == f"referral {reference}"


def test_looking_at_who_looked_is_itself_a_line_before_anything_is_shown(triage: Actor) -> None:
    case = case_of(received().reference)
    shown = open_who_looked(triage, case)
    assert shown.lines[0].words == "saw who looked at it"


def test_the_newest_is_first_and_pages_go_back_in_time(triage: Actor) -> None:
    case = case_of(received().reference)
    for _ in range(PAGE_SIZE + 5):
        record(triage.ledger_name, "open_case", cases=[case])
    first, second = (open_who_looked(triage, case, page=page) for page in (1, 2))
    assert len(first.lines) == PAGE_SIZE
    assert first.pages == 2
    times = [line.at for line in first.lines + second.lines]
    assert first.lines[0].at >= first.lines[-1].at >= second.lines[-1].at
    assert len(times) >= PAGE_SIZE + 5


def test_a_person_and_a_kind_narrow_it_down(triage: Actor, staff: Staff) -> None:
    other = actor_for(staff("Ben Cole"))
    reference = received().reference
    case = case_of(reference)
    open_referral(triage, reference, "triage")
    open_referral(other, reference, "triage")
    by_ben = open_who_looked(triage, case, who=other.ledger_name)
    assert {line.who.name for line in by_ben.lines} == {"Ben Cole"}
    opened = open_who_looked(triage, case, kind=Kind.OPENED)
    assert {line.kind for line in opened.lines} == {Kind.OPENED}
    assert dict(opened.people)[other.ledger_name] == "Ben Cole"


def test_who_was_refused_stands_out_under_a_kind_of_its_own(triage: Actor, staff: Staff) -> None:
    outsider = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    reference = received().reference
    with pytest.raises(NotAllowed):
        open_referral(outsider, reference, "curious")
    shown = open_who_looked(triage, case_of(reference), kind=Kind.REFUSED)
    assert [(line.who.name, line.allowed) for line in shown.lines] == [("Ana Reyes", False)]


def test_the_engine_that_compares_everybody_is_left_out(triage: Actor) -> None:
    case = case_of(received().reference)
    record("worker", "compare", cases=[case])
    assert all(line.words != said("compare").words for line in open_who_looked(triage, case).lines)


def test_a_look_at_several_cases_does_not_tell_that_there_were_others(
    triage: Actor, staff: Staff, signed_in: Callable[[User], Client]
) -> None:
    """Who reads this may not know of one of them: it would tell of a restricted brother's case."""
    names = ("Wren", "Lark", "Robin")
    one, two, hidden = (case_of(received(a_person(given=name)).reference) for name in names)
    assert len({one, two, hidden}) == 3
    record("user:77", "search_people", cases=[one])
    record("user:77", "search_people", cases=[two, hidden])
    client = signed_in(User.objects.get(pk=triage.user_id))
    shown = [
        client.get(f"/cases/{case}/who-looked?who=user:77").content.decode() for case in (one, two)
    ]
    lists = [re.search(r'<ol.*?class="[^"]*timeline.*?</ol>', page, re.DOTALL) for page in shown]
    first, second = (re.sub(r"<time.*?</time>", "", found[0]) for found in lists if found)
    assert "searched for a person" in first
    assert first == second


def test_who_was_shut_out_is_not_named(triage: Actor) -> None:
    case = case_of(received().reference)
    record("database", "insert_exclusion", cases=[case], facts={"user": 7, "why": "declared"})
    line = open_who_looked(triage, case, kind=Kind.ACCESS).lines[0]
    assert line.words == "somebody was shut out"
    assert "7" not in f"{line.who}{line.subject}"


def test_without_a_grant_nobody_sees_who_looked_and_the_attempt_is_a_line(
    triage: Actor, staff: Staff
) -> None:
    outsider = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    case = case_of(received().reference)
    with pytest.raises(NotAllowed):
        open_who_looked(outsider, case)
    refused = Entry.objects.get(actor=outsider.ledger_name)
    assert (refused.verb, refused.allowed, refused.cases) == ("see_who_looked", False, [case])


def test_an_inspector_has_no_such_verb(triage: Actor, staff: Staff) -> None:
    inspector = actor_for(staff("Una Price", TeamKind.TRIAGE, Role.INSPECTOR))
    assert Verb.SEE_WHO_LOOKED not in inspector.verbs
    with pytest.raises(NotAllowed):
        open_who_looked(inspector, case_of(received().reference))


def test_the_statements_do_not_grow_with_the_history(triage: Actor, staff: Staff) -> None:
    case = case_of(received().reference)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            open_who_looked(triage, case)
        return len(captured)

    few = statements()
    for number in range(20):
        colleague = actor_for(staff(f"Colleague {number}"))
        record(colleague.ledger_name, "open_case", cases=[case])
    assert statements() == few


def test_the_page_shows_it_and_filters_by_address(
    triage: Actor, staff: Staff, signed_in: Callable[[User], Client]
) -> None:
    reference = received().reference
    case = case_of(reference)
    open_referral(triage, reference, "triage")
    client = signed_in(User.objects.get(pk=triage.user_id))
    assert f"/cases/{case}/who-looked" in client.get(f"/referrals/{reference}").content.decode()
    page = client.get(f"/cases/{case}/who-looked", {"kind": "opened", "page": "1"})
    assert page.status_code == 200
    assert "Priya Hill opened it" in page.content.decode()
    nonsense = client.get(f"/cases/{case}/who-looked", {"kind": "x", "page": "-3", "who": "y"})
    assert nonsense.status_code == 200
    assert client.get("/cases/999999/who-looked").status_code == 404


def test_a_subject_is_told_in_words() -> None:
    assert subject_in_words("referral:12", {12: "BW-1"}) == "referral BW-1"
    assert subject_in_words("referral:13", {}) == "a referral"
    assert subject_in_words("question:5", {}) == "a question about two people"
    assert subject_in_words("board", {}) == "board"


def test_a_purpose_is_told_in_words() -> None:
    assert purpose_in_words("to take_on") == "to take on work that was routed to the team"
    assert purpose_in_words("already known, beside BW-1") == "already known, beside BW-1"
    assert purpose_in_words("to see who looked") == "to see who looked"


def test_every_verb_that_the_code_writes_has_words() -> None:
    written = {*(verb.name.lower() for verb in Verb), *_in_python(), *_in_sql(), *_of_triggers()}
    assert {"case_erased", "clock_missed", "session_opened", "insert_grant", "demo_made"} <= written
    assert written - set(WORDS) == set()


def _in_python() -> Iterator[str]:
    """The second argument of each call of record()."""
    for path in HOUSE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            target.id: value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target, value in _pairs(node)
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant)
        }
        # Verbs that are chosen from a table, as what a clock did.
        tables = {
            target.id: [str(v.value) for v in value.values if isinstance(v, ast.Constant)]
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target, value in _pairs(node)
            if isinstance(target, ast.Name) and isinstance(value, ast.Dict)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            verb = node.args[1]
            if called == "record" and isinstance(verb, ast.Constant):
                yield str(verb.value)
            elif called == "record" and isinstance(verb, ast.Name) and verb.id in names:
                yield str(names[verb.id])
            elif called == "record" and isinstance(verb, ast.Subscript):
                yield from tables.get(getattr(verb.value, "id", ""), ())


def _pairs(node: ast.Assign) -> list[tuple[ast.expr, ast.expr]]:
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


def _in_sql() -> Iterator[str]:
    """What stands in the place of the verb where a function of the door writes an entry."""
    entry = re.compile(r"into public\.ledger_entry\s*\((.*?)\)\s*values\s*\((.*?);", re.S)
    for path in HOUSE.rglob("*.sql"):
        for columns, values in entry.findall(path.read_text(encoding="utf-8")):
            place = [column.strip() for column in columns.split(",")].index("verb")
            value = _split(values)[place].strip()
            if re.fullmatch(r"'[a-z_]+'", value):
                yield value.strip("'")


def _of_triggers() -> Iterator[str]:
    for path in HOUSE.rglob("migrations/*.py"):
        for word in re.findall(
            r"note(?:_change)?\((?:\"\w+\", )?['\"](\w+)['\"]", path.read_text()
        ):
            yield from (f"{what}_{word}" for what in ("insert", "update", "delete"))


def _split(values: str) -> list[str]:
    """The values of an insert, by the commas outside brackets."""
    parts, depth = [""], 0
    for letter in values:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
