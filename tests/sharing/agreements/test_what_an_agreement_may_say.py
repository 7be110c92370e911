"""The words of an agreement: what can stand, and which version stands when."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.access.rules import AgencyKind
from breakwater.sharing.agreements import rules
from breakwater.sharing.agreements.rules import Review, Standing, Terms, Version, in_force
from breakwater.sharing.rules import LONGEST_TEXT, Basis, InfoKind
from tests.sharing.agreements.agreed import BASES, DAY, SOME_DAY, party, terms, version

POLICE_ONLY = {Basis.PART3, Basis.SCH8_4}


def wrong(said: Terms, why: str = "Agreed.") -> list[str]:
    return [field for field, _ in rules.check_terms(said, why, SOME_DAY)]


def test_what_two_agencies_agree_can_stand() -> None:
    assert wrong(terms()) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kinds": frozenset()}, "kinds"),
        ({"purposes": frozenset()}, "purposes"),
        ({"bases": frozenset()}, "bases"),
        ({"summary": "  "}, "summary"),
        ({"summary": "x" * (LONGEST_TEXT + 1)}, "summary"),
        ({"effective_from": SOME_DAY - DAY}, "effective_from"),
        ({"ends_on": SOME_DAY}, "ends_on"),
        ({"review_by": SOME_DAY}, "review_by"),
        ({"review_by": SOME_DAY + rules.LONGEST_UNREVIEWED + DAY}, "review_by"),
        ({"parties": (party(1, gives=False), party(2, gives=False))}, "gives"),
        ({"parties": (party(1, receives=False), party(2, receives=False))}, "receives"),
        ({"parties": (party(1),)}, "receives"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(changes: dict[str, Any], field: str) -> None:
    assert field in wrong(terms(**changes))


def test_a_version_without_a_why_cannot_stand() -> None:
    assert wrong(terms(), why=" ") == ["why"]


def test_special_data_needs_a_condition_of_article_9_and_paragraph_18() -> None:
    assert wrong(terms(bases=frozenset({Basis.ART6E}))) == ["bases"]
    assert wrong(terms(bases=frozenset({Basis.ART6E, Basis.ART9G}))) == ["bases"]
    plain = terms(bases=frozenset({Basis.ART6E}), kinds=frozenset({InfoKind.IDENTITY}))
    assert wrong(plain) == []


def test_part_3_alone_is_not_enough_for_a_school() -> None:
    assert wrong(terms(bases=frozenset({Basis.PART3}))) == ["bases"]


def test_police_may_give_on_part_3_where_the_others_have_bases_of_their_own() -> None:
    both = (party(1, kind="police"), party(2))
    assert wrong(terms(*both, bases=BASES | {Basis.PART3})) == []
    assert wrong(terms(*both, bases=frozenset({Basis.PART3}))) == ["bases"]
    only_police_give = (party(1, kind="police"), party(2, gives=False))
    assert wrong(terms(*only_police_give, bases=frozenset({Basis.PART3}))) == []


def test_the_error_names_the_giver_who_has_no_basis() -> None:
    both = (party(1, kind="police"), party(2))
    said = rules.check_terms(terms(*both, bases=frozenset({Basis.PART3})), "Agreed.", SOME_DAY)
    assert [sentence for _, sentence in said if "Agency 2" in sentence]


@given(st.sets(st.sampled_from(Basis)), st.sampled_from(AgencyKind))
def test_nobody_but_police_and_probation_is_ever_offered_part_3(
    bases: set[Basis], giver: AgencyKind
) -> None:
    usable = set(rules.bases_for(giver, bases))
    if giver in (AgencyKind.POLICE, AgencyKind.PROBATION):
        assert usable == bases
    else:
        assert usable == bases - POLICE_ONLY


@pytest.mark.parametrize("name", ["", "  ", "x" * (rules.LONGEST_NAME + 1)])
def test_an_agreement_has_a_name_of_at_most_a_line(name: str) -> None:
    assert [field for field, _ in rules.check_name(name)] == ["name"]
    assert rules.check_name("Schools and the hub") == []


def test_a_later_version_in_force_hides_the_earlier() -> None:
    first = version(1)
    second = version(2, terms(effective_from=SOME_DAY + 10 * DAY))
    assert in_force([first, second], SOME_DAY + 9 * DAY) is first
    assert in_force([first, second], SOME_DAY + 10 * DAY) is second


def test_before_its_first_day_nothing_is_in_force() -> None:
    assert in_force([version(1)], SOME_DAY - DAY) is None
    assert rules.standing([version(1)], SOME_DAY - DAY) is Standing.TO_COME


def test_an_ended_agreement_covers_nothing_from_the_day_on() -> None:
    first = version(1)
    last = version(2, rules.ended(first.terms, SOME_DAY + 5 * DAY))
    assert in_force([first, last], SOME_DAY + 4 * DAY) is first
    assert in_force([first, last], SOME_DAY + 5 * DAY) is None
    assert rules.standing([first, last], SOME_DAY + 5 * DAY) is Standing.ENDED


def test_an_agreement_for_a_time_ends_by_itself() -> None:
    one = version(1, terms(ends_on=SOME_DAY + 7 * DAY))
    assert rules.standing([one], SOME_DAY + 6 * DAY) is Standing.IN_FORCE
    assert rules.standing([one], SOME_DAY + 7 * DAY) is Standing.ENDED


def test_an_ended_agreement_can_begin_anew() -> None:
    first = version(1)
    last = version(2, rules.ended(first.terms, SOME_DAY + 5 * DAY))
    again = version(3, terms(effective_from=SOME_DAY + 9 * DAY))
    assert in_force([first, last, again], SOME_DAY + 9 * DAY) is again


def test_a_review_moves_the_day_and_none_changes_the_version() -> None:
    due = SOME_DAY + 365 * DAY
    one = version(1)
    assert rules.standing([one], due - rules.DUE_SOON - DAY) is Standing.IN_FORCE
    assert rules.standing([one], due - rules.DUE_SOON) is Standing.DUE_SOON
    assert rules.standing([one], due) is Standing.DUE_SOON
    assert rules.standing([one], due + DAY) is Standing.OVERDUE
    noted = Review("Nothing changed.", due + 300 * DAY, "Ruth Kerr", one.made_at)
    reviewed = replace(one, reviews=(noted,))
    assert rules.standing([reviewed], due + DAY) is Standing.IN_FORCE
    assert reviewed.terms == one.terms


DAYS = st.integers(0, 20).map(lambda days: SOME_DAY + timedelta(days=days))


@st.composite
def histories(draw: st.DrawFn) -> list[Version]:
    found = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        begins = draw(DAYS)
        ends = draw(st.none() | DAYS)
        found.append(version(number, terms(effective_from=begins, ends_on=ends)))
    return found


@given(histories(), DAYS)
def test_what_stands_has_begun_not_ended_and_no_later_version_has_begun(
    versions: list[Version], on: date
) -> None:
    now = in_force(versions, on)
    if now is None:
        last = max((v for v in versions if v.terms.effective_from <= on), default=None,
                   key=lambda v: v.number)  # fmt: skip
        assert last is None or (last.terms.ends_on and last.terms.ends_on <= on)
        return
    assert now.terms.effective_from <= on
    assert now.terms.ends_on is None or now.terms.ends_on > on
    assert not [v for v in versions if v.number > now.number and v.terms.effective_from <= on]
