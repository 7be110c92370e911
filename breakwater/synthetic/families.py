"""Families: who lives together, who is whose child, who moved, and what numbers they have.

Words: household (people of one story: the children, who lives with them, and kin elsewhere),
person (the truth, of which partners tell more or less).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from breakwater.synthetic import numbers
from breakwater.synthetic import places as places_
from breakwater.synthetic.names import BRITISH, NICKNAMES, Origin, draw_origin, fold, for_sex, words
from breakwater.synthetic.places import Places, Street

# The knobs: how families are made. Shares of households unless said otherwise.
CHILDREN_PER_HOUSEHOLD = ((1, 0.44), (2, 0.85), (3, 0.955), (4, 0.99), (5, 1.0))
TWINS = 0.035  # of households with two children or more
EXPECTING = 0.012
IN_SHELTER = 0.010  # in a hostel or refuge
IN_CHILDRENS_HOME = 0.004  # one child of a household of its own
WITH_GRANDPARENTS = 0.025  # kinship care
COUPLE_UNMARRIED = 0.34  # of couples
LONE = 0.23
STEP_FAMILY = 0.11
GRANDPARENT_KNOWN = 0.30
OTHER_ADULT = 0.09
MIXED_COUPLE = 0.09
MOVED = 0.32  # in the three years before the county's last day
SON_NAMED_AFTER_FATHER = 0.03
NO_NHS_NUMBER = 0.012  # of people
YEAR = 365.25
OLDEST_AT_HOME = 24
RISKS = ((0.5, 0.60), (1.0, 0.85), (2.4, 1.0))  # how likely a worry is: factor, cumulative share

_MIXED = {"BCRB": "MWBC", "BAFR": "MWBA", "APKN": "MWAS", "ABAN": "MWAS", "AIND": "MWAS"}
_MAIL = ("mail.example", "post.example", "inbox.example", "letters.example")
_HANDLES = words("blue star fox moon wave sky panda rocket pixel storm robin cloud tiger gamer")


@dataclass(slots=True)
class Person:
    """The truth about one person; an empty text is a thing that person has not got."""

    person_id: str
    household_id: str
    given: str
    middle: str
    family: str
    sex: str
    born: date | None  # None for an unborn child, who is `due`
    role: str
    origin: Origin
    ethnicity: str
    address: str = ""
    postcode: str = ""
    previous_address: str = ""
    previous_postcode: str = ""
    moved_on: date | None = None
    due: date | None = None
    known_as: str = ""
    former_family: str = ""
    nhs_number: str = ""
    upn: str = ""
    phone: str = ""
    email: str = ""
    handle: str = ""
    school: str = ""
    surgery: int = 0

    def age_on(self, day: date) -> int:
        """Return whole years; below nothing for who is not born by then."""
        if self.born is None:
            return -1
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    def home_on(self, day: date) -> tuple[str, str]:
        """Return address and postcode as they were that day."""
        if self.moved_on is not None and day < self.moved_on:
            return self.previous_address, self.previous_postcode
        return self.address, self.postcode

    def as_fields(self, day: date | None = None) -> dict[str, str | int]:
        """Return the fields of a submission's people entry, without faults and without empties."""
        address, postcode = (self.address, self.postcode) if day is None else self.home_on(day)
        fields: dict[str, str | int] = {
            "given": self.given,
            "family": self.family,
            "known_as": self.known_as,
            "born": self.born.isoformat() if self.born else "",
            "sex": self.sex,
            "ethnicity": self.ethnicity,
            "address": address,
            "postcode": postcode,
            "nhs_number": self.nhs_number,
            "upn": self.upn,
            "phone": self.phone,
            "email": self.email,
            "handle": self.handle,
            "school": self.school,
        }
        return {name: value for name, value in fields.items() if value}


@dataclass(slots=True)
class Household:
    household_id: str
    people: list[Person]
    risk: float
    district: int
    surgery: int
    in_care: bool = False
    social_housing: bool = False
    children: list[Person] = field(default_factory=list)

    @property
    def adults(self) -> list[Person]:
        return [p for p in self.people if p.role not in ("child", "unborn")]


