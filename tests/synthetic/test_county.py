"""A seeded county: the same bytes each time, numbers of nobody, the hard cases there."""

import csv
import hashlib
import json
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from breakwater.synthetic import mentions, population
from breakwater.synthetic.county import County
from breakwater.synthetic.files import write_county
from breakwater.synthetic.numbers import UPN_LETTERS
from breakwater.synthetic.places import COUNCILS, GEOGRAPHIC_DRAMA, LAST_DAY, MOBILE_DRAMA
from tests.synthetic.conftest import CHILDREN

Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def people(county_files: Path) -> list[Row]:
    return rows(county_files / "people.csv")


@pytest.fixture(scope="session")
def told(county_files: Path) -> list[Row]:
    return rows(county_files / "mentions.csv")


def test_the_number_of_workers_changes_no_byte(tmp_path: Path) -> None:
    county = County(1_200, 3, date(2025, 6, 1), 2)
    for workers in (1, 2, 3):
        write_county(county, tmp_path / str(workers), workers)
    one, *others = (
        {path.name: path.read_bytes() for path in (tmp_path / str(workers)).iterdir()}
        for workers in (1, 2, 3)
    )
    assert len(one) == 9
    assert all(other == one for other in others)


def test_another_seed_gives_another_county() -> None:
    first, second = ([p.given for p in population(50, seed)] for seed in (1, 2))
    assert first != second


def test_the_same_seed_gives_known_people_on_any_machine() -> None:
    text = "".join(f"{p.person_id}{p.given}{p.family}{p.born}" for p in population(300, 1))
    assert hashlib.sha256(text.encode()).hexdigest() == (
        "d86d192860d373cbc7660a9752de47055ad0160e0e546a443835bc15a8bcf885"
    )


def test_the_manifest_vouches_for_every_file(county_files: Path) -> None:
    manifest = json.loads((county_files / "manifest.json").read_text(encoding="utf-8"))
    written = {path.name for path in county_files.iterdir()} - {"manifest.json"}
    assert set(manifest["sha256"]) == written
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256((county_files / name).read_bytes()).hexdigest() == digest


def test_there_are_as_many_children_as_asked_for(people: list[Row]) -> None:
    children = [p for p in people if p["role"] in ("child", "unborn")]
    assert len(children) == CHILDREN
    assert 2.3 < len(people) / CHILDREN < 2.8
    assert any(p["role"] == "unborn" and not p["born"] and p["due"] for p in children)
    for child in children:
        if child["born"]:
            age = (LAST_DAY - date.fromisoformat(child["born"])).days / 365.25
            assert 0 <= age < 18.01


def test_nhs_numbers_are_valid_unique_and_of_the_test_range(people: list[Row]) -> None:
    numbers = [p["nhs_number"] for p in people if p["nhs_number"]]
    assert len(numbers) == len(set(numbers)) > 0.97 * len(people)
    for number in numbers:
        assert re.fullmatch("999[0-9]{7}", number)
        check = 11 - sum(int(d) * w for d, w in zip(number[:9], range(10, 1, -1), strict=True)) % 11
        assert int(number[9]) == check % 11


def test_where_nhs_numbers_run_out_children_have_them_first() -> None:
    county = County(850_000, 5)
    block = [p for household in county.households(7) for p in household.people]
    without = [p for p in block if not p.nhs_number and p.role != "unborn"]
    assert len(without) > len(block) / 4
    assert sum(p.role == "child" for p in without) < 25


def test_pupil_numbers_have_their_check_letter_and_are_unique(people: list[Row]) -> None:
    upns = [p["upn"] for p in people if p["upn"]]
    assert len(upns) == len(set(upns)) > CHILDREN / 2
    for upn in upns:
        assert upn[1:4] in COUNCILS
        total = sum(i * int(digit) for i, digit in enumerate(upn[1:], start=2))
        assert len(upn) == 13
        assert upn[0] == UPN_LETTERS[total % 23]


def test_no_number_or_address_can_be_anybodys(people: list[Row], told: list[Row]) -> None:
    starts = (MOBILE_DRAMA, *GEOGRAPHIC_DRAMA)
    for row in [*people, *told]:
        if row["phone"]:
            number = row["phone"].replace("+44 ", "0")
            assert any(
                number.replace(" ", "").startswith(start.replace(" ", "")) for start in starts
            )
            assert len(number.replace(" ", "")) == 11
        assert not row["email"] or row["email"].endswith(".example")
        assert not row["postcode"] or row["postcode"].upper().startswith("WX")


def test_every_mention_is_in_the_truth_and_everybody_is_mentioned(
    county_files: Path, people: list[Row], told: list[Row]
) -> None:
    truth = rows(county_files / "truth.csv")
    assert [row["mention_id"] for row in truth] == [row["mention_id"] for row in told]
    assert len({row["mention_id"] for row in told}) == len(told)
    counted = Counter(row["person_id"] for row in truth)
    assert set(counted) == {p["person_id"] for p in people}
    assert max(counted.values()) <= 5


def test_about_half_of_the_mentions_have_faults(county_files: Path) -> None:
    truth = rows(county_files / "truth.csv")
    faulty = sum(bool(row["faults"]) for row in truth) / len(truth)
    assert 0.35 < faulty < 0.5
    assert len({fault for row in truth for fault in row["faults"].split()}) >= 24


def test_what_is_told_is_not_of_the_future() -> None:
    for _, mention in mentions(400, 4):
        day = mention.told_at.date().isoformat()
        born = str(mention.fields.get("born", ""))
        assert born <= day[: len(born)]
        assert mention.told_at.date() < LAST_DAY
        assert "" not in mention.fields.values()


def test_the_hard_cases_are_there(people: list[Row]) -> None:
    homes: dict[str, list[Row]] = defaultdict(list)
    for person in people:
        homes[person["household_id"]].append(person)
    twins = namesakes = alike = 0
    for home in homes.values():
        children = [p for p in home if p["role"] == "child"]
        for index, one in enumerate(children):
            for other in children[index + 1 :]:
                if one["born"] == other["born"]:
                    twins += 1
                    assert one["given"] != other["given"]
                    alike += one["given"][0] == other["given"][0]
        fathers = {p["given"] for p in home if p["role"] == "parent" and p["sex"] == "male"}
        namesakes += any(c["given"] in fathers for c in children if c["sex"] == "male")
    assert twins > 10
    assert alike > 3
    assert namesakes > 10
    crowded = Counter(p["address"] for p in people if " House, " in p["address"])
    assert max(crowded.values()) > 10
    assert 0.25 < sum(bool(p["moved_on"]) for p in people) / len(people) < 0.4
    assert len({p["origin"] for p in people}) == 21
    assert len({p["ethnicity"] for p in people} - {""}) == 17


def test_names_are_common_and_rare(people: list[Row]) -> None:
    families = Counter(p["family"] for p in people)
    assert len(families) > 1_500
    assert 0.004 < families.most_common(1)[0][1] / len(people) < 0.03


def test_some_names_are_told_in_their_own_letters() -> None:
    names = [str(m.fields.get("given", "")) for _, m in mentions(4_000, 2)]
    assert any("а" <= letter <= "я" for name in names for letter in name)
    assert any("\u0600" <= letter <= "\u06ff" for name in names for letter in name)
