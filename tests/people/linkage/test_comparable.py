"""Names, dates, homes and numbers made comparable, whatever is written."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.people.linkage import Profile, asked, profile, stored, unpacked
from breakwater.people.linkage.dates import born_as, born_at_age, born_between, possible
from breakwater.people.linkage.homes import address_of, postcode_of
from breakwater.people.linkage.names import family_words, full_names, given_words, sound
from breakwater.people.linkage.numbers import (
    one_email,
    one_handle,
    one_phone,
    other_number,
    valid_nhs_number,
    valid_upn,
)

TODAY = date(2026, 11, 1)


def made(**told: Any) -> Profile:
    return profile(told, TODAY)


# -- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Amelia Rose", "amelia rose"), ("Małgorzata", "malgorzata"), ("Zoë", "zoe"),
        ("Zoe\u0308", "zoe"), ("Søren", "soren"), ("Guðrún", "gudrun"), ("İpek", "ipek"),
        ("Nguyễn Thị Hồng", "nguyen thi hong"), ("Юлія", "yuliya"), ("Βασίλης", "vasilis"),
        ("محمد", "mohammed"), ("Mohd", "mohammed"), ("李 小龙", "li xiao long"),
        ("李小龙", "li xiao long"), ("Master Jack", "jack"), ("Miss  Ava", "ava"),
        ("unborn", ""), ("Baby", ""), ("NOT KNOWN", ""), ("???", ""), ("", ""), ("🙂", ""),
        ("\u200fAmelia\u200e", "amelia"), ("J", "j"), ("Jo-Ann", "jo ann"),
    ],
)  # fmt: skip
def test_given_names_become_plain_words(text: str, words: str) -> None:
    assert " ".join(given_words(text)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("O'Brien", "obrien"), ("O’Brien", "obrien"), ("Mc Kay", "mckay"),
        ("McKay", "mckay"), ("van der Berg", "berg"), ("de Souza", "souza"),
        ("al-Hassan", "hassan"),
        ("Hartley-Jones", "hartley jones"), ("HARTLEY JONES", "hartley jones"), ("El", "el"),
        ("Wiśniewski-Żak", "wisniewski zak"), ("ap Rhys", "rhys"),
    ],
)  # fmt: skip
def test_family_names_lose_particles_and_keep_both_halves(text: str, words: str) -> None:
    assert " ".join(family_words(text)) == words


@pytest.mark.parametrize(
    ("short", "full"),
    [("bill", "william"), ("millie", "amelia"), ("gosia", "malgorzata"), ("lexi", "alexandra"),
     ("mo", "muhammad"), ("sasha", "oleksandr"), ("peggy", "margaret"), ("kuba", "jakub")],
)  # fmt: skip
def test_a_short_form_stands_for_its_full_names(short: str, full: str) -> None:
    assert full in full_names(short)


@pytest.mark.parametrize(
    ("one", "other"),
    [("mohammed", "mhmd"), ("muhammad", "mohamud"), ("sarah", "sara"), ("thomas", "tomas"),
     ("yusuf", "youssef"), ("catherine", "katharine"), ("phillips", "filips"),
     ("sophie", "sofie"), ("hussein", "husayn"), ("umar", "omar"), ("zak", "zac")],
)  # fmt: skip
def test_names_that_sound_alike_have_one_sound(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    ("told", "first", "family"),
    [
        ({"given": "Amelia Hartley"}, "amelia", "hartley"),
        ({"family": "HARTLEY, Amelia Rose"}, "amelia", "hartley"),
        ({"given": "Hartley, Amelia"}, "amelia", "hartley"),
        ({"known_as": "Gosia", "family": "Nowak"}, "gosia", "nowak"),
    ],
)
def test_a_whole_name_in_one_box_is_taken_apart(
    told: dict[str, str], first: str, family: str
) -> None:
    one = made(**told)
    assert (one.first, one.family) == (first, family)


# -- dates ------------------------------------------------------------------------------------


def span(first: date, last: date) -> tuple[int, int]:
    return first.toordinal(), last.toordinal()


@pytest.mark.parametrize(
    ("text", "between"),
    [
        ("2015-04-03", span(date(2015, 4, 3), date(2015, 4, 3))),
        ("20150403", span(date(2015, 4, 3), date(2015, 4, 3))),
        ("03/04/2015", span(date(2015, 4, 3), date(2015, 4, 3))),
        ("3.4.2015", span(date(2015, 4, 3), date(2015, 4, 3))),
        ("2015-04", span(date(2015, 4, 1), date(2015, 4, 30))),
        ("2015-12-??", span(date(2015, 12, 1), date(2015, 12, 31))),
        ("2015", span(date(2015, 1, 1), date(2015, 12, 31))),
        ("2016-02-29", span(date(2016, 2, 29), date(2016, 2, 29))),
        ("2015-02-29", None), ("2015-13-01", None), ("31/04/2015", None), ("0000", None),
        ("", None), ("unknown", None), ("15-04-03", None),
    ],
)  # fmt: skip
def test_a_birth_date_allows_its_days(text: str, between: tuple[int, int] | None) -> None:
    assert born_between(text) == between


@given(st.integers(0, 110), st.dates(date(1900, 1, 1), date(2026, 11, 1)))
def test_an_age_allows_just_the_days_that_make_it(age: int, on: date) -> None:
    found = born_at_age(age, on)
    assert found is not None
    first, last = (date.fromordinal(day) for day in found)

    def age_of(born: date) -> int:
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))

    leap = (on.month, on.day) == (2, 29) or (last.month, last.day) == (2, 28)
    assert age_of(last) == age or leap
    assert age_of(first) == age or leap
    assert 364 <= (last - first).days <= 366


def test_a_child_was_born_within_eighteen_years_and_a_parent_before() -> None:
    child, parent = born_as("sibling", TODAY), born_as("carer", TODAY)
    assert child == span(date(2008, 11, 1), TODAY)
    assert parent is not None
    assert date.fromordinal(parent[1]) == date(2012, 11, 1)
    assert born_as("suspect", TODAY) is None


@pytest.mark.parametrize("born", ["2099-01-01", "1800-01-01"])
def test_a_date_that_nobody_living_has_says_nothing(born: str) -> None:
    assert possible(born_between(born), TODAY) is None
    assert made(born=born).born_from == ""


def test_a_year_reaches_no_further_than_the_day_of_telling() -> None:
    assert possible(born_between("2026"), TODAY) == span(date(2026, 1, 1), TODAY)


# -- homes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "door", "street", "town", "postcode"),
    [
        ("Flat 2, 12 Quay Street, Saltmere", "12", "quay street", "saltmere", ""),
        ("Apartment 2, 12 Quay St, Saltmere WX4 2AB", "12", "quay street", "saltmere", "WX42AB"),
        ("12 QUAY ST SALTMERE", "12", "quay street", "saltmere", ""),
        ("12a Quay Street", "12a", "quay street", "", ""),
        ("12 A, Quay Street", "12a", "quay street", "", ""),
        ("Flat 3b Anchor House, Mole Road, Saltmere", "3b", "mole road", "saltmere", ""),
        ("The Old Mill, Saltmere", "", "the old mill", "saltmere", ""),
        ("007 St Mary's Cres", "7", "st marys crescent", "", ""),
        ("No fixed abode", "", "", "", ""), ("NFA", "", "", "", ""), ("", "", "", "", ""),
        (",,,", "", "", "", ""), ("12", "12", "", "", ""), ("wx42ab", "", "", "", "WX42AB"),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart(
    text: str, door: str, street: str, town: str, postcode: str
) -> None:
    assert address_of(text) == (door, street, town, postcode)


@pytest.mark.parametrize("text", ["WX4 2AB", "wx42ab", " wx4-2ab "])
def test_a_postcode_has_one_spelling(text: str) -> None:
    assert postcode_of(text) == "WX42AB"


# -- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["9990000018", "999 000 0018", "999-000-0018"])
def test_an_nhs_number_has_one_spelling(number: str) -> None:
    assert valid_nhs_number(number) == "9990000018"


@pytest.mark.parametrize("number", ["", "9990000019", "999000001", "unknown", "0000000000"])
def test_a_mistyped_or_made_up_nhs_number_is_no_clue(number: str) -> None:
    assert valid_nhs_number(number) == ""


@given(st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_spoils_an_nhs_number(place: int, slip: int) -> None:
    right = "9990000018"
    wrong = str((int(right[place]) + slip) % 10)
    assert valid_nhs_number(right[:place] + wrong + right[place + 1 :]) == ""


@pytest.mark.parametrize(
    ("text", "upn"),
    [("H801200001001", "H801200001001"), ("h 8012 0000 1001", "H801200001001"),
     ("A801200001001", ""), ("H80120000100A", ""), ("A000000000000", ""), ("", "")],
)  # fmt: skip
def test_a_pupil_number_counts_when_its_check_letter_holds(text: str, upn: str) -> None:
    assert valid_upn(text) == upn


@pytest.mark.parametrize(
    "phone", ["07700 900123", "07700900123", "+44 7700 900123", "0044 7700 900123",
              "+44 (0)7700 900123", "(07700) 900-123"]
)  # fmt: skip
def test_a_phone_number_has_one_spelling(phone: str) -> None:
    assert one_phone(phone) == "+447700900123"


@pytest.mark.parametrize("phone", ["", "none", "999", "mum's phone", "1" * 40, "+"])
def test_what_cannot_be_a_phone_number_is_no_clue(phone: str) -> None:
    assert one_phone(phone) == ""


def test_accounts_and_addresses_have_one_spelling() -> None:
    assert one_handle(" @Amelia_R ") == one_handle("amelia_r") == "amelia_r"
    assert one_email(" A.B+school@Mail.Example") == "a.b@mail.example"
    assert one_email("not an address") == ""
    assert other_number(" ab 12-34 ") == "AB1234"
    assert other_number("0000") == ""


# -- the whole profile ------------------------------------------------------------------------

TEXT = st.text(max_size=40) | st.sampled_from(
    ["Amelia", "Hartley-Jones", "2015-04-03", "WX4 2AB", "12 Quay Street", "9990000018", "\t\n\0"]
)
FIELDS = ("given", "family", "known_as", "born", "sex", "address", "postcode", "town", "phone",
          "email", "handle", "nhs_number", "upn", "number", "school", "role")  # fmt: skip
TOLD = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, TEXT) | {"age": st.integers()})


@given(TOLD, st.lists(TOLD, max_size=2))
def test_whatever_was_told_makes_a_profile_that_packs_and_unpacks(
    told: dict[str, Any], kin: list[dict[str, Any]]
) -> None:
    one = profile(told, TODAY, kin)
    assert unpacked(one.packed()) == one == profile(told, TODAY, kin)


@given(TOLD)
def test_who_is_told_with_a_name_and_a_date_or_a_number_is_found_by_a_key(
    told: dict[str, Any],
) -> None:
    one = profile(told, TODAY)
    name = one.first_sound or one.family_sound
    enough = (name and one.born) or one.nhs_number or one.phone or (name and one.postcode)
    if enough:
        assert asked(one) & stored(one)


def test_whoever_is_hardly_described_has_no_key() -> None:
    assert stored(made(given="J")) == frozenset()
    assert asked(made()) == frozenset()


def test_a_name_of_500_letters_is_shortened_and_found() -> None:
    one = made(given="x" * 500, born="2015-04-03")
    assert len(one.given) == 120
    assert asked(one) & stored(one)
