"""Link, ask or leave: what the weight of a pair leads to, and what forbids to link unasked."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from breakwater.people.linkage import knobs
from breakwater.people.linkage.comparisons import BY_NAME, NOT_KNOWN
from breakwater.people.linkage.model import Model, Score
from breakwater.people.linkage.profile import Profile

# Levels of these comparisons up to which they speak for one person by themselves.
_SAME_GIVEN, _SAME_BORN = 6, 7
_HARDLY_BORN = 8  # only that it is a child, or a grown-up
_SHORT_FORM = 2
_BORN, _GIVEN = BY_NAME["born"], BY_NAME["given"]
_LONELY_GIVEN = frozenset({3, 4})  # the family name's place: nobody's own name agrees

PRIOR, HOUSEHOLD = "before any evidence", "household"


class Verdict(StrEnum):
    SAME = "same"
    ASK = "ask"
    LEAVE = "leave"


@dataclass(frozen=True)
class Evidence:
    """One row of the waterfall: what a field says, in words and in bits."""

    field: str
    words: str
    weight: float

    @property
    def of_a_field(self) -> bool:
        """Tell what was told of the two from what is true of any pair."""
        return self.field not in (PRIOR, HOUSEHOLD)


@dataclass(frozen=True)
class Judgement:
    """`weight` in bits, all evidence together; `doubts` say why it is not linked unasked."""

    verdict: Verdict
    weight: float
    evidence: tuple[Evidence, ...]
    doubts: tuple[str, ...] = ()


NOBODY = Judgement(Verdict.LEAVE, 0.0, ())


@lru_cache(maxsize=1)
def shipped() -> Model:
    """Return the model that comes with this version."""
    return Model.read()


def judge(one: Profile, other: Profile, model: Model | None = None) -> Judgement:
    """Return what to do about a pair: link, ask somebody, or leave; with the evidence."""
    model = model or shipped()
    score = model.score(one, other)
    if score.total < knobs.ASK_FROM:
        return Judgement(Verdict.LEAVE, score.total, ())
    doubts = doubts_about(one, other)
    sure = score.total >= knobs.LINK_FROM and not doubts
    verdict = Verdict.SAME if sure else Verdict.ASK
    return Judgement(verdict, score.total, _evidence(model, score, one, other), doubts)


def doubts_about(one: Profile, other: Profile) -> tuple[str, ...]:
    """Return what forbids to link two without a person's word, however heavy the evidence.

    Brothers share a home and twins a birth date; fathers and sons a name and a home.
    """
    doubts = list(contradictions(one, other))
    number = _same_number(one, other)
    given, born = _GIVEN.compare(one, other), _BORN.compare(one, other)
    named = 0 <= given <= _SAME_GIVEN and given not in _LONELY_GIVEN
    if not number and not named:
        doubts.append("the given names do not agree by themselves")
    if not number and _other_given_names(one, other):
        doubts.append("a second given name differs, as twins' do")
    if given == len(_GIVEN.levels) - 1:
        doubts.append("the given names differ")
    if given == _SHORT_FORM and not number and not _one_is_short_for_the_other(one, other):
        doubts.append("both may be short for several names, as twins' are")
    if born > _HARDLY_BORN:
        doubts.append("the birth dates do not fit")
    elif born in (NOT_KNOWN, _HARDLY_BORN) and not number:
        doubts.append("one of the two has no birth date")
    return tuple(dict.fromkeys(doubts))


def contradictions(one: Profile, other: Profile) -> tuple[str, ...]:
    """Return what no cluster may hold: two of it would not be one person."""
    found = []
    if one.nhs_number and other.nhs_number and one.nhs_number != other.nhs_number:
        found.append("two valid NHS numbers that differ")
    if one.upn and other.upn and one.upn != other.upn:
        found.append("two valid pupil numbers that differ")
    if one.born and other.born and _BORN.compare(one, other) == len(_BORN.levels) - 1:
        found.append("birth dates a generation apart")
    return tuple(found)


def _same_number(one: Profile, other: Profile) -> bool:
    return any(
        mine and mine == yours
        for mine, yours in ((one.nhs_number, other.nhs_number), (one.upn, other.upn))
    )


def _other_given_names(one: Profile, other: Profile) -> bool:
    mine, yours = set(one.given_words.split()), set(other.given_words.split())
    if len(mine) < 2 or len(yours) < 2:
        return False
    return not (mine <= yours or yours <= mine) or one.first != other.first


def _one_is_short_for_the_other(one: Profile, other: Profile) -> bool:
    """Tell Amelia and Millie from Ella and Ellie."""
    return one.first in other.forms.split() or other.first in one.forms.split()


def _evidence(model: Model, score: Score, one: Profile, other: Profile) -> tuple[Evidence, ...]:
    rows = [Evidence(PRIOR, "how seldom two mentions are one person", model.prior)]
    for place, (comparison, level) in enumerate(zip(model.comparisons, score.levels, strict=True)):
        if level >= 0:
            words = comparison.levels[level].words
            rows.append(
                Evidence(comparison.words, words, model.weight_of(place, level, one, other))
            )
    if score.household < -0.05:
        words = "what two of one household share anyway"
        rows.append(Evidence(HOUSEHOLD, words, score.household))
    return tuple(rows)
