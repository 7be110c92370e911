"""What is different between two versions, in words, and what would no longer be covered."""

from hypothesis import given
from hypothesis import strategies as st

from breakwater.sharing.agreements.changes import Lost, changes, flows, lost, preview
from breakwater.sharing.agreements.rules import Party, Terms, ended
from breakwater.sharing.rules import Basis, InfoKind, Purpose
from tests.sharing.agreements.agreed import BASES, DAY, SOME_DAY, party, terms, version


def test_a_first_version_changes_nothing() -> None:
    assert changes(None, terms()) == []
    assert changes(terms(), terms()) == []


def test_who_gives_and_receives_is_said_by_name() -> None:
    before = terms(party(1), party(2))
    after = terms(party(1, gives=False), party(2), party(3))
    assert changes(before, after) == [
        "Agency 1 no longer gives",
        "Agency 3 now gives",
        "Agency 3 now receives",
    ]


def test_kinds_purposes_bases_and_words_are_said() -> None:
    after = terms(
        kinds=frozenset({InfoKind.IDENTITY, InfoKind.MISSING}),
        purposes=frozenset({Purpose.PLAN}),
        bases=BASES | {Basis.S47},
        summary="Worded otherwise.",
        ends_on=SOME_DAY + 90 * DAY,
    )
    assert changes(terms(), after) == [
        "Attendance, behaviour and safeguarding records of a school: no longer may be shared",
        "Missing episodes: now may be shared",
        "Deciding what a child needs: no longer is a purpose",
        "Carrying out a plan for a child: now is a purpose",
        "Rests also on: Enquiries where a child may suffer significant harm "
        "(Children Act 1989, section 47)",
        "It ends on 23 February 2027",
        "The summary is worded anew",
    ]


def test_an_end_says_so_and_loses_everything_that_no_other_agreement_covers() -> None:
    before = terms()
    over = ended(before, SOME_DAY + DAY)
    assert changes(before, over) == ["It covers nothing any more"]
    kinds = (InfoKind.IDENTITY, InfoKind.SCHOOL)
    assert lost(before, over) == [
        Lost("Agency 1", ("Agency 2",), kinds, (Purpose.ENQUIRIES,)),
        Lost("Agency 2", ("Agency 1",), kinds, (Purpose.ENQUIRIES,)),
    ]
    other = terms(party(1, receives=False), party(2, gives=False))
    assert lost(before, over, [other]) == [
        Lost("Agency 2", ("Agency 1",), kinds, (Purpose.ENQUIRIES,))
    ]


def test_beginning_anew_after_an_end_is_said() -> None:
    over = ended(terms(), SOME_DAY)
    assert changes(over, terms())[0] == "It covers again what follows"


def test_a_preview_names_the_versions_that_will_never_begin() -> None:
    first = version(1)
    planned = version(2, terms(effective_from=SOME_DAY + 30 * DAY))
    found = preview([first, planned], terms(effective_from=SOME_DAY + 5 * DAY), [], SOME_DAY)
    assert found.never == [planned]
    later = preview([first, planned], terms(effective_from=SOME_DAY + 40 * DAY), [], SOME_DAY)
    assert later.never == []


def test_a_preview_counts_on_other_agreements_only_as_they_stand_on_that_day() -> None:
    first, begins = version(1), SOME_DAY + 5 * DAY
    less = terms(kinds=frozenset({InfoKind.IDENTITY}), effective_from=begins)
    other = [version(1, terms())]
    over = [*other, version(2, ended(terms(), begins))]
    assert preview([first], less, [other], SOME_DAY).lost == []
    assert len(preview([first], less, [over], SOME_DAY).lost) == 2


def test_a_preview_is_known_again_and_another_is_not() -> None:
    first = version(1)
    one = preview([first], terms(summary="One"), [], SOME_DAY)
    assert one.seen == preview([first], terms(summary="One"), [], SOME_DAY).seen
    assert one.seen != preview([first], terms(summary="Other"), [], SOME_DAY).seen


PARTIES = st.lists(
    st.builds(
        lambda number, way: party(number, gives=way != "receives", receives=way != "gives"),
        st.integers(1, 4),
        st.sampled_from(["gives", "receives", "both"]),
    ),
    unique_by=lambda one: one.agency_id,
    max_size=4,
)


@st.composite
def any_terms(draw: st.DrawFn) -> Terms:
    parties: list[Party] = draw(PARTIES)
    kinds = draw(st.frozensets(st.sampled_from(InfoKind), max_size=4))
    purposes = draw(st.frozensets(st.sampled_from(Purpose), max_size=3))
    said = terms(kinds=kinds, purposes=purposes)
    return Terms(**(vars(said) | {"parties": tuple(parties)}))


@given(any_terms(), any_terms(), st.lists(any_terms(), max_size=2))
def test_what_is_lost_is_exactly_what_was_covered_and_is_by_nothing_any_more(
    before: Terms, after: Terms, others: list[Terms]
) -> None:
    said = {
        (row.giver, receiver, kind, purpose)
        for row in lost(before, after, others)
        for receiver in row.receivers
        for kind in row.kinds
        for purpose in row.purposes
    }
    still = flows(after).union(*(flows(other) for other in others))
    assert said == flows(before) - still


@given(any_terms())
def test_nobody_gives_who_is_not_said_to_and_nobody_gives_themselves(said: Terms) -> None:
    gives = {one.agency for one in said.parties if one.gives}
    receives = {one.agency for one in said.parties if one.receives}
    for giver, receiver, kind, purpose in flows(said):
        assert giver in gives
        assert receiver in receives - {giver}
        assert kind in said.kinds
        assert purpose in said.purposes


@given(any_terms(), any_terms())
def test_no_difference_goes_unsaid(before: Terms, after: Terms) -> None:
    differs = (set(before.parties), before.kinds, before.purposes) != (
        set(after.parties), after.kinds, after.purposes,
    )  # fmt: skip
    assert bool(changes(before, after)) == differs
