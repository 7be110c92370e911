"""Numbers that identify people: valid by their check digits, and issued to nobody.

NHS numbers are those of the test range 999 only. It holds 909,091 valid ones, so in a county of
more people some have none: children get theirs first, household by household.
"""

from collections.abc import Iterator

from nhs_number.validate import calculate_checksum

NHS_TEST_RANGE = 999_000_000
NHS_BASES = 1_000_000
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
MOST_CHILDREN = 4_000_000
# Steps without a common factor with the range go through all of it once, and keep the numbers of
# one household from standing next to each other.
_NHS_STEP = 618_033
_UPN_STEP = 5_618_033
_UPN_RANGE = 9_000_000


def nhs_numbers(first: int, last: int, seed: int) -> Iterator[str]:
    """Yield the valid test numbers of the places first to last (not included)."""
    for place in range(first, last):
        base = NHS_TEST_RANGE + (place * _NHS_STEP + seed * 7_919) % NHS_BASES
        check = calculate_checksum(str(base))
        if check is not None and check < 10:
            yield f"{base}{check}"


def upn(child: int, la_code: str, entry_year: int) -> str:
    """Return the pupil number of the county's nth child, in the year it started school."""
    place = child * _UPN_STEP % _UPN_RANGE
    digits = f"{la_code}{place // 1000 + 1000:04}{entry_year % 100:02}{place % 1000:03}"
    total = sum(weight * int(digit) for weight, digit in enumerate(digits, start=2))
    return UPN_LETTERS[total % 23] + digits
