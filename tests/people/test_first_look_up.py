"""The first look-up: what is made comparable, what is found, and who is never taken for another."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from breakwater.people import lookup
from breakwater.people.lookup import Agreement, Comparison, Verdict, clues_of, compare, keys_of
from breakwater.people.rules import PersonAsTold, PersonRole
from tests.builders import amelia, as_told

AMELIA = as_told(amelia())


def told(**said: Any) -> PersonAsTold:
    return PersonAsTold(PersonRole.CHILD, **said)


def compared(one: PersonAsTold, other: PersonAsTold) -> Comparison:
    return compare(clues_of(one), clues_of(other))


def verdict(**changes: Any) -> Verdict:
    """What the look-up says of Amelia and of her told otherwise."""
    return compared(AMELIA, replace(AMELIA, **changes)).verdict


# -- making things comparable -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Amelia Rose", ("amelia", "rose")),
        ("HARTLEY-JONES", ("hartley", "jones")),
        ("Wiśniewski-Żak", ("wisniewski", "zak")),
        ("Małgorzata", ("malgorzata",)),
        ("O'Brien", ("obrien",)),
        ("O’Brien", ("obrien",)),
        ("O`Brien", ("obrien",)),
        ("Zoë", ("zoe",)),
        ("Zoe\u0308", ("zoe",)),
        ("Søren", ("soren",)),
        ("Guðrún", ("gudrun",)),
        ("Strauß", ("strauss",)),
        ("İpek Işık", ("ipek", "isik")),
        ("Nguyễn Thị Hồng", ("nguyen", "thi", "hong")),
        ("محمد", ("محمد",)),
        ("सीता राम", ("सीता", "राम")),
        ("রহিম", ("রহিম",)),
        ("ਸਿੰਘ", ("ਸਿੰਘ",)),
        ("张 伟", ("张", "伟")),
        ("Smith (2nd)", ("smith", "nd")),
        ("???", ()),
        ("", ()),
    ],
)
def test_a_name_is_folded_to_its_words(name: str, words: tuple[str, ...]) -> None:
    assert lookup.fold(name) == words


def test_names_of_one_script_that_differ_stay_different() -> None:
    assert lookup.fold("राम") != lookup.fold("रमा")


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(name: str) -> None:
    once = lookup.fold(name)
    assert lookup.fold(" ".join(once)) == once


@given(st.sampled_from(["Amelia Rose", "Hartley-Jones", "Małgorzata", "Zoë", "O’Brien"]))
def test_capitals_and_spaces_change_nothing(name: str) -> None:
    assert lookup.fold(f"  {name.upper()} ") == lookup.fold(name.lower()) == lookup.fold(name)


@pytest.mark.parametrize("number", ["9990000018", "999 000 0018", "999-000-0018", " 9990000018 "])
def test_an_nhs_number_has_one_spelling(number: str) -> None:
    assert lookup.valid_nhs_number(number) == "9990000018"


@pytest.mark.parametrize(
    "number", ["", "9990000019", "999000001", "99900000180", "unknown", "٩٩٩٠٠٠٠٠١٨", "9990000081"]
)
def test_a_mistyped_nhs_number_is_no_clue(number: str) -> None:
    assert lookup.valid_nhs_number(number) == ""


@pytest.mark.parametrize("digit", "0123456789")
def test_one_digit_ten_times_stands_for_no_number_though_its_check_digit_holds(digit: str) -> None:
    assert lookup.valid_nhs_number(digit * 10) == ""


@given(st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_spoils_an_nhs_number(place: int, slip: int) -> None:
    right = "9990000018"
    wrong = str((int(right[place]) + slip) % 10)
    assert lookup.valid_nhs_number(right[:place] + wrong + right[place + 1 :]) == ""


@pytest.mark.parametrize(
    ("text", "upn"),
    [
        ("H801200001001", "H801200001001"),  # the DfE guide's own way of reckoning, by hand below
        ("h 8012 0000 1001", "H801200001001"),
        ("A801200001001", ""),
        ("H80120000100A", ""),  # a temporary number is nobody's for long
        ("801200001001", ""),
        ("A000000000000", ""),
        ("", ""),
    ],
)
def test_a_pupil_number_counts_when_its_check_letter_holds(text: str, upn: str) -> None:
    assert lookup.valid_upn(text) == upn


@given(st.integers(1, 10**12 - 1), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_spoils_a_pupil_number(digits: int, place: int, slip: int) -> None:
    plain = f"{digits:012}"
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    letter = letters[sum(n * int(d) for n, d in enumerate(plain, 2)) % 23]
    wrong = plain[:place] + str((int(plain[place]) + slip) % 10) + plain[place + 1 :]
    assert lookup.valid_upn(letter + plain) == letter + plain
    assert lookup.valid_upn(letter + wrong) == ""


@pytest.mark.parametrize(
    "phone", ["07700 900123", "07700900123", "+44 7700 900123", "0044 7700 900123",
              "+44 (0)7700 900123", "(07700) 900-123"]
)  # fmt: skip
def test_a_phone_number_has_one_spelling(phone: str) -> None:
    assert lookup.one_phone(phone) == "+447700900123"


@pytest.mark.parametrize("phone", ["", "none", "999", "0", "mum's phone", "1" * 40, "+"])
def test_what_cannot_be_a_phone_number_is_no_clue(phone: str) -> None:
    assert lookup.one_phone(phone) == ""


@given(st.text(max_size=60))
def test_whatever_is_written_for_a_number_is_read_without_a_crash(text: str) -> None:
    for read in (lookup.one_phone, lookup.valid_nhs_number, lookup.valid_upn):
        once = read(text)
        assert read(once) == once


def test_an_account_and_an_address_have_one_spelling() -> None:
    one = clues_of(told(handle="@Amelia_R ", email=" Amelia@Mail.Example", postcode="pr1-4ab"))
    other = clues_of(told(handle="amelia_r", email="amelia@mail.example", postcode="PR1 4AB"))
    assert one == other


# -- who is taken for whom --------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"nhs_number": ""},
        {"family": "Jones"},
        {"given": "Amelia Rose"},
        {"born": "", "postcode": ""},
        {"nhs_number": "", "given": "Amelia Rose"},
        {"nhs_number": "9990000019"},
        {"given": "", "family": "", "born": ""},
    ],
)
def test_surely_the_same(changes: dict[str, str]) -> None:
    assert verdict(**changes) is Verdict.SAME


@pytest.mark.parametrize(
    "changes",
    [
        {"given": "Amy", "born": "2011-01-01"},  # the number of a sister, or a slip
        {"nhs_number": "", "family": "Hartly"},
        {"nhs_number": "", "born": "2017-05-15"},
        {"nhs_number": "", "born": "2017"},
        {"nhs_number": "", "postcode": ""},
        {"nhs_number": "", "given": "Amelie"},
        {"nhs_number": "", "born": "2017-14-05"[:4]},
        {"nhs_number": "", "given": "Rose Amelia"},
    ],
)
def test_a_question_for_a_person(changes: dict[str, str]) -> None:
    assert verdict(**changes) is Verdict.ASK


@pytest.mark.parametrize(
    "changes",
    [
        {"nhs_number": "", "given": "Oliver", "family": "Nowak", "postcode": ""},
        {"nhs_number": "", "given": "Oliver", "born": "1985-01-30"},
        {"nhs_number": "", "family": "", "born": "", "postcode": ""},  # a given name alone
    ],
)
def test_nothing_to_say(changes: dict[str, str]) -> None:
    assert verdict(**changes) is Verdict.LEAVE


def test_a_shared_phone_alone_is_no_question_and_an_account_with_a_name_is() -> None:
    phone = {"phone": "07700 900123"}
    assert compared(told(**phone), told(**phone)).verdict is Verdict.LEAVE
    account = {"handle": "amelia_r"}
    assert compared(told(**account), told(**account, given="Amelia")).verdict is Verdict.ASK


def test_the_evidence_names_every_field_that_both_told() -> None:
    found = compared(AMELIA, replace(AMELIA, family="Hartly", postcode="PR2 1AA", phone="0"))
    assert found.evidence == (
        ("NHS number", Agreement.AGREES),
        ("given name", Agreement.AGREES),
        ("family name", Agreement.CLOSE),
        ("birth date", Agreement.AGREES),
        ("postcode", Agreement.DIFFERS),
    )
    assert found.points == 8 + 2 + 1 + 3 + 0


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("2017-05-14", "2017-05-14", Agreement.AGREES),
        ("2017-05-14", "2017-05", Agreement.CLOSE),
        ("2017", "2017-05-14", Agreement.CLOSE),
        ("2017-05-04", "2017-04-05", Agreement.CLOSE),  # day and month changed about
        ("2017-05-14", "2017-05-15", Agreement.CLOSE),
        ("2017-05-14", "2018-05-14", Agreement.CLOSE),
        ("2017-05-14", "2017-06-15", Agreement.DIFFERS),
        ("2017-05", "2017-06", Agreement.DIFFERS),
        ("2017", "2018", Agreement.DIFFERS),
    ],
)
def test_how_two_birth_dates_agree(one: str, other: str, how: Agreement) -> None:
    (evidence,) = compared(told(born=one), told(born=other)).evidence
    assert evidence == ("birth date", how)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ella", "Oliver"),
        ("Ella", "Ellie"),
        ("Mohammed Ali", "Mohammed Umar"),  # a first name that all the brothers have
        ("Maria Ana", "Maria Ines"),
        ("Amelia Rose", "Rose Amelia"),
    ],
)
def test_twins_with_other_names_are_never_surely_the_same(one: str, other: str) -> None:
    twin = {"family": "Khan", "born": "2017-05-14", "postcode": "PR1 4AB", "phone": "07700 900123"}
    assert compared(told(given=one, **twin), told(given=other, **twin)).verdict is not Verdict.SAME


def test_twins_told_apart_by_what_they_are_called_are_never_surely_the_same() -> None:
    twin = {"given": "Mohammed", "family": "Khan", "born": "2017-05-14", "postcode": "PR1 4AB"}
    ali, umar = told(**twin, known_as="Ali"), told(**twin, known_as="Umar")
    assert compared(ali, umar).verdict is not Verdict.SAME


@pytest.mark.parametrize("born", ["1985-05-14", "1985", "2017", ""])
def test_father_and_son_of_one_name_are_never_surely_the_same(born: str) -> None:
    son = told(given="John", family="Hartley", born="2017-05-14", postcode="PR1 4AB",
               phone="07700 900123", email="j@mail.example")  # fmt: skip
    assert compared(son, replace(son, born=born)).verdict is not Verdict.SAME


NAMES = st.sampled_from(
    ["", "Amelia", "Amelia Rose", "Millie", "Mohammed Ali", "Mohammed Umar", "Zoë", "J", "unborn",
     "Małgorzata", "محمد", "राम", "Jo-Ann", "O’Brien"]
)  # fmt: skip
PEOPLE = st.builds(
    PersonAsTold,
    role=st.sampled_from(PersonRole),
    given=NAMES | st.text(max_size=12),
    family=st.sampled_from(["", "Hartley", "Hartley-Jones", "Hartly", "Khan", "Nowak"])
    | st.text(max_size=12),
    known_as=NAMES,
    born=st.sampled_from(["", "2017", "2017-05", "2017-05-14", "2017-05-15", "1985-05-14"])
    | st.dates().map(str),
    postcode=st.sampled_from(["", "PR1 4AB", "pr14ab", "PR1 4AC", "?"]),
    nhs_number=st.sampled_from(["", "9990000018", "9990000026", "9990000019", "0000000000"]),
    upn=st.sampled_from(["", "H801200001001", "A801200001001"]),
    phone=st.sampled_from(["", "07700 900123", "+447700900123", "x"]),
    email=st.sampled_from(["", "a@mail.example", "A@Mail.Example"]),
    handle=st.sampled_from(["", "@amelia_r", "amelia_r"]),
)
OPTIONAL = [f.name for f in fields(PersonAsTold) if f.name not in ("role", "age")]


@given(PEOPLE, PEOPLE)
def test_who_is_asked_first_makes_no_difference(one: PersonAsTold, other: PersonAsTold) -> None:
    assert compared(one, other) == compared(other, one)


@given(PEOPLE)
def test_nobody_differs_from_themselves(one: PersonAsTold) -> None:
    assert {how for _, how in compared(one, one).evidence} <= {Agreement.AGREES}


@given(PEOPLE, PEOPLE, st.sampled_from(OPTIONAL))
def test_what_one_does_not_say_speaks_neither_way(
    one: PersonAsTold, other: PersonAsTold, field: str
) -> None:
    silent = replace(one, **{field: ""})
    found = compared(silent, other)
    before = compared(one, other)
    lost = dict(before.evidence).keys() - dict(found.evidence).keys()
    assert set(found.evidence) <= set(before.evidence) | {
        pair
        for pair in found.evidence
        if field in ("given", "known_as") and pair[0] == "given name"
    }
    assert len(lost) <= 1


@given(PEOPLE, st.sampled_from(OPTIONAL))
def test_telling_less_gives_no_new_key(one: PersonAsTold, field: str) -> None:
    assert keys_of(clues_of(replace(one, **{field: ""}))) <= keys_of(clues_of(one))


@given(PEOPLE, PEOPLE)
@example(AMELIA, AMELIA)
def test_two_valid_nhs_numbers_that_differ_are_never_surely_one_person(
    one: PersonAsTold, other: PersonAsTold
) -> None:
    mine, yours = replace(one, nhs_number="9990000018"), replace(other, nhs_number="9990000026")
    assert compared(mine, yours).verdict is not Verdict.SAME


# Amelia, told with any part of her told otherwise or not at all.
AMELIAS = st.builds(
    lambda person, kept: replace(person, **{name: getattr(AMELIA, name) for name in kept}),
    PEOPLE,
    st.sets(st.sampled_from(["given", "family", "born", "postcode", "nhs_number"]), min_size=3),
)


@given(AMELIAS, AMELIAS)
@example(AMELIA, AMELIA)
def test_who_is_surely_the_same_is_found_by_a_key(one: PersonAsTold, other: PersonAsTold) -> None:
    mine, yours = clues_of(one), clues_of(other)
    if compare(mine, yours).verdict is Verdict.SAME:
        assert keys_of(mine) & keys_of(yours)


@pytest.mark.parametrize("person", [told(), told(given="J"), told(given="unborn", born="2026-09")])
def test_who_is_hardly_described_has_no_key(person: PersonAsTold) -> None:
    assert keys_of(clues_of(person)) == frozenset()


@pytest.mark.parametrize(
    "change",
    [
        lambda p: replace(p, nhs_number="", family="Hartly"),
        lambda p: replace(p, nhs_number="", given="Amelie", family="Hartly"),
        lambda p: replace(p, nhs_number="", given="Hartley", family="Amelia"),
        lambda p: replace(p, nhs_number="", born="2017-05", postcode=""),
        lambda p: replace(p, nhs_number="", born="", family=""),
    ],
)
def test_a_key_survives_what_usually_goes_wrong(
    change: Callable[[PersonAsTold], PersonAsTold],
) -> None:
    assert keys_of(clues_of(AMELIA)) & keys_of(clues_of(change(AMELIA)))
