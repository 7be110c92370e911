"""Worries: the referrals about one block of households over the years, as partners send them.

Words: source (of the yearly statistics), channel (how it came), index child (the first child in the
people list; proportions count that one). Shares are those of England where a figure is published.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from breakwater.synthetic import places as places_
from breakwater.synthetic.families import Household, Person
from breakwater.synthetic.mentions import HEARSAY, RECORDS, Record, as_told, draw_faults
from breakwater.synthetic.names import draw_origin
from breakwater.synthetic.narratives import narrative
from breakwater.synthetic.places import Places
from breakwater.synthetic.seasons import in_british_time, is_told, moment_of

# The knobs.
FRESH_A_YEAR = 0.0490  # new worries a child and year; with those that come again about 5 %
ONE_MORE_WITHIN_A_YEAR = 0.175  # of referrals; chance adds a few for families at risk
TRIALS = 12  # in which a child's new worries are drawn: enough that they fall as by chance
RISE_A_YEAR = 0.03
UNBORN_DAYS = 150  # before the birth
CARE_FACTOR = 1.5  # children in homes, beside their household's risk
# Percent, year to 31 March 2020 (the last one published in this detail).
SOURCES = {
    "police": 28.7, "schools": 18.2, "health": 15.0, "council services": 14.1, "individuals": 8.1,
    "other": 4.9, "other legal": 3.9, "education services": 2.1, "anonymous": 2.1, "unknown": 1.4,
    "housing": 1.3,
}  # fmt: skip
CHANNELS: dict[str, dict[str, int]] = {
    "police": {"police_notice": 79, "online_report": 9, "call_101": 7, "call_999": 5},
    "schools": {"professional": 95, "email": 5},
    "health": {"professional": 92, "email": 8},
    "council services": {"professional": 75, "other_area": 11, "email": 9, "walk_in": 5},
    "individuals": {"public": 56, "nspcc": 20, "call_101": 14, "walk_in": 10},
    "other": {"professional": 60, "nspcc": 15, "email": 25},
    "other legal": {"professional": 90, "email": 10},
    "education services": {"professional": 100},
    "anonymous": {"anonymous": 60, "crimestoppers": 40},
    "unknown": {"email": 50, "public": 50},
    "housing": {"professional": 88, "email": 12},
}
# Weights by source; what is not named has the weight of "any".
_ANY = {
    "neglect": 24, "domestic_abuse": 16, "physical_abuse": 12, "emotional_abuse": 12,
    "parental_mental_ill_health": 10, "parental_substance_misuse": 7, "sexual_abuse": 4,
    "learning_disability": 4, "other": 6, "young_carer": 2, "bereavement": 1.5,
    "private_fostering": 0.7, "peer_on_peer_abuse": 2.5, "child_sexual_exploitation": 2,
    "criminal_exploitation": 2.5, "radicalisation": 0.6, "honour_based_abuse": 0.5, "fgm": 0.3,
    "forced_marriage": 0.2, "trafficking": 0.3, "online_grooming": 1, "fabricated_illness": 0.3,
    "missing": 1, "intimate_image_sharing": 0.5,
}  # fmt: skip
CATEGORIES: dict[str, dict[str, float]] = {
    "police": {"domestic_abuse": 52, "missing": 11, "neglect": 9, "physical_abuse": 6,
               "criminal_exploitation": 5, "child_sexual_exploitation": 4,
               "parental_mental_ill_health": 5, "parental_substance_misuse": 4, "sexual_abuse": 3,
               "peer_on_peer_abuse": 2, "trafficking": 0.5, "honour_based_abuse": 0.5,
               "radicalisation": 0.4},
    "schools": {**_ANY, "domestic_abuse": 9, "peer_on_peer_abuse": 6, "intimate_image_sharing": 3,
                "young_carer": 4},
    "health": {**_ANY, "parental_mental_ill_health": 18, "fabricated_illness": 1.2, "fgm": 1,
               "learning_disability": 7},
    "any": _ANY,
}  # fmt: skip
_ONLINE = {"online_grooming": 40.0, "indecent_images": 60.0}
_FROM_AGE = {
    "child_sexual_exploitation": 11, "criminal_exploitation": 10, "missing": 9,
    "radicalisation": 10,
    "forced_marriage": 13, "honour_based_abuse": 11, "online_grooming": 9,
    "intimate_image_sharing": 11, "peer_on_peer_abuse": 6, "young_carer": 7, "trafficking": 8,
}  # fmt: skip
# Of a hundred referrals of a kind, how many end at level 1, 2, 3 and 4.
_MILD, _MIDDLE, _GRAVE = (9, 52, 34, 5), (5, 27, 50, 18), (1, 7, 37, 55)
LEVELS = {
    "sexual_abuse": _GRAVE, "child_sexual_exploitation": _GRAVE, "online_grooming": _GRAVE,
    "indecent_images": _GRAVE, "trafficking": _GRAVE, "fgm": _GRAVE, "forced_marriage": _GRAVE,
    "physical_abuse": _MIDDLE, "neglect": _MIDDLE, "domestic_abuse": _MIDDLE,
    "emotional_abuse": _MIDDLE, "criminal_exploitation": _MIDDLE, "honour_based_abuse": _MIDDLE,
    "fabricated_illness": _MIDDLE, "missing": _MIDDLE, "unborn": _MIDDLE, "transfer_in": _MIDDLE,
    "radicalisation": _MIDDLE, "intimate_image_sharing": _MIDDLE,
}  # fmt: skip
TEAMS = {
    "online_grooming": "polit", "indecent_images": "polit", "intimate_image_sharing": "polit",
    "child_sexual_exploitation": "cse", "criminal_exploitation": "cse", "trafficking": "cse",
    "physical_abuse": "cait", "sexual_abuse": "cait", "fabricated_illness": "cait", "fgm": "cait",
    "honour_based_abuse": "cait", "forced_marriage": "cait",
}  # fmt: skip
_ALSO = {
    "neglect": ("parental_substance_misuse", "emotional_abuse", "parental_mental_ill_health"),
    "domestic_abuse": ("neglect", "emotional_abuse", "parental_substance_misuse"),
    "missing": ("child_sexual_exploitation", "criminal_exploitation"),
    "child_sexual_exploitation": ("missing",),
    "physical_abuse": ("domestic_abuse", "emotional_abuse"),
    "unborn": ("domestic_abuse", "parental_substance_misuse"),
    "online_grooming": ("intimate_image_sharing",),
}  # fmt: skip
# Who sends: role, kind of agency, its id among the agencies ("" where the reporter brings none).
_REPORTERS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "police_notice": (("response officer", "police", "police"),
                      ("neighbourhood officer", "police", "police")),
    "call_999": (("call taker", "police", "police"),),
    "call_101": (("call taker", "police", "police"),),
    "online_report": (("analyst", "police", "online-desk"),),
    "nspcc": (("practitioner", "voluntary", "nspcc"),),
    "other_area": (("social worker", "social_care", "other"),),
    "schools": (("designated safeguarding lead", "education", "school"),
                ("deputy head", "education", "school"), ("head teacher", "education", "school")),
    "health": (("health visitor", "health", "community-health"),
               ("general practitioner", "health", "gp"), ("nurse in charge", "health", "hospital"),
               ("community midwife", "health", "midwifery"),
               ("mental health nurse", "health", "mental-health")),
    "council services": (("social worker", "social_care", "sc"),
                         ("family support worker", "social_care", "early-help")),
    "individuals": (("neighbour", "public", ""), ("grandmother", "public", ""),
                    ("aunt", "public", ""), ("family friend", "public", "")),
    "other": (("family worker", "voluntary", "voluntary-1"),
              ("youth worker", "voluntary", "voluntary-2"),
              ("support worker", "voluntary", "voluntary-3")),
    "other legal": (("probation officer", "probation", "probation"),
                    ("court adviser", "other", "courts")),
    "education services": (("education welfare officer", "education", "edu-838"),),
    "unknown": (("not stated", "other", ""),),
    "housing": (("housing officer", "housing", "housing-1"),
                ("tenancy adviser", "housing", "housing-2")),
}  # fmt: skip
_PREFIX = {
    "professional": "pro", "police_notice": "ppn", "online_report": "onl", "call_101": "101",
    "call_999": "999", "anonymous": "anon", "crimestoppers": "cs", "public": "pub",
    "other_area": "oth", "walk_in": "wlk", "email": "eml",
}  # fmt: skip
_DOCUMENTATION_ADDRESSES = ("192.0.2", "198.51.100", "203.0.113")
_SEEN = ("grey car", "seen near the station", "friend of an older cousin", "near the marina")
_STRANGERS = ("public", "anonymous", "crimestoppers", "walk_in")


@dataclass(frozen=True)
class SyntheticReferral:
    """One submission, when it came, what triage would make of it, and who its people really are."""

    submission: dict[str, Any]
    received_at: datetime
    expected_level: int
    expected_team: str | None
    person_ids: list[str | None]
    source: str
    index_child: str | None
    again: bool  # within 12 months of an earlier one for that child


def _pick(rng: Random, weights: dict[str, float] | dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


class Worries:
    """Sends the referrals about one block of households."""

    def __init__(self, seed: int, block: int, until: date, years: int, places: Places):
        self.rng = Random(f"{seed}/{block}/worries")
        self.seed, self.block, self.until, self.places = seed, block, until, places
        self.start = until - timedelta(days=round(years * 365.25))
        # A year before the first: what was told then makes a later one a referral again.
        self.from_day = self.start - timedelta(days=365)
        self.days = (until - self.from_day).days
        self.agencies = {agency.agency_id: agency for agency in places.agencies}
        self.serial = 0

    def about(self, household: Household) -> Iterator[SyntheticReferral]:
        """Yield the referrals about a household, child by child."""
        for child in household.people:
            if child.role in ("child", "unborn") or self._was_minor(child):
                yield from self._about_child(household, child)

    def _was_minor(self, person: Person) -> bool:
        return person.role == "other_adult" and 0 <= person.age_on(self.from_day) < 18

    def _about_child(self, household: Household, child: Person) -> Iterator[SyntheticReferral]:
        rng = self.rng
        rate = FRESH_A_YEAR * household.risk * (CARE_FACTOR if household.in_care else 1.0)
        expected = rate * self.days / 365
        told: list[tuple[date, str, str]] = []
        for _ in range(sum(rng.random() < expected / TRIALS for _ in range(TRIALS))):
            event = self._event(None)
            told.append(event)
            while rng.random() < ONE_MORE_WITHIN_A_YEAR:
                event = self._event(event[0])
                told.append(event)
        earlier: date | None = None
        for day, source, channel in sorted(told):
            if day >= self.until or not self._can_be_told(child, day):
                continue
            again = earlier is not None and (day - earlier).days <= 365
            earlier = day
            if day >= self.start:
                yield self._referral(household, child, day, source, channel, again)

    def _rising_day(self) -> int:
        """Draw a day of the span, the later the likelier by a little."""
        most = 1 + RISE_A_YEAR * self.days / 365
        while True:
            day = int(self.rng.random() * self.days)
            if self.rng.random() * most < 1 + RISE_A_YEAR * day / 365:
                return day

    def _delay(self) -> int:
        return 2 + int(360 * self.rng.random() * (0.5 + 0.5 * self.rng.random()))

    def _event(self, after: date | None) -> tuple[date, str, str]:
        """Draw day, source and channel of a worry, or of one more within a year after another."""
        source = _pick(self.rng, SOURCES)
        channel = _pick(self.rng, CHANNELS[source])
        while True:
            if after is None:
                day = self.from_day + timedelta(days=self._rising_day())
            else:
                day = after + timedelta(days=self._delay())
            if is_told(self.rng, source, channel, day):
                return day, source, channel

    def _can_be_told(self, child: Person, day: date) -> bool:
        born = child.born or child.due
        if born is None or (born - day).days > UNBORN_DAYS:
            return False
        return child.age_on(day) < 18

    # -- one referral -------------------------------------------------------------------------

    def _referral(
        self, household: Household, child: Person, day: date, source: str, channel: str, again: bool
    ) -> SyntheticReferral:
        rng = self.rng
        sent_at = moment_of(rng, channel, day)
        age = child.age_on(day)
        category = self._category(channel, source, age)
        level = self._level(category, channel)
        danger = level == 4 and rng.random() < (0.7 if channel == "call_999" else 0.12)
        people, ids = self._people(household, child, day, channel, source, category)
        named = next((str(p["given"]) for p in people if p["role"] == "child" and "given" in p), "")
        concern: dict[str, Any] = {
            "category": category,
            "also": self._also(category, age),
            "immediate_danger": danger,
            "narrative": narrative(rng, category, named, child.sex, channel in _STRANGERS),
            **self._consent(channel),
        }
        if age >= 0 and channel not in ("online_report", "crimestoppers"):
            concern["seen_child"] = rng.random() < (0.35 if channel in _STRANGERS else 0.75)
        self.serial += 1
        prefix = {"schools": "sch", "health": "hlt"}.get(source, _PREFIX.get(channel, channel))
        submission: dict[str, Any] = {
            "key": f"{prefix}-{self.seed}-{self.block:05}-{self.serial:05}",
            "channel": channel,
            "sent_at": in_british_time(sent_at).isoformat(timespec="seconds"),
        }
        reporter = self._reporter(household, child, channel, source)
        if reporter:
            if channel == "police_notice" and category == "missing":
                reporter["role"] = "missing persons desk"
            submission["reporter"] = reporter
        submission["concern"] = concern
        submission["people"] = people
        if channel == "online_report":
            submission["online"] = self._online(people, sent_at)
        team = self._team(category, level)
        index_child = child.person_id if child.person_id in ids else None
        return SyntheticReferral(
            submission, self._received(sent_at, channel), level, team, ids, source, index_child,
            again,
        )  # fmt: skip

    def _received(self, sent_at: datetime, channel: str) -> datetime:
        seconds = int(self.rng.random() * (3 * 3600 if channel in ("email", "walk_in") else 240))
        end = datetime(self.until.year, self.until.month, self.until.day, tzinfo=UTC)
        return min(sent_at + timedelta(seconds=seconds), end - timedelta(seconds=1))

    def _category(self, channel: str, source: str, age: int) -> str:
        rng = self.rng
        if channel == "online_report":
            category = _pick(rng, _ONLINE)
            return category if age >= _FROM_AGE.get(category, 0) else "indecent_images"
        if age < 0:
            return "unborn"
        if channel == "other_area" and rng.random() < 0.6:
            return "transfer_in"
        weights = CATEGORIES.get(source, CATEGORIES["any"])
        while True:
            category = _pick(rng, weights)
            if age >= _FROM_AGE.get(category, 0):
                return category

    def _also(self, category: str, age: int) -> list[str]:
        others = [c for c in _ALSO.get(category, ()) if age >= _FROM_AGE.get(c, 0)]
        return [self.rng.choice(others)] if others and self.rng.random() < 0.3 else []

    def _level(self, category: str, channel: str) -> int:
        shares = _GRAVE if channel == "call_999" else LEVELS.get(category, _MILD)
        return self.rng.choices((1, 2, 3, 4), shares)[0]

    def _team(self, category: str, level: int) -> str | None:
        """Say who gets the work: nobody at level 1, specialists for what is grave."""
        if level == 1:
            return None
        if level == 2:
            return "early_help"
        specialist = TEAMS.get(category)
        if specialist is None and level == 4 and self.rng.random() < 0.45:
            return "cait"
        if specialist and (level == 4 or self.rng.random() < 0.6):
            return specialist
        return "social_care"

    def _consent(self, channel: str) -> dict[str, str]:
        if channel not in ("professional", "email"):
            return {"consent": "not_applicable"}
        consent = _pick(self.rng, {"sought": 55, "not_sought": 33, "refused": 12})
        if consent == "sought":
            return {"consent": consent}
        reasons = {
            "not_sought": ("Asking first could add to the risk.", "No contact made.",
                           "Advice wanted first."),
            "refused": ("Parent does not agree; the worry remains.",
                        "Refused by telephone; we think that sharing is needed."),
        }  # fmt: skip
        return {"consent": consent, "consent_reason": self.rng.choice(reasons[consent])}

    # -- who is in it -------------------------------------------------------------------------

    def _people(
        self, household: Household, child: Person, day: date, channel: str, source: str,
        category: str,
    ) -> tuple[list[dict[str, Any]], list[str | None]]:  # fmt: skip
        rng = self.rng
        record = self._record(channel, source)
        told: list[tuple[str, Person]] = []
        about_adult = channel == "online_report" and category == "indecent_images"
        if (not about_adult and channel != "crimestoppers") or rng.random() < 0.4:
            told.append(("child", child))
        if not about_adult:
            told += self._siblings(household, child, day, channel, category)
            told += self._adults(household, day, channel, category)
        people: list[dict[str, Any]] = []
        ids: list[str | None] = []
        for role, person in told:
            people.append({"role": role, **self._fields(person, record, day)})
            ids.append(person.person_id)
            if person.age_on(day) < 0 and role in ("child", "sibling"):
                people[-1]["note"] = "unborn"
        somebody = channel == "online_report" or not people
        if somebody or (category in TEAMS and rng.random() < 0.5):
            suspect, person_id = self._suspect(household, day, channel, about_adult)
            people.append(suspect)
            ids.append(person_id)
        return people, ids

    def _record(self, channel: str, source: str) -> Record:
        if channel in (*_STRANGERS, "nspcc", "call_101"):
            return HEARSAY
        if channel == "online_report":
            return Record({"handle": 100, "email": 60, "phone": 40, "given": 25, "family": 15})
        kinds = {"schools": "school_roll", "health": "gp_list", "police": "police_notice",
                 "housing": "housing"}  # fmt: skip
        return RECORDS[kinds.get(source, "social_care")]

    def _siblings(
        self, household: Household, child: Person, day: date, channel: str, category: str
    ) -> Iterator[tuple[str, Person]]:
        """Yield the brothers and sisters that somebody thought of naming."""
        share = {"police_notice": 0.75, "professional": 0.45}.get(channel, 0.25)
        if household.in_care or channel == "online_report":
            return
        for other in household.children:
            if other is not child and other.age_on(day) >= 0 and self.rng.random() < share:
                seen = category == "domestic_abuse" and channel == "police_notice"
                yield "child" if seen else "sibling", other

    def _adults(
        self, household: Household, day: date, channel: str, category: str
    ) -> Iterator[tuple[str, Person]]:
        if household.in_care or channel == "online_report":
            return
        share = 0.3 if channel in _STRANGERS else 0.65
        accused = False
        for adult in household.adults:
            if adult.role in ("parent", "step_parent", "separated_parent"):
                chance = share * (0.45 if adult.role == "separated_parent" else 1.0)
                role = "carer" if adult.role == "step_parent" else "parent"
            else:
                chance, role = 0.12, "household"
            if adult.age_on(day) < 18 or self.rng.random() >= chance:
                continue
            by_partner = category in ("domestic_abuse", "physical_abuse") and adult.sex == "male"
            if by_partner and not accused and role != "household" and self.rng.random() < 0.6:
                accused, role = True, "suspect"
            yield role, adult

    def _fields(self, person: Person, record: Record, day: date) -> dict[str, Any]:
        fields: dict[str, Any]
        fields, _ = as_told(person, record, day, self.rng, draw_faults(self.rng))
        if "given" not in fields and "family" not in fields and person.age_on(day) >= 0:
            fields["given"] = person.given
        return fields

    def _suspect(
        self, household: Household, day: date, channel: str, known: bool
    ) -> tuple[dict[str, Any], str | None]:
        """Give an adult of the household where the report is about one, else a stranger."""
        rng = self.rng
        men = [a for a in household.adults if a.sex == "male" and a.age_on(day) >= 18]
        if known and men:
            adult = rng.choice(men)
            fields = self._fields(adult, self._record(channel, ""), day)
            fields.setdefault("handle", f"harbour_{int(rng.random() * 10_000)}")
            return {"role": "suspect", **fields}, adult.person_id
        origin = draw_origin(rng)
        suspect: dict[str, Any] = {"role": "suspect"}
        if channel == "online_report":
            suspect["handle"] = f"tide_{int(rng.random() * 100_000)}"
        else:
            suspect["given"] = origin.given(rng, "male", 30)
            if rng.random() < 0.3:
                suspect["family"] = origin.surnames.draw(rng)
            if rng.random() < 0.4:
                suspect["age"] = rng.randint(18, 55)
            suspect["note"] = rng.choice(_SEEN)
        return suspect, None

    # -- who sends it -------------------------------------------------------------------------

    def _reporter(
        self, household: Household, child: Person, channel: str, source: str
    ) -> dict[str, Any] | None:
        rng = self.rng
        if channel in ("anonymous", "crimestoppers"):
            return None
        role, kind, agency_id = rng.choice(_REPORTERS.get(channel) or _REPORTERS[source])
        origin = draw_origin(rng)
        name = f"{origin.given(rng, self._sex(), 40)} {origin.surnames.draw(rng)}"
        reporter: dict[str, Any] = {"name": name, "role": role, "agency_kind": kind}
        if channel == "police_notice":
            reporter["name"] = f"PC {1000 + int(rng.random() * 8000)}"
        if agency_id:
            agency, phone, email = self._agency(household, child, agency_id)
            reporter |= {"agency": agency, "phone": phone, "email": email}
        elif rng.random() < 0.7:
            reporter["phone"] = places_.phone(rng)
        if kind != "police":
            reporter["wants_feedback"] = rng.random() < 0.7
        return reporter

    def _agency(self, household: Household, child: Person, agency_id: str) -> tuple[str, str, str]:
        district = self.places.districts[household.district - 1]
        if agency_id == "school":
            schools = [self.places.schools[n] for n in district.primaries + district.secondaries]
            own = [school for school in schools if school.name == child.school]
            school = (own or schools)[0]
            return school.name, school.phone, school.email
        if agency_id == "gp":
            surgery = self.places.surgeries[household.surgery]
            return surgery.name, surgery.phone, surgery.email
        if agency_id == "other":
            area = self.rng.choice(("Eastmoor", "Northwold", "Severnside", "Downshire"))
            email = f"front-door@{area.lower()}.example"
            return f"{area} Council", places_.phone(self.rng, mobile=False), email
        agency = self.agencies[f"sc-{district.la_code}" if agency_id == "sc" else agency_id]
        return agency.name, agency.phone, agency.email

    def _online(self, people: list[dict[str, Any]], sent_at: datetime) -> dict[str, Any]:
        """Metadata as a service gives it: counts and references, no content and no hash."""
        rng = self.rng
        incident = sent_at - timedelta(seconds=int((1 + rng.random() * 9) * 86_400))
        counts = {grade: int(rng.random() * rng.random() * most)
                  for grade, most in (("A", 4), ("B", 6), ("C", 14))}  # fmt: skip
        at = (incident - timedelta(seconds=int(rng.random() * 900))).isoformat(timespec="seconds")
        address = f"{rng.choice(_DOCUMENTATION_ADDRESSES)}.{1 + int(rng.random() * 254)}"
        return {
            "reference": f"NR-{sent_at.year}-{self.block:05}{self.serial:05}",
            "service": rng.choice(("Example Social", "Example Drive", "Example Chat",
                                   "Example Games")),
            "incident_at": incident.isoformat(timespec="seconds"),
            "accounts": [str(p["handle"]) for p in people
                         if p["role"] == "suspect" and "handle" in p],
            "ip_addresses": [{"address": address, "at": at}],
            "severity_counts": counts,
            "hash_count": sum(counts.values()),
        }  # fmt: skip

    def _sex(self) -> str:
        return "male" if self.rng.random() < 0.35 else "female"
