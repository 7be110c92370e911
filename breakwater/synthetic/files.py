"""Writing a county to files: blocks made by many workers, written in order by one.

people.csv, mentions.csv, truth.csv: who there is, what partners hold of them, who is meant.
referrals.jsonl, referrals_truth.csv, triage.csv: the submissions, whom they mean, how they end.
schools.csv, agencies.csv: the tables. manifest.json: parameters, counts, proportions, SHA-256.
No file holds a time of writing or a number of workers: the same county gives the same bytes.
"""

import csv
import hashlib
import io
import json
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from breakwater.synthetic.county import County
from breakwater.synthetic.families import Household, Person
from breakwater.synthetic.mentions import Mention
from breakwater.synthetic.places import Agency, School
from breakwater.synthetic.worries import SyntheticReferral

PEOPLE = ("person_id", "household_id", "given", "middle", "family", "known_as", "born", "due",
          "sex", "ethnicity", "origin", "role", "address", "postcode", "previous_address",
          "previous_postcode", "moved_on", "former_family", "nhs_number", "upn", "phone", "email",
          "handle", "school")  # fmt: skip
MENTION_FIELDS = ("given", "family", "known_as", "born", "age", "sex", "ethnicity", "address",
                  "postcode", "nhs_number", "upn", "phone", "email", "handle",
                  "school")  # fmt: skip
MENTIONS = ("mention_id", "source", "agency", "told_at", "role", *MENTION_FIELDS)
TRUTH = ("mention_id", "person_id", "faults")
REFERRALS_TRUTH = ("key", "received_at", "position", "person_id")
TRIAGE = ("key", "received_at", "source", "index_child", "again", "expected_level", "expected_team")
SCHOOLS = ("school_id", "name", "phase", "la_code", "town", "postcode", "phone", "email")
AGENCIES = ("agency_id", "name", "kind", "phone", "email")
# Blocks that may be ready before their turn: enough to keep workers busy, few enough to hold.
AHEAD = 3


@dataclass(frozen=True)
class ReferralLine:
    """One referral as text, ready to be sorted and written."""

    received_at: datetime
    key: str
    submission: str
    truth: str
    triage: str


@dataclass(frozen=True)
class BlockText:
    """All that one block puts into the files, and what it adds to the counts."""

    people: str
    mentions: str
    truth: str
    referrals: list[ReferralLine]
    counts: Counter[str]


class _Output:
    """A file that knows its SHA-256."""

    def __init__(self, path: Path, header: Iterable[str] = ()):
        self.name = path.name
        self._file = path.open("wb")
        self._hash = hashlib.sha256()
        if header:
            self.write(",".join(header) + "\n")

    def write(self, text: str) -> None:
        data = text.encode()
        self._file.write(data)
        self._hash.update(data)

    def close(self) -> str:
        self._file.close()
        return self._hash.hexdigest()


