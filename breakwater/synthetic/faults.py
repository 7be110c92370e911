"""Faults: what goes wrong between a person and the record of that person, one function each.

A fault takes the fields of a people entry and gives back changed ones, or None where it cannot
strike. Fields that a submission has not got (previous_address, previous_postcode, former_family,
middle, told_on) may be there for faults to use; damage() takes them out in the end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from breakwater.synthetic import places
from breakwater.synthetic.names import BRITISH, NICKNAMES, OTHER_SPELLINGS, fold

Fields = dict[str, str | int]
Fault = Callable[[Fields, Random], Fields | None]
HELPERS = ("previous_address", "previous_postcode", "former_family", "middle", "told_on")

_KEYBOARD = {
    "a": "sqz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy",
    "i": "uok", "j": "hku", "k": "jli", "l": "kop", "m": "nj", "n": "bmh", "o": "ipl", "p": "ol",
    "q": "wa", "r": "etf", "s": "adw", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes", "x": "zcs",
    "y": "tuh", "z": "xas",
}  # fmt: skip
_SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("ee", "ea"), ("ie", "y"), ("ey", "y"), ("y", "ie"), ("ch", "sh"),
    ("ll", "l"), ("nn", "n"), ("tt", "t"), ("ss", "s"), ("ou", "oo"), ("ai", "ay"), ("w", "v"),
    ("c", "k"), ("k", "c"), ("s", "z"), ("z", "s"), ("i", "y"), ("ei", "ie"), ("oo", "u"),
)  # fmt: skip
_ABBREVIATIONS = (
    (" Street", " St"), (" Road", " Rd"), (" Avenue", " Ave"), (" Lane", " Ln"), (" Close", " Cl"),
    (" Drive", " Dr"), (" Gardens", " Gdns"), (" Crescent", " Cres"), (" Terrace", " Terr"),
    (" Court", " Ct"), (" Place", " Pl"), ("Flat ", "Apartment "), (" House", " Hse"),
)  # fmt: skip


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else str(value)


def _with(fields: Fields, **changes: str | int) -> Fields | None:
    """Return the fields with these changes (empty takes a field away), or None if all is alike."""
    changed = {**fields, **changes}
    for name, value in changes.items():
        if value == "":
            del changed[name]
    return None if changed == fields else changed


def _without(fields: Fields, *names: str) -> Fields | None:
    return _with(fields, **{name: "" for name in names if name in fields})


def _birth(fields: Fields) -> date | None:
    born = _text(fields, "born")
    return date.fromisoformat(born) if len(born) == 10 else None


def _told_on(fields: Fields) -> date:
    told_on = _text(fields, "told_on")
    return date.fromisoformat(told_on) if told_on else places.LAST_DAY


# -- names ------------------------------------------------------------------------------------


def typing(fields: Fields, rng: Random) -> Fields | None:
    """One slip of the fingers in a name: a letter too many, too few, swapped or next to it."""
    long = [name for name in ("given", "family", "family") if len(_text(fields, name)) > 3]
    if not long:
        return None
    name = rng.choice(long)
    word = _text(fields, name)
    place = 1 + int(rng.random() * (len(word) - 2))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    slips = (
        before + after,
        before + letter + letter + after,
        before + after[0] + letter + after[1:],
        before + rng.choice(_KEYBOARD.get(letter.lower(), "e")) + after,
    )
    slip = rng.choice(slips)
    return _with(fields, **{name: slip if slip.strip() == slip else before + after.strip()})


def misheard(fields: Fields, rng: Random) -> Fields | None:
    """A name written down by its sound."""
    name = "family" if rng.random() < 0.6 else "given"
    word = _text(fields, name)
    fitting = [(a, b) for a, b in _SOUNDS if a in word[1:]]
    if not fitting:
        return None
    sound, other = rng.choice(fitting)
    return _with(fields, **{name: word[0] + word[1:].replace(sound, other, 1)})


def nickname(fields: Fields, rng: Random) -> Fields | None:
    """What people are called, in place of the name."""
    first, *rest = _text(fields, "given").split() or [""]
    known = _text(fields, "known_as")
    short = NICKNAMES.get(first, ()) or ((known,) if known else ())
    return _with(fields, given=" ".join([rng.choice(short), *rest])) if short else None


def initial_only(fields: Fields, rng: Random) -> Fields | None:
    given = _text(fields, "given")
    return _with(fields, given=given[0] + rng.choice((".", ""))) if len(given) > 2 else None


def middle_name_added(fields: Fields, rng: Random) -> Fields | None:
    """The middle name stands with the given one, or in its place."""
    given, middle = _text(fields, "given"), _text(fields, "middle")
    if not given or not middle or middle in given:
        return None
    return _with(fields, given=middle if rng.random() < 0.25 else f"{given} {middle}")


def swapped_names(fields: Fields, rng: Random) -> Fields | None:
    given, family = _text(fields, "given"), _text(fields, "family")
    return _with(fields, given=family, family=given) if given and family else None


def other_surname(fields: Fields, rng: Random) -> Fields | None:
    """A married name, a maiden name, a step-father's: another surname altogether."""
    if not _text(fields, "family"):
        return None
    return _with(fields, family=_text(fields, "former_family") or BRITISH.surnames.draw(rng))


