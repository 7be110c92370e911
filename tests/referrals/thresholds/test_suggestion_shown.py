"""What the referral's page says of a suggestion."""

import re
from datetime import date
from typing import Any

from django.template import engines

from breakwater.people.rules import PersonAsTold, PersonRole
from breakwater.referrals.rules import Level, in_words
from breakwater.referrals.thresholds.facts import Facts
from breakwater.referrals.thresholds.routing import propose
from breakwater.referrals.thresholds.rules import RuleKind, suggest
from breakwater.referrals.thresholds.ruleset import default
from breakwater.referrals.thresholds.telling import Told, facts_of

RULES = default(RuleKind.THRESHOLD)


def shown(version: int | None = 3, answers: dict[str, Any] | None = None, **told: Any) -> str:
    """The text of the page, and of tags only the marks."""
    usual = {"category": "neglect", "told_on": date(2026, 11, 24)}
    found = facts_of(Told(**(usual | told)), RULES.words).answered(answers or {})
    suggestion = suggest(RULES, found.facts, version)
    template = engines.all()[0].env.get_template("referrals/suggestion.html")  # type: ignore[attr-defined]
    html = str(template.module.suggestion(suggestion, found))
    return " ".join(re.sub(r"<(?!/?mark)[^>]+>", " ", html).split())


def child(age: int) -> PersonAsTold:
    return PersonAsTold(role=PersonRole.CHILD, age=age)


def test_it_says_which_level_because_of_what_and_who_decides() -> None:
    page = shown(people=(child(0),))
    assert "Level 4 You decide." in page
    assert "Level 4, because: Neglect starts at level 2." in page
    assert "An unborn child or a baby under 1 : one level up." in page
    assert "the youngest child&#39;s age: 0 years (told by the referral)." in page


def test_it_says_what_nobody_knows_and_what_that_could_change() -> None:
    page = shown()
    assert "immediate danger: perhaps level 4 (Immediate danger)" in page
    assert "What is not known never counts as “no”." in page
    assert "immediate danger: perhaps" not in shown(immediate_danger=False)


def test_words_found_in_the_text_are_quoted_and_said_to_need_a_check() -> None:
    page = shown(narrative="She said that no knife was <b>seen</b>.")
    assert "Found in the text: check" in page
    assert "Weapons: She said that no <mark>knife</mark> was &lt;b&gt;seen&lt;/b&gt;." in page
    assert "weapons: yes (found in the text: check)" in page


def test_words_stay_quoted_when_a_worker_answered_otherwise() -> None:
    page = shown(narrative="She said that no knife was seen.", answers={"weapons": False})
    assert "<mark>knife</mark>" in page
    assert "A weapon :" not in page


def test_what_else_to_check_is_said() -> None:
    assert "1 more referral within 12 months may be about the same child" in shown(perhaps=1)


def test_the_version_of_the_rules_is_named_and_can_be_read() -> None:
    assert "The rules, version 3" in shown()
    assert "version" not in shown(None).split("The rules")[1]


def test_proposed_teams_are_shown_with_the_rules_that_said_so() -> None:
    rules = default(RuleKind.ROUTING)
    template = engines.all()[0].env.get_template("referrals/suggestion.html")  # type: ignore[attr-defined]

    def page(outcome: str) -> str:
        facts = Facts(category="physical_abuse")
        given = propose(rules, facts, Level.ACUTE, outcome, 1)
        html = str(template.module.proposal(given, in_words))
        return " ".join(re.sub(r"<[^>]+>", " ", html).split())

    shown = page("child_protection")
    assert "social care Leads A child protection enquiry." in shown
    assert "child abuse investigation (CAIT) Abuse that police enquire into." in shown
    assert "No rule proposes a team: you choose." in page("no_further_action")
    assert "Rules that hang on what is not known: The child lives in another area" in page("")


def test_a_level_4_asks_for_nothing_that_could_raise_it() -> None:
    assert "perhaps level" not in shown(category="fgm")
