from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.referrals.rules import Level
from breakwater.referrals.thresholds.facts import OUTCOMES, Facts
from breakwater.referrals.thresholds.routing import Proposal, propose
from breakwater.referrals.thresholds.rules import RuleKind
from breakwater.referrals.thresholds.ruleset import default
from tests.referrals.thresholds.rule_sets import facts

RULES = default(RuleKind.ROUTING)


def teams(proposal: Proposal) -> list[str]:
    return [one.team for one in proposal.teams]


@pytest.mark.parametrize(
    ("category", "outcome", "level", "expected"),
    [
        ("neglect", "child_in_need", "3", ["social_care"]),
        ("neglect", "early_help", "2", ["early_help"]),
        ("physical_abuse", "child_protection", "4", ["social_care", "cait"]),
        ("child_sexual_exploitation", "child_protection", "4", ["social_care", "cse"]),
        ("online_grooming", "child_protection", "4", ["social_care", "polit"]),
        ("indecent_images", "police_only", "3", ["polit"]),
        ("intimate_image_sharing", "early_help", "2", ["early_help"]),
        ("neglect", "other_area", "3", ["other_area"]),
        ("neglect", "no_further_action", "1", []),
    ],
)
def test_who_is_proposed_and_who_leads(
    category: str, outcome: str, level: str, expected: list[str]
) -> None:
    proposal = propose(RULES, Facts(category=category), Level(level), outcome)
    assert teams(proposal) == expected
    assert [one.leads for one in proposal.teams] == [True, *[False] * len(expected[1:])][
        : len(expected)
    ]


def test_each_team_says_which_rule_proposed_it() -> None:
    proposal = propose(RULES, Facts(category="physical_abuse"), Level.ACUTE, "child_protection")
    assert {one.team: [by.rule.id for by in one.by] for one in proposal.teams} == {
        "social_care": ["child-protection"],
        "cait": ["abuse-investigation"],
    }


def test_without_an_outcome_the_page_says_which_rules_wait_for_it() -> None:
    proposal = propose(RULES, Facts(category="physical_abuse"), Level.ACUTE)
    assert proposal.teams == ()
    assert {rule.id for rule in proposal.undecided} >= {"child-protection", "abuse-investigation"}


@given(facts(), st.sampled_from(Level), st.sampled_from(OUTCOMES), st.randoms())
def test_the_order_of_the_rules_changes_nothing(
    known: Facts, level: Level, outcome: str, chance
) -> None:
    mixed = list(RULES.rules)
    chance.shuffle(mixed)
    other = propose(replace(RULES, rules=tuple(mixed)), known, level, outcome)
    assert teams(other) == teams(propose(RULES, known, level, outcome))


@given(facts(), st.sampled_from(Level), st.sampled_from(OUTCOMES))
def test_exactly_one_leads_where_anybody_is_proposed(
    known: Facts, level: Level, outcome: str
) -> None:
    proposal = propose(RULES, known, level, outcome)
    assert sum(one.leads for one in proposal.teams) == bool(proposal.teams)
