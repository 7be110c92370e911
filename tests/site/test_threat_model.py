"""The threat model names tests that are there, and says how many are still to come."""

import re
from pathlib import Path

import pytest

from scripts.make_asvs import PARTS
from tests.site.test_asvs import assert_there

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "threat-model.md"
TEXT = PAGE.read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py::\w+)`", TEXT)))
# After the page's own explanation of the mark.
PENDING = re.findall(r"\*\(pending: ([a-z-]+)\)\*", TEXT)
ATTACKS = re.split(r"^\*\*(?=\d+\. )", TEXT.partition("## Out of scope")[0], flags=re.M)[1:]
LONGEST = 1_700  # words on three pages


@pytest.mark.parametrize("test", NAMED)
def test_every_test_that_the_page_names_is_there(test: str) -> None:
    assert_there(f"tests/{test}")


def test_nothing_that_looks_like_a_test_is_named_otherwise() -> None:
    assert len(re.findall(r"::", TEXT)) == len(re.findall(r"`[\w/]+\.py::\w+`", TEXT)) + 1


def test_the_page_counts_the_proofs_that_are_pending() -> None:
    assert set(PENDING) <= set(PARTS)
    assert f"{len(PENDING)} proofs are pending" in TEXT
    # Attacks that nothing here stops yet say so in words, never as proofs to come.
    assert "pending" not in TEXT.replace("0 proofs are pending", "")


def test_each_of_twelve_attacks_says_what_stops_it_what_shows_it_and_what_is_left() -> None:
    assert [int(attack.partition(".")[0]) for attack in ATTACKS] == list(range(1, 13))
    for attack in ATTACKS:
        assert "*Stops it:*" in attack
        assert "*Left:*" in attack
        assert "`" in attack or "(pending: " in attack, attack.splitlines()[0]


def test_the_page_ends_with_what_cannot_be_proven() -> None:
    headings = re.findall(r"^## (.+)$", TEXT, re.M)
    assert headings[-2:] == ["Out of scope", "What cannot be proven"]


def test_the_page_is_short_enough_to_be_read() -> None:
    assert len(TEXT.split()) <= LONGEST
