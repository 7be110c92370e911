"""Referrals: in the format, in order, in the proportions of the published figures, and sober."""

import csv
import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from breakwater.referrals.submission import parse
from breakwater.synthetic import SyntheticReferral, county_referrals, population
from breakwater.synthetic.narratives import WORRIES, narrative
from breakwater.synthetic.seasons import easter, in_british_time, in_school_holidays
from breakwater.synthetic.worries import SOURCES
from tests.synthetic.conftest import CHILDREN, SEED

UNTIL = date(2026, 11, 1)
# No narrative needs these words; whatever template brings one is the wrong template.
DENIED = re.compile(
    r"\b(sex|sexually|rape\w*|naked|nude\w*|genitals?|intercourse|penetrat\w*|porn\w*|explicit"
    r"|blood\w*|beaten|burn\w*|strangl\w*|stab\w*|suicid\w*|kill\w*|touch\w*|breasts?|semen)\b",
    re.I,
)


@pytest.fixture(scope="module")
def referrals() -> list[SyntheticReferral]:
    return list(county_referrals(16_000, 21, UNTIL, 3))


def test_every_referral_is_a_submission_that_the_hub_takes(
    referrals: list[SyntheticReferral],
) -> None:
    for referral in referrals:
        parse(json.dumps(referral.submission).encode(), referral.received_at)


def test_referrals_come_in_order_after_they_were_sent_and_before_the_end(
    referrals: list[SyntheticReferral],
) -> None:
    received = [referral.received_at for referral in referrals]
    assert received == sorted(received)
    end = datetime(UNTIL.year, UNTIL.month, UNTIL.day, tzinfo=UTC)
    assert end - timedelta(days=3 * 366) < received[0] < received[-1] < end
    for referral in referrals:
        assert datetime.fromisoformat(referral.submission["sent_at"]) <= referral.received_at
        assert referral.received_at.tzinfo is UTC


def test_keys_are_unique_and_stable() -> None:
    first, second = (
        [r.submission["key"] for r in county_referrals(1_000, 5, UNTIL, 2)] for _ in range(2)
    )
    assert first == second
    assert len(set(first)) == len(first) > 50


def test_nothing_is_there_without_a_value(referrals: list[SyntheticReferral]) -> None:
    def check(value: object) -> None:
        assert value is not None
        assert value != ""
        for inner in value.values() if isinstance(value, dict) else ():
            check(inner)
        for inner in value if isinstance(value, list) else ():
            check(inner)

    for referral in referrals:
        check(referral.submission)


def test_sources_are_those_of_the_statistics(referrals: list[SyntheticReferral]) -> None:
    counted = Counter(referral.source for referral in referrals)
    for source, percent in SOURCES.items():
        assert abs(100 * counted[source] / len(referrals) - percent) < 4


def test_as_many_children_are_referred_and_again_as_in_the_statistics(
    referrals: list[SyntheticReferral],
) -> None:
    seen = {(r.index_child, (UNTIL - r.received_at.date()).days // 366) for r in referrals}
    assert 0.040 < len(seen) / (3 * 16_000) < 0.054
    assert 0.19 < sum(r.again for r in referrals) / len(referrals) < 0.26


def test_schools_rest_in_summer_and_the_police_do_not_at_night(
    referrals: list[SyntheticReferral],
) -> None:
    schools = [r for r in referrals if r.source == "schools"]
    in_august = sum(r.received_at.month == 8 for r in schools)
    assert in_august / len(schools) < 0.02
    assert not any(datetime.fromisoformat(r.submission["sent_at"]).weekday() >= 5 for r in schools)
    night = [r for r in referrals if r.received_at.hour < 6]
    assert Counter(r.submission["channel"] for r in night).most_common(1)[0][0] == "police_notice"


def test_levels_and_teams_agree(referrals: list[SyntheticReferral]) -> None:
    for referral in referrals:
        assert referral.expected_level in (1, 2, 3, 4)
        assert (referral.expected_team is None) == (referral.expected_level == 1)
    teams = Counter(referral.expected_team for referral in referrals)
    assert set(teams) == {"polit", "cse", "cait", "social_care", "early_help", None}
    assert 0.03 < teams[None] / len(referrals) < 0.10


def test_only_who_may_be_nameless_is(referrals: list[SyntheticReferral]) -> None:
    for referral in referrals:
        channel = referral.submission["channel"]
        assert ("reporter" not in referral.submission) == (
            channel in ("anonymous", "crimestoppers")
        )
        assert ("online" in referral.submission) == (channel == "online_report")
        assert channel != "online_report" or referral.submission["online"]["accounts"]


def test_the_truth_of_a_referral_names_people_of_the_county() -> None:
    known = {person.person_id for person in population(1_000, 5)}
    for referral in county_referrals(1_000, 5, UNTIL, 2):
        assert len(referral.person_ids) == len(referral.submission["people"])
        assert all(who is None or who in known for who in referral.person_ids)


def test_files_hold_the_same_referrals_as_the_iterator(county_files: Path) -> None:
    lines = (county_files / "referrals.jsonl").read_text(encoding="utf-8").splitlines()
    expected = list(county_referrals(CHILDREN, SEED))
    assert [json.loads(line) for line in lines] == [r.submission for r in expected]
    with (county_files / "referrals_truth.csv").open(encoding="utf-8", newline="") as file:
        truth = [(row["key"], row["person_id"]) for row in csv.DictReader(file)]
    assert truth == [(r.submission["key"], who or "") for r in expected for who in r.person_ids]


def test_unborn_children_are_told_of_without_a_birth_date(
    referrals: list[SyntheticReferral],
) -> None:
    unborn = [r for r in referrals if r.submission["concern"]["category"] == "unborn"]
    assert unborn
    for referral in unborn:
        child = next((p for p in referral.submission["people"] if p["role"] == "child"), {})
        assert "born" not in child
        assert "given" not in child


def test_narratives_are_sober_short_and_name_their_category() -> None:
    rng = Random(1)
    for category in WORRIES:
        for _ in range(150):
            text = narrative(rng, category, "Amelia", "female", rng.random() < 0.3)
            assert not DENIED.search(text), text
            assert "{" not in text
            assert len(re.findall(r"[.!?](?: |$)", text)) <= 4
            assert len(text) < 300


def test_clocks_and_holidays_are_those_of_england() -> None:
    assert easter(2026) == date(2026, 4, 5)
    assert in_school_holidays(date(2026, 8, 10))
    assert not in_school_holidays(date(2026, 6, 10))
    summer, winter = datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert in_british_time(summer).isoformat() == "2026-07-01T13:00:00+01:00"
    assert in_british_time(winter).isoformat() == "2026-12-01T12:00:00+00:00"
    change = datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert in_british_time(change).isoformat() == "2026-10-25T01:00:00+00:00"
