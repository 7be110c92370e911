"""What a search reads and what it asks for, folded alike. Pure."""

import re
from functools import lru_cache

from anyascii import anyascii

from breakwater.people.linkage.numbers import one_phone
from breakwater.people.rules import PersonAsTold

LONGEST = 200  # letters typed
SHORTEST = 3  # letters of a term that finds by itself; shorter ones only narrow
_APOSTROPHES = re.compile(r"['’‘`´ʼʻ]")
_BETWEEN = re.compile(r"[^a-z0-9@_.+-]+")
_EDGES = "@_.+-"
_POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?) ([0-9][a-z]{2})\b")
_SPACED_NUMBER = re.compile(r"\+?\d[\d ()-]{5,}\d")


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """Return a text in small plain letters and digits, one space between words."""
    plain = _APOSTROPHES.sub("", text)
    if not plain.isascii():
        plain = anyascii(plain)
    words = _BETWEEN.sub(" ", plain.replace("'", "").replace("`", "").lower()).split()
    return " ".join(stripped for word in words if (stripped := word.strip(_EDGES)))


def search_words(person: PersonAsTold) -> str:
    """Return all by which somebody is found, with a space on either side."""
    phone = one_phone(person.phone) if person.phone else ""
    parts = [
        folded(person.given),
        folded(person.family),
        folded(person.known_as),
        folded(person.address),
        folded(person.postcode),
        folded(person.postcode).replace(" ", ""),
        folded(person.email),
        folded(person.handle),
        folded(person.school),
        folded(person.nhs_number).replace(" ", "").replace("-", ""),
        folded(person.upn).replace(" ", ""),
        phone[1:] or folded(person.phone),
        f"0{phone[3:]}" if phone.startswith("+44") else "",
    ]
    return f" {' '.join(dict.fromkeys(part for part in parts if part))} "


def search_terms(typed: str) -> list[str]:
    """Return the parts to look for; a phone or number in any spelling is one part."""
    text = typed[:LONGEST]
    numbers = []
    for found in _SPACED_NUMBER.finditer(text):
        whole = found.group()
        phone = one_phone(whole)
        numbers.append(phone[1:] if phone and not _ten_digits(whole) else _digits(whole))
    rest = folded(_SPACED_NUMBER.sub(" ", text))
    rest = _POSTCODE.sub(r"\1\2", rest)
    return list(dict.fromkeys([*(n for n in numbers if n), *rest.split()]))


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _ten_digits(text: str) -> bool:
    """Tell an NHS number from a phone, which begins with 0 or +."""
    return len(_digits(text)) == 10 and text.strip()[0] not in "0+("