class Block:
    """Makes the households of one block of children, alike whoever makes it and when."""

    def __init__(
        self, seed: int, block: int, blocks: int, children: int, first_child: int, until: date,
        places: Places,
    ):  # fmt: skip
        self.rng = Random(f"{seed}/{block}")
        self.block, self.until, self.places = block, until, places
        self.wanted, self.next_child = children, first_child
        self.serial = self.household_serial = 0
        width = numbers.NHS_BASES // blocks
        self.nhs_numbers = numbers.nhs_numbers(block * width, (block + 1) * width, seed)
        self.nhs_left = width * 10 // 11 - 5  # one base in eleven has no check digit
        self.streets = self._streets()

    def households(self) -> Iterator[Household]:
        self.children_left = self.wanted
        while self.children_left:
            yield self._household(self.children_left)

    # -- one household ------------------------------------------------------------------------

    def _household(self, most: int) -> Household:
        rng = self.rng
        roll = rng.random()
        in_care = roll < IN_CHILDRENS_HOME
        kinship = IN_CHILDRENS_HOME <= roll < IN_CHILDRENS_HOME + WITH_GRANDPARENTS
        born = self._birth_dates(1 if in_care else most)
        minors = [day for day in born if self._is_minor(day)]
        street = rng.choice(self.streets)
        district = self.places.districts[street.district - 1]
        household = Household(
            self._household_id(), [], self._risk(in_care), street.district,
            rng.choice(district.surgeries), in_care=in_care,
        )  # fmt: skip
        eldest_age = max(1, (self.until - min(born)).days // 365)
        mother_origin = draw_origin(rng)
        mother = self._adult(household, "parent", "female", mother_origin, eldest_age)
        father_origin = draw_origin(rng) if rng.random() < MIXED_COUPLE else mother_origin
        father = self._adult(household, "parent", "male", father_origin, eldest_age)
        together, married = self._settle(household, mother, father)
        self._children(household, mother, father, born, married)
        if rng.random() < EXPECTING and len(minors) < most:
            self._unborn(household, mother)
        self._step_parent(household, mother_origin, eldest_age, together)
        self._grandparents(household, mother, father, kinship)
        if rng.random() < OTHER_ADULT:
            self._adult(household, "other_adult", self._sex(), mother_origin, -rng.randint(0, 12))
        self._homes(household, street, mother, father, together, kinship)
        for person in household.people:
            self._belongings(person)
        self.children_left -= len(household.children)
        return household

    def _birth_dates(self, most: int) -> list[date]:
        """Draw the children's birth dates; a child born too long ago is an adult sibling."""
        rng = self.rng
        roll = rng.random()
        wanted = min(most, next(n for n, upto in CHILDREN_PER_HOUSEHOLD if roll < upto))
        ages = [rng.random() * 18]
        while len(ages) < wanted:
            gap = 1.1 + 4.5 * rng.random() * rng.random()
            older = rng.random() < 0.5 or min(ages) - gap < 0
            ages.append(max(ages) + gap if older else min(ages) - gap)
        if len(ages) > 1 and rng.random() < TWINS:
            ages[-1] = ages[0]
        at_home = [age for age in sorted(ages, reverse=True) if age < OLDEST_AT_HOME]
        return [self.until - timedelta(days=1 + int(age * YEAR)) for age in at_home]

    def _is_minor(self, born: date) -> bool:
        return (self.until.year - born.year) - (
            (self.until.month, self.until.day) < (born.month, born.day)
        ) < 18

    def _risk(self, in_care: bool) -> float:
        roll = self.rng.random()
        return 4.0 if in_care else next(risk for risk, upto in RISKS if roll < upto)

    def _settle(self, household: Household, mother: Person, father: Person) -> tuple[bool, bool]:
        """Decide whether the parents live together, and whose surname the mother bears."""
        roll = self.rng.random()
        together = roll >= LONE + STEP_FAMILY
        married = self.rng.random() >= COUPLE_UNMARRIED if together else self.rng.random() < 0.4
        if not together:
            father.role = "separated_parent"
            father.household_id = self._household_id()
        if married and mother.origin.custom in ("shared", "gendered"):
            mother.former_family = mother.family
            mother.family = for_sex(father.family, father.origin.custom, "female")
        return together, married

    def _children(
        self, household: Household, mother: Person, father: Person, born: list[date], married: bool
    ) -> None:
        rng = self.rng
        used: list[str] = []
        origin = father.origin if rng.random() < 0.6 else mother.origin
        family = self._childrens_family(mother, father, married)
        last: Person | None = None
        for day in born:
            minor = self._is_minor(day)
            sex = self._sex()
            twin = last is not None and last.born == day
            if twin and last is not None and rng.random() < 0.6:
                sex = last.sex
            given = self._childs_given(origin, sex, used, last if twin else None)
            first_son = sex == "male" and not twin and father.given not in used
            if first_son and rng.random() < SON_NAMED_AFTER_FATHER:
                given = father.given
            used.append(given)
            child = self._person(household, given, for_sex(family, origin.custom, sex), sex, day,
                                 "child" if minor else "other_adult", origin)  # fmt: skip
            child.ethnicity = _childs_ethnicity(mother, father)
            child.middle = self._middle(origin, father, sex)
            if minor:
                household.children.append(child)
                self._pupil(child, household)
                self.next_child += 1
            last = child

    def _childs_given(self, origin: Origin, sex: str, used: list[str], twin: Person | None) -> str:
        """Draw a name no brother or sister has; twins often get names that begin alike."""
        rng = self.rng
        given = origin.given(rng, sex, 5)
        alike = twin is not None and rng.random() < 0.55
        for _ in range(40):
            if given not in used and not (alike and twin and given[0] != twin.given[0]):
                return given
            given = origin.given(rng, sex, 5)
        while given in used:
            given = origin.given(rng, sex, 5)
        return given

    def _childrens_family(self, mother: Person, father: Person, married: bool) -> str:
        custom = father.origin.custom
        if custom == "father's names":
            return father.middle or father.given
        if custom == "both parents":
            return f"{mother.family.split()[-1]} {father.family.split()[-1]}"
        if married:
            return father.family
        roll = self.rng.random()
        if roll < 0.62:
            return father.family
        if roll < 0.90 or "-" in mother.family + father.family:
            return mother.family
        return f"{mother.family}-{father.family}"

    def _middle(self, origin: Origin, father: Person | None, sex: str) -> str:
        if origin.custom == "father's names" and father is not None:
            return father.given
        roll = self.rng.random()
        return origin.given(self.rng, sex, 40) if roll < 0.7 and origin.share > 11 else ""

    def _unborn(self, household: Household, mother: Person) -> None:
        child = self._person(household, "", mother.family, "unknown", None, "unborn", mother.origin)
        child.due = self.until + timedelta(days=5 + int(self.rng.random() * 170))
        child.ethnicity = ""
        household.children.append(child)
        self.next_child += 1

    def _step_parent(
        self, household: Household, origin: Origin, eldest_age: int, together: bool
    ) -> None:
        if together or self.rng.random() >= STEP_FAMILY / (LONE + STEP_FAMILY):
            return
        if self.rng.random() < 0.15:
            origin = BRITISH
        self._adult(household, "step_parent", "male", origin, eldest_age - 3)

    def _grandparents(
        self, household: Household, mother: Person, father: Person, kinship: bool
    ) -> None:
        rng = self.rng
        if not kinship and rng.random() >= GRANDPARENT_KNOWN:
            return
        if mother.born is None:
            return
        age = (self.until - mother.born).days // 365
        elder = self._adult(household, "grandparent", "female", mother.origin, age)
        elder.family = for_sex(
            mother.former_family or mother.family, mother.origin.custom, "female"
        )
        if kinship or rng.random() < 0.35:
            other = self._adult(household, "grandparent", "male", mother.origin, age)
            other.family = mother.former_family or mother.family
        if not kinship and rng.random() < 0.7:
            elsewhere = self._household_id()
            for person in household.people:
                if person.role == "grandparent":
                    person.household_id = elsewhere

    # -- one person ---------------------------------------------------------------------------

    def _adult(
        self, household: Household, role: str, sex: str, origin: Origin, eldest_age: int
    ) -> Person:
        """Make an adult who was of an age to have a child `eldest_age` years ago."""
        rng = self.rng
        age_then = min(rng.triangular(17, 44, 28), 90 - eldest_age) + (2 if sex == "male" else 0)
        age = max(eldest_age + age_then, 18.2)
        born = self.until - timedelta(days=1 + int(age * YEAR))
        family = for_sex(origin.surnames.draw(rng), origin.custom, sex)
        if origin.custom == "both parents":
            family = f"{family} {origin.surnames.draw(rng)}"
        elif origin is BRITISH and rng.random() < 0.02:
            family = f"{family}-{origin.surnames.draw(rng)}"
        given = origin.given(rng, sex, int(age))
        person = self._person(household, given, family, sex, born, role, origin)
        person.middle = self._middle(origin, None, sex)
        if origin.custom == "father's names":
            person.middle = origin.given(rng, "male", 40)
        return person

    def _person(
        self, household: Household, given: str, family: str, sex: str, born: date | None,
        role: str, origin: Origin,
    ) -> Person:  # fmt: skip
        self.serial += 1
        person = Person(
            f"p{self.block:05}{self.serial:05}", household.household_id, given, "", family, sex,
            born, role, origin, origin.ethnicity, surgery=household.surgery,
        )  # fmt: skip
        household.people.append(person)
        return person

    def _pupil(self, child: Person, household: Household) -> None:
        """Give a child of school age its school and number (from the September it is four)."""
        if child.born is None:
            return
        late = (child.born.month, child.born.day) >= (9, 1)
        started = child.born.year + (5 if late else 4)
        if date(started, 9, 1) > self.until:
            return
        district = self.places.districts[household.district - 1]
        secondary = date(started + 7, 9, 1) <= self.until
        schools = district.secondaries if secondary else district.primaries
        # Brothers and sisters mostly go to one school; some families choose another.
        choice = household.surgery if self.rng.random() < 0.8 else int(self.rng.random() * 97)
        child.school = self.places.schools[schools[choice % len(schools)]].name
        child.upn = numbers.upn(self.next_child, district.la_code, started)

    def _belongings(self, person: Person) -> None:
        """Give numbers, telephone, e-mail, account and the name a person goes by."""
        rng = self.rng
        age = person.age_on(self.until)
        if age < 0:
            return
        # Where numbers run short, they are kept for the children still to come in this block.
        enough = person.role == "child" or self.nhs_left > self.children_left
        if rng.random() >= NO_NHS_NUMBER and enough:
            person.nhs_number = next(self.nhs_numbers, "")
            self.nhs_left -= 1
        if person.given in NICKNAMES and rng.random() < 0.3:
            person.known_as = rng.choice(NICKNAMES[person.given])
        grown = age >= 18
        if rng.random() < (0.9 if grown else 0.75 if age >= 11 else 0):
            person.phone = places_.phone(rng, mobile=age < 60 or rng.random() < 0.5)
        if rng.random() < (0.65 if grown else 0.3 if age >= 13 else 0):
            name = fold(f"{person.given}.{person.family}").lower()
            local = "".join(c for c in name if c.isascii() and (c.isalnum() or c == "."))
            person.email = f"{local}{int(rng.random() * 1000)}@{rng.choice(_MAIL)}"
        if rng.random() < (0.12 if grown else 0.55 if age >= 11 else 0):
            start = fold(person.given).lower().replace("'", "")
            person.handle = f"{start}_{rng.choice(_HANDLES)}{int(rng.random() * 1000)}"

    # -- where they live ----------------------------------------------------------------------

    def _streets(self) -> list[Street]:
        districts = self.places.districts
        return [places_.street(self.rng, self.rng.choice(districts)) for _ in range(45)]

    def _home(self, street: Street | None = None) -> tuple[str, str]:
        return places_.house(self.rng, street or self.rng.choice(self.streets))

    def _homes(
        self, household: Household, street: Street, mother: Person, father: Person,
        together: bool, kinship: bool,
    ) -> None:  # fmt: skip
        rng = self.rng
        household.social_housing = rng.random() < 0.10 + 0.06 * household.risk
        homes = {household.household_id: self._home(street)}
        in_shelter = rng.random() < IN_SHELTER
        if in_shelter:
            place = rng.choice(self.places.shelters)
            homes[household.household_id] = place.address, place.postcode
            household.risk = 2.4
        moved = in_shelter or rng.random() < MOVED
        before = self._home() if moved else ("", "")
        moved_on = self.until - timedelta(days=1 + int(rng.random() * 3 * 365)) if moved else None
        if kinship and together:
            self._move_out(mother, father)
        elif kinship:
            mother.household_id = self._household_id()
            mother.role = "separated_parent"
        for person in household.people:
            if person.household_id not in homes:
                homes[person.household_id] = self._home()
            person.address, person.postcode = homes[person.household_id]
            if person.household_id == household.household_id:
                person.previous_address, person.previous_postcode = before
                person.moved_on = moved_on
        if household.in_care:
            self._into_care(household)

    def _move_out(self, mother: Person, father: Person) -> None:
        elsewhere = self._household_id()
        for parent in (mother, father):
            parent.household_id, parent.role = elsewhere, "separated_parent"

    def _into_care(self, household: Household) -> None:
        """Move the child to a children's home, where it is nobody's kin."""
        rng = self.rng
        home = rng.choice(self.places.homes)
        since = self.until - timedelta(days=1 + int(rng.random() * 600))
        for child in household.children:
            if child.born is None:
                continue
            child.household_id = self._household_id()
            child.previous_address, child.previous_postcode = child.address, child.postcode
            child.address, child.postcode = home.address, home.postcode
            child.moved_on = max(since, child.born + timedelta(days=30))

    def _household_id(self) -> str:
        self.household_serial += 1
        return f"h{self.block:05}{self.household_serial:05}"

    def _sex(self) -> str:
        return "male" if self.rng.random() < 0.512 else "female"


def _childs_ethnicity(mother: Person, father: Person) -> str:
    one, other = mother.origin.ethnicity, father.origin.ethnicity
    if one == other:
        return one
    white = [code for code in (one, other) if code.startswith("W")]
    if len(white) == 2:
        return "WBRI" if "WBRI" in white else "WOTH"
    if len(white) == 1:
        return _MIXED.get(other if one in white else one, "MOTH")
    if one[0] == other[0]:
        return {"B": "BOTH", "A": "AOTH"}.get(one[0], "OOTH")
    return "MOTH"
