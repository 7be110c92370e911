"""UK addresses as people write them: door, street, town, postcode."""

import re
from functools import lru_cache

from breakwater.people.linkage.names import words_of

# The kinds of street, and how they are shortened.
_KINDS = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane",
    "cl": "close", "dr": "drive", "gdns": "gardens", "gdn": "gardens", "garden": "gardens",
    "cres": "crescent", "cresc": "crescent", "terr": "terrace", "ter": "terrace", "ct": "court",
    "crt": "court", "pl": "place", "sq": "square", "gr": "grove", "gro": "grove", "pk": "park",
    "hse": "house", "mt": "mount", "rw": "row", "wy": "way",
}  # fmt: skip
_STREETS = (frozenset(_KINDS.values()) - {"house"}) | set(
    words_of(
        "street road avenue lane close drive way gardens crescent court place terrace square "
        "grove park hill mews row walk rise green view parade mount circuit circle boulevard "
        "esplanade quay wharf"
    )
)
_UNIT = re.compile(
    r"\b(?:flat|apartment|apt|unit|room|rm|studio|bedsit)\s*\.?\s*([0-9]+[a-z]?|[a-z])\b[\s,]*"
)
_DOOR = re.compile(r"\b([0-9]+)\s?([a-z]?)\b")
_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})\b", re.IGNORECASE)
_NOT_ADDRESS = re.compile(r"[^a-z0-9, ]+")
NO_HOME = frozenset(("no fixed abode", "nfa", "unknown", "not known", "homeless"))


@lru_cache(maxsize=4096)
def postcode_of(text: str) -> str:
    """Return a postcode as one word in capitals, or "" when nothing is told."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())[:10]


def district_of(postcode: str) -> str:
    """Return the part before the last three characters: WX4 of WX42AB, "" of a shorter one."""
    return postcode[:-3] if len(postcode) >= 5 else ""


@lru_cache(maxsize=65_536)
def address_of(text: str) -> tuple[str, str, str, str]:
    """Return door, street, town, and the postcode if the text held one; "" for what it did not.

    "Flat 2, 12 Quay St, Saltmere WX4 2AB" -> 12, quay street, saltmere, WX42AB
    """
    text = text[:300]
    postcode = ""
    if found := _POSTCODE.search(text):
        postcode = (found[1] + found[2]).upper()
        text = text[: found.start()] + "," + text[found.end() :]
    plain = text.lower() if text.isascii() else ", ".join(
        " ".join(words_of(part)) for part in text.split(",")
    )  # fmt: skip
    plain = _NOT_ADDRESS.sub(" ", plain.replace("'", ""))
    if " ".join(plain.replace(",", " ").split()) in NO_HOME:
        return "", "", "", postcode
    unit = _UNIT.search(plain)
    if unit:
        plain = plain[: unit.start()] + plain[unit.end() :]
    door = ""
    if found := _DOOR.search(plain):
        door = found[1].lstrip("0") + found[2]
        before, after = plain[: found.start()].strip(" ,"), plain[found.end() :]
        plain = after if after.strip(" ,") else before
    elif unit:
        door = unit[1]
    street, town = _street_and_town(plain)
    return door, street, town, postcode


def _street_and_town(plain: str) -> tuple[str, str]:
    parts = [words for part in plain.split(",") if (words := part.split())]
    if not parts:
        return "", ""
    for index, part in enumerate(parts):
        for place in range(len(part) - 1, 0, -1):
            kind = _KINDS.get(part[place], part[place])
            if kind in _STREETS:
                rest = part[place + 1 :] or (parts[-1] if len(parts) > index + 1 else [])
                return " ".join([*part[:place], kind]), " ".join(rest)
    first = [_KINDS.get(word, word) for word in parts[0]]
    return " ".join(first), " ".join(parts[-1]) if len(parts) > 1 else ""
