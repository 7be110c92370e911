"""The matrix: only what agreements in force cover, from one agency's side."""

from breakwater.sharing.agreements.matrix import Partner, partners
from breakwater.sharing.agreements.rules import Version, ended
from breakwater.sharing.rules import InfoKind, Purpose
from tests.sharing.agreements.agreed import DAY, SOME_DAY, party, terms, version

AGENCIES = [
    (1, "Agency 1", ""),
    (2, "Agency 2", "01632 960300"),
    (3, "Agency 3", ""),
]


def side(own: int, *versions: Version) -> dict[str, Partner]:
    found = partners(own, AGENCIES, [(7, "Together", versions)], SOME_DAY)
    return {one.agency: one for one in found}


def test_every_other_agency_is_there_and_ones_own_is_not() -> None:
    assert sorted(side(1, version(1))) == ["Agency 2", "Agency 3"]
    assert sorted(side(2, version(1))) == ["Agency 1", "Agency 3"]


def test_whom_one_may_ask_is_who_gives_and_whom_one_may_tell_is_who_receives() -> None:
    one_way = terms(party(1, gives=False), party(2, receives=False))
    there, back = side(1, version(1, one_way)), side(2, version(1, one_way))
    assert [line.agreement for line in there["Agency 2"].may_ask] == ["Together"]
    assert there["Agency 2"].may_tell == ()
    assert back["Agency 1"].may_ask == ()
    assert [line.agreement_id for line in back["Agency 1"].may_tell] == [7]
    assert (there["Agency 3"].may_ask, there["Agency 3"].may_tell) == ((), ())


def test_what_has_ended_or_not_begun_is_in_nobodys_matrix() -> None:
    over = version(2, ended(terms(), SOME_DAY))
    to_come = version(1, terms(effective_from=SOME_DAY + DAY))
    for versions in ([version(1), over], [to_come]):
        assert side(1, *versions)["Agency 2"].may_ask == ()


def test_it_says_for_which_purposes_one_may_not_say_whom_one_asks_about() -> None:
    both = frozenset({Purpose.ENQUIRIES, Purpose.PLAN})
    no_names = terms(kinds=frozenset({InfoKind.SCHOOL}), purposes=both)
    assert side(1, version(1, no_names))["Agency 2"].nameless == tuple(
        purpose for purpose in Purpose if purpose in both
    )
    assert side(1, version(1))["Agency 2"].nameless == ()


def test_somebody_of_no_agency_has_no_partners() -> None:
    assert partners(0, AGENCIES, [(7, "Together", [version(1)])], SOME_DAY) == []
