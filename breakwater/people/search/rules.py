"""What a search reads and what it asks for, folded alike. Pure."""

import re
from functools import lru_cache

from anyascii import anyascii

from breakwater.people.linkage.numbers import one_phone
from breakwater.people.rules import PersonAsTold

LONGEST = 200  # letters typed
SHORTEST = 3  # letters of a term that finds by itself; shorter ones only narrow
_APOSTROPHES = re.compile(r"['’‘`´ʼʻ]")
# A dot holds an e-mail address together, but divides a number as a space does.
_BETWEEN = re.compile(r"[^a-z0-9@_.]+|(?<=[0-9])\.(?=[0-9])")
_EDGES = "@_."
_POSTCODE = re.compile(r"(?<![^ ])([a-z]{1,2}[0-9][a-z0-9]?) ([0-9][a-z]{2})(?![^ ])")
_NOT_DIGITS = re.compile(r"[^0-9]+")
# Whole numbers, however they are spaced: from abroad, British ones, the ten digits of the NHS. Of a
# part of a number each piece is a term of its own, which finds it as well.
_NUMBERS = re.compile(
    r"""(?x)(?<![\w+])(?:
      (?:\+|00)(?P<abroad>44[ -]*(?:\(0\))?(?:[ .()-]*[0-9]){9,10}
        |[1-9](?:[ .()-]*[0-9]){7,13})
      |(?P<national>\(?0(?:[ .()-]*[0-9]){9,10}|[0-9]{3}[ .-]?[0-9]{3}[ .-]?[0-9]{4})
    )(?![0-9])"""
)


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """Return a text in small plain letters and digits, one space between words."""
    words = _BETWEEN.sub(" ", _plain(text)).split()
    return " ".join(stripped for word in words if (stripped := word.strip(_EDGES)))


def short_name(given: str, family: str) -> str:
    """Return the first given name and the family name, folded: who has the same is the same name.

    Empty when either is missing.
    """
    first, last = folded(given).split(" ")[0], folded(family)
    return f"{first} {last}" if first and last else ""


def search_words(person: PersonAsTold) -> str:
    """Return all by which somebody is found, with a space on either side."""
    phone = one_phone(person.phone) if person.phone else ""
    parts = [
        *_told(person.given),
        *_told(person.family),
        *_told(person.known_as),
        *_told(person.address),
        *_told(person.postcode),
        *_told(person.email),
        *_told(person.handle),
        *_told(person.school),
        *_told(person.phone),
        folded(person.postcode).replace(" ", ""),
        folded(person.nhs_number).replace(" ", ""),
        folded(person.upn).replace(" ", ""),
        phone[1:],
        f"0{phone[3:]}" if phone.startswith("+44") else "",
        # With a digit lost it is no phone, and is still found as it was told.
        "" if phone else _NOT_DIGITS.sub("", _plain(person.phone)),
    ]
    return f" {' '.join(dict.fromkeys(part for part in parts if part))} "


def known_by(person: PersonAsTold) -> str:
    """Return the names and whole numbers of a person, with a space on either side.

    No more than these says to somebody without a grant that a person is known.
    """
    parts = [
        folded(person.given),
        folded(person.family),
        folded(person.known_as),
        folded(person.nhs_number).replace(" ", ""),
        folded(person.upn).replace(" ", ""),
    ]
    return f" {' '.join(dict.fromkeys(part for part in parts if part))} "


def search_terms(typed: str) -> list[str]:
    """Return the parts to look for; a phone, number or postcode in any spelling is one part."""
    text = _plain(typed[:LONGEST])
    rest = _POSTCODE.sub(r"\1\2", folded(_NUMBERS.sub(" ", text)))
    return list(dict.fromkeys([*_numbers(text), *rest.split()]))


@lru_cache(maxsize=65_536)
def _told(text: str) -> tuple[str, ...]:
    """Return a text folded, then the postcodes and numbers in it as one word each."""
    plain = folded(text)
    digits = len(_NOT_DIGITS.sub("", plain))
    postcodes = [a + b for a, b in _POSTCODE.findall(plain)] if digits >= 2 else ()
    return (plain, *postcodes, *(_numbers(_plain(text)) if digits >= 9 else ()))


def _numbers(plain: str) -> list[str]:
    """Return the whole numbers in a plain text, digits only: "+44 (0)7700 ..." -> 447700..."""
    found = []
    for number in _NUMBERS.finditer(plain):
        whole = (number["abroad"] or number["national"]).replace("(0)", "")
        found.append(_NOT_DIGITS.sub("", whole))
    return found


def _plain(text: str) -> str:
    plain = _APOSTROPHES.sub("", text)
    if not plain.isascii():
        # Spaces that it does not know would vanish, and two words become one.
        plain = anyascii(" ".join(plain.split()))
    return plain.replace("'", "").replace("`", "").lower()
