"""Seeded faults in what keeps and erases: each must be noticed, and none may erase what is held."""

import types
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from breakwater.access.models import Agency, Case
from breakwater.access.rules import Actor, NotAllowed
from breakwater.records.models import Kept, Knob
from breakwater.records.retention import actions, rules
from breakwater.records.retention.queries import holds
from breakwater.records.retention.rules import Scope
from tests.builders import a_person
from tests.records.a_case import waits_again
from tests.records.retention import test_due_dates
from tests.records.retention.conftest import grace_over

RETENTION = Path(rules.__file__).parent
MakeCase = Callable[..., int]

# --- the rules --------------------------------------------------------------------------------

RULE_FAULTS = (
    ("day.year + years)\n", "day.year + years - 1)\n"),
    ("date(day.year + years, 3, 1)", "date(day.year + years, 2, 28)"),
    ("parts[2] != DUMMY_DAY", "True"),
    ("date(parts[0], 12, 31)", "date(parts[0], 1, 1)"),
    ("monthrange(parts[0], parts[1])[1]", "15"),
    ("years_after(one.told_on, -one.age)", "years_after(one.told_on, -one.age - 1)"),
    ("max(births, default=case.closed_on)", "min(births, default=case.closed_on)"),
    ("latest_birth(one) or case.closed_on for one", "latest_birth(one) or date.min for one"),
    ("of.basis is Basis.BIRTHDAY", "of.basis is Basis.CLOSING"),
    ("max(years_after(start, of.years), case.closed_on)", "years_after(start, of.years)"),
    ("if not of.review_every", "if of.review_every"),
    ("Due(min(free_on,", "Due(max(free_on,"),
    ("years_after(case.closed_on, of.review_every)), free_on)", "free_on), case.closed_on)"),
    ("holder not in case.holders", "holder in case.holders"),
    ("named or [c for c in own if not c.categories]", "named"),
    ("named or [c for c in own if not c.categories]", "[c for c in own if not c.categories]"),
    ("fits or [c for c in own if not c.only_triaged]", "fits"),
    ("max(first, keep_until)", "min(first, keep_until)"),
    ("min(one.review_on for one in dues)", "max(one.review_on for one in dues)"),
    ("max(one.free_on for one in dues)", "min(one.free_on for one in dues)"),
    ("until <= today", "until < today"),
    ("until > years_after(today, 10)", "until > years_after(today, 11)"),
)


def _tests_of_rules() -> Iterator[tuple[str, Callable[[], None]]]:
    for name, test in vars(test_due_dates).items():
        if name.startswith("test_") and "what_was_told" not in name:
            yield name, test
    told = test_due_dates.test_what_was_told_gives_the_latest_birth
    (mark,) = told.pytestmark  # type: ignore[attr-defined]
    for given in mark.args[1]:
        yield f"told {given}", lambda given=given: told(*given)


