"""Match keys: two mentions that share one are compared. Many cheap ones, each from two or three
fields, so that two mentions of one person share some key whatever one field or two went wrong.

A mention is stored under stored() and found by asked(): an asker who knows a birth date need not
meet everybody of the name, only those of that time and those whose birth is not known.
"""

from datetime import date
from hashlib import blake2b
from struct import unpack

from breakwater.people.linkage import names
from breakwater.people.linkage.comparisons import FEW_YEARS
from breakwater.people.linkage.profile import Profile

# A key with more mentions than this is too common to follow: a hostel, a switchboard's number, a
# Muhammad Khan without a birth date. The finer keys beside it are followed (the hostel's postcode
# and a name, the number and a name, the birth date and a name), and the answer says so.
MOST_PER_KEY = 60


def stored(profile: Profile) -> frozenset[int]:
    """Return the keys under which to keep a mention."""
    return _hashed(_stored(profile))


def asked(profile: Profile) -> frozenset[int]:
    """Return the keys to look under for a mention of the same person."""
    return _hashed(_asked(profile))


def stored_words(profile: Profile) -> frozenset[str]:
    """Return the keys under which to keep a mention, before hashing.

    The first character is the kind of key: what sharing.node weighs when some of them agree.
    """
    return frozenset(_stored(profile))


def asked_words(profile: Profile) -> frozenset[str]:
    """Return the keys to look under for a mention of the same person, before hashing."""
    return frozenset(_asked(profile))


def _stored(profile: Profile) -> list[str]:
    words = _shared(profile)
    name_pairs = _name_pairs(profile)
    years = _years(profile)
    if years:
        words += [f"Y{pair}/{year}" for pair in name_pairs for year in years]
        words += [f"W{pair}" for pair in name_pairs]
    else:
        words += [f"{kind}{pair}" for pair in name_pairs for kind in "W0"]
    words += _birth_and_letter(profile, (profile.born,))
    words += _birth_and_sound(profile, (profile.born,))
    return words


def _asked(profile: Profile) -> list[str]:
    words = _shared(profile)
    name_pairs = _name_pairs(profile)
    years = _years(profile)
    if years:
        wider = range(years[0] - 1, years[-1] + 2)
        words += [f"Y{pair}/{year}" for pair in name_pairs for year in wider]
        words += [f"0{pair}" for pair in name_pairs]
    else:
        words += [f"W{pair}" for pair in name_pairs]
    births = (profile.born, profile.born_flip)
    words += _birth_and_letter(profile, births)
    words += _birth_and_sound(profile, births)
    return words


def _hashed(words: list[str]) -> frozenset[int]:
    """Return the words as numbers that a B-tree holds in eight bytes each."""
    digests = b"".join([blake2b(word.encode(), digest_size=8).digest() for word in words])
    return frozenset(unpack(f"<{len(words)}q", digests))


def _shared(profile: Profile) -> list[str]:
    """Keys of numbers and homes, the same for keeping and asking."""
    words = [
        f"{kind}{value}"
        for kind, value in (
            ("N", profile.nhs_number),
            ("U", profile.upn),
            ("#", profile.number),
            ("T", profile.phone),
            ("E", profile.email),
            ("A", profile.handle),
        )
        if value
    ]
    sounds = _sounds(profile)
    if profile.phone:
        words += [f"T{profile.phone}/{sound}" for sound in sounds]
    if profile.postcode:
        if profile.door:
            words.append(f"H{profile.postcode}/{profile.door}")
        words += [f"P{profile.postcode}/{sound}" for sound in sounds]
    if profile.street:
        if profile.door:
            words.append(f"S{profile.door} {profile.street}")
        else:  # a house by its name, or a street alone, which many share
            words += [f"S{profile.street}/{sound}" for sound in sounds]
    if profile.school and profile.first_sound:
        words.append(f"C{profile.school}/{profile.first_sound}")
    return words


def _sounds(profile: Profile) -> list[str]:
    """How each name sounds, given and family alike: they are told the wrong way round too."""
    found = {names.sound(word) for word in profile.given_words.split()}
    found |= {names.sound(word) for word in profile.family_words.split()}
    return [sound for sound in found if sound]


def _name_pairs(profile: Profile) -> list[str]:
    """Each given name with each family name, in whichever order."""
    givens = {names.sound(word) for word in profile.given_words.split()}
    givens |= {names.sound(word) for word in profile.forms.split()} if profile.forms else set()
    families = {names.sound(word) for word in profile.family_words.split()}
    return list({
        f"{min(given, family)}+{max(given, family)}"
        for given in givens for family in families if given and family
    })[:24]  # fmt: skip


def _birth_and_letter(profile: Profile, births: tuple[str, ...]) -> list[str]:
    letters = {sound[0] for sound in _sounds(profile)}
    return [f"D{born}/{letter}" for born in births if born for letter in letters]


def _birth_and_sound(profile: Profile, births: tuple[str, ...]) -> list[str]:
    return [f"B{born}/{sound}" for born in births if born for sound in _sounds(profile)]


def _years(profile: Profile) -> range:
    """Return the years of birth that were told; none where it is only known to be a child."""
    if not profile.born_from or int(profile.born_to) - int(profile.born_from) > FEW_YEARS:
        return range(0)
    first = date.fromordinal(int(profile.born_from)).year
    return range(first, date.fromordinal(int(profile.born_to)).year + 1)


def coarse(profile: Profile) -> frozenset[int]:
    """Return keys of one field each, for runs over a file where nobody waits.

    They find pairs with faults in nearly every field; among millions they would be too common.
    """
    words = [f"s{sound}" for sound in _sounds(profile)]
    for kind, value in (
        ("p", profile.postcode),
        ("r", profile.street),
        ("t", profile.town),
        ("b", profile.born[:7]),
        ("d", profile.born[5:]),
        ("y", profile.born[:4] + profile.born[8:]),
    ):
        if value:
            words.append(kind + value)
    return _hashed(words)
