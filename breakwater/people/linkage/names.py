"""Names made comparable: any script, short forms, particles, double names, and their sound."""

import re
from functools import lru_cache
from pathlib import Path
from unicodedata import category

from anyascii import anyascii
from nicknames import NickNamer

LONGEST = 120  # letters of a name that count; the mention keeps all of it


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words that stand where a name should, and what goes before one.
NO_NAMES = _set("unborn baby unknown unnamed not known none nk na nfn nil tbc tbd anonymous child")
TITLES = _set("mr mrs ms miss master dr prof rev sir pc")
PARTICLES = _set(
    "van von der den de da das do dos del della di du la le el al ul bin ibn bint binti ap ab "
    "ferch ter ten zu e y"
)
# Common ways to write one given name short or in other letters, that no list of nicknames has.
_WRITTEN_SHORT = {"mohd": "mohammed", "md": "mohammed", "muhd": "mohammed", "mhmd": "mohammed"}
_APOSTROPHES = re.compile(r"['’‘´ʼʻ]")
_CJK_SYLLABLES = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_VOWELS = frozenset("aeiouyhw")


def _own_short_forms() -> dict[str, set[str]]:
    """Read short_forms.txt: a full name, then what its bearers are called."""
    full_of: dict[str, set[str]] = {}
    text = (Path(__file__).parent / "short_forms.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            full, *short = line.split()
            for word in short:
                full_of.setdefault(word, set()).add(full)
    return full_of


_OWN_FULL_NAMES = _own_short_forms()
_NICKNAMES = NickNamer()


@lru_cache(maxsize=65_536)
def words_of(text: str) -> tuple[str, ...]:
    """Return a name's words in small plain letters: "Wiśniewski-Żak" -> wisniewski, zak."""
    plain = _APOSTROPHES.sub("", text[:LONGEST].strip())
    if not plain.isascii():
        plain = "".join(letter if category(letter)[0] in "LMZP" else " " for letter in plain)
        latin = anyascii(plain)
        # Chinese and its like come out as one word with a capital for each syllable.
        plain = _CJK_SYLLABLES.sub(" ", latin) if plain.lower() == plain.upper() else latin
    plain = plain.replace("`", "a").replace("'", "")  # the letter ayn begins a syllable
    return tuple(_NOT_LETTERS.sub(" ", plain.lower()).split())


@lru_cache(maxsize=65_536)
def given_words(text: str) -> tuple[str, ...]:
    """Return given names without titles and without words that are no names."""
    kept = [w for w in words_of(text) if w not in TITLES and w not in NO_NAMES]
    return tuple(_WRITTEN_SHORT.get(word, word) for word in kept)


@lru_cache(maxsize=65_536)
def family_words(text: str) -> tuple[str, ...]:
    """Return a family name's words without particles: "van der Berg" -> berg, "Mc Kay" -> mckay."""
    words = [w for w in words_of(text) if w not in NO_NAMES]
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in ("mc", "mac", "o"):
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(w for w in joined if w not in PARTICLES) or tuple(joined)


@lru_cache(maxsize=65_536)
def full_names(word: str) -> frozenset[str]:
    """Return the names that this one may be short for, and itself: bill -> bill, william."""
    return frozenset({word, *_OWN_FULL_NAMES.get(word, ()), *_NICKNAMES.canonicals_of(word)})


_SPELLINGS = (
    ("sch", "s"), ("tch", "s"), ("ph", "f"), ("ck", "k"), ("ch", "s"), ("sh", "s"), ("th", "t"),
    ("qu", "k"), ("dj", "j"), ("cz", "s"), ("tz", "s"), ("ts", "s"), ("sz", "s"), ("rz", "s"),
    ("ce", "se"), ("ci", "si"), ("cy", "si"), ("x", "ks"), ("kn", "n"), ("wr", "r"),
)  # fmt: skip
_LETTERS = str.maketrans("cqzj", "kksy")


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """Return how a word sounds to whoever writes it down: its consonants, alike ones as one.

    Vowels count only as a beginning, so that scripts without vowels agree: Mohammed, mhmd -> md.
    """
    text = word
    for written, heard in _SPELLINGS:
        if written in text:
            text = text.replace(written, heard)
    text = text.translate(_LETTERS)
    if not text:
        return ""
    first = "a" if text[0] in "aeiou" else "v" if text[0] == "w" else text[0]
    sounds = [first]
    for letter in text[1:]:
        if letter not in _VOWELS and letter != sounds[-1]:
            sounds.append(letter)
    return "".join(sounds)[:6]
