"""One truth for both: what five kinds of partner, and one that holds half the county, have of its
people; and damaged tellings of people, some of whom a partner holds and some not.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from random import Random

from breakwater.people.linkage import Profile, profile
from breakwater.people.linkage.keys import asked_words, stored_words
from breakwater.sharing import oprf
from breakwater.sharing.node import index, wire
from breakwater.sharing.node.enrol import holds_of
from breakwater.sharing.node.index import MOST_PER_WORD, Entry
from breakwater.sharing.node.weigh import Hit
from breakwater.synthetic import Person, damage
from breakwater.synthetic.county import County
from breakwater.synthetic.faults import HELPERS, Fields
from breakwater.synthetic.places import LAST_DAY

HALF = "half_the_county"  # every second person, whole and without a fault
SINCE = date(2024, 1, 1)


@dataclass
class Partner:
    """Records as profiles, each with whom it is about."""

    profiles: list[Profile] = field(default_factory=list)
    person: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Query:
    person: str
    faults: int
    told: Profile


def told_by(person: Person, fields: Fields) -> Profile:
    role = "child" if person.age_on(LAST_DAY) < 18 else "parent"
    return profile({**fields, "role": role}, LAST_DAY)


def damaged(person: Person, faults: int, rng: Random) -> Profile | None:
    fields = person.as_fields() | {"told_on": LAST_DAY.isoformat()}
    fields |= {name: value for name in HELPERS if (value := getattr(person, name, ""))}
    changed, struck = damage(fields, faults, rng)
    return told_by(person, changed) if len(struck) == faults else None


def a_county(children: int, seed: int, queries: int) -> tuple[dict[str, Partner], list[Query]]:
    """Return the partners, and about so many queries with one, two and three faults."""
    county, rng = County(children, seed), Random(f"{seed}/discovery")
    share = queries / 3 / (children * 2.55)
    partners: dict[str, Partner] = defaultdict(Partner)
    asked: list[Query] = []
    for block in range(county.blocks):
        records = county.partners(block)
        for household in county.households(block):
            for mention in records.mentions(household):
                partner = partners[mention.source]
                told = {**mention.fields, "role": mention.role}
                partner.profiles.append(profile(told, mention.told_at.date()))
                partner.person.append(mention.person_id)
            for person in household.people:
                if person.born is None:
                    continue
                if rng.random() < 0.5:
                    partners[HALF].profiles.append(told_by(person, person.as_fields()))
                    partners[HALF].person.append(person.person_id)
                if rng.random() < share:
                    for faults in (1, 2, 3):
                        told_as = damaged(person, faults, rng)
                        if told_as is not None:
                            asked.append(Query(person.person_id, faults, told_as))
    return dict(sorted(partners.items())), asked


def entry_of(number: int, record: Profile) -> Entry:
    return Entry(number, holds_of(record), SINCE, None, 0)


class PlainIndex:
    """A partner's index with a plain keyed hash in the place of the oblivious PRF."""

    def __init__(self, records: list[Profile]):
        self.key = secrets.token_bytes(32)
        self.records = records
        self.under: dict[bytes, list[int]] = defaultdict(list)
        for number, record in enumerate(records):
            for word in stored_words(record):
                self.under[self.hashed(word)].append(number)

    def hashed(self, word: str) -> bytes:
        return blake2b(word.encode(), key=self.key, digest_size=8).digest()

    def hits(self, words: list[str]) -> Iterator[Hit]:
        for word in words:
            found = self.under.get(self.hashed(word), [])
            if len(found) <= MOST_PER_WORD:
                for number in found:
                    yield Hit(word, entry_of(number, self.records[number]), len(found))


class RealIndex:
    """The same with both keys, blinds, proofs and 20 bytes an entry, as hub and node do it."""

    def __init__(self, records: list[Profile]):
        self.holder, self.node = oprf.Key.new(), oprf.Key.new()
        under: dict[str, list[Entry]] = defaultdict(list)
        for number, record in enumerate(records):
            for word in stored_words(record):
                under[word].append(entry_of(number, record))
        kept = {word: some for word, some in under.items() if len(some) <= MOST_PER_WORD}
        self.bits = index.bits_for(sum(map(len, kept.values())))
        outers = self._twice(list(kept))
        rows: dict[int, list[bytes]] = defaultdict(list)
        for outer, some in zip(outers, kept.values(), strict=True):
            rows[index.bucket_of(outer, self.bits)] += [
                index.sealed(outer, place, index.plain(entry)) for place, entry in enumerate(some)
            ]
        self.buckets = {number: b"".join(sorted(some)) for number, some in rows.items()}

    def hits(self, words: list[str]) -> Iterator[Hit]:
        inputs = wire.padded(words)
        inner = _oblivious(self.holder, inputs)
        for word, outer in zip(words, _oblivious(self.node, inner), strict=False):
            bucket = self.buckets.get(index.bucket_of(outer, self.bits), b"")
            found = index.look_up(outer, bucket)
            for entry in found:
                yield Hit(word, entry, len(found))

    def _twice(self, words: list[str]) -> list[bytes]:
        inner = oprf.evaluate_directly(self.holder, [word.encode() for word in words])
        return oprf.evaluate_directly(self.node, inner)


def _oblivious(key: oprf.Key, inputs: tuple[bytes, ...] | list[bytes]) -> list[bytes]:
    sent = oprf.blind(inputs)
    answer = oprf.evaluate(key, sent.elements)
    return oprf.finalize(sent, answer.elements, answer.proof, key.public)


def words_of(told: Profile) -> list[str]:
    return sorted(asked_words(told))