def double_barrelled(fields: Fields, rng: Random) -> Fields | None:
    """One half of a double name left out, or a second half put on."""
    family = _text(fields, "family")
    for bar in ("-", " "):
        if bar in family and not family.lower().startswith(("al-", "el-")):
            return _with(fields, family=rng.choice([part for part in family.split(bar) if part]))
    if not family:
        return None
    other = _text(fields, "former_family") or BRITISH.surnames.draw(rng)
    return _with(fields, family=f"{family}-{other}" if rng.random() < 0.5 else f"{other}-{family}")


def transliterated(fields: Fields, rng: Random) -> Fields | None:
    """Another spelling of a name from another language, or its own letters."""
    changes: dict[str, str | int] = {}
    names = {name: _text(fields, name) for name in ("given", "family")}
    native = rng.random() < 0.12
    for name, word in names.items():
        others = OTHER_SPELLINGS.get(word, ())
        latin = [other for other in others if fold(other).isascii()]
        script = [other for other in others if not fold(other).isascii()]
        if native and script:
            changes[name] = script[0]
        elif latin and (rng.random() < 0.7 or name == "family"):
            changes[name] = rng.choice(latin)
        elif fold(word) != word and fold(word).isascii():
            changes[name] = fold(word)
    return _with(fields, **changes) if changes else None


# -- birth date -------------------------------------------------------------------------------


def day_month_swapped(fields: Fields, rng: Random) -> Fields | None:
    """The third of April as the fourth of March, unless that day is still to come."""
    born = _birth(fields)
    if born is None or born.day > 12:
        return None
    swapped = date(born.year, born.day, born.month)
    return _with(fields, born=swapped.isoformat()) if swapped <= _told_on(fields) else None


def birth_date_slip(fields: Fields, rng: Random) -> Fields | None:
    """A day, a month or a year beside the true one, never a later one."""
    born = _birth(fields)
    if born is None:
        return None
    return _with(
        fields, born=(born - timedelta(days=rng.choice((1, 2, 10, 30, 365, 366)))).isoformat()
    )


def default_birth_date(fields: Fields, rng: Random) -> Fields | None:
    """The 1 January that a form or a border puts where a date is not known."""
    born = _text(fields, "born")
    return _with(fields, born=f"{born[:4]}-01-01") if born else None


def partial_birth_date(fields: Fields, rng: Random) -> Fields | None:
    born = _text(fields, "born")
    return _with(fields, born=born[: rng.choice((4, 4, 7))]) if len(born) == 10 else None


def age_instead(fields: Fields, rng: Random) -> Fields | None:
    """The age on the day of telling (the county's last day if there is none), without the date."""
    born, on = _birth(fields), _told_on(fields)
    if born is None or born > on:
        return None
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return _with(fields, born="", age=age)


def missing_birth_date(fields: Fields, rng: Random) -> Fields | None:
    return _without(fields, "born", "age")


# -- address, numbers, the rest ---------------------------------------------------------------


def moved_house(fields: Fields, rng: Random) -> Fields | None:
    """The address before the last move, or one not known to anybody else."""
    if not _text(fields, "address") and not _text(fields, "postcode"):
        return None
    address, postcode = _text(fields, "previous_address"), _text(fields, "previous_postcode")
    if not address:
        address, postcode = places.any_house(rng)
    return _with(fields, address=address, postcode=postcode)


def address_variant(fields: Fields, rng: Random) -> Fields | None:
    """The same address written otherwise: abbreviated, without the town, with a flat."""
    address = _text(fields, "address")
    if not address:
        return None
    variants = [address.replace(long, short) for long, short in _ABBREVIATIONS if long in address]
    variants += [address.rpartition(", ")[0], address.upper(), address.replace(",", "")]
    variants += [address.split(", ", 1)[1] if address.startswith("Flat ") else f"Flat 1, {address}"]
    return _with(fields, address=rng.choice([variant for variant in variants if variant]))


def postcode_typing(fields: Fields, rng: Random) -> Fields | None:
    postcode = _text(fields, "postcode")
    if len(postcode) < 6:
        return None
    if rng.random() < 0.4:
        return _with(fields, postcode=postcode.replace(" ", "").lower())
    return _with(fields, postcode=postcode[:-1] + rng.choice("ABDEFGHJLNPQRSTUWXYZ"))


