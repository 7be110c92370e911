"""Where people live, learn and are looked after: the tables of a county, small and made at once.

Everything is invented. Postcodes are in the area WX, which is not allocated; telephone numbers are
from the ranges that Ofcom keeps for drama (about 16,000 in all, so people in a large county share
them); e-mail addresses end in .example.
"""

from dataclasses import dataclass
from datetime import date
from random import Random

from breakwater.synthetic.names import Pool, words

# The county ends on a fixed day: today's date would make every run another one.
LAST_DAY = date(2026, 11, 1)
COUNCILS = {"838": "Wessex Council", "839": "Wessex Bay Council"}
_TOWN_FIRST = words("""Stour Alder Wyn Kings Fleet Char Salt Harrow Thorn Port Mel Broad Ashe
Winter Ever Swan Lul Purbe Black Cran Gilling Beau Lyt Corfe""")
_TOWN_LAST = words("haven mere combe barrow mouth wick bourne down ford minster chester bury")
_STREETS = Pool(
    """High Church Station Mill School Victoria Park Queen King London Green Manor Chapel Quay
Beacon Lighthouse Harbour Castle Orchard Meadow Spring West North South East Bridge Abbey Albert
Alma Ash Beech Birch Blackthorn Bramble Brook Cedar Cherry Chestnut Cliff Coast Common Coronation
Cowslip Cross Dale Drake Elm Fern Field Forge Foxglove George Gorse Granary Hawthorn Hazel Heath
Hill Holly Ivy Jubilee Kestrel Kiln Lark Laurel Lavender Lime Linden Long Magnolia Maple Market
Marsh Mulberry Nelson New Nightingale Oak Old Osprey Pine Poplar Priory Primrose Princes Quarry
Rectory Ridge River Robin Rose Rowan Saxon Shaftesbury Shore Silver Skylark Southdown Stable
Swallow Swift Sycamore Tannery Thistle Tower Trinity Valley Vicarage Walnut Water Wessex Wharf
Willow Windmill Woodland Yew""",
    bend=40,
)
_STREET_KINDS = Pool("Road Street Close Lane Avenue Drive Way Gardens Crescent Court Place Terrace")
_SCHOOL_NAMES = words("""St|Aldhelm's St|Cuthberga's St|Edith's St|Osmund's Beacon Harbour Orchard
Oakfield Riverside Hillside Meadow Parkside Lighthouse Priory Abbey Castle Millbrook Hawthorn
Kestrel Swallow Chalk|Hill Long|Barrow White|Horse Heathfield Marshwood Greenways Saxon Downland
Queen's|Park Coombe""")
_HOUSES = words("""Anchor Beech Compass Dolphin Elm Fairway Gull Harvest Island Juniper Kingfisher
Lantern Mayflower Northgate Osier Pilgrim Quayside Rowan Seaview Tern""")
_SECTOR_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # real postcodes never end in C I K M O V
GEOGRAPHIC_DRAMA = (
    "01632 960", "0113 496 0", "0114 496 0", "0115 496 0", "0116 496 0", "0117 496 0",
    "0118 496 0", "0121 496 0", "0131 496 0", "0141 496 0", "0151 496 0", "0161 496 0",
    "020 7946 0", "0191 498 0",
)  # fmt: skip
MOBILE_DRAMA = "07700 900"


@dataclass(frozen=True)
class District:
    number: int
    town: str
    la_code: str
    primaries: tuple[int, ...]
    secondaries: tuple[int, ...]
    surgeries: tuple[int, ...]


@dataclass(frozen=True)
class School:
    school_id: str
    name: str
    phase: str
    la_code: str
    town: str
    postcode: str
    phone: str
    email: str


@dataclass(frozen=True)
class Agency:
    agency_id: str
    name: str
    kind: str
    phone: str
    email: str


@dataclass(frozen=True)
class Institution:
    """An address at which many people live who are not one family."""

    kind: str  # hostel, refuge, children's home
    address: str
    postcode: str
    district: int


@dataclass(frozen=True)
class Street:
    name: str
    town: str
    district: int
    postcodes: tuple[str, ...]


@dataclass(frozen=True)
class Places:
    districts: tuple[District, ...]
    schools: tuple[School, ...]
    surgeries: tuple[Agency, ...]
    agencies: tuple[Agency, ...]  # surgeries among them
    homes: tuple[Institution, ...]  # children's homes
    shelters: tuple[Institution, ...]  # hostels and refuges


def phone(rng: Random, mobile: bool = True) -> str:
    """Draw a telephone number that belongs to nobody."""
    start = MOBILE_DRAMA
    if not mobile:
        local = rng.random() < 0.8
        start = GEOGRAPHIC_DRAMA[0] if local else rng.choice(GEOGRAPHIC_DRAMA)
    return f"{start}{int(rng.random() * 1000):03}"


def postcode(rng: Random, district: int) -> str:
    letters = rng.choice(_SECTOR_LETTERS) + rng.choice(_SECTOR_LETTERS)
    return f"WX{district} {int(rng.random() * 9) + 1}{letters}"


def street(rng: Random, district: District) -> Street:
    name = f"{_STREETS.draw(rng)} {_STREET_KINDS.draw(rng)}"
    codes = tuple(postcode(rng, district.number) for _ in range(1 + int(rng.random() * 3)))
    return Street(name, district.town, district.number, codes)


