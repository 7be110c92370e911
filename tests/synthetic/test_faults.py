"""Each fault does what its name says, and damage() strikes as often as asked."""

from random import Random

import pytest

from breakwater.synthetic import FAULTS, damage
from breakwater.synthetic.faults import HELPERS, Fields

WHOLE: Fields = {
    "given": "Małgorzata",
    "middle": "Anna",
    "family": "Hartley-Jones",
    "former_family": "Nowak",
    "known_as": "Gosia",
    "born": "2015-04-03",
    "sex": "female",
    "address": "Flat 2, 12 Quay Street, Saltmere",
    "postcode": "WX4 2AB",
    "previous_address": "9 Beacon Way, Saltmere",
    "previous_postcode": "WX4 7QF",
    "nhs_number": "9990000018",
    "upn": "A838100019000",
    "phone": "07700 900123",
    "email": "gosia@mail.example",
    "handle": "gosia_star1",
}


def struck(name: str, times: int = 40, **changes: str) -> list[Fields]:
    """Strike with one fault, by as many different chances."""
    fields = {**WHOLE, **changes}
    found = [FAULTS[name].strike(fields, Random(seed)) for seed in range(times)]
    return [changed for changed in found if changed is not None]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_changes_only_what_it_says(name: str) -> None:
    results = struck(name)
    assert results
    touched = (
        {*FAULTS[name].touches, "age"}
        if "born" in FAULTS[name].touches
        else {*FAULTS[name].touches}
    )
    for fields in results:
        changed = {f for f in {*WHOLE, *fields} if WHOLE.get(f) != fields.get(f)}
        assert changed
        assert changed <= touched
        assert "" not in fields.values()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_leaves_a_person_of_no_fields_alone(name: str) -> None:
    assert FAULTS[name].strike({}, Random(1)) is None


@pytest.mark.parametrize(
    ("name", "field", "told"),
    [
        ("nickname", "given", {"Gosia"}),
        ("initial_only", "given", {"M", "M."}),
        ("middle_name_added", "given", {"Małgorzata Anna", "Anna"}),
        ("swapped_names", "given", {"Hartley-Jones"}),
        ("other_surname", "family", {"Nowak"}),
        ("double_barrelled", "family", {"Hartley", "Jones"}),
        ("day_month_swapped", "born", {"2015-03-04"}),
        ("default_birth_date", "born", {"2015-01-01"}),
        ("partial_birth_date", "born", {"2015", "2015-04"}),
        ("age_instead", "age", {11}),
        ("moved_house", "address", {"9 Beacon Way, Saltmere"}),
        ("missing_number", "nhs_number", {None}),
        ("missing_address", "postcode", {None}),
        ("missing_birth_date", "born", {None}),
        ("missing_contact", "phone", {None}),
        ("phone_variant", "phone", {"+44 7700 900123", "07700900123"}),
        ("unknown_sex", "sex", {"unknown"}),
    ],
)
def test_a_fault_does_what_its_name_says(name: str, field: str, told: set[object]) -> None:
    assert {fields.get(field) for fields in struck(name)} == told


def test_a_slip_of_typing_is_one_letter_long() -> None:
    for fields in struck("typing", given="Amelia", family="Hartley"):
        lengths = len(str(fields["given"]) + str(fields["family"])) - len("AmeliaHartley")
        assert lengths in (-1, 0, 1)


def test_other_spellings_know_transliterations_and_own_letters() -> None:
    given = {str(f["given"]) for f in struck("transliterated", 200, given="Muhammad", family="Li")}
    assert {"Mohammed", "Mohamed", "محمد"} <= given
    ukrainian = {str(f["given"]) for f in struck("transliterated", 200, given="Oleksandr")}
    assert {"Alexander", "Олександр"} <= ukrainian
    assert "Malgorzata" in {str(f["given"]) for f in struck("transliterated", 200)}


def test_an_address_is_abbreviated() -> None:
    told = {str(fields["address"]) for fields in struck("address_variant", 200)}
    assert "Flat 2, 12 Quay St, Saltmere" in told
    assert "12 Quay Street, Saltmere" in told


def test_a_swapped_date_is_never_still_to_come() -> None:
    assert not struck("day_month_swapped", born="2026-03-12", told_on="2026-06-01")


@pytest.mark.parametrize("faults", [0, 1, 2, 3])
def test_damage_strikes_as_often_as_asked(faults: int) -> None:
    for seed in range(200):
        fields, names = damage(WHOLE, faults, Random(seed))
        assert len(names) == len(set(names)) == faults
        assert not any(helper in fields for helper in HELPERS)
        bare = {name: value for name, value in WHOLE.items() if name not in HELPERS}
        assert (fields != bare) == bool(faults)


def test_damage_takes_only_the_kinds_asked_for() -> None:
    for seed in range(50):
        _, names = damage(WHOLE, 2, Random(seed), kinds=["nickname", "moved_house"])
        assert sorted(names) == ["moved_house", "nickname"]


def test_damage_ends_where_nothing_is_left_to_strike() -> None:
    assert damage({"given": "Al"}, 3, Random(1)) == ({"given": "Al"}, [])
