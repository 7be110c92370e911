"""A partner's own people, from a CSV file or any SQL database, by a mapping file (TOML).

csv = "pupils.csv"                    # or: database = "sqlite:///pupils.db" (a SQLAlchemy URL,
                                      # or env:NAME for the variable that holds it) and
                                      # query = "select ..." or table = "pupils"
[columns]                             # ours = theirs
given = "first_name"
family = "surname"
born = "dob"
address = [["house", "street"], "town"]    # a space within, a comma between
known_since = "enrolled"
last_contact = "last_seen"
contact = "year_group"                # a word of [contacts]
[dates]                               # how a column writes dates; 2017-05-14 if not said
born = "%d/%m/%Y"
[contacts]                            # whom to ask; `usual` for all that name none
usual = "Safeguarding lead, 01632 960123"
"""

import os
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from breakwater.people.linkage import files
from breakwater.people.linkage.profile import Profile, profile

OURS = files.FIELDS | {"known_since", "last_contact", "contact"}
DATES = ("born", "known_since", "last_contact")
USUAL = "usual"
MOST_CONTACTS = 256  # their number is one byte of an entry
MOST_EXAMPLES = 20
NODE_EXTRA = "a database needs SQLAlchemy: pip install breakwater[node], and the database's driver"


class PeopleProblem(Exception):
    """A mapping file or source that cannot be used; the words name file and field."""


@dataclass(frozen=True)
class Mapping:
    """Where the people are, and which column tells what."""

    csv: Path | None
    database: str
    query: str
    columns: dict[str, list[list[str]]]
    dates: dict[str, str]
    contacts: dict[str, int]
    words: dict[int, str]  # of each contact

    @property
    def wanted(self) -> list[str]:
        return [column for parts in self.columns.values() for part in parts for column in part]


@dataclass(frozen=True)
class Held:
    """One person that the partner holds."""

    profile: Profile
    since: date | None
    last: date | None
    contact: int


