"""Kinds of events, what a child's count weighs beside the area's, and where its marks stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

YEAR = timedelta(days=365)
QUARTER = timedelta(days=91)
# Below so many children the area's pace is chance, and could tell of one of them: it is not said.
FEWEST_CHILDREN = 50
LONGEST_EXCERPT = 280


class Kind(StrEnum):
    REFERRAL = "worry"
    DECISION = "decision"
    STEP = "step"
    DOCUMENT = "document"


# As a filter names them.
KIND_WORDS = {
    Kind.REFERRAL: "Worries",
    Kind.DECISION: "Decisions",
    Kind.STEP: "What was done with them",
    Kind.DOCUMENT: "Documents",
}


class Order(StrEnum):
    OLDEST_FIRST = "oldest first"
    NEWEST_FIRST = "newest first"


class Tie(StrEnum):
    """Why a line of another case stands in this chronology."""

    SURE = "Same person"
    MAYBE = "May be the same"


@dataclass(frozen=True)
class Pace:
    """How many worries the children told of in this area have in 12 months.

    At least half have `median` or fewer, at least one in ten has `ninth` or more.
    """

    day: date
    children: int
    median: int
    ninth: int


class Weight(StrEnum):
    """What a count says beside the area's pace."""

    NOT_KNOWN = "not compared"
    USUAL = "as many as most children here"
    MORE = "more than most children here"
    HIGH = "as many as one child in ten here, or more"


def weight_of(count: int, pace: Pace | None) -> Weight:
    """Return how a child's count stands beside the area's."""
    if pace is None or pace.children < FEWEST_CHILDREN:
        return Weight.NOT_KNOWN
    if count <= pace.median:
        return Weight.USUAL
    return Weight.HIGH if count >= pace.ninth else Weight.MORE


def pace_in_words(pace: Pace | None) -> str:
    """Return "Of the children told of in this area, half have 1, and one in ten has 3 or more."."""
    if pace is None or pace.children < FEWEST_CHILDREN:
        return "The hub knows of too few children yet to say what is usual in this area."
    half = "1" if pace.median == 1 else f"{pace.median} or fewer"
    if pace.ninth <= pace.median:
        return f"Of the children told of in this area, nine in ten have {half}."
    return (
        f"Of the children told of in this area, half have {half},"
        f" and one in ten has {pace.ninth} or more."
    )


def excerpt(text: str) -> str:
    """Return the beginning of a narrative, on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_EXCERPT:
        return line
    return f"{line[:LONGEST_EXCERPT].rsplit(' ', 1)[0].rstrip(',;:.')} …"


@dataclass(frozen=True)
class Bar:
    """A mark of the picture; in units of its view box, y counted from the top."""

    x: float
    y: float
    width: float
    height: float


# The picture's view box, and within it the field of the bars.
WIDTH, HEIGHT = 300, 104
LEFT, RIGHT, TOP, GROUND = 2, 298, 6, 84
WIDEST = 7.0


def bars(
    times: Sequence[datetime], tall: Sequence[int], highest: int, until: datetime
) -> list[Bar]:
    """Return a bar for each time, oldest first, as many steps tall as `tall` says.

    None hides another: what came at once stands side by side.
    """
    if not times:
        return []
    slot = min(WIDEST + 1, (RIGHT - LEFT) / len(times))
    starts: list[float] = []
    for at in times:
        wanted = LEFT + (RIGHT - LEFT - slot) * _part(at, until)
        starts.append(max(wanted, starts[-1] + slot) if starts else wanted)
    end = RIGHT - slot
    for place in reversed(range(len(starts))):
        starts[place] = min(starts[place], end)
        end = starts[place] - slot
    step = (GROUND - TOP) / max(1, highest)
    return [
        Bar(
            round(x, 1),
            round(GROUND - step * many, 1),
            round(slot - slot / 8, 1),
            round(step * many, 1),
        )
        for x, many in zip(starts, tall, strict=True)
    ]


def level(count: int, highest: int) -> float:
    """Return where a line at so many worries stands."""
    return round(GROUND - (GROUND - TOP) / max(1, highest) * count, 1)


def _part(at: datetime, until: datetime) -> float:
    """Return how much of the year before `until` had gone by."""
    return min(1.0, max(0.0, 1 - (until - at) / YEAR))
