"""What a person as told consists of, and where a link may stand."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PersonRole(StrEnum):
    CHILD = "child"
    SIBLING = "sibling"
    PARENT = "parent"
    CARER = "carer"
    HOUSEHOLD = "household"
    SUSPECT = "suspect"
    OTHER = "other"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


CHILD_ROLES = frozenset({PersonRole.CHILD, PersonRole.SIBLING})


class LinkStanding(StrEnum):
    LINKED = "linked"
    ASKED = "asked"
    ENDED = "ended"


class Answer(StrEnum):
    """What a person says of two mentions that the engine asks about."""

    SAME = "same"
    DIFFERENT = "different"
    CANNOT_TELL = "cannot tell"


# (from, what happens, to): a link is never deleted, so every way out ends in ENDED.
LINK_TRANSITIONS = (
    (None, "look-up is sure", LinkStanding.LINKED),
    (None, "look-up is in doubt", LinkStanding.ASKED),
    (LinkStanding.LINKED, "another identity takes the mention", LinkStanding.ENDED),
    (LinkStanding.ASKED, "the mention is linked there", LinkStanding.ENDED),
)


@dataclass(frozen=True)
class PersonAsTold:
    """One person of a referral, letter for letter. `born` is 2015, 2015-04, 2015-04-03 or ""."""

    role: PersonRole
    given: str = ""
    family: str = ""
    known_as: str = ""
    born: str = ""
    age: int | None = None
    sex: str = ""
    ethnicity: str = ""
    address: str = ""
    postcode: str = ""
    nhs_number: str = ""
    upn: str = ""
    phone: str = ""
    email: str = ""
    handle: str = ""
    school: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """Return the name as people say it, or what else the source called the person by, or ""."""
        full = " ".join(part for part in (self.given, self.family) if part)
        if full and self.known_as and self.known_as != full:
            return f"{full} (known as {self.known_as})"
        return full or self.known_as or self.handle


def full_date(born: str) -> date | None:
    """Return the birth date when all of it was told."""
    return date.fromisoformat(born) if len(born) == 10 else None