def missing_address(fields: Fields, rng: Random) -> Fields | None:
    return _without(fields, "address", "postcode")


def missing_number(fields: Fields, rng: Random) -> Fields | None:
    return _without(fields, "nhs_number", "upn")


def number_typing(fields: Fields, rng: Random) -> Fields | None:
    """Two digits of a number changed about, so that its check no longer holds."""
    number = _text(fields, "nhs_number")
    spots = [i for i in range(3, 9) if len(number) == 10 and number[i] != number[i + 1]]
    if not spots:
        return None
    at = rng.choice(spots)
    return _with(fields, nhs_number=number[:at] + number[at + 1] + number[at] + number[at + 2 :])


def phone_variant(fields: Fields, rng: Random) -> Fields | None:
    phone = _text(fields, "phone")
    if not phone.startswith("0"):
        return None
    return _with(fields, phone=rng.choice((f"+44 {phone[1:]}", phone.replace(" ", ""))))


def other_phone(fields: Fields, rng: Random) -> Fields | None:
    return _with(fields, phone=places.phone(rng)) if _text(fields, "phone") else None


def missing_contact(fields: Fields, rng: Random) -> Fields | None:
    return _without(fields, "phone", "email", "handle")


def unknown_sex(fields: Fields, rng: Random) -> Fields | None:
    return _with(fields, sex="unknown") if "sex" in fields else None


@dataclass(frozen=True)
class Kind:
    """How often a fault strikes, and what it touches: two of one query touch different things."""

    strike: Fault
    weight: int
    touches: tuple[str, ...]


_GIVEN, _FAMILY, _NAMES = ("given",), ("family",), ("given", "family")
FAULTS: dict[str, Kind] = {
    "typing": Kind(typing, 18, _NAMES),
    "misheard": Kind(misheard, 8, _NAMES),
    "nickname": Kind(nickname, 10, _GIVEN),
    "initial_only": Kind(initial_only, 3, _GIVEN),
    "middle_name_added": Kind(middle_name_added, 7, _GIVEN),
    "swapped_names": Kind(swapped_names, 3, _NAMES),
    "other_surname": Kind(other_surname, 5, _FAMILY),
    "double_barrelled": Kind(double_barrelled, 3, _FAMILY),
    "transliterated": Kind(transliterated, 14, _NAMES),
    "day_month_swapped": Kind(day_month_swapped, 5, ("born",)),
    "birth_date_slip": Kind(birth_date_slip, 5, ("born",)),
    "default_birth_date": Kind(default_birth_date, 2, ("born",)),
    "partial_birth_date": Kind(partial_birth_date, 5, ("born",)),
    "age_instead": Kind(age_instead, 7, ("born",)),
    "missing_birth_date": Kind(missing_birth_date, 4, ("born",)),
    "moved_house": Kind(moved_house, 9, ("address", "postcode")),
    "address_variant": Kind(address_variant, 12, ("address",)),
    "postcode_typing": Kind(postcode_typing, 4, ("postcode",)),
    "missing_address": Kind(missing_address, 6, ("address", "postcode")),
    "missing_number": Kind(missing_number, 10, ("nhs_number", "upn")),
    "number_typing": Kind(number_typing, 2, ("nhs_number",)),
    "phone_variant": Kind(phone_variant, 5, ("phone",)),
    "other_phone": Kind(other_phone, 4, ("phone",)),
    "missing_contact": Kind(missing_contact, 5, ("phone", "email", "handle")),
    "unknown_sex": Kind(unknown_sex, 2, ("sex",)),
}
_SPREAD = tuple(name for name, kind in FAULTS.items() for _ in range(kind.weight))


def damage(
    person_fields: Fields, faults: int, rng: Random, kinds: Sequence[str] | None = None
) -> tuple[Fields, list[str]]:
    """Strike the fields with so many faults (of these kinds); return them and the faults' names.

    Every fault touches other fields than those before it. Fewer names come back where the fields
    are too few to hold so many faults.
    """
    fields = dict(person_fields)
    spread = _SPREAD if kinds is None else tuple(kinds)
    struck: list[str] = []
    touched: list[str] = []
    tried: list[str] = []
    while len(struck) < faults and spread:
        name = spread[int(rng.random() * len(spread))]
        kind = FAULTS[name]
        if name not in tried and not any(field in touched for field in kind.touches):
            changed = kind.strike(fields, rng)
            if changed is not None:
                fields = changed
                struck.append(name)
                touched.extend(kind.touches)
                tried.append(name)
                continue
        tried.append(name)
        if len(tried) % 40 == 0:  # by now most of what is left cannot strike: look at each once
            spread = tuple(left for left in dict.fromkeys(spread) if left not in tried)
    for helper in HELPERS:
        fields.pop(helper, None)
    return fields, struck
