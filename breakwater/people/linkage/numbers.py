"""Numbers and accounts made comparable; one with a wrong check digit says nothing."""

import re
from functools import lru_cache

import nhs_number as nhs
import phonenumbers

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_PLAIN_BRITISH = re.compile(r"0([12378][0-9]{9})")


@lru_cache(maxsize=4096)
def valid_nhs_number(text: str) -> str:
    """Return the ten digits, or "" when the check digit says that they are mistyped.

    One digit ten times passes that check, and is what people type where there is no number.
    """
    digits = re.sub(r"[\s-]", "", text)
    stand_in = len(set(digits)) == 1
    return digits if digits.isascii() and not stand_in and nhs.is_valid(digits) else ""


@lru_cache(maxsize=4096)
def valid_upn(text: str) -> str:
    """Return the unique pupil number, or "" when its check letter is wrong.

    Check letter: DfE's UPN guide, sum of position times digit, modulo 23.
    """
    upn = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[A-Z][0-9]{12}", upn):
        return ""
    total = sum(place * int(digit) for place, digit in enumerate(upn[1:], start=2))
    stand_in = not int(upn[1:])
    return upn if UPN_LETTERS[total % 23] == upn[0] and not stand_in else ""


@lru_cache(maxsize=4096)
def one_phone(text: str) -> str:
    """Return a phone number in E.164, or "" when it cannot be one."""
    if found := _PLAIN_BRITISH.fullmatch(text.replace(" ", "")):
        return f"+44{found[1]}"
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def other_number(text: str) -> str:
    """Return a number without a known check: its letters and digits, "" for zeros and nines."""
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())[:40]
    return plain if len(set(plain)) > 1 else ""


def one_email(text: str) -> str:
    """Return an e-mail address as mail is delivered to it, or ""."""
    plain = text.strip().casefold()
    local, at, domain = plain.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if at and local and domain else ""


def one_handle(text: str) -> str:
    """Return an account's name without the sign before it."""
    return "".join(text.split()).lstrip("@").casefold()[:100]
