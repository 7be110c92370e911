"""Keys as words: the same that are hashed for the hub's own index."""

from datetime import date

import pytest

from breakwater.people.linkage import asked, keys, profile, stored

TOLD = [
    {"given": "Amelia Rose", "family": "Hartley-Khan", "born": "2017-05-04", "postcode": "YO1 7HH",
     "address": "12 Mill Lane", "phone": "01904 960123", "nhs_number": "9434765919"},
    {"given": "Sam", "family": "Okafor"},
    {"given": "Sam", "age": 7, "school": "St John's"},
    {},
]  # fmt: skip


@pytest.mark.parametrize("told", TOLD)
def test_words_hash_to_the_very_keys(told):
    one = profile(told, date(2026, 11, 25))
    assert keys._hashed(list(keys.stored_words(one))) == stored(one)
    assert keys._hashed(list(keys.asked_words(one))) == asked(one)


@pytest.mark.parametrize("told", TOLD)
def test_the_first_character_is_the_kind(told):
    one = profile(told, date(2026, 11, 25))
    kinds = {word[0] for word in keys.stored_words(one) | keys.asked_words(one)}
    assert kinds <= set("NU#TEAHPSCYW0DB")