def house(rng: Random, road: Street) -> tuple[str, str]:
    """Draw an address and its postcode; neighbours on one side of the street share one."""
    number = 1 + int(rng.random() * 120)
    code = road.postcodes[number % len(road.postcodes)]
    flat = f"Flat {1 + int(rng.random() * 12)}, " if rng.random() < 0.14 else ""
    return f"{flat}{number} {road.name}, {road.town}", code


def any_house(rng: Random) -> tuple[str, str]:
    """Draw an address somewhere in the county, for people of whom no more is known."""
    town = rng.choice(_TOWN_FIRST) + rng.choice(_TOWN_LAST)
    district = District(1 + int(rng.random() * 9), town, "838", (), (), ())
    return house(rng, street(rng, district))


def _slug(name: str) -> str:
    return "".join(c for c in name.lower().replace(" ", "-") if c.isalnum() or c == "-")


def build(seed: int, children: int) -> Places:
    """Make the tables of a county of so many children."""
    rng = Random(f"{seed}/places")
    count = min(max(children // 8_000, 3), 95)
    towns = [first + last for last in _TOWN_LAST for first in _TOWN_FIRST]
    rng.shuffle(towns)
    schools: list[School] = []
    surgeries: list[Agency] = []
    districts = []
    for index in range(count):
        la_code = "838" if index % 5 < 3 else "839"
        numbers: dict[str, tuple[int, ...]] = {}
        for phase, pupils in (("primary", 700), ("secondary", 2200)):
            size = max(2, children // count // pupils)
            first = len(schools)
            for name in rng.sample(_SCHOOL_NAMES, min(size, len(_SCHOOL_NAMES))):
                schools.append(
                    _school(rng, len(schools), name, phase, towns[index], la_code, index + 1)
                )
            numbers[phase] = tuple(range(first, len(schools)))
        first = len(surgeries)
        for name in rng.sample(_HOUSES, min(max(2, children // count // 2500), len(_HOUSES))):
            full = f"{name} Surgery, {towns[index]}"
            surgeries.append(_agency(rng, f"gp-{len(surgeries) + 1:03}", full, "health"))
        districts.append(
            District(
                index + 1,
                towns[index],
                la_code,
                numbers["primary"],
                numbers["secondary"],
                tuple(range(first, len(surgeries))),
            )
        )
    homes = [_institution(rng, "children's home", districts) for _ in range(children // 2500 + 1)]
    shelters = []
    for number in range(max(2, children // 1500)):
        kind = "refuge" if number % 3 == 1 else "hostel"
        shelters.append(_institution(rng, kind, districts))
    agencies = [_agency(rng, *row) for row in _AGENCIES]
    return Places(
        tuple(districts),
        tuple(schools),
        tuple(surgeries),
        (*agencies, *surgeries),
        tuple(homes),
        tuple(shelters),
    )


_AGENCIES = (
    ("police", "Wessex County Police", "police"),
    ("online-desk", "National online referrals desk", "police"),
    ("sc-838", "Wessex Council children's social care", "social_care"),
    ("sc-839", "Wessex Bay Council children's social care", "social_care"),
    ("early-help", "Wessex Family Hubs", "social_care"),
    ("edu-838", "Wessex Council education welfare", "education"),
    ("community-health", "Wessex Community Health", "health"),
    ("hospital", "Stourhaven General Hospital", "health"),
    ("midwifery", "Wessex Maternity Service", "health"),
    ("mental-health", "Wessex Mental Health Trust", "health"),
    ("probation", "Wessex Probation Service", "probation"),
    ("courts", "Wessex Family Court Service", "other"),
    ("housing-1", "Saltmere Homes", "housing"),
    ("housing-2", "Wessex Bay Housing", "housing"),
    ("housing-3", "Chalk Valley Housing Association", "housing"),
    ("voluntary-1", "Wessex Family Help", "voluntary"),
    ("voluntary-2", "Harbour Youth Project", "voluntary"),
    ("voluntary-3", "Lantern Domestic Abuse Support", "voluntary"),
    ("nspcc", "NSPCC helpline", "voluntary"),
)


def _agency(rng: Random, agency_id: str, name: str, kind: str) -> Agency:
    number, email = phone(rng, mobile=False), f"desk@{_slug(agency_id)}.example"
    return Agency(agency_id, name, kind, number, email)


def _school(
    rng: Random, index: int, name: str, phase: str, town: str, la_code: str, district: int
) -> School:
    kind = "Primary School" if phase == "primary" else rng.choice(("Academy", "School", "College"))
    full = f"{name.replace('|', ' ')} {kind}, {town}"
    return School(
        f"s{index + 1:04}",
        full,
        phase,
        la_code,
        town,
        postcode(rng, district),
        phone(rng, mobile=False),
        f"office@{_slug(full)}.example",
    )


def _institution(rng: Random, kind: str, districts: list[District]) -> Institution:
    district = rng.choice(districts)
    road = street(rng, district)
    address = f"{rng.choice(_HOUSES)} House, {1 + int(rng.random() * 90)} {road.name}, {road.town}"
    return Institution(kind, address, road.postcodes[0], district.number)
