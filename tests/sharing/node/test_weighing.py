"""What agrees makes known, perhaps or not known; what twins share never makes known."""

from datetime import date

import pytest

from benchmarks.discovery.partners import PlainIndex, RealIndex, a_county, words_of
from breakwater.people.linkage import profile
from breakwater.sharing.node.weigh import POINTS, Known, weigh

TODAY = date(2026, 11, 25)
AMELIA = {"given": "Amelia", "family": "Hartley", "born": "2017-05-14", "postcode": "YO1 7HH",
          "address": "12 Mill Lane", "phone": "01904 960123", "nhs_number": "9434765919",
          "school": "St John's"}  # fmt: skip


def held(*people):
    return PlainIndex([profile(told, TODAY) for told in people])


def asked(index, told):
    words = words_of(profile(told, TODAY))
    return weigh(words, index.hits(words))


def without(told, *names):
    return {name: value for name, value in told.items() if name not in names}


@pytest.mark.parametrize(
    "told",
    [
        AMELIA,
        {**AMELIA, "given": "Milly"},
        {**AMELIA, "family": "Hartly"},
        {**AMELIA, "born": "2017-05-15"},
        without(AMELIA, "nhs_number"),
        without(AMELIA, "nhs_number", "phone", "postcode", "address", "school"),
        {**AMELIA, "postcode": "LS1 1AA", "address": "1 High Street", "phone": ""},
    ],
)
def test_a_child_told_with_a_fault_is_known(told):
    answer = asked(held(AMELIA), told)
    if told.get("born") == AMELIA["born"]:
        assert answer.verdict is Known.KNOWN
    else:
        assert (answer.verdict, answer.against) == (Known.PERHAPS, ("another birth date",))


@pytest.mark.parametrize(
    "told",
    [
        {"given": "Noah", "family": "Price", "born": "2015-03-03"},
        {"given": "Amelia"},
        {"given": "Amelia", "family": "Price", "postcode": "LS1 1AA"},
        {},
    ],
)
def test_somebody_else_is_not_known(told):
    assert asked(held(AMELIA), told).verdict is Known.NOT_KNOWN


def test_a_twin_and_a_brother_of_somebody_known_are_not_known_for_sure():
    for other in ({**AMELIA, "given": "Jack"}, {**AMELIA, "given": "Jack", "born": "2019-01-30"}):
        answer = asked(held(AMELIA), without(other, "nhs_number"))
        assert answer.verdict is not Known.KNOWN


def test_a_number_alone_is_perhaps_and_with_a_name_known():
    only = {"nhs_number": AMELIA["nhs_number"]}
    assert asked(held(AMELIA), only).verdict is Known.PERHAPS
    named = {**only, "given": "Amelia", "family": "Hartley"}
    assert asked(held(AMELIA), named).verdict is Known.KNOWN


def test_two_valid_numbers_that_differ_are_never_known_and_said():
    answer = asked(held(AMELIA), {**AMELIA, "nhs_number": "9876543210"})
    assert answer.verdict is Known.PERHAPS
    assert answer.against == ("another NHS number",)


def test_the_reasons_are_words_strongest_first_and_in_no_way_content():
    answer = asked(held(AMELIA), AMELIA)
    assert answer.reasons[0] == "number"
    assert set(answer.reasons) <= set(POINTS)
    assert [POINTS[one] for one in answer.reasons] == sorted(map(POINTS.get, answer.reasons))[::-1]


def test_the_best_record_answers_and_the_others_are_counted():
    other = without({**AMELIA, "given": "Amelie"}, "nhs_number")
    answer = asked(held(other, AMELIA), AMELIA)
    assert (answer.record, answer.others) == (1, 1)


def test_plain_and_real_indexes_give_the_same_answers():
    partners, queries = a_county(300, 4, 40)
    some = partners["gp_list"].profiles[:150]
    plain, real = PlainIndex(some), RealIndex(some)
    verdicts = set()
    for query in queries:
        words = words_of(query.told)
        answer = weigh(words, real.hits(words))
        assert answer == weigh(words, plain.hits(words))
        verdicts.add(answer.verdict)
    assert len(verdicts) > 1
