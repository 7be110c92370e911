"""Whose data each part is, and what may not leave: rules without a database."""

import pytest

from breakwater.records.subjectaccess.rules import (
    USUAL,
    Choice,
    Decided,
    Item,
    Whose,
    against_export,
    but_own,
    counts,
    decide,
    holds,
    names_others,
)

NOTE = "Nobody is at risk from reading it."


def found(text: str, others: list[str], own: list[str]) -> list[str]:
    return [text[start:end] for start, end in names_others(text, others, own)]


def an_item(key: str, text: str, whose: Whose, *parts: str) -> Item:
    return Item(key, "A section", key.capitalize(), text, whose, parts=parts or (text,))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Kelly came late.", ["Kelly"]),
        ("KELLY'S flat", ["KELLY"]),
        ("Amelia Hartley was hungry.", []),
        # The family name alone may be her father's.
        ("Mr Hartley was there.", ["Hartley"]),
        ("Her mother said so.", ["mother"]),
        ("Kellyanne is a place.", []),
        ("The Kellys moved.", ["Kellys"]),
        ("Tom shouted.", ["Tom"]),
        ("Zoë waved", ["Zoë"]),
        ("zoe waved", ["zoe"]),
        ("Nothing of anybody.", []),
    ],
)
def test_a_text_that_names_or_speaks_of_others_is_found(text: str, seen: list[str]) -> None:
    assert found(text, ["Kelly", "Zoë", "Hartley", "Thomas"], ["Amelia", "Hartley"]) == seen


@pytest.mark.parametrize(
    ("text", "part", "inside"),
    [
        ("lives at 12 Quay Street", "12 Quay Street", True),
        ("lives at 12, quay street.", "12 Quay Street", True),
        ("Joanne", "Jo", False),
        ("Jo said", "Jo", True),
        ("Joanne", "Joan", True),
        ("07700 900123", "07700 900123", True),
        ("nothing", "Kelly", False),
    ],
)
def test_a_string_is_found_however_it_is_written(text: str, part: str, inside: bool) -> None:
    assert holds(text, part) is inside


def test_what_is_the_persons_own_too_need_not_go() -> None:
    own = ["Amelia Hartley", "12 Quay Street"]
    assert but_own(["Kelly Hartley", "Kelly", "Hartley", "12 Quay Street"], own) == (
        "Kelly Hartley",
        "Kelly",
    )


def test_other_peoples_are_withheld_and_mixed_paragraphs_wait_for_a_person() -> None:
    assert {whose for whose, usual in USUAL.items() if usual is Choice.KEEP} == {
        Whose.SUBJECT,
        Whose.CASE,
    }
    assert [whose for whose, usual in USUAL.items() if usual is None] == [Whose.MIXED]


def test_an_undecided_paragraph_and_a_missing_note_block_the_export() -> None:
    decided = decide([an_item("para", "Kelly came.", Whose.MIXED)], {})
    assert [key for key, _ in against_export(decided, " ")] == ["serious_harm", "para"]


def test_a_kept_part_that_holds_a_withheld_string_blocks_the_export() -> None:
    name = an_item("name", "Kelly Hartley", Whose.OTHER, "Kelly Hartley", "Kelly")
    para = an_item("para", "Kelly came.", Whose.MIXED)
    kept = {"para": (Choice.KEEP, para.digest)}
    ((key, words),) = against_export(decide([name, para], kept), NOTE)
    assert key == "para"
    assert "withhold it too, or keep both" in words
    both = kept | {"name": (Choice.KEEP, name.digest)}
    assert against_export(decide([name, para], both), NOTE) == []


def test_what_was_kept_is_asked_anew_when_its_text_changed_and_withheld_stays() -> None:
    para = an_item("para", "Kelly came.", Whose.MIXED)
    plain = an_item("plain", "Changed.", Whose.CASE)
    kept = decide([para], {"para": (Choice.KEEP, "of another text")})
    assert kept == [Decided(para, None, by_hand=False)]
    withheld = decide([plain], {"plain": (Choice.WITHHOLD, "of another text")})
    assert withheld == [Decided(plain, Choice.WITHHOLD, by_hand=True)]


def test_the_ledger_gets_counts_alone() -> None:
    items = [an_item("a", "One", Whose.SUBJECT), an_item("b", "Two", Whose.OTHER)]
    assert counts(decide(items, {})) == {"kept": 1, "withheld": 1}
