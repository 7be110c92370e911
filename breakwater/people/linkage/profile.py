"""A person as told, made comparable: every field in one spelling, "" where nothing is known."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from breakwater.people.linkage import dates, homes, names, numbers

VERSION = 2  # of this making; a stored profile of another version is made anew


class Profile(NamedTuple):
    """The columns that comparisons and keys read; the same ones that Splink trains on.

    `forms`, `given_words`, `family_words` and `kin` are lists, written with a space between.
    """

    given: str = ""  # all given names: "amelia rose"
    first: str = ""  # the first of them
    forms: str = ""  # what first and known-as may be short for, sorted
    given_words: str = ""
    first_sound: str = ""
    family: str = ""
    family_words: str = ""
    family_sound: str = ""
    born: str = ""  # a whole date, as 2015-04-03
    born_flip: str = ""  # the same with day and month changed about
    born_from: str = ""  # first and last possible day, as date.toordinal()
    born_to: str = ""
    sex: str = ""
    door: str = ""
    street: str = ""
    town: str = ""
    postcode: str = ""
    district: str = ""
    phone: str = ""
    email: str = ""
    handle: str = ""
    nhs_number: str = ""
    upn: str = ""
    number: str = ""  # any other number that belongs to one person
    school: str = ""
    kin: str = ""  # first names of the people told of together with this one

    def packed(self) -> str:
        """Return the profile as one text, for a database column."""
        return "\t".join(self)


LISTS = ("forms", "given_words", "family_words", "kin")
DAYS = ("born_from", "born_to")


def unpacked(text: str) -> Profile:
    """Return the profile that packed() made."""
    return Profile._make(text.split("\t"))


def profile(
    told: Mapping[str, object], told_on: date, kin: Iterable[Mapping[str, object]] = ()
) -> Profile:
    """Make a person as told comparable.

    `told` holds any of role, given, family, known_as, born, age, sex, address, postcode, town,
    phone, email, handle, nhs_number, upn, number, school; `told_on` dates an age; `kin` are the
    people told of in the same breath.
    """

    get = told.get

    def text(name: str) -> str:
        value = get(name)
        return value if isinstance(value, str) else str(value) if value else ""

    given, family = _names(text("given"), text("family"))
    known_as = names.given_words(text("known_as"))
    first = given[0] if given else known_as[0] if known_as else ""
    forms = set().union(*(names.full_names(word) for word in (first, *known_as) if word))
    span = dates.possible(dates.born_between(text("born")), told_on)
    age = told.get("age")
    if span is None and isinstance(age, int):
        span = dates.possible(dates.born_at_age(age, told_on), told_on)
    if span is None:
        span = dates.born_as(text("role"), told_on)
    whole = date.fromordinal(span[0]) if span and span[0] == span[1] else None
    flip = dates.flipped(whole) if whole else None
    door, street, town, postcode = homes.address_of(text("address"))
    postcode = homes.postcode_of(text("postcode")) or postcode
    sex = text("sex").strip().lower()[:1]
    return Profile(
        given=" ".join(given or known_as[:1]),
        first=first,
        forms=" ".join(sorted(forms)),
        given_words=" ".join(dict.fromkeys((*given, *known_as))),
        first_sound=names.sound(first),
        family=" ".join(family),
        family_words=" ".join(dict.fromkeys(family)),
        family_sound=names.sound(family[0]) if family else "",
        born=whole.isoformat() if whole else "",
        born_flip=flip.isoformat() if flip else "",
        born_from=str(span[0]) if span else "",
        born_to=str(span[1]) if span else "",
        sex=sex if sex in ("f", "m") else "",
        door=door,
        street=street,
        town=" ".join(names.words_of(text("town"))) or town,
        postcode=postcode,
        district=homes.district_of(postcode),
        phone=numbers.one_phone(text("phone")) if told.get("phone") else "",
        email=numbers.one_email(text("email")),
        handle=numbers.one_handle(text("handle")),
        nhs_number=numbers.valid_nhs_number(text("nhs_number")),
        upn=numbers.valid_upn(text("upn")),
        number=numbers.other_number(text("number")),
        school=_school(text("school")),
        kin=_kin(kin),
    )


@lru_cache(maxsize=4096)
def _school(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower().replace("'", "")).strip()[:80]


def _names(given: str, family: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take a whole name apart where a form had one box, or somebody used only one of two."""
    if family and not given and "," in family:
        family, _, given = family.partition(",")
    given_words, family_words = names.given_words(given), names.family_words(family)
    if len(given_words) > 1 and not family_words:
        if "," in given:
            before, _, after = given.partition(",")
            return names.given_words(after), names.family_words(before)
        return given_words[:-1], given_words[-1:]
    return given_words, family_words


def _kin(people: Iterable[Mapping[str, object]]) -> str:
    firsts = set()
    for person in people:
        words = names.given_words(str(person.get("given") or person.get("known_as") or ""))
        if words:
            firsts.add(words[0])
    return " ".join(sorted(firsts)[:20])
