"""Link, ask or leave: who is found, and who is never taken for another."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from breakwater.people.linkage import Judgement, Model, ModelError, Verdict, judge, profile
from breakwater.people.linkage.judge import contradictions, shipped
from breakwater.people.rules import PersonAsTold, PersonRole
from tests.builders import amelia, as_told

TODAY = date(2026, 11, 1)
AMELIA = replace(as_told(amelia()), postcode="WX4 2AB", address="12 Quay Street, Saltmere")


def told(**said: Any) -> PersonAsTold:
    return PersonAsTold(**{"role": PersonRole.CHILD, **said})


def judged(one: PersonAsTold, other: PersonAsTold) -> Judgement:
    return judge(profile(vars(one), TODAY), profile(vars(other), TODAY))


def verdict(**changes: Any) -> Verdict:
    """What is said of Amelia and of her told otherwise."""
    return judged(AMELIA, replace(AMELIA, **changes)).verdict


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"nhs_number": ""},
        {"family": "Jones"},  # a new family name, the same number
        {"given": "Amelia Rose"},
        {"born": "", "postcode": "", "address": ""},
        {"nhs_number": "", "family": "Hartly"},
        {"nhs_number": "9990000019"},  # mistyped: says nothing
    ],
)
def test_surely_the_same(changes: dict[str, str]) -> None:
    assert verdict(**changes) is Verdict.SAME


@pytest.mark.parametrize(
    "changes",
    [
        {"given": "Isla"},  # the number of a sister, or a slip
        {"given": "Oliver", "family": "Nowak"},
        {"nhs_number": "", "born": ""},
        {"nhs_number": "", "given": "Hartley", "family": "Amelia"},
        {"nhs_number": "", "born": "", "address": "", "postcode": ""},
        {"nhs_number": "9990000026"},
        {"nhs_number": "", "given": "A"},
        {"nhs_number": "", "given": "Millie"},  # or her twin
        {"nhs_number": "", "address": "9 Beacon Way, Saltmere", "postcode": "WX1 7QF"},
    ],
)
def test_a_question_for_a_person(changes: dict[str, str]) -> None:
    assert verdict(**changes) is Verdict.ASK


@pytest.mark.parametrize(
    "changes",
    [
        {"nhs_number": "", "given": "Oliver", "family": "Nowak", "address": "", "postcode": ""},
        {"nhs_number": "", "given": "Oliver", "born": "1985-01-30"},
        {"nhs_number": "", "family": "", "born": "", "postcode": "", "address": ""},
        {"nhs_number": "", "given": "Jake", "born": "2019-02-11", "sex": "male"},  # her brother
    ],
)
def test_nothing_to_say(changes: dict[str, str]) -> None:
    assert verdict(**changes) is Verdict.LEAVE


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
    twin = {"family": "Khan", "born": "2017-05-14", "postcode": "WX4 2AB", "phone": "07700 900123",
            "address": "12 Quay Street, Saltmere", "school": "Oakfield School"}  # fmt: skip
    assert judged(told(given=one, **twin), told(given=other, **twin)).verdict is not Verdict.SAME


def test_twins_told_apart_by_what_they_are_called_are_never_surely_the_same() -> None:
    twin = {"given": "Mohammed", "family": "Khan", "born": "2017-05-14", "postcode": "WX4 2AB"}
    ali, umar = told(**twin, known_as="Ali"), told(**twin, known_as="Umar")
    assert judged(ali, umar).verdict is not Verdict.SAME


@pytest.mark.parametrize("born", ["1985-05-14", "1985", "2017", ""])
@pytest.mark.parametrize("role", [PersonRole.PARENT, PersonRole.OTHER])
def test_father_and_son_of_one_name_are_never_surely_the_same(born: str, role: PersonRole) -> None:
    son = told(given="John", family="Hartley", born="2017-05-14", postcode="WX4 2AB",
               address="12 Quay Street, Saltmere", phone="07700 900123")  # fmt: skip
    father = replace(son, born=born, role=role)
    if born == "2017":  # then it is no father
        father = replace(father, role=PersonRole.CHILD)
        assert judged(son, father).verdict is not Verdict.LEAVE
    else:
        assert judged(son, father).verdict is not Verdict.SAME


def test_what_a_household_shares_speaks_for_nobody() -> None:
    home = {"family": "Hartley", "postcode": "WX4 2AB", "address": "12 Quay Street, Saltmere",
            "phone": "07700 900123"}  # fmt: skip
    found = judged(told(given="Kelly", role=PersonRole.PARENT, **home), told(given="Jake", **home))
    assert found.verdict is Verdict.LEAVE


def test_people_of_one_hostel_are_not_linked() -> None:
    home = {"postcode": "WX4 2AB", "address": "Harbour House, Mole Road, Saltmere"}
    one = told(given="Oliver", family="Nowak", born="1990-02-02", **home)
    other = told(given="Oliver", family="Reed", born="1991-02-02", **home)
    assert judged(one, other).verdict is not Verdict.SAME


def test_a_rare_name_speaks_more_strongly_than_a_common_one() -> None:
    def weight(family: str) -> float:
        one = told(given="Amelia", family=family, born="2017-05-14")
        return judged(one, one).weight

    assert weight("Featherstonehaugh") > weight("Smith") + 4


def test_brothers_and_sisters_who_are_named_together_are_known_by_it() -> None:
    one = {"given": "Amelia", "family": "Hartley", "age": 9}
    kin = [{"given": "Jake"}, {"given": "Kelly"}]
    with_kin = judge(profile(one, TODAY, kin), profile(one, TODAY, kin))
    without = judge(profile(one, TODAY), profile(one, TODAY))
    assert with_kin.weight > without.weight + 3


def test_the_evidence_says_what_agrees_and_how() -> None:
    found = judged(AMELIA, replace(AMELIA, nhs_number="", given="Millie", family="Hartly"))
    said = {row.field: row.words for row in found.evidence}
    assert said["given name"] == "short form of the same name"
    assert said["family name"] == "one letter slipped"
    assert said["birth date"] == "same day"
    assert sum(row.weight for row in found.evidence) == pytest.approx(found.weight, abs=0.06)


NAMES = st.sampled_from(["", "Amelia", "Amelia Rose", "Millie", "Mohammed Ali", "Zoë", "J", "راما"])
PEOPLE = st.builds(
    PersonAsTold,
    role=st.sampled_from(PersonRole),
    given=NAMES | st.text(max_size=12),
    family=st.sampled_from(["", "Hartley", "Hartley-Jones", "Hartly", "Khan"]),
    known_as=NAMES,
    born=st.sampled_from(["", "2017", "2017-05", "2017-05-14", "1985-05-14"]) | st.dates().map(str),
    address=st.sampled_from(["", "12 Quay Street", "12 Quay St, Saltmere", "9 Beacon Way"]),
    postcode=st.sampled_from(["", "WX4 2AB", "WX4 2AC", "?"]),
    nhs_number=st.sampled_from(["", "9990000018", "9990000026", "9990000019"]),
    phone=st.sampled_from(["", "07700 900123", "x"]),
)


@given(PEOPLE, PEOPLE)
@example(AMELIA, AMELIA)
def test_two_valid_nhs_numbers_that_differ_are_never_surely_one_person(
    one: PersonAsTold, other: PersonAsTold
) -> None:
    mine, yours = replace(one, nhs_number="9990000018"), replace(other, nhs_number="9990000026")
    assert judged(mine, yours).verdict is not Verdict.SAME


@given(PEOPLE, PEOPLE)
def test_who_is_asked_first_makes_no_difference(one: PersonAsTold, other: PersonAsTold) -> None:
    here, there = judged(one, other), judged(other, one)
    assert here.verdict is there.verdict
    assert here.weight == pytest.approx(there.weight, abs=1e-9)


@given(PEOPLE, PEOPLE)
def test_what_contradicts_is_never_linked(one: PersonAsTold, other: PersonAsTold) -> None:
    mine, yours = profile(vars(one), TODAY), profile(vars(other), TODAY)
    if contradictions(mine, yours):
        assert judge(mine, yours).verdict is not Verdict.SAME


# -- the model file ---------------------------------------------------------------------------


def test_a_model_of_another_version_is_refused() -> None:
    settings = dict(shipped().settings)
    comparisons = [dict(comparison) for comparison in settings["comparisons"]]
    unknown = comparisons[0] | {"output_column_name": "shoe_size"}
    with pytest.raises(ModelError, match="shoe_size"):
        Model(settings | {"comparisons": [unknown]})
    fewer = comparisons[0] | {"comparison_levels": comparisons[0]["comparison_levels"][:-1]}
    with pytest.raises(ModelError, match="not those of this version"):
        Model(settings | {"comparisons": [fewer]})
