"""What is typed, held against what was told: any part of anything finds it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.people.rules import PersonAsTold, PersonRole
from breakwater.people.search.rules import LONGEST, SHORTEST, search_terms, search_words

FIELDS = (
    *("given", "family", "known_as", "address", "postcode", "email", "handle", "school"),
    *("phone", "nhs_number", "upn"),
)
# Letters of which numbers, postcodes and accounts are made, so that they come up by chance.
NUMBERISH = st.text(alphabet="abz AB0129+-()@._'", max_size=30)


def finds(typed: str, **told: Any) -> bool:
    words = search_words(PersonAsTold(PersonRole.CHILD, **told))
    terms = search_terms(typed)
    return bool(terms) and all(term in words for term in terms)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("999000001", {"nhs_number": "9990000018"}),
        ("999-000", {"nhs_number": "999 000 0018"}),
        ("A838100019", {"upn": "A838100019000"}),
        ("700900123", {"phone": "07700900123"}),
        ("07700-900-123", {"phone": "+447700900123"}),
        ("+44 (0)7700 900123", {"phone": "07700 900123"}),
        ("0044 7700 900123", {"phone": "07700900123"}),
        ("(01632) 960 001", {"phone": "01632 960001"}),
        ("+1 212 555 0100", {"phone": "+1 (212) 555-0100"}),
        ("０７７００ ９００１２３", {"phone": "07700 900123"}),
        ("07700 90012", {"phone": "07700 90012 (one digit lost)"}),
        ("user12345678", {"handle": "user12345678"}),
        ("kid-2017051", {"handle": "@kid-2017051"}),
        ("AB1 2CD", {"address": "9 Quay Street, AB1 2CD"}),
        ("ab12cd", {"address": "9 Quay Street, AB1 2CD"}),
        ("AB1 2", {"postcode": "AB12CD"}),
        ("小明", {"given": "王小明"}),
    ],
)
def test_a_part_of_a_number_or_of_an_address_finds(typed: str, told: dict[str, str]) -> None:
    assert finds(typed, **told), (search_terms(typed), told)


@pytest.mark.parametrize("typed", ["9990000018 07700900123", "12 quay 07700 900123 999 000 0018"])
def test_two_numbers_side_by_side_stay_two(typed: str) -> None:
    told = {"address": "12 Quay Street", "phone": "07700900123", "nhs_number": "9990000018"}
    assert finds(typed, **told)


def test_a_whole_number_is_one_part_and_finds_no_other() -> None:
    assert search_terms("07700 900123") == ["07700900123"]
    assert not finds("07700 900123", phone="07700 123900")


@given(st.sampled_from(FIELDS), st.one_of(st.text(max_size=60), NUMBERISH))
def test_every_word_that_was_told_finds_who_it_was_told_of(field: str, told: str) -> None:
    for word in told.split():
        if len(word) >= SHORTEST and search_terms(word):
            assert finds(word, **{field: told}), (word, search_terms(word))


@given(st.text(max_size=2 * LONGEST))
def test_no_term_holds_a_sign_that_a_search_could_misread(typed: str) -> None:
    for term in search_terms(typed):
        assert not set(term) & set("%\\ ")
