"""Random worlds for the comparison of oracle and database, and how they are written into it.

Times are what matters most, so half of all edges lie at most a microsecond from now.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import psycopg

from tests.access.oracle import Case, Exclusion, Grant, Person, Post, Span, World

# The oracle's clock. In the database it is the moment at which the statement came in.
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
EDGES = [-MICROSECOND, timedelta(0), MICROSECOND]
PEOPLE, CASES, TEAMS, AGENCIES = 10, 10, 4, 3
ROLES = [
    "triage worker",
    "triage supervisor",
    "practitioner",
    "practitioner",
    "team supervisor",
    "team supervisor",
    "inspector",
    "records officer",
]
# Those that by the table's constraints go to named people for a time, and the others.
FOR_A_TIME = ["broke the glass", "is inspecting a sample", "answers a subject access request"]
LASTING = [
    "triages what comes in",
    "was given the work",
    "was named for the case",
    "guards the restricted case",
]
NAMED = ["was named for the case"] * 4 + ["guards the restricted case", "was given the work"]


def worlds(seed: int) -> Iterator[World]:
    """Worlds without end, no id twice, the same for the same seed."""
    chance = Random(seed)
    for number in itertools.count():
        yield a_world(chance, number)


def a_world(chance: Random, number: int) -> World:
    # Teams and cases of one world must not have the ids of people by accident.
    def ids(many: int, shift: int) -> list[int]:
        return [1_000_000 + number * 100 + shift + i for i in range(many)]

    teams, agencies = ids(TEAMS, 1), ids(AGENCIES, 21)
    people = [Person(pk, chance.choice(agencies)) for pk in ids(PEOPLE, 41)]
    cases = [Case(pk, chance.random() < 0.25) for pk in ids(CASES, 61)]
    return World(
        people=tuple(people),
        teams=tuple(teams),
        agencies=tuple(agencies),
        posts=tuple(_posts(chance, people, teams)),
        cases=tuple(cases),
        grants=tuple(_grants(chance, people, teams, agencies, cases)),
        exclusions=tuple(
            Exclusion(case.id, person.id, a_span(chance))
            for case in cases
            for person in chance.sample(people, chance.randrange(5))
        ),
    )


def a_span(chance: Random, *, must_end: bool = False) -> Span:
    """A time that more often than not runs now, and often starts or ends just about now."""
    if chance.random() < 0.4:
        starts = chance.choice(EDGES)
    else:
        starts = timedelta(hours=chance.choice([-48, -2, -2, -1, 1]))
    ends: timedelta | None = None
    if must_end or chance.random() < 0.5:
        later = [edge for edge in EDGES if edge > starts]
        if later and chance.random() < 0.6:
            ends = chance.choice(later)
        else:
            ends = max(starts, timedelta(0)) + timedelta(hours=chance.choice([1, 24]))
    return Span(NOW + starts, None if ends is None else NOW + ends)


def _posts(chance: Random, people: list[Person], teams: list[int]) -> Iterator[Post]:
    for person in people:
        taken = set()
        for _ in range(chance.choice([0, 1, 1, 1, 2, 3])):
            role, team = chance.choice(ROLES), chance.choice(teams)
            if (role, team) not in taken:
                taken.add((role, team))
                yield Post(person.id, team, role, a_span(chance))


def _grants(
    chance: Random,
    people: list[Person],
    teams: list[int],
    agencies: list[int],
    cases: list[Case],
) -> Iterator[Grant]:
    for case in cases:
        to_teams = set()
        for _ in range(chance.choice([0, 3, 5, 7, 9])):
            kind = chance.choice(["person", "person", "time", "time", "team", "team", "agency"])
            if kind == "person":
                person = chance.choice(people).id
                yield Grant(case.id, chance.choice(NAMED), a_span(chance), to_person=person)
            elif kind == "time":
                span, person = a_span(chance, must_end=True), chance.choice(people).id
                yield Grant(case.id, chance.choice(FOR_A_TIME), span, to_person=person)
            elif kind == "agency":
                agency, relation = chance.choice(agencies), chance.choice(LASTING)
                yield Grant(case.id, relation, a_span(chance), to_agency=agency)
            else:
                team, relation = chance.choice(teams), chance.choice(LASTING)
                if (team, relation) not in to_teams:
                    to_teams.add((team, relation))
                    yield Grant(case.id, relation, a_span(chance), to_team=team)


@dataclass(frozen=True)
class Table:
    name: str
    columns: str
    # The columns that are moments, told to the database as distance from now.
    times: int


AGENCY = Table("access_agency", "id, name, kind, contact", 0)
TEAM = Table("access_team", "id, agency_id, name, kind, mailbox", 0)
USER = Table("access_user", "id, agency_id, username, name, password, email, is_active", 0)
POST = Table("access_membership", "user_id, team_id, role, starts, ends", 2)
CASE = Table("access_case", "id, restricted, opened_at", 1)
GRANT = Table(
    "access_grant",
    "case_id, user_id, team_id, agency_id, relation, purpose, lawful_basis, starts, ends",
    2,
)
EXCLUSION = Table("access_exclusion", "case_id, user_id, why, starts, ends", 2)
TABLES = [AGENCY, TEAM, USER, POST, CASE, GRANT, EXCLUSION]


def stage(database: psycopg.Connection, some: Sequence[World]) -> None:
    """Lay the worlds out beside the real tables, in temporary ones of this transaction."""
    for table, rows in _rows(some).items():
        columns = [c.strip() for c in table.columns.split(",")]
        kinds = ["text"] * (len(columns) - table.times) + ["interval"] * table.times
        names = ", ".join(f"{c} {k}" for c, k in zip(columns, kinds, strict=True))
        database.execute(f"create temporary table staged_{table.name} ({names}) on commit drop")
        with database.cursor().copy(f"copy staged_{table.name} from stdin") as copy:
            for row in rows:
                copy.write_row(row)


def filling() -> str:
    """Statements that fill the real tables from the staged ones, as seen from this very moment.

    To be sent as one message with the question: statement_timestamp() is then the same in all,
    so that 'ends now' is now. Foreign keys and triggers sleep: the worlds hold together.
    """
    statements = ["set local session_replication_role = replica"]
    for table in TABLES:
        columns = [c.strip() for c in table.columns.split(",")]
        plain = columns[: len(columns) - table.times]
        values = [f"{c}{_cast(c)}" for c in plain]
        values += [f"statement_timestamp() + {c}" for c in columns[len(plain) :]]
        statements.append(
            f"insert into {table.name} ({table.columns})"
            f" select {', '.join(values)} from staged_{table.name}"
        )
        statements.append(f"analyze {table.name}")
    return ";".join([*statements, "set local session_replication_role = origin"])


def _cast(column: str) -> str:
    if column == "id" or column.endswith("_id"):
        return "::bigint"
    return "::boolean" if column in ("restricted", "is_active") else ""


def _rows(some: Sequence[World]) -> dict[Table, list[tuple]]:
    rows: dict[Table, list[tuple]] = {table: [] for table in TABLES}
    for world in some:
        home = world.agencies[0]
        rows[AGENCY] += [(pk, f"agency {pk}", "health", "") for pk in world.agencies]
        rows[TEAM] += [(pk, home, f"team {pk}", "cait", "") for pk in world.teams]
        rows[USER] += [
            (p.id, p.agency, f"user {p.id}", "Somebody", "!", "", True) for p in world.people
        ]
        rows[POST] += [(p.person, p.team, p.role, *_times(p.span)) for p in world.posts]
        rows[CASE] += [(c.id, c.restricted, timedelta(hours=-72)) for c in world.cases]
        rows[GRANT] += [
            (g.case, g.to_person, g.to_team, g.to_agency, g.relation, "a test", "a test",
             *_times(g.span))
            for g in world.grants
        ]  # fmt: skip
        rows[EXCLUSION] += [
            (x.case, x.person, "declared a conflict", *_times(x.span)) for x in world.exclusions
        ]
    return rows


def _times(span: Span) -> tuple[timedelta, timedelta | None]:
    return span.starts - NOW, None if span.ends is None else span.ends - NOW