@dataclass
class Source:
    """What reading met: `problems` counts reasons, `examples` names the first places, no values."""

    read: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def problem(self, place: str, column: str, reason: str) -> None:
        self.problems[reason] += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(f"{place}, column {column}: {reason}")


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file; raise PeopleProblem that names what is wrong with it."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise PeopleProblem(f"{path} cannot be read: {problem.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise PeopleProblem(f"{path} is not TOML: {str(problem).splitlines()[0]}") from None
    known = {"csv", "database", "query", "table", "columns", "dates", "contacts"}
    for name in sorted(told.keys() - known):
        raise PeopleProblem(f"{path} does not know {name}; it knows {', '.join(sorted(known))}")
    columns = _table(path, told, "columns")
    for name in sorted(columns.keys() - OURS):
        raise PeopleProblem(f"{path}: columns.{name} is not known; {', '.join(sorted(OURS))} are")
    if not columns.keys() & {"given", "family", "known_as", "nhs_number", "upn"}:
        raise PeopleProblem(f"{path}: columns names neither a name nor a number of a person")
    dates = _table(path, told, "dates")
    for name, value in dates.items():
        if name not in DATES or not isinstance(value, str) or "%" not in value:
            raise PeopleProblem(f"{path}: dates.{name} must be one of {', '.join(DATES)}, and a"
                                ' form such as "%d/%m/%Y"')  # fmt: skip
    csv, database, query = _source(path, told)
    contacts = _table(path, told, "contacts")
    names = [USUAL, *(name for name in contacts if name != USUAL)]
    if not isinstance(contacts.get(USUAL), str) or len(names) > MOST_CONTACTS:
        raise PeopleProblem(f"{path}: contacts.{USUAL} must say whom to ask; there may be"
                            f" {MOST_CONTACTS} contacts")  # fmt: skip
    for name, value in contacts.items():
        if not isinstance(value, str) or not 0 < len(value) <= 200:
            raise PeopleProblem(f"{path}: contacts.{name} must be a text of up to 200 letters")
    return Mapping(
        csv, database, query, {name: _parts(path, name, value) for name, value in columns.items()},
        dates, {name: number for number, name in enumerate(names)},
        {number: contacts[name] for number, name in enumerate(names)},
    )  # fmt: skip


def _table(path: Path, told: dict[str, Any], name: str) -> dict[str, Any]:
    table = told.get(name, {})
    if not isinstance(table, dict):
        raise PeopleProblem(f"{path}: [{name}] must be a table")
    return table


def _source(path: Path, told: dict[str, Any]) -> tuple[Path | None, str, str]:
    for name in ("csv", "database", "query", "table"):
        if not isinstance(told.get(name, ""), str):
            raise PeopleProblem(f"{path}: {name} must be a text")
    csv, database = told.get("csv", ""), told.get("database", "")
    if bool(csv) == bool(database):
        raise PeopleProblem(f"{path} must name csv, or database; one of the two")
    if csv:
        return path.parent / csv, "", ""
    table, query = told.get("table", ""), told.get("query", "")
    if bool(table) == bool(query):
        raise PeopleProblem(f"{path} must name table, or query; one of the two")
    if table and not all(part.isidentifier() for part in table.split(".")):
        raise PeopleProblem(f"{path}: table must be a plain name; a query may say anything")
    if database.startswith("env:"):
        name = database.removeprefix("env:")
        database = os.environ.get(name, "")
        if not database:
            raise PeopleProblem(f"{path}: database: the environment variable {name} is not set")
    return None, database, query or f"select * from {table}"  # noqa: S608 -- a plain name


def _parts(path: Path, name: str, value: object) -> list[list[str]]:
    listed: list[Any] = value if isinstance(value, list) else [value]
    parts = [part if isinstance(part, list) else [part] for part in listed]
    if not parts or not all(isinstance(column, str) for part in parts for column in part):
        raise PeopleProblem(f"{path}: columns.{name} must be a column's name or a list of names")
    if name in (*DATES, "contact") and (len(parts) > 1 or len(parts[0]) > 1):
        raise PeopleProblem(f"{path}: columns.{name} must be one column")
    return parts


def read_people(how: Mapping, source: Source, today: date) -> Iterator[Held]:
    """Yield who can be enrolled; a field that cannot be read is left out, and `source` says so."""
    for place, row in _rows(how, source):
        source.read += 1
        told = {name: _joined(row, parts) for name, parts in how.columns.items()}
        for name in DATES:
            if told.get(name):
                told[name] = _date(place, name, told[name], how, source)
        age = told.get("age", "")
        made = profile(
            {**told, "age": int(age) if age.isascii() and age.isdigit() and len(age) < 4 else None},
            today,
        )
        contact = told.get("contact", "") or USUAL
        if contact not in how.contacts:
            source.problem(place, how.columns["contact"][0][0], "is not one of [contacts]")
        yield Held(
            made, _day(told.get("known_since", "")), _day(told.get("last_contact", "")),
            how.contacts.get(contact, 0),
        )  # fmt: skip


def _rows(how: Mapping, source: Source) -> Iterator[tuple[str, dict[str, str]]]:
    if how.csv is None:
        yield from _from_database(how)
        return
    broken = files.People()
    try:
        for line, row in files.rows_of(how.csv, how.wanted, broken):
            yield f"{how.csv.name}, row {line}", row
    except files.FileError as problem:
        raise PeopleProblem(str(problem)) from None
    finally:
        source.problems += broken.refused
        source.examples += broken.examples[: MOST_EXAMPLES - len(source.examples)]


def _from_database(how: Mapping) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        import sqlalchemy
    except ImportError:
        raise PeopleProblem(NODE_EXTRA) from None
    try:
        engine = sqlalchemy.create_engine(how.database)
        with engine.connect().execution_options(yield_per=1000) as connection:
            result = connection.execute(sqlalchemy.text(how.query))
            missing = [column for column in how.wanted if column not in result.keys()]  # noqa: SIM118
            if missing:
                there = ", ".join(result.keys())
                raise PeopleProblem(f"the query has no column {missing[0]!r}; it has {there}")
            for number, row in enumerate(result.mappings(), 1):
                yield f"row {number}", {name: _text(row[name]) for name in how.wanted}
    except ImportError as problem:
        raise PeopleProblem(f"{NODE_EXTRA} (missing: {problem.name})") from None
    except sqlalchemy.exc.SQLAlchemyError as problem:
        # Its words may hold the URL's password, or a value: only the kind is said.
        raise PeopleProblem(f"the database cannot be read: {type(problem).__name__}") from None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _joined(row: dict[str, str], parts: list[list[str]]) -> str:
    words = [" ".join(value for column in part if (value := row[column])) for part in parts]
    return ", ".join(word for word in words if word)


def _date(place: str, name: str, text: str, how: Mapping, source: Source) -> str:
    """Return the date as 2017-05-14 (a birth date also as 2017 or 2017-05), or nothing."""
    form = how.dates.get(name, "%Y-%m-%d")
    for possible in (form, "%Y-%m-%d"):
        try:
            return (
                datetime.strptime(text[:10] if possible == "%Y-%m-%d" else text, possible)
                .date()
                .isoformat()
            )
        except ValueError:
            pass
    if name == "born" and form == "%Y-%m-%d" and len(text) in (4, 7):
        return text
    source.problem(place, how.columns[name][0][0], f"is not a date as {form}; left out")
    return ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
