"""The sharing protocol and the impact assessment say what the code does, and name what is there."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from breakwater.sharing.agreements import rules
from breakwater.sharing.rules import BASES, ConsentAsked, Handling
from tests.site.test_asvs import assert_there

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
PROTOCOL = (DOCS / "sharing-protocol.md").read_text(encoding="utf-8")
ASSESSMENT = (DOCS / "dpia.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py::\w+)`", ASSESSMENT)))
TABLES = sorted(set(re.findall(r"`([a-z]+_[a-z]+)`", ASSESSMENT)))
RISKS = re.findall(r"^\| (\d+) \|(.+)\|$", ASSESSMENT, re.M)
LIKELY, SEVERE = {"remote", "possible", "probable"}, {"minimal", "significant", "severe"}
BLANK = re.compile(r"\[AREA(?:: [^\]]+)?\]")


@pytest.mark.parametrize("test", NAMED)
def test_every_proof_that_the_assessment_names_is_there(test: str) -> None:
    assert_there(f"tests/{test}")


@pytest.mark.parametrize("table", TABLES)
def test_every_table_that_the_assessment_names_is_there(table: str) -> None:
    assert table in {model._meta.db_table for model in apps.get_models()}


def test_the_assessment_has_the_steps_of_the_commissioners_template() -> None:
    steps = re.findall(r"^## Steps? ([\d and]+)\.", ASSESSMENT, re.M)
    assert steps == ["1", "2", "3", "4", "5 and 6", "7"]
    of_step_2 = ("### Nature", "### Scope", "### Context", "### Purposes", "ContactPoint")
    assert all(heading in ASSESSMENT for heading in of_step_2)


def test_each_risk_is_judged_before_and_after_and_has_something_that_holds_it() -> None:
    assert [int(number) for number, _ in RISKS] == list(range(1, len(RISKS) + 1))
    for number, row in RISKS:
        _risk, before, done, shown, after, left = (part.strip() for part in row.split("|"))
        for judged in (before, after):
            likely, severe = judged.split(", ")
            assert likely in LIKELY, number
            assert severe in SEVERE, number
        assert all((done, left)), number
        assert "`" in shown, number


def test_what_an_area_must_do_is_marked_and_nobody_has_signed() -> None:
    _, _, signing = ASSESSMENT.partition("## Step 7.")
    lines = [line for line in signing.splitlines() if line.startswith("| ")][2:]
    assert lines
    assert all("**[AREA]**" in line for line in lines)
    _, _, consulted = ASSESSMENT.partition("## Step 3.")
    asked = re.split(r"^## ", consulted, flags=re.M)[0]
    assert len(BLANK.findall(asked.replace("\n  ", " "))) == asked.count("\n- ")


def test_every_basis_stands_in_the_protocol_with_its_source_and_whether_it_was_checked() -> None:
    for facts in BASES.values():
        status = "checked" if facts.checked else "to be checked"
        assert f"| {facts.words} | {facts.source} | {status} |" in PROTOCOL


@pytest.mark.parametrize("words", [*ConsentAsked, *Handling])
def test_the_protocol_uses_the_words_of_the_pages(words: str) -> None:
    assert f"| {words} |" in PROTOCOL


def test_the_numbers_of_agreements_are_those_of_the_code() -> None:
    plain = re.sub(r"\s+", " ", PROTOCOL)
    assert f"within {rules.LONGEST_UNREVIEWED.days // 365} years" in plain
    assert f"is told {rules.DUE_SOON.days} days before" in plain


def test_links_between_documents_lead_somewhere() -> None:
    for text in (PROTOCOL, ASSESSMENT):
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            assert (DOCS / target).exists(), target
