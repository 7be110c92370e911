"""Faults that somebody could make in the policy, each as a change of one place of door.sql."""

from dataclasses import dataclass
from pathlib import Path

DOOR = Path(__file__).resolve().parents[2] / "breakwater" / "access" / "door.sql"


@dataclass(frozen=True)
class Mutant:
    fault: str
    function: str
    right: str
    wrong: str

    def sql(self) -> str:
        """The function with the fault in it. Raise ValueError when the text is not there once."""
        text = function_text(self.function)
        if text.count(self.right) != 1:
            raise ValueError(f"{self.fault}: {self.right!r} occurs {text.count(self.right)} times")
        return text.replace(self.right, self.wrong)


def function_text(name: str) -> str:
    """One function of the door as door.sql makes it."""
    start = f"create or replace function door.{name}("
    (_, rest) = DOOR.read_text(encoding="utf-8").split(start)
    head, body, *_ = rest.split("$$")
    return f"{start}{head}$${body}$$"


STARTED_POST = "m.starts <= statement_timestamp()"
NOT_ENDED_POST = "(m.ends is null or m.ends > statement_timestamp())"
STARTED_GRANT = "g.starts <= statement_timestamp()"
NOT_ENDED_GRANT = "(g.ends is null or g.ends > statement_timestamp())"
STARTED_EXCLUSION = "x.starts <= statement_timestamp()"
NOT_ENDED_EXCLUSION = "(x.ends is null or x.ends > statement_timestamp())"
EXCLUDED = "and not exists (select from door.shut(person) s where s.case_id = way.case_id)"
SUPERVISES = "mine.role in ('triage supervisor', 'team supervisor')"
INSPECTS = (
    "(way.sample or not exists (select from door.roles(person) r where r.role = 'inspector'))"
)
TEAM_WAY = "from door.roles(person) mine join door.grants() g on g.team_id = mine.team_id"
ASKS_ACT = "\n      and (act = verb or door.may(person, act))"

MUTANTS = [
    Mutant("a post that has ended still counts", "posts", NOT_ENDED_POST, "true"),
    Mutant("a post counts before it starts", "posts", STARTED_POST, "true"),
    Mutant("a post's end is inside", "posts", "m.ends >", "m.ends >="),
    Mutant("a post's start is outside", "posts", "m.starts <=", "m.starts <"),
    Mutant("a grant that has ended still opens", "grants", NOT_ENDED_GRANT, "true"),
    Mutant("a grant opens before it starts", "grants", STARTED_GRANT, "true"),
    Mutant("a grant's end is inside", "grants", "g.ends >", "g.ends >="),
    Mutant("a grant's start is outside", "grants", "g.starts <=", "g.starts <"),
    Mutant("start and end of a grant are mixed up", "grants", "g.ends >", "g.starts >"),
    Mutant("a grant that has an end never opens", "grants", NOT_ENDED_GRANT, "g.ends is null"),
    Mutant("an exclusion that has ended still shuts", "shut", NOT_ENDED_EXCLUSION, "true"),
    Mutant("an exclusion shuts before it starts", "shut", STARTED_EXCLUSION, "true"),
    Mutant("an exclusion's end is inside", "shut", "x.ends >", "x.ends >="),
    Mutant("an exclusion's start is outside", "shut", "x.starts <=", "x.starts <"),
    Mutant("an exclusion shuts out everybody", "shut", "x.user_id = person", "true"),
    Mutant("exclusions are forgotten", "visible", EXCLUDED, ""),
    Mutant("by name beats an exclusion", "visible", EXCLUDED,
           f"and (way.by_name or true {EXCLUDED})"),
    Mutant("restriction is ignored", "visible", "(way.by_name or not k.restricted)", "true"),
    Mutant(
        "restriction keeps out those named too",
        "visible",
        "(way.by_name or not k.restricted)",
        "not k.restricted",
    ),
    Mutant("only restricted cases open by name", "visible", "(way.by_name or not k",
           "(way.by_name = k"),
    Mutant("an inspector sees what their team sees", "visible", INSPECTS, "true"),
    Mutant("an inspector sees what they are named for", "visible", "way.sample or",
           "way.by_name or"),
    Mutant("an inspector sees nothing", "visible", "way.sample or", ""),
    Mutant("an inspector's other roles count", "visible", "= 'inspector'", "<> 'inspector'"),
    Mutant("a grant by name reaches everybody", "visible", "g where g.user_id = person", "g"),
    Mutant(
        "a team's grant reaches every team",
        "visible",
        TEAM_WAY,
        "from door.roles(person) mine join door.grants() g on g.team_id is not null",
    ),
    Mutant(
        "a team's grant reaches nobody",
        "visible",
        TEAM_WAY,
        "from door.roles(person) mine join door.grants() g on false",
    ),
    Mutant("a grant to another agency counts", "visible", "g.agency_id = u.agency_id",
           "g.agency_id > 0"),
    Mutant("an agency's grant reaches every agency", "visible", "where u.id = person", ""),
    Mutant("every colleague supervises", "visible", f"where {SUPERVISES}\n        and", "where"),
    Mutant("triage is not supervised", "visible", "'triage supervisor', ", ""),
    Mutant("a practitioner supervises", "visible", "'triage supervisor'", "'practitioner'"),
    Mutant(
        "a supervisor of one team supervises all",
        "visible",
        "theirs.team_id = mine.team_id",
        "true",
    ),
    Mutant(
        "a supervisor sees whatever a colleague was given",
        "visible",
        "and g.relation = 'was named for the case'",
        "",
    ),
    Mutant("one case allowed opens all", "allowed", "where v.case_id = wanted", ""),
    Mutant("look needs no role", "look", f"and door.may(person, verb){ASKS_ACT}", ""),
    Mutant("look does not ask what for", "look", ASKS_ACT, ""),
    Mutant("look hands out all that may be seen", "look", "where v.case_id = any(asked)", ""),
    Mutant("look hands out all that was asked", "look", "where v.case_id = any(asked)",
           "union select unnest(asked)"),
    Mutant("look hands out the first only", "look", "from door.visible(person) v",
           "from (select * from door.visible(person) v where v.case_id = any(asked) limit 1) v"),
    Mutant("any role has any verb", "may", "where v.verb = wanted", ""),
]  # fmt: skip