def _rows(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


# -- in a worker ------------------------------------------------------------------------------


def make_block(county: County, block: int) -> BlockText:
    """Make one block of the county as text."""
    partners, worries = county.partners(block), county.worries(block)
    counts: Counter[str] = Counter()
    people: list[tuple[Any, ...]] = []
    told: list[tuple[Any, ...]] = []
    truth: list[tuple[str, str, str]] = []
    referrals: list[ReferralLine] = []
    for household in county.households(block):
        for person in household.people:
            people.append(_person_row(person))
            _count_person(counts, person)
        for mention in partners.mentions(household):
            told.append(_mention_row(mention))
            truth.append((mention.mention_id, mention.person_id, " ".join(mention.faults)))
            counts[f"mentions/{mention.source}"] += 1
            counts[f"faults in a mention/{len(mention.faults)}"] += 1
        sent = list(worries.about(household))
        _count_referrals(counts, county, sent)
        _count_household(counts, household)
        referrals += [_referral_line(referral) for referral in sent]
    return BlockText(_rows(people), _rows(told), _rows(truth), referrals, counts)


def _person_row(person: Person) -> tuple[Any, ...]:
    day: dict[str, Any] = {
        "born": person.born or "",
        "due": person.due or "",
        "moved_on": person.moved_on or "",
        "origin": person.origin.code,
    }
    return tuple(day[name] if name in day else getattr(person, name) for name in PEOPLE)


def _mention_row(mention: Mention) -> tuple[Any, ...]:
    fields = mention.fields
    told_at = mention.told_at.isoformat(timespec="seconds")
    return (
        mention.mention_id, mention.source, mention.agency, told_at, mention.role,
        *(fields.get(name, "") for name in MENTION_FIELDS),
    )  # fmt: skip


def _referral_line(referral: SyntheticReferral) -> ReferralLine:
    key = str(referral.submission["key"])
    at = referral.received_at.isoformat(timespec="seconds")
    triage = (key, at, referral.source, referral.index_child or "", int(referral.again),
              referral.expected_level, referral.expected_team or "")  # fmt: skip
    who = [(key, at, place, found or "") for place, found in enumerate(referral.person_ids)]
    line = json.dumps(referral.submission, ensure_ascii=False) + "\n"
    return ReferralLine(referral.received_at, key, line, _rows(who), _rows([triage]))


def _count_person(counts: Counter[str], person: Person) -> None:
    counts["people"] += 1
    counts[f"role/{person.role}"] += 1
    counts[f"origin/{person.origin.code}"] += 1
    counts["with an NHS number"] += bool(person.nhs_number)
    if person.role == "child":
        counts[f"ethnicity of children/{person.ethnicity}"] += 1


def _count_household(counts: Counter[str], household: Household) -> None:
    counts["households"] += 1
    born = Counter(child.born for child in household.children if child.born)
    counts["households with twins"] += max(born.values(), default=0) > 1
    fathers = [a.given for a in household.adults if a.role in ("parent", "separated_parent")
               and a.sex == "male"]  # fmt: skip
    named = any(c.given in fathers for c in household.children if c.sex == "male")
    counts["households with a son of his father's name"] += named


def _count_referrals(
    counts: Counter[str], county: County, referrals: list[SyntheticReferral]
) -> None:
    seen: Counter[tuple[str, int]] = Counter()
    for referral in referrals:
        concern = referral.submission["concern"]
        counts["referrals"] += 1
        counts["referrals again within 12 months"] += referral.again
        counts[f"source/{referral.source}"] += 1
        counts[f"channel/{referral.submission['channel']}"] += 1
        counts[f"category/{concern['category']}"] += 1
        counts[f"level/{referral.expected_level}"] += 1
        counts[f"team/{referral.expected_team or 'none'}"] += 1
        back = (county.until - referral.received_at.date()).days
        year = min(county.years, int(back / 365.25) + 1)
        counts[f"referrals by years before the end/{year}"] += 1
        if referral.index_child:
            seen[referral.index_child, year] += 1
    counts["children referred, each year"] += len(seen)


# -- in the parent ----------------------------------------------------------------------------

_county: County | None = None


def _start_worker(county: County) -> None:
    """Keep the county, and so its tables, for all the blocks that this worker makes."""
    global _county
    _county = county


def _make_block(block: int) -> BlockText:
    if _county is None:
        raise RuntimeError("a worker was not started by _start_worker")
    return make_block(_county, block)


def blocks_in_order(county: County, workers: int) -> Iterator[BlockText]:
    """Yield the blocks from the first to the last, whichever worker is done first."""
    if workers == 1 or county.blocks == 1:
        for block in range(county.blocks):
            yield make_block(county, block)
        return
    context = get_context("spawn")  # a fork would copy the caller's threads and connections
    with ProcessPoolExecutor(workers, context, _start_worker, (county,)) as pool:
        waiting: deque[Future[BlockText]] = deque()
        for block in range(county.blocks):
            waiting.append(pool.submit(_make_block, block))
            if len(waiting) > workers * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class _Months:
    """Sorts the referrals by the time they came, holding no more than one month at once."""

    def __init__(self, folder: Path):
        self._folder = folder

    def add(self, lines: list[ReferralLine]) -> None:
        by_month: dict[str, list[ReferralLine]] = {}
        for line in lines:
            by_month.setdefault(f"{line.received_at:%Y-%m}", []).append(line)
        for month, some in by_month.items():
            with (self._folder / month).open("a", encoding="utf-8") as file:
                for line in some:
                    parts = (line.key, line.submission, line.truth, line.triage)
                    file.write(json.dumps([line.received_at.isoformat(), *parts]) + "\n")

    def in_order(self) -> Iterator[ReferralLine]:
        for path in sorted(self._folder.iterdir()):
            with path.open(encoding="utf-8") as file:
                rows = [json.loads(row) for row in file]
            for at, key, *parts in sorted(rows):
                yield ReferralLine(datetime.fromisoformat(at), key, *parts)


def write_county(
    county: County, out: Path, workers: int = 2, progress: Callable[[int], object] | None = None
) -> dict[str, Any]:
    """Write the county's files to a folder and return its manifest; tell progress in blocks."""
    out.mkdir(parents=True, exist_ok=True)
    # The manifest vouches for the other files: none may lie about while they are being written.
    (out / "manifest.json").unlink(missing_ok=True)
    hashes: dict[str, str] = {}
    counts: Counter[str] = Counter()
    people = _Output(out / "people.csv", PEOPLE)
    told = _Output(out / "mentions.csv", MENTIONS)
    truth = _Output(out / "truth.csv", TRUTH)
    with tempfile.TemporaryDirectory(dir=out, prefix=".months-") as folder:
        months = _Months(Path(folder))
        for block in blocks_in_order(county, workers):
            people.write(block.people)
            told.write(block.mentions)
            truth.write(block.truth)
            months.add(block.referrals)
            counts.update(block.counts)
            if progress is not None:
                progress(1)
        outputs = [people, told, truth, *_write_referrals(out, months)]
    outputs += [
        _write_table(out / "schools.csv", SCHOOLS, county.places.schools),
        _write_table(out / "agencies.csv", AGENCIES, county.places.agencies),
    ]
    hashes = {output.name: output.close() for output in outputs}
    manifest = _manifest(county, counts, hashes)
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return manifest


def _write_referrals(out: Path, months: _Months) -> list[_Output]:
    submissions = _Output(out / "referrals.jsonl")
    truth = _Output(out / "referrals_truth.csv", REFERRALS_TRUTH)
    triage = _Output(out / "triage.csv", TRIAGE)
    for line in months.in_order():
        submissions.write(line.submission)
        truth.write(line.truth)
        triage.write(line.triage)
    return [submissions, truth, triage]


def _write_table(
    path: Path, header: tuple[str, ...], rows: Iterable[School] | Iterable[Agency]
) -> _Output:
    output = _Output(path, header)
    output.write(_rows(astuple(row) for row in rows))
    return output


def _manifest(county: County, counts: Counter[str], hashes: dict[str, str]) -> dict[str, Any]:
    """Say what was made of what, with the proportions that were reached."""
    groups: dict[str, dict[str, int]] = {}
    totals: dict[str, int] = {}
    for name in sorted(counts):
        group, bar, part = name.partition("/")
        if bar:
            groups.setdefault(group, {})[part] = counts[name]
        else:
            totals[name] = counts[name]
    totals["mentions"] = sum(groups["mentions"].values())
    return {
        "format": 1,
        "parameters": {
            "children": county.children,
            "seed": county.seed,
            "until": county.until.isoformat(),
            "from": (county.until - timedelta(days=round(county.years * 365.25))).isoformat(),
            "years": county.years,
        },
        "counts": totals,
        "proportions": _proportions(county, totals),
        "groups": groups,
        "sha256": dict(sorted(hashes.items())),
    }


def _proportions(county: County, totals: dict[str, int]) -> dict[str, float]:
    referrals = totals.get("referrals", 0)
    again = totals.get("referrals again within 12 months", 0)
    children_years = county.children * county.years
    return {
        "people for each child": round(totals["people"] / county.children, 3),
        "mentions for each person": round(totals["mentions"] / totals["people"], 3),
        "referrals a year for each child": round(referrals / children_years, 4),
        "children referred a year": round(
            totals.get("children referred, each year", 0) / children_years, 4
        ),
        "again within 12 months": round(again / referrals, 4) if referrals else 0.0,
    }
