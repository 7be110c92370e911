"""Drawing names: by origin, sex and generation, common ones often and rare ones seldom.

Weights are whole numbers and no set is iterated, so a seed gives the same names on any machine.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from random import Random

from breakwater.synthetic import name_lists as lists

# Letters that Unicode does not take apart into a base letter and a mark.
_STROKES = str.maketrans("łŁøØđĐıİ", "lLoOdDiI")
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh",
    "з": "z", "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n",
    "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia",
}  # fmt: skip
_CYRILLIC_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


class Pool:
    """Words by rank, drawn by Zipf's law with Mandelbrot's bend, which tames the very first."""

    def __init__(self, names: str | Sequence[str], bend: int = 12):
        self.words = words(names) if isinstance(names, str) else tuple(names)
        weights = (10**9 // (rank + bend) for rank in range(1, len(self.words) + 1))
        self._cumulative = list(accumulate(weights))

    def draw(self, rng: Random) -> str:
        place = int(rng.random() * self._cumulative[-1])
        return self.words[bisect_right(self._cumulative, place)]


@dataclass(frozen=True)
class Surnames:
    """Known surnames for `common` of a hundred people; the rest have a composed, rarer one."""

    known: Pool
    stems: Pool | None = None
    endings: Pool | None = None
    common: int = 100

    def draw(self, rng: Random) -> str:
        if self.stems is None or self.endings is None or rng.random() * 100 < self.common:
            return self.known.draw(rng)
        return self.stems.draw(rng) + self.endings.draw(rng)


@dataclass(frozen=True)
class Origin:
    """Where a family's names come from. `custom` says how surnames go to wives and children."""

    code: str
    ethnicity: str
    share: int  # of 1,000 families
    boys: Pool
    girls: Pool
    surnames: Surnames
    custom: str = "shared"
    men: Pool | None = None
    women: Pool | None = None
    old_men: Pool | None = None
    old_women: Pool | None = None

    def given(self, rng: Random, sex: str, age: int) -> str:
        """Draw a given name as parents chose it when somebody of that age was born."""
        male = sex == "male"
        pool = self.boys if male else self.girls
        if age >= 18:
            pool = (self.men if male else self.women) or pool
        if age >= 58:
            pool = (self.old_men if male else self.old_women) or pool
        return pool.draw(rng)


def _romanise(word: str) -> str:
    """Spell a Ukrainian name as a Ukrainian passport does."""
    low = word.lower().replace("зг", "zgh")
    latin = "".join(_CYRILLIC.get(letter, letter) for letter in low)
    if low[0] in _CYRILLIC_FIRST:
        latin = _CYRILLIC_FIRST[low[0]] + "".join(_CYRILLIC.get(c, c) for c in low[1:])
    return latin[:1].upper() + latin[1:]


_BRITISH_BOYS, _BRITISH_GIRLS = Pool(lists.BRITISH_BOYS), Pool(lists.BRITISH_GIRLS)
_BRITISH_SURNAMES = Surnames(
    Pool(lists.BRITISH_SURNAMES, bend=15),
    Pool(lists.BRITISH_STEMS, bend=90),
    Pool(lists.BRITISH_ENDINGS, bend=25),
    common=66,
)


def _composed(known: str, stems: str, endings: str, common: int) -> Surnames:
    return Surnames(Pool(known), Pool(stems, bend=40), Pool(endings, bend=20), common)


def _latin(words: str) -> str:
    return " ".join(_romanise(word) for word in words.split())