@pytest.mark.parametrize("fault", RULE_FAULTS, ids=lambda fault: fault[1])
def test_a_fault_in_the_dates_is_noticed(
    fault: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (RETENTION / "rules.py").read_text(encoding="utf-8")
    assert source.count(fault[0]) == 1, "the fault no longer fits the code"
    faulty = types.ModuleType(rules.__name__)
    monkeypatch.setitem(__import__("sys").modules, rules.__name__, faulty)
    exec(compile(source.replace(*fault), "rules.py", "exec"), vars(faulty))  # noqa: S102
    for name in ("Basis", "Born", "Class", "ClosedCase", "Due"):
        # The tests' values are of the true kinds: only what computes is at fault.
        setattr(faulty, name, getattr(rules, name))
    monkeypatch.setattr(test_due_dates, "rules", faulty)
    failed = []
    for name, test in _tests_of_rules():
        try:
            test()
        except Exception:  # noqa: BLE001  any failure is the point
            failed.append(name)
            break
    assert failed, "no test of the dates noticed"


# --- the database -----------------------------------------------------------------------------

KEEPING, ERASING = "keeping.sql", "erasing.sql"
SQL_FAULTS = (
    (KEEPING, "h.lifted_at is null and case", "false and case"),
    (KEEPING, "when 'every case' then true", "when 'every case' then false"),
    (KEEPING, "of_case = any(h.cases)", "of_case = h.cases[1]"),
    (KEEPING, "(r.category = h.category or h.category = any(r.also))", "r.category = h.category"),
    (KEEPING, "(r.category = h.category or h.category = any(r.also))", "h.category = any(r.also)"),
    (KEEPING, "in (g.agency_id, t.agency_id, u.agency_id)", "in (g.agency_id, u.agency_id)"),
    (KEEPING, "lower(m.told_by) = lower(a.name)", "false"),
    (KEEPING, "    else true end", "    else false end"),
    (KEEPING, "if held is not null then", "if false then"),
    (KEEPING, "k.closed_at is not null)", "true)"),
    (KEEPING, "r.state <> 'decided, no further action')", "false)"),
    (KEEPING, "not exists (select from public.records_kept k where k.case_id = of_case)", "false"),
    (KEEPING, "k.free_on > (statement", "k.free_on > 1 + (statement"),
    (KEEPING, "k.free_on > (statement", "k.review_on > (statement"),
    (KEEPING, "proposed.decided_by_id = person", "false"),
    (KEEPING, "statement_timestamp() + door.knob('GRACE_DAYS') * interval '1 day'\n    where",
     "statement_timestamp() + (door.knob('GRACE_DAYS') - 1) * interval '1 day'\n    where"),
    (KEEPING, "set standing = 'undone', undone_by_id", "set undone_by_id"),
    (ERASING, "if against is not null then perform door.refuse(against); end if;", ""),
    (ERASING, "and d.erase_from <= clock_timestamp() for update", "for update"),
    (ERASING, "where d.case_id = of_case and d.standing = 'let go by two people, erased after the "
     "grace'", "where d.case_id = of_case"),
    (ERASING, "if decision.id is null then", "if false then"),
    (ERASING, ">= door.knob('MOST_A_NIGHT')", "> door.knob('MOST_A_NIGHT')"),
    (ERASING, ">= door.knob('MOST_A_NIGHT')", "< 0"),
    (ERASING, "interval '20 hours'", "interval '0 hours'"),
)  # fmt: skip


NAMES = (
    *("Nobody", "Alone", "Early", "Undone", "Busy", "Reopened", "Young", "Classless", "Held"),
    *("Unknown", "Free", "Last 0", "Last 1", "Last 2", "Last 3"),
)


@dataclass
class Drill:
    """Cases whose time is up: some must stay, each for one reason, and some may go."""

    due: dict[str, int]
    officer: Actor
    second: Actor

    def let_go(self, name: str, grace: timedelta = timedelta(days=90)) -> int:
        case_id = self.due[name]
        actions.let_go(self.officer, case_id, "Nothing came after it.")
        actions.confirm(self.second, case_id)
        grace_over(case_id, grace)
        return case_id

    def hold(self, **reach: object) -> None:
        told = {"name": "Inquiry", "reason": "Asked.", "asked_on": timezone.localdate()}
        actions.place_hold(self.officer, **(told | reach))  # type: ignore[arg-type]

    def lift_all(self) -> None:
        for one in holds(self.officer):
            if one.lifted_at is None:
                actions.lift_hold(self.officer, one.id, "Ended.")

    def wrongs(self) -> list[str]:
        """Try to erase each; return what went that must stay, and what stayed that may go."""
        wrong = []
        for why, case_id in self.must_stay().items():
            if _erases(case_id):
                wrong.append(f"erased although {why}")
        if self.unknown_reach():
            wrong.append("erased although held by an unknown reach")
        if not _erases(self.let_go("Free")):
            wrong.append("kept although its time is up")
        last = [self.let_go(f"Last {number}") for number in range(4)]
        hub = Agency.objects.get(name="Safeguarding hub").pk
        for reach in ({"scope": Scope.ALL}, {"scope": Scope.AGENCY, "agency_id": hub}):
            self.lift_all()
            self.hold(**reach)
            if _erases(last[0]):
                wrong.append(f"erased although held: {reach}")
        self.lift_all()
        Knob.objects.filter(code="MOST_A_NIGHT").update(value=3)
        went = [_erases(case_id) for case_id in last]
        # One went before: two more are the night's.
        if went != [True, True, False, False]:
            wrong.append(f"the cap let {went} go")
        return wrong

    def must_stay(self) -> dict[str, int]:
        stay = {"nobody let it go": self.due["Nobody"], "one person did": self.due["Alone"]}
        actions.let_go(self.officer, self.due["Alone"], "Mine.")
        with suppress(NotAllowed), transaction.atomic():
            actions.confirm(self.officer, self.due["Alone"])
        grace_over(self.due["Alone"])
        stay["the grace runs"] = self.let_go("Early", timedelta(days=89, hours=23))
        stay["it was undone"] = self.let_go("Undone")
        actions.undo(self.officer, self.due["Undone"], "Kept.")
        stay["it is at work"] = self.let_go("Busy")
        waits_again(self.due["Busy"])
        stay["it was opened again"] = self.let_go("Reopened")
        Case.objects.filter(pk=self.due["Reopened"]).update(closed_at=None)
        stay["a class keeps it a day more"] = self.let_go("Young")
        _free_on(self.due["Young"], timezone.localdate() + timedelta(days=1))
        stay["it has no class"] = self.let_go("Classless")
        _free_on(self.due["Classless"], None)
        for name in ("Held", "Missing", "Also", "Told"):
            stay[f"held: {name}"] = self.let_go(name)
        self.hold(scope=Scope.CASES, cases=[1, self.due["Held"]])
        self.hold(scope=Scope.CATEGORY, category="missing")
        self.hold(scope=Scope.CATEGORY, category="fgm")
        surgery = Agency.objects.create(name="the surgery", kind="health")
        self.hold(scope=Scope.AGENCY, agency_id=surgery.pk)
        return stay

    def unknown_reach(self) -> bool:
        case_id = self.let_go("Unknown")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            cursor.execute("alter table records_hold drop constraint hold_says_what_it_reaches")
            cursor.execute(
                "insert into records_hold (name, reason, scope, category, cases, asked_on,"
                " placed_at, placed_by_id, lifted_because) values"
                " ('New kind', 'x', 'a new reach', '', '{}', now(), now(), %s, '')",
                [self.officer.user_id],
            )
            erased = _erases(case_id)
            transaction.set_rollback(True)
        return erased


@pytest.fixture
def drill(due_case: MakeCase, officer: Actor, second_officer: Actor) -> Drill:
    def named(name: str, **told: object) -> int:
        return due_case(a_person(given=name, born="2001-02-03"), **told)

    due = {name: named(name) for name in NAMES}
    due["Missing"] = named("Missing", concern={"category": "missing"})
    due["Also"] = named("Also", concern={"also": ["fgm"]})
    nurse = {"name": "A Nurse", "agency": "The Surgery", "agency_kind": "health"}
    due["Told"] = named("Told", reporter=nurse)
    return Drill(due, officer, second_officer)


def _erases(case_id: int) -> bool:
    try:
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute("select door.erase_case(%s)", [case_id])
    except DatabaseError:
        return False
    return not Case.objects.filter(pk=case_id).exists()


def _free_on(case_id: int, day: date | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table records_kept disable trigger user")
        kept = Kept.objects.filter(case_id=case_id)
        kept.delete() if day is None else kept.update(free_on=day)
        cursor.execute("alter table records_kept enable trigger user")
        cursor.execute("set constraints all deferred")


@pytest.mark.django_db
def test_each_fault_in_keeping_or_erasing_is_noticed_and_the_code_has_none(drill: Drill) -> None:
    assert _wrongs_with(drill) == []
    for file, true, false in SQL_FAULTS:
        source = (RETENTION / file).read_text(encoding="utf-8")
        assert true in source, f"the fault no longer fits the code: {true}"
        assert _wrongs_with(drill, source.replace(true, false)), f"nobody noticed: {false}"


def _wrongs_with(drill: Drill, functions: str = "") -> list[str]:
    """Run the drill with these functions in place of the true ones, and take all of it back."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            # Tables forbid some faults too; here the functions alone are on trial.
            cursor.execute(
                "alter table records_keeporletgo drop constraint letting_go_takes_two_people;"
                "alter table records_erased alter column decided_by_id drop not null,"
                " alter column confirmed_by_id drop not null;"
                "drop trigger moves_on on records_keeporletgo"
            )
            if functions:
                cursor.execute(functions)
        wrongs = drill.wrongs()
        transaction.set_rollback(True)
    return wrongs
