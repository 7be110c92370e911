from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.referrals.rules import Category, Level
from breakwater.referrals.thresholds.facts import ASKED, Danger, Facts
from breakwater.referrals.thresholds.rules import RuleKind, RuleSet, suggest
from breakwater.referrals.thresholds.ruleset import default
from tests.referrals.thresholds.rule_sets import (
    a_rule,
    facts,
    more_danger,
    rule_sets,
    with_rules,
)

RULES = default(RuleKind.THRESHOLD)


def fired(facts: Facts, rules: RuleSet = RULES) -> list[str]:
    return [one.rule.id for one in suggest(rules, facts).fired]


@given(rule_sets(), st.data(), facts())
def test_more_danger_never_lowers_the_level_whatever_the_rules(
    rules: RuleSet, data: st.DataObject, before: Facts
) -> None:
    worse = {
        name: data.draw(more_danger(name, getattr(before, name)), label=name)
        for name in Facts.__dataclass_fields__
    }
    assert int(suggest(rules, replace(before, **worse)).level) >= int(suggest(rules, before).level)


@given(facts())
def test_there_is_always_a_level(known: Facts) -> None:
    assert suggest(RULES, known).level in Level


@given(rule_sets(), facts(), st.randoms())
def test_the_order_of_the_rules_changes_nothing(rules: RuleSet, known: Facts, chance) -> None:
    mixed = list(rules.rules)
    chance.shuffle(mixed)
    one, other = suggest(rules, known), suggest(replace(rules, rules=tuple(mixed)), known)
    assert (one.level, one.base) == (other.level, other.base)
    assert {f.rule.id for f in one.fired} == {f.rule.id for f in other.fired}
    assert {(c.rule.id, c.level) for c in one.could} == {(c.rule.id, c.level) for c in other.could}


@given(rule_sets(), facts(), st.data())
def test_an_answer_never_makes_more_of_it_than_the_page_said_it_could(
    rules: RuleSet, known: Facts, data: st.DataObject
) -> None:
    said = suggest(rules, known)
    unknown = [n for n in said.unknown if n not in ("worries", "category", "also")]
    if not unknown:
        return
    name = data.draw(st.sampled_from(unknown))
    answered = replace(known, **{name: data.draw(more_danger(name, None))})
    # Of rules that wait for this one fact alone; several answers together may do more.
    alone = [c.level for c in said.could if c.unknown == (name,)]
    waits = [c.level for c in said.could if name in c.unknown]
    then = suggest(rules, answered).level
    assert alone == [] or max(alone) <= max(waits)
    if not waits and rules.most_up == 1:
        assert then == said.level


def test_without_any_rule_the_gravest_category_named_says_where_it_starts() -> None:
    rules = with_rules()
    assert suggest(rules, Facts(category="bereavement")).level == "1"
    both = suggest(rules, Facts(category="bereavement", also=("fgm", "neglect")))
    assert (both.level, both.base_of) == ("4", "fgm")


def test_nothing_known_at_all_is_level_1_and_says_what_is_not_known() -> None:
    nothing = suggest(RULES, Facts())
    assert (nothing.level, nothing.base_of) == ("1", "")
    assert {"immediate_danger", "youngest_age", "adult_access", "worries"} <= set(nothing.unknown)


def test_what_is_not_known_is_never_taken_for_no() -> None:
    unsaid = suggest(RULES, Facts(category="neglect"))
    assert "immediate-danger" in {one.rule.id for one in unsaid.could}
    said_no = suggest(RULES, Facts(category="neglect", immediate_danger=False))
    assert "immediate-danger" not in {one.rule.id for one in said_no.could}
    assert "immediate danger" in unsaid.unknown_words
    assert "immediate danger" not in said_no.unknown_words


def test_what_could_change_it_says_which_answer_and_to_which_level() -> None:
    could = suggest(RULES, Facts(category="indecent_images")).could
    (access,) = [one for one in could if one.rule.id == "adult-has-access"]
    assert (access.unknown, access.level) == (("adult_access",), "4")
    assert [int(one.level) for one in could] == sorted((int(c.level) for c in could), reverse=True)


def test_a_fact_that_nobody_knows_can_count_as_possible() -> None:
    assert "adult-may-have-access" in fired(Facts(category="online_grooming"))
    assert "adult-may-have-access" not in fired(
        Facts(category="online_grooming", adult_access=False)
    )


def test_a_rule_shows_the_facts_that_made_it_fire() -> None:
    (one,) = [
        f
        for f in suggest(RULES, Facts(category="neglect", youngest_age=0)).fired
        if f.rule.id == "baby-at-risk"
    ]
    assert one.known == (
        ("worries", "the category, or one also named", "neglect"),
        ("youngest_age", "the youngest child's age", "0 years"),
    )


def test_unborn_children_and_babies_come_first() -> None:
    assert [rule.id for rule in RULES.rules][:3] == [
        "baby-at-risk",
        "unborn-or-under-1",
        "hurt-under-2",
    ]


@pytest.mark.parametrize(("most", "level"), [(1, "3"), (2, "4"), (3, "4")])
def test_rules_that_say_one_level_up_make_no_more_together_than_the_set_allows(
    most: int, level: str
) -> None:
    up = {"at_least": None, "up": True}
    rules = with_rules(a_rule(id="a", **up), a_rule(id="b", **up), most_up=most)
    assert suggest(rules, Facts(category="neglect", weapons=True)).level == level


def test_a_rule_that_is_off_does_not_fire() -> None:
    off = with_rules(a_rule(on=False))
    assert suggest(off, Facts(category="other", weapons=True)).level == "1"


def test_a_tenth_small_worry_weighs_more_than_one() -> None:
    small = Facts(category="young_carer", repeats=0)
    levels = [suggest(RULES, replace(small, repeats=n)).level for n in (0, 1, 2, 5, 9)]
    assert levels == ["2", "2", "3", "4", "4"]


@pytest.mark.parametrize("category", Category)
def test_every_category_starts_somewhere(category: Category) -> None:
    assert RULES.base[category] in range(1, 5)


def test_every_fact_with_a_direction_is_asked_by_some_rule() -> None:
    asked = {c.fact for rule in RULES.rules for c in (*rule.all, *rule.any)}
    assert {
        a.name for a in ASKED.values() if a.danger is not Danger.NEITHER and not a.decided
    } <= asked
    assert {"channel", "reporter", "consent"} <= asked
