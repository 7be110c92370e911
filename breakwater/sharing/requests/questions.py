"""What is usually asked of each kind of agency or team: questions.toml, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from breakwater.access.rules import AgencyKind, TeamKind
from breakwater.sharing.rules import InfoKind

DATA = Path(__file__).parent / "questions.toml"


@dataclass(frozen=True)
class Template:
    """A question as it is usually put; `ticked`: put unless somebody takes it away."""

    code: str
    kind: InfoKind
    topic: str
    text: str
    source: str
    agencies: frozenset[AgencyKind]
    teams: frozenset[TeamKind]
    ticked: bool = True


@cache
def templates() -> tuple[Template, ...]:
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["question"]
    return tuple(
        Template(
            row["code"],
            InfoKind[row["kind"]],
            row["topic"],
            row["text"],
            row["source"],
            frozenset(AgencyKind(kind) for kind in row["of"]),
            frozenset(TeamKind(kind) for kind in row.get("teams", ())),
            row.get("ticked", True),
        )
        for row in rows
    )


def questions_for(team: TeamKind, agency: AgencyKind) -> list[Template]:
    """Return what is usually asked of a team: by its own kind, else by its agency's."""
    return [one for one in templates() if team in one.teams] or [
        one for one in templates() if agency in one.agencies
    ]


def own_kind(team: TeamKind, agency: AgencyKind) -> InfoKind:
    """Return the kind of information that a question in one's own words is about."""
    return questions_for(team, agency)[0].kind
