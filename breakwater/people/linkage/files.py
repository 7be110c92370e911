"""Anybody's CSV files as profiles: columns by a map, every refused row with its place and reason.

A map is TOML:

    told_on = "2026-11-01"          # dates an age; today when it is missing
    one_to_one = true               # two files in which each row has at most one counterpart
    [columns]
    id = "rec_id"
    given = "given_name"
    address = [["street_number", "street"], "district"]   # a space within, a comma between
"""

import csv
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from breakwater.people.linkage.profile import Profile, profile

FIELDS = frozenset(
    {"given", "family", "known_as", "born", "age", "sex", "address", "postcode", "town", "phone",
     "email", "handle", "nhs_number", "upn", "number", "school", "role"}
)  # fmt: skip
LONGEST = 10_000  # letters in one value: more is a broken file
MOST_REASONS = 20


class FileError(ValueError):
    """A file that cannot be used at all; the message names file, and row or column."""


@dataclass(frozen=True)
class Map:
    """Which column tells what. An address may be made of several."""

    id: str
    columns: dict[str, list[list[str]]]
    told_on: date
    one_to_one: bool = False


@dataclass
class People:
    """What a file told. `refused` counts reasons; `examples` says where the first ones were."""

    ids: list[str] = field(default_factory=list)
    profiles: list[Profile] = field(default_factory=list)
    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def refuse(self, place: str, reason: str) -> None:
        self.refused[reason] += 1
        if len(self.examples) < MOST_REASONS:
            self.examples.append(f"{place}: {reason}")


def read_map(path: Path) -> Map:
    """Read a map; raise FileError that names what is wrong with it."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileError(f"{path}: cannot be read as TOML: {_short(error)}") from None
    unknown = sorted(told.keys() - {"columns", "told_on", "one_to_one"})
    if unknown:
        raise FileError(f"{path}: does not know the key {unknown[0]!r}")
    columns = told.get("columns")
    if not isinstance(columns, dict) or not isinstance(columns.get("id"), str):
        raise FileError(f'{path}: [columns] must name the id column: id = "..."')
    unknown = sorted(columns.keys() - FIELDS - {"id"})
    if unknown:
        known = ", ".join(sorted(FIELDS))
        raise FileError(f"{path}: [columns] does not know {unknown[0]!r}; it knows {known}")
    if len(columns) == 1:
        raise FileError(f"{path}: [columns] names no column beside the id")
    parts = {name: _parts(path, name, value) for name, value in columns.items() if name != "id"}
    return Map(columns["id"], parts, _told_on(path, told), bool(told.get("one_to_one", False)))


def _told_on(path: Path, told: dict[str, Any]) -> date:
    value = told.get("told_on", date.today())
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise FileError(f"{path}: told_on must be a date as 2026-11-01, not {value!r}") from None


def _parts(path: Path, name: str, value: object) -> list[list[str]]:
    listed: list[Any] = value if isinstance(value, list) else [value]
    parts = [part if isinstance(part, list) else [part] for part in listed]
    if not parts or not all(isinstance(column, str) for part in parts for column in part):
        raise FileError(f"{path}: [columns] {name} must be a column's name or a list of names")
    return parts


def read_people(path: Path, how: Map, progress: Callable[[int], object] | None = None) -> People:
    """Read a file; raise FileError when it cannot be used, refuse single rows that are broken."""
    people, seen = People(), set[str]()
    wanted = [column for parts in how.columns.values() for part in parts for column in part]
    for number, row in rows_of(path, [how.id, *wanted], people):
        identity = row[how.id]
        if not identity:
            people.refuse(f"{path}, row {number}, column {how.id}", "the id is empty")
        elif identity in seen:
            people.refuse(f"{path}, row {number}, column {how.id}", "the id was there before")
        else:
            seen.add(identity)
            people.ids.append(identity)
            people.profiles.append(profile(_told(row, how), how.told_on))
        if progress is not None:
            progress(1)
    if not people.ids:
        raise FileError(f"{path}: holds no usable row ({people.read} read, all refused)")
    return people


def _told(row: dict[str, str], how: Map) -> dict[str, object]:
    told: dict[str, object] = {}
    for name, parts in how.columns.items():
        words = [" ".join(value for c in part if (value := row[c])) for part in parts]
        told[name] = ", ".join(word for word in words if word)
    age = str(told.get("age", ""))
    told["age"] = int(age) if age.isascii() and age.isdigit() and len(age) < 4 else None
    return told


def read_labels(path: Path) -> list[tuple[str, str]]:
    """Return the pairs that people called the same, of a file id_l, id_r, answer."""
    told = People()
    rows = [row for _, row in rows_of(path, ["id_l", "id_r", "answer"], told)]
    if told.refused:
        raise FileError(told.examples[0])
    return [(row["id_l"], row["id_r"]) for row in rows if row["answer"] == "same"]


def header_of(path: Path) -> list[str]:
    """Return a file's column names; raise FileError when it has none."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            return [name.strip() for name in next(csv.reader(lines), [])]
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}") from None
    except csv.Error as error:
        raise FileError(f"{path}, row 1: {error}") from None


def rows_of(path: Path, wanted: list[str], people: People) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the usable rows with their line in the file; count and refuse the others.

    Values come without the spaces around them. Raise FileError when a column is missing.
    """
    try:
        lines = path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}") from None
    with lines:
        reader = csv.reader(lines)
        try:
            header = [name.strip() for name in next(reader)]
        except StopIteration:
            raise FileError(f"{path}: is empty") from None
        except csv.Error as error:
            raise FileError(f"{path}, row 1: {error}") from None
        missing = [column for column in wanted if column not in header]
        if missing:
            there = ", ".join(header)
            raise FileError(f"{path}: has no column {missing[0]!r}; it has {there}")
        twice = [column for column in wanted if header.count(column) > 1]
        if twice:
            raise FileError(f"{path}: has the column {twice[0]!r} more than once")
        while True:
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                people.read += 1
                people.refuse(f"{path}, row {reader.line_num}", f"is not CSV: {error}")
                continue
            if not values:
                continue
            people.read += 1
            reason = _broken(values, header)
            if reason:
                people.refuse(f"{path}, row {reader.line_num}{reason[1]}", reason[0])
                continue
            row = {name: value.strip() for name, value in zip(header, values, strict=True)}
            yield reader.line_num, row


def _broken(values: list[str], header: list[str]) -> tuple[str, str] | None:
    """Return why a row cannot be used, and in which column."""
    if len(values) != len(header):
        return f"has {len(values)} columns, not {len(header)}", ""
    for name, value in zip(header, values, strict=True):
        if len(value) > LONGEST:
            return f"is longer than {LONGEST:,} letters", f", column {name}"
        if "\0" in value:
            return "holds a NUL character", f", column {name}"
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            return "is not UTF-8", f", column {name}"
    return None


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
