"""What is usually asked, of whom, and who is ticked at first."""

from dataclasses import dataclass

import pytest

from breakwater.access.rules import CASEWORK_TEAMS, AgencyKind, TeamKind
from breakwater.sharing.requests.questions import own_kind, questions_for, templates
from breakwater.sharing.requests.rules import MOST_QUESTIONS, usual
from breakwater.sharing.rules import LONGEST_TEXT, InfoKind

POLICE = (TeamKind.POLIT, TeamKind.CSE, TeamKind.CAIT)


def test_each_question_says_what_it_is_where_it_comes_from_and_is_no_word_too_long() -> None:
    codes = [one.code for one in templates()]
    assert len(codes) == len(set(codes))
    for one in templates():
        assert one.topic
        assert one.source
        assert 0 < len(one.text) <= LONGEST_TEXT
        assert one.agencies or one.teams


@pytest.mark.parametrize("agency", AgencyKind)
def test_every_kind_of_partner_is_asked_something(agency: AgencyKind) -> None:
    found = questions_for(TeamKind.PARTNER, agency)
    assert any(one.ticked for one in found)
    assert len(found) < MOST_QUESTIONS
    assert own_kind(TeamKind.PARTNER, agency) is found[0].kind


@pytest.mark.parametrize("team", sorted(CASEWORK_TEAMS))
def test_every_team_that_works_on_cases_is_asked_something(team: TeamKind) -> None:
    agency = AgencyKind.POLICE if team in POLICE else AgencyKind.SOCIAL_CARE
    assert questions_for(team, agency)


def test_a_team_is_asked_by_its_own_kind_before_its_agencys() -> None:
    early = questions_for(TeamKind.EARLY_HELP, AgencyKind.SOCIAL_CARE)
    assert {one.code for one in early} == {"early-help", "early-help-worry"}
    school = questions_for(TeamKind.PARTNER, AgencyKind.EDUCATION)
    assert {one.kind for one in school} == {InfoKind.SCHOOL}


@dataclass(frozen=True)
class Team:
    id: int
    agency: str
    agency_kind: AgencyKind
    kind: TeamKind = TeamKind.PARTNER

    @property
    def agency_id(self) -> int:
        return self.id


SCHOOL = Team(1, "St Aldhelm's Primary School", AgencyKind.EDUCATION)
OTHER_SCHOOL = Team(2, "Hill Road School", AgencyKind.EDUCATION)
SURGERY = Team(3, "Harbour Road Surgery", AgencyKind.HEALTH)
HOSPITAL = Team(4, "Port Regis General", AgencyKind.HEALTH)
CAIT = Team(5, "County Police", AgencyKind.POLICE, TeamKind.CAIT)
HOMES = Team(6, "Quayside Homes", AgencyKind.HOUSING)
EVERYBODY = frozenset(range(10))


@pytest.mark.parametrize(
    ("teams", "school", "agreed", "ticked"),
    [
        ([SCHOOL, OTHER_SCHOOL], "St Aldhelm's Primary School", EVERYBODY, {1}),
        ([SCHOOL, OTHER_SCHOOL], "st aldhelms primary  school", EVERYBODY, {1}),
        ([SCHOOL], "St Aldhelm's Primary School", frozenset(), {1}),
        ([SCHOOL, OTHER_SCHOOL], "", EVERYBODY, set()),
        ([SURGERY], "", EVERYBODY, {3}),
        ([SURGERY, HOSPITAL], "", EVERYBODY, set()),
        ([SURGERY, HOSPITAL], "", {4}, {4}),
        ([SURGERY], "", frozenset(), set()),
        ([CAIT, HOMES], "", EVERYBODY, set()),
        ([], "", EVERYBODY, set()),
    ],
)
def test_who_is_ticked_at_first(
    teams: list[Team], school: str, agreed: frozenset[int], ticked: set[int]
) -> None:
    assert usual(teams, school, agreed) == ticked
