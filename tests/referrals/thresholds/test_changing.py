"""Saving rules: who may, what is refused, what stays."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from breakwater.access.rules import Actor, NotAllowed
from breakwater.audit.models import Entry
from breakwater.referrals.thresholds.actions import Overtaken, WrongChange, change_rules
from breakwater.referrals.thresholds.checks import WrongRules
from breakwater.referrals.thresholds.models import RuleSet as Row
from breakwater.referrals.thresholds.queries import (
    NoSuchVersion,
    in_force,
    version_of,
    versions,
)
from breakwater.referrals.thresholds.rules import RuleKind, RuleSet
from breakwater.referrals.thresholds.ruleset import (
    as_saved,
    changes,
    default,
    fingerprint,
    id_for,
    with_rule,
    written,
)
from tests.referrals.thresholds.rule_sets import a_rule, data

pytestmark = pytest.mark.django_db
THRESHOLD = RuleKind.THRESHOLD


def with_more(**changes: object) -> RuleSet:
    return replace(default(THRESHOLD), most_up=2, **changes)  # type: ignore[arg-type]


def save(actor: Actor, rules: RuleSet, why: str = "Agreed in November.", **given: object) -> int:
    given = {"begun_at": 1, "seen": fingerprint(rules)} | given
    return change_rules(actor, rules.kind, rules, why, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", RuleKind)
def test_a_hub_begins_with_the_rules_that_it_comes_with(kind: RuleKind) -> None:
    version = in_force(kind)
    assert (version.version, version.made_by) == (1, "")
    assert version.rules == default(kind)
    assert "local default" in version.why.lower()


def test_history_typed_in_later_is_read_by_the_first_rules() -> None:
    assert in_force(THRESHOLD, timezone.now().replace(year=2015)).version == 1


def test_a_change_is_another_version_in_force_at_once(grace: Actor) -> None:
    before = timezone.now()
    assert save(grace, with_more()) == 2
    assert in_force(THRESHOLD).rules == with_more()
    assert in_force(THRESHOLD).made_by == "Grace Okafor"
    assert in_force(THRESHOLD, before).version == 1
    assert version_of(THRESHOLD, 1).rules == default(THRESHOLD)
    assert in_force(RuleKind.ROUTING).version == 1
    lines = [(line.version, line.made_by, line.why) for line in versions(THRESHOLD)]
    assert lines[0] == (2, "Grace Okafor", "Agreed in November.")
    assert [line[0] for line in lines] == [2, 1]


def test_a_change_is_in_the_ledger_by_the_fingerprint_of_its_rules(grace: Actor) -> None:
    save(grace, with_more())
    entry = Entry.objects.get(verb="set_rules")
    assert (entry.subject, entry.allowed) == ("rules:threshold", True)
    assert entry.facts == {"version": 2, "rules": fingerprint(with_more())}


def test_a_role_without_the_verb_is_refused_and_the_refusal_is_in_the_ledger(
    triage: Actor,
) -> None:
    with pytest.raises(NotAllowed, match="may not set clocks, thresholds and routing rules"):
        save(triage, with_more())
    assert Row.objects.count() == 2
    assert not Entry.objects.get(verb="set_rules").allowed


def test_a_table_that_does_not_come_out_is_refused_before_anything_is_saved(grace: Actor) -> None:
    rows = [{"facts": {"weapons": True}, "fires": False}, {"facts": {}, "fires": True}]
    broken = as_saved(THRESHOLD, data(rules=[a_rule(tests=rows)]))
    with pytest.raises(WrongRules, match="Rule “axe”: row 1 of its test table"):
        save(grace, broken)
    assert Row.objects.count() == 2


@pytest.mark.parametrize(
    ("why", "field"), [(" \n", "why"), ("x" * 2001, "why")], ids=["empty", "long"]
)
def test_a_change_says_why(grace: Actor, why: str, field: str) -> None:
    with pytest.raises(WrongChange) as refusal:
        save(grace, with_more(), why)
    assert [name for name, _ in refusal.value.errors] == [field]
    assert Row.objects.count() == 2


def test_the_rules_in_force_are_no_change(grace: Actor) -> None:
    with pytest.raises(WrongChange, match="Nothing is changed"):
        save(grace, default(THRESHOLD))


def test_only_the_very_rules_that_were_shown_are_saved(grace: Actor) -> None:
    with pytest.raises(WrongChange, match="not the rules that were shown"):
        save(grace, with_more(), seen=fingerprint(default(THRESHOLD)))
    assert Row.objects.count() == 2


def test_whoever_saves_second_learns_it_and_changes_nothing(grace: Actor) -> None:
    save(grace, with_more())
    other = replace(default(THRESHOLD), most_up=3)
    with pytest.raises(Overtaken, match="Somebody else changed these rules"):
        save(grace, other)
    assert in_force(THRESHOLD).rules == with_more()


def test_two_who_save_at_once_make_one_version(
    grace: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = in_force(THRESHOLD)
    save(grace, with_more())
    # The second one read the rules in force before the first had committed.
    monkeypatch.setattr("breakwater.referrals.thresholds.queries.in_force", lambda kind: now)
    with pytest.raises(Overtaken):
        save(grace, replace(default(THRESHOLD), most_up=3))
    assert Row.objects.filter(kind=THRESHOLD).count() == 2


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_version_is_never_changed(change: str) -> None:
    rows = Row.objects.filter(kind=THRESHOLD)
    deed = {"update": lambda: rows.update(why="Otherwise."), "delete": rows.delete}[change]
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        deed()
    assert in_force(THRESHOLD).rules == default(THRESHOLD)


def test_a_version_that_never_was_is_not_there() -> None:
    with pytest.raises(NoSuchVersion):
        version_of(THRESHOLD, 7)


def test_what_the_hub_comes_with_is_what_version_1_says() -> None:
    """The data files were loaded as version 1. Another default is another version: a migration
    that adds it, never another file under the same number."""
    known = {kind: fingerprint(default(kind))[:12] for kind in RuleKind}
    assert known == FIRST


def test_a_version_stays_readable_when_the_hub_learns_new_categories(grace: Actor) -> None:
    old = written(default(THRESHOLD))
    del old["base"]["neglect"]
    assert as_saved(THRESHOLD, old).base.get("neglect") is None


def test_changes_are_told_in_words() -> None:
    before = default(THRESHOLD)
    rules = {rule.id: rule for rule in before.rules}
    weapons, danger = rules["weapons"], rules["immediate-danger"]
    after = with_rule(before, replace(weapons, on=False))
    after = with_rule(after, replace(danger, at_least=3))
    after = with_rule(after, replace(rules["restricted"], why="Otherwise."))
    after = with_rule(after, replace(rules["known-plan"], all=weapons.all))
    after = with_rule(after, replace(weapons, id="new", title="Another"))
    base, words = {**after.base, "neglect": 3}, {"weapons": ("axe", "bow")}
    after = replace(after, words=words, base=base, most_up=2, rules=after.rules[1:])
    told = changes(before, after)
    assert told[-1][0] == "words that point at weapons"
    assert told[-1][1].startswith("“bow” is new, “knife” is left out, ")
    assert told[:-2] == [
        ("Immediate danger", "at least level 4, now at least level 3"),
        ("A weapon", "no longer in use"),
        ("A plan is in force", "asks for something else"),
        ("A restricted case", "words or test table changed"),
        ("Another", "new"),
        ("An unborn child or a baby under 1, with harm, violence or substance misuse", "left out"),
        ("where neglect starts", "level 2, now level 3"),
        ("how many levels all “one level up” raise together", "1, now 2"),
    ]
    assert told[-2][0] == "words that point at missing episodes"
    assert changes(before, before) == []
    turned = replace(before, rules=before.rules[::-1])
    assert changes(before, turned) == [("the order of the rules", "changed")]
    assert changes(with_rule(before, replace(weapons, on=False)), before)[0][1] == "in use again"


@pytest.mark.parametrize(
    ("title", "id"),
    [
        ("A weapon: in the home!", "a-weapon-in-the-home"),
        ("Weapons", "weapons-2"),
        ("…", "rule"),
        ("x" * 200, "x" * 36),
    ],
)
def test_a_new_rule_gets_an_id_from_its_title(title: str, id: str) -> None:
    assert id_for(title, default(THRESHOLD)) == id


FIRST = {RuleKind.THRESHOLD: "b40c4f6f430a", RuleKind.ROUTING: "b8df7ff0483c"}
