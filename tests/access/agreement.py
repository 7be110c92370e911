"""The same question to the oracle and to the database, for every person and case of many worlds.

The database answers three times: door.visible (lists), door.allowed (one case), and the cases that
door.look really hands a capability out for. All is rolled back.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import psycopg

from tests.access import oracle
from tests.access.oracle import World, may_look, may_open
from tests.access.worlds import NOW, filling, stage

Pair = tuple[int, int]

QUESTIONS = {
    "visible": """
        select u.id::bigint, v.case_id
        from staged_access_user u, door.visible(u.id::bigint) v order by 1, 2""",
    "allowed": """
        select u.id, k.id
        from (select id::bigint from staged_access_user) u
          join (select id::bigint from staged_access_case) k on k.id / 100 = u.id / 100
        where door.allowed(u.id, k.id)""",
    # Each asks for all cases of their world and of the next, half to open, half to decide; every
    # tenth asks for every second case.
    "look": """
        select u.id, unnest(l.seen)
        from (select id::bigint from staged_access_user) u
          cross join lateral (
            select array_agg(k.id::bigint) as cases from staged_access_case k
            where k.id::bigint / 100 between u.id / 100 and u.id / 100 + 1
              and (u.id % 10 <> 0 or k.id::bigint % 2 = 0)) asked
          cross join lateral door.look(
            '', u.id, asked.cases, 'open_case',
            case u.id % 2 when 0 then 'open_case' else 'decide' end,
            '', 'a test', '{}', true) l
        where (l.seen <> '{}') = (l.capability is not null)""",
}


@dataclass
class Agreement:
    decisions: int = 0
    allowed: int = 0
    # Which question, who, which case, what the oracle says; in the order of the decisions.
    disagreements: list[tuple[str, int, int, bool]] = field(default_factory=list)
    # After how many decisions the first of them showed.
    first: int | None = None

    def __iadd__(self, other: "Agreement") -> "Agreement":
        if self.first is None and other.first is not None:
            self.first = self.decisions + other.first
        self.decisions += other.decisions
        self.allowed += other.allowed
        self.disagreements += other.disagreements
        return self


@dataclass(frozen=True)
class Expected:
    """What the oracle says of some worlds."""

    order: dict[Pair, int]
    open: frozenset[Pair]
    look: frozenset[Pair]


def expected(some: Sequence[World]) -> Expected:
    order: dict[Pair, int] = {}
    opens, looks = set(), set()
    for world in some:
        for person in world.people:
            for case in world.cases:
                pair = (person.id, case.id)
                order[pair] = len(order) + 1
                if may_open(world, person, case, NOW):
                    opens.add(pair)
                    asked = person.id % 10 != 0 or case.id % 2 == 0
                    if asked and may_look(world, person, case, NOW, _act(person.id)):
                        looks.add(pair)
    return Expected(order, frozenset(opens), frozenset(looks))


def _act(person: int) -> str:
    return "decide" if person % 2 else "open_case"


def compare(
    database: psycopg.Connection,
    some: Sequence[World],
    questions: Sequence[str] = ("visible", "allowed", "look"),
    said: Expected | None = None,
    changed: str = "",
) -> Agreement:
    """Write the worlds, ask, roll back. `changed`: SQL that spoils the policy first."""
    said = said or expected(some)
    with database.transaction(force_rollback=True):
        stage(database, some)
        asked = [QUESTIONS[question] for question in questions]
        answers = _last_results(database, ";".join([filling(), *filter(None, [changed]), *asked]))
    found = Agreement(decisions=len(said.order), allowed=len(said.open))
    for question, answer in zip(questions, answers[-len(questions) :], strict=True):
        right = said.look if question == "look" else said.open
        wrong = sorted(right ^ set(answer), key=lambda pair: said.order.get(pair, 0))
        found.disagreements += [(question, *pair, pair in right) for pair in wrong]
        if wrong:
            at = said.order.get(wrong[0], 1)
            found.first = min(found.first or at, at)
    return found


def _last_results(database: psycopg.Connection, message: str) -> list[list[Pair]]:
    """Send all statements as one message; return the rows of those that give any."""
    results = []
    with database.cursor() as cursor:
        cursor.execute(message)  # type: ignore[arg-type]
        while True:
            if cursor.description is not None:
                results.append(cursor.fetchall())
            if not cursor.nextset():
                return results  # type: ignore[return-value]


# -- how often a clause of the policy decides --

Change = Callable[[World], World]


def _without_relation(relation: str) -> Change:
    return lambda world: replace(
        world, grants=tuple(g for g in world.grants if g.relation != relation)
    )


def _lasting(part: str, **change: object) -> Change:
    """The same world with other times on its posts, grants or exclusions."""

    def changed(world: World) -> World:
        old = getattr(world, part)
        new = (replace(row, span=replace(row.span, **change)) for row in old)
        return replace(world, **{part: tuple(new)})

    return changed


# A clause decides where the answer is another in a world that differs in nothing else.
CLAUSES: dict[str, Change] = {
    "an exclusion stands": lambda w: replace(w, exclusions=()),
    "an exclusion has begun": _lasting("exclusions", starts=NOW),
    "an exclusion has ended": _lasting("exclusions", ends=None),
    "the case is restricted": lambda w: replace(
        w, cases=tuple(replace(c, restricted=False) for c in w.cases)
    ),
    "the grant has begun": _lasting("grants", starts=NOW),
    "the grant has ended": _lasting("grants", ends=None),
    "a grant by name": lambda w: replace(w, grants=tuple(g for g in w.grants if not g.to_person)),
    "a grant to the team": lambda w: replace(w, grants=tuple(g for g in w.grants if not g.to_team)),
    "a grant to the agency": lambda w: replace(
        w, grants=tuple(g for g in w.grants if not g.to_agency)
    ),
    "the post has begun": _lasting("posts", starts=NOW),
    "the post has ended": _lasting("posts", ends=None),
    "somebody inspects": lambda w: replace(
        w, posts=tuple(p for p in w.posts if p.role != "inspector")
    ),
    "a sample is inspected": _without_relation("is inspecting a sample"),
    "somebody supervises": lambda w: replace(
        w,
        posts=tuple(
            replace(p, role="practitioner") if p.role in oracle.SUPERVISOR else p for p in w.posts
        ),
    ),
    "somebody was named for the case": _without_relation("was named for the case"),
}


def decisive(some: Sequence[World]) -> Counter[str]:
    """How many decisions each clause decides."""
    counts: Counter[str] = Counter()
    for world in some:
        answers = list(_answers(world))
        for clause, change in CLAUSES.items():
            counts[clause] += sum(
                a != b for a, b in zip(answers, _answers(change(world)), strict=True)
            )
    return counts


def _answers(world: World) -> Iterator[bool]:
    return (may_open(world, person, case, NOW) for person in world.people for case in world.cases)
