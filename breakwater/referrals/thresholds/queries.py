"""Which rules are in force, and what is known of a referral, as rules ask for it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import Now

from breakwater.access.call import rows
from breakwater.access.restricted.queries import is_restricted
from breakwater.access.rules import Actor, TeamKind
from breakwater.people import queries as people
from breakwater.people.queries import KnownPlace, MentionFacts
from breakwater.people.rules import CHILD_ROLES
from breakwater.referrals.models import Decision, Referral, Route
from breakwater.referrals.rules import Level
from breakwater.referrals.sealed import Words, bases_of, words_of
from breakwater.referrals.thresholds.agreement import Line
from breakwater.referrals.thresholds.facts import Facts, WrongFact, facts_from
from breakwater.referrals.thresholds.models import RuleSet as Row
from breakwater.referrals.thresholds.replaying import Past
from breakwater.referrals.thresholds.routing import Proposal, propose
from breakwater.referrals.thresholds.rules import RuleKind, RuleSet, Suggestion, suggest
from breakwater.referrals.thresholds.ruleset import as_saved
from breakwater.referrals.thresholds.telling import Found, Told, facts_of

# "Within 12 months", as the children in need census counts a repeat referral.
WITHIN = timedelta(days=365)


@dataclass(frozen=True)
class Suggested:
    """What the rules in force make of a referral, for its page, and for a decision to keep."""

    ruleset_id: int
    found: Found
    suggestion: Suggestion

    @property
    def basis(self) -> dict[str, Any]:
        """What a decision seals: the facts, where each was from, which rules fired."""
        return {
            "facts": asdict(self.found.facts),
            "sources": dict(self.found.sources),
            "fired": [one.rule.id for one in self.suggestion.fired],
        }


class NoSuchVersion(LookupError):
    """A version that never was."""


@dataclass(frozen=True)
class Version:
    """A rule set as it was saved; the newest that is effective is in force."""

    id: int
    rules: RuleSet
    version: int
    effective_from: datetime
    made_by: str
    why: str


@dataclass(frozen=True)
class VersionLine:
    """A line of the history: without the rules themselves."""

    version: int
    effective_from: datetime
    made_by: str
    why: str


def in_force(kind: RuleKind, at: datetime | None = None) -> Version:
    """The rules in force now, or then. 1 SQL statement."""
    found = Row.objects.filter(kind=kind, effective_from__lte=at or Now())
    return _version(found.select_related("made_by").order_by("-version")[0])


def suggested(
    told: Told, answers: Mapping[str, Any] | None = None, at: datetime | None = None
) -> Suggested:
    """What the rules in force suggest; a worker's answers stand in the place of what was found.

    1 SQL statement. Raise facts.WrongFact for an answer that is none.
    """
    version = in_force(RuleKind.THRESHOLD, at)
    found = facts_of(told, version.rules.words).answered(answers or {})
    return Suggested(version.id, found, suggest(version.rules, found.facts, version.version))


def proposed(facts: Facts, level: Level, outcome: str = "", at: datetime | None = None) -> Proposal:
    """Which teams the rules in force propose. 1 SQL statement."""
    version = in_force(RuleKind.ROUTING, at)
    return propose(version.rules, facts, level, outcome, version.version)


def version_of(kind: RuleKind, version: int) -> Version:
    """The rules at a version. 1 SQL statement. Raise NoSuchVersion."""
    found = Row.objects.filter(kind=kind, version=version).select_related("made_by").first()
    if found is None:
        raise NoSuchVersion(f"{kind} {version}")
    return _version(found)


def versions(kind: RuleKind) -> list[VersionLine]:
    """Every version, the newest first. 1 SQL statement."""
    found = Row.objects.filter(kind=kind).order_by("-version")
    return [
        VersionLine(version, effective_from, name or "", why)
        for version, effective_from, name, why in found.values_list(
            "version", "effective_from", "made_by__name", "why"
        )
    ]


def agreement(actor: Actor, since: datetime) -> list[Line]:
    """How decisions stand to what was suggested, in cases that the actor may see: counts.

    The newest month first; nothing for who may not set the rules. 1 SQL statement.
    """
    return [Line(*row) for row in rows("agreement", actor.session, actor.user_id, since)]


def told_of(
    referral: Referral,
    words: Words,
    mentions: Collection[MentionFacts],
    known: Mapping[int, list[KnownPlace]],
    seen: Collection[int],
    *,
    restricted: bool,
) -> Told:
    """What the rules may ask about, of a referral whose parts were read. No SQL statement.

    `known` and `seen` as for the referral's page: of other cases only those that the reader holds
    count.
    """
    reporter = words.reporter or {}
    children = [m.id for m in mentions if m.person.role in CHILD_ROLES]
    sure, perhaps = _repeats(referral, children, known, {*seen, referral.case_id})
    return Told(
        category=referral.category,
        also=tuple(referral.also),
        channel=referral.channel,
        immediate_danger=referral.immediate_danger,
        narrative=words.narrative,
        consent=referral.consent,
        seen_child=referral.seen_child,
        agency_kind=reporter.get("agency_kind") or "",
        people=tuple(mention.person for mention in mentions),
        told_on=referral.received_at.date(),
        restricted=restricted,
        # Nobody named is nobody to count by.
        repeats=sure if children else None,
        perhaps=perhaps,
    )


def told_about(
    referral_id: int, known: Mapping[int, list[KnownPlace]], seen: Collection[int]
) -> Told:
    """told_of() for one who holds the case, reading it. 4 SQL statements."""
    referral = Referral.objects.get(pk=referral_id)
    return told_of(
        referral,
        words_of([referral])[referral.pk],
        people.mentions_of([referral_id]),
        known,
        seen,
        restricted=is_restricted(referral.case_id),
    )


def decided_places(actor: Actor, most: int) -> list[tuple[int, int]]:
    """The (referral, case) ids of what was decided last in cases that the actor may see.

    The newest decision first; nothing for who may not set the rules. 1 SQL statement. Shows
    nothing.
    """
    found = rows("decided", actor.session, actor.user_id, most)
    return [(int(referral_id), int(case_id)) for referral_id, case_id in found]


def past_of(referral_ids: Collection[int]) -> list[Past | None]:
    """The last decision of each referral, for one who holds their cases; None without facts.

    3 SQL statements.
    """
    found = Decision.objects.filter(referral__in=referral_ids).select_related("referral")
    decisions = list(found.order_by("referral", "decided_at", "pk"))
    bases = bases_of(decisions)
    last = {decision.referral_id: decision for decision in decisions}
    teams: dict[int, set[TeamKind]] = defaultdict(set)
    routes = Route.objects.filter(decision__in=last.values())
    for decision, kind in routes.values_list("decision", "team__kind"):
        teams[decision].add(TeamKind(kind))
    return [
        _past(decision, bases.get(decision.pk, {}), teams[decision.pk])
        for decision in last.values()
    ]


def _past(decision: Decision, basis: dict[str, Any], teams: Collection[TeamKind]) -> Past | None:
    try:
        facts = facts_from(basis["facts"])
    except (KeyError, WrongFact):  # none kept, or by codes that the hub no longer has
        return None
    return Past(
        decision.referral.reference,
        decision.decided_at,
        facts,
        Level(decision.level),
        decision.outcome,
        frozenset(teams),
    )


def _repeats(
    referral: Referral,
    children: Collection[int],
    known: Mapping[int, list[KnownPlace]],
    seen: Collection[int],
) -> tuple[int, int]:
    """Count the earlier referrals within 12 months about a child of this one: surely, perhaps."""
    since, until = referral.received_at - WITHIN, referral.received_at
    earlier = [
        place
        for child in children
        for place in known.get(child, ())
        if place.case_id in seen
        and place.referral_id != referral.pk
        and since <= place.told_at <= until
    ]
    sure = {place.referral_id for place in earlier if place.sure}
    perhaps = {place.referral_id for place in earlier} - sure
    return len(sure), len(perhaps)


def _version(row: Row) -> Version:
    kind = RuleKind(row.kind)
    return Version(
        row.pk,
        as_saved(kind, row.rules),
        row.version,
        row.effective_from,
        row.made_by.name if row.made_by else "",
        row.why,
    )
