from datetime import date

from breakwater.referrals.thresholds.agreement import Line, Tally, tallies

MONTH, EARLIER = date(2026, 11, 1), date(2026, 10, 1)
LINES = [
    Line(MONTH, 2, 3, 3, 5),
    Line(MONTH, 2, 3, 4, 2),
    Line(MONTH, 2, 4, 3, 1),
    Line(EARLIER, 1, 2, 2, 7),
]


def test_decisions_are_counted_by_which_way_people_differ() -> None:
    assert tallies(LINES, lambda line: line.month) == {
        MONTH: Tally(agreed=5, higher=2, lower=1),
        EARLIER: Tally(agreed=7),
    }
    by_level = tallies(LINES, lambda line: line.suggested)
    assert {level: t.number for level, t in by_level.items()} == {3: 7, 4: 1, 2: 7}
    assert list(tallies([], lambda line: line.version)) == []