# Plausible for a county of southern England; no census table is copied.
ORIGINS = (
    Origin("british", "WBRI", 692, _BRITISH_BOYS, _BRITISH_GIRLS, _BRITISH_SURNAMES,
           men=Pool(lists.BRITISH_MEN), women=Pool(lists.BRITISH_WOMEN),
           old_men=Pool(lists.BRITISH_OLD_MEN), old_women=Pool(lists.BRITISH_OLD_WOMEN)),
    Origin("welsh", "WBRI", 22, Pool(lists.WELSH_BOYS), Pool(lists.WELSH_GIRLS),
           Surnames(Pool(lists.WELSH_SURNAMES))),
    Origin("scottish", "WBRI", 22, Pool(lists.SCOTTISH_BOYS), Pool(lists.SCOTTISH_GIRLS),
           Surnames(Pool(lists.SCOTTISH_SURNAMES))),
    Origin("irish", "WIRI", 12, Pool(lists.IRISH_BOYS), Pool(lists.IRISH_GIRLS),
           Surnames(Pool(lists.IRISH_SURNAMES))),
    Origin("traveller", "WIRT", 4, Pool(lists.TRAVELLER_BOYS), Pool(lists.TRAVELLER_GIRLS),
           Surnames(Pool(lists.TRAVELLER_SURNAMES))),
    Origin("romany", "WROM", 4, Pool(lists.TRAVELLER_BOYS), Pool(lists.TRAVELLER_GIRLS),
           Surnames(Pool(lists.ROMANY_SURNAMES))),
    Origin("polish", "WOTH", 32, Pool(lists.POLISH_BOYS), Pool(lists.POLISH_GIRLS),
           _composed(lists.POLISH_SURNAMES, lists.POLISH_STEMS, lists.POLISH_ENDINGS, 55),
           "gendered"),
    Origin("romanian", "WOTH", 18, Pool(lists.ROMANIAN_BOYS), Pool(lists.ROMANIAN_GIRLS),
           _composed(lists.ROMANIAN_SURNAMES, lists.ROMANIAN_STEMS, lists.ROMANIAN_ENDINGS, 65)),
    Origin("ukrainian", "WOTH", 10, Pool(_latin(lists.UKRAINIAN_BOYS)),
           Pool(_latin(lists.UKRAINIAN_GIRLS)),
           Surnames(Pool(_latin(lists.UKRAINIAN_SURNAMES)),
                    Pool(_latin(lists.UKRAINIAN_STEMS), bend=40),
                    Pool([_romanise(end).lower() for end in lists.UKRAINIAN_ENDINGS.split()]), 60),
           "gendered"),
    Origin("portuguese", "WOTH", 11, Pool(lists.PORTUGUESE_BOYS), Pool(lists.PORTUGUESE_GIRLS),
           Surnames(Pool(lists.PORTUGUESE_SURNAMES)), "both parents"),
    Origin("turkish", "OOTH", 8, Pool(lists.TURKISH_BOYS), Pool(lists.TURKISH_GIRLS),
           _composed(lists.TURKISH_SURNAMES, lists.TURKISH_STEMS, lists.TURKISH_ENDINGS, 65)),
    Origin("nigerian", "BAFR", 20, Pool(lists.NIGERIAN_BOYS), Pool(lists.NIGERIAN_GIRLS),
           _composed(lists.NIGERIAN_SURNAMES, lists.NIGERIAN_STEMS, lists.NIGERIAN_ENDINGS, 55)),
    Origin("ghanaian", "BAFR", 9, Pool(lists.GHANAIAN_BOYS), Pool(lists.GHANAIAN_GIRLS),
           Surnames(Pool(lists.GHANAIAN_SURNAMES))),
    Origin("somali", "BAFR", 11, Pool(lists.SOMALI_BOYS), Pool(lists.SOMALI_GIRLS),
           Surnames(Pool(lists.SOMALI_BOYS)), "father's names"),
    Origin("caribbean", "BCRB", 12, Pool(lists.CARIBBEAN_BOYS), Pool(lists.CARIBBEAN_GIRLS),
           Surnames(Pool(lists.CARIBBEAN_SURNAMES))),
    Origin("pakistani", "APKN", 28, Pool(lists.PAKISTANI_BOYS), Pool(lists.PAKISTANI_GIRLS),
           Surnames(Pool(lists.PAKISTANI_SURNAMES)), "mother keeps hers"),
    Origin("bangladeshi", "ABAN", 15, Pool(lists.BANGLADESHI_BOYS), Pool(lists.BANGLADESHI_GIRLS),
           Surnames(Pool(lists.BANGLADESHI_SURNAMES)), "mother keeps hers"),
    Origin("indian", "AIND", 34, Pool(lists.INDIAN_BOYS), Pool(lists.INDIAN_GIRLS),
           _composed(lists.INDIAN_SURNAMES, lists.INDIAN_STEMS, lists.INDIAN_ENDINGS, 85)),
    Origin("chinese", "CHNE", 10, Pool(lists.CHINESE_BOYS), Pool(lists.CHINESE_GIRLS),
           Surnames(Pool(lists.CHINESE_SURNAMES)), "mother keeps hers"),
    Origin("arabic", "OOTH", 14, Pool(lists.ARABIC_BOYS), Pool(lists.ARABIC_GIRLS),
           Surnames(Pool(lists.ARABIC_SURNAMES)), "mother keeps hers"),
    Origin("filipino", "AOTH", 12, Pool(lists.FILIPINO_BOYS), Pool(lists.FILIPINO_GIRLS),
           Surnames(Pool(lists.FILIPINO_SURNAMES))),
)  # fmt: skip
BRITISH = ORIGINS[0]
_SHARES = list(accumulate(origin.share for origin in ORIGINS))


def draw_origin(rng: Random) -> Origin:
    return ORIGINS[bisect_right(_SHARES, int(rng.random() * _SHARES[-1]))]


def _same_names() -> dict[str, tuple[str, ...]]:
    """Map every name to its other spellings, in the order of the list."""
    same: dict[str, list[str]] = {}
    for line in lists.SAME_NAME.splitlines():
        group = words(line)
        for word in group:
            others = same.setdefault(word, [])
            others += [other for other in group if other != word and other not in others]
    for text in (lists.UKRAINIAN_BOYS, lists.UKRAINIAN_GIRLS, lists.UKRAINIAN_SURNAMES):
        for word in words(text):
            same.setdefault(_romanise(word), []).append(word)
    for stem in lists.UKRAINIAN_STEMS.split():
        for ending in lists.UKRAINIAN_ENDINGS.split():
            whole = _romanise(stem) + _romanise(ending).lower()
            same.setdefault(whole, []).append(stem + ending)
    return {word: tuple(others) for word, others in same.items()}


OTHER_SPELLINGS = _same_names()


def _nicknames() -> dict[str, tuple[str, ...]]:
    known: dict[str, list[str]] = {}
    for line in lists.NICKNAMES.splitlines():
        full, *short = line.split()
        known.setdefault(full, []).extend(short)
    return {full: tuple(short) for full, short in known.items()}


NICKNAMES = _nicknames()


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Drop every mark that an English keyboard lacks: Wiśniewska -> Wisniewska."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFKD", word.translate(_STROKES))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def for_sex(surname: str, custom: str, sex: str) -> str:
    """Give the form of a surname that its bearer uses: Kowalski's daughter is Kowalska."""
    if custom != "gendered" or sex != "female":
        return surname
    for ending, feminine in (("skyi", "ska"), ("ski", "ska"), ("cki", "cka")):
        if surname.endswith(ending):
            return surname.removesuffix(ending) + feminine
    return surname
