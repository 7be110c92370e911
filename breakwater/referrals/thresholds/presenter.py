"""What the pages of rules show, made from rules and replays. Plain functions, no database."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from breakwater.referrals.rules import LEVEL_WORDS, Level, in_words
from breakwater.referrals.thresholds.agreement import Line, Tally, tallies
from breakwater.referrals.thresholds.facts import ASKED
from breakwater.referrals.thresholds.queries import Version
from breakwater.referrals.thresholds.replaying import Replay
from breakwater.referrals.thresholds.rules import Rule, RuleKind, RuleSet
from breakwater.referrals.thresholds.typed import facts_in_words
from breakwater.web import times

# Of the decisions that would change, so many are listed; the counts are of all.
MOST_LISTED = 100
TITLES = {
    RuleKind.THRESHOLD: "Rules that suggest a level of need",
    RuleKind.ROUTING: "Rules that propose teams",
}
ROUTES = {RuleKind.THRESHOLD: "thresholds", RuleKind.ROUTING: "routing"}
COLOURS = {1: "grey", 2: "", 3: "orange", 4: "red"}


def rules_page(version: Version) -> dict[str, Any]:
    """Context of rules.html: every rule in words, and what stands beside the rules."""
    rules = version.rules
    return {
        "version": version,
        "since": f", from {times.date(version.effective_from)}" if version.made_by else "",
        "rules": [_rule(rule) for rule in rules.rules],
        "starts": _starts(rules),
        "words": [(ASKED[name].words, ", ".join(some)) for name, some in rules.words.items()],
        "lead_order": [_capital(in_words(team)) for team in rules.lead_order],
        "level_words": LEVEL_WORDS,
    } | kind_of(rules.kind)


def kind_of(kind: RuleKind) -> dict[str, Any]:
    """What every page of a kind of rules needs."""
    own = ROUTES[kind]
    return {
        "kind": kind,
        "routing": kind is RuleKind.ROUTING,
        "heading": TITLES[kind],
        "home_url": reverse(own),
        "change_url": reverse(f"{own}-change"),
        "preview_url": reverse(f"{own}-preview"),
        "add_url": reverse(f"{own}-add"),
        "set_url": reverse(f"{own}-set"),
        "discard_url": reverse(f"{own}-discard"),
        "version_route": f"{own}-version",
    }


def change_page(rules: RuleSet, changes: list[tuple[str, str]]) -> dict[str, Any]:
    """Context of change.html: the rules with a link each, and what is changed so far."""
    own = ROUTES[rules.kind]
    changed = dict(changes)
    rows = [
        {
            "title": rule.title,
            "href": reverse(f"{own}-rule", args=[rule.id]),
            "tags": [
                *([] if rule.on else [{"text": "Not in use", "colour": "grey"}]),
                *([{"text": "Changed", "colour": "yellow"}] if rule.title in changed else []),
            ],
            "facts": [_capital(rule.effect)],
        }
        for rule in rules.rules
    ]
    return {"rows": rows, "changes": changes} | kind_of(rules.kind)


def replay_page(replay: Replay) -> dict[str, Any]:
    """What a preview shows of past decisions."""
    labels = sorted({label for pair in replay.moved for label in pair})
    same = sum(number for (before, after), number in replay.moved.items() if before == after)
    return {
        "replay": replay,
        "same": same,
        "labels": [_capital(label) for label in labels],
        "moved": [
            (_capital(before), [replay.moved.get((before, after), 0) for after in labels], place)
            for place, before in enumerate(labels)
        ],
        "moves": [
            (_capital(before), _capital(after), number)
            for (before, after), number in sorted(replay.moved.items())
            if before != after
        ],
        "agreed_before": percent(replay.agreed_before, replay.replayed),
        "agreed_after": percent(replay.agreed_after, replay.replayed),
        "listed": [
            {
                "title": one.reference,
                "href": reverse("referral", args=[one.reference]),
                "facts": [
                    _capital(one.before),
                    _capital(one.after),
                    _capital(one.decided),
                    _why(one.new, one.gone),
                ],
            }
            for one in replay.changed[:MOST_LISTED]
        ],
        "most_listed": MOST_LISTED,
    }


def agreement_page(lines: list[Line]) -> dict[str, Any]:
    """How decisions stand to what was suggested: by month and version, and by level."""
    months = tallies(lines, lambda line: (line.month, line.version))
    levels = tallies(sorted(lines, key=lambda line: line.suggested), lambda line: line.suggested)
    return {
        "agreement": [
            (
                "By month and version",
                [
                    (
                        f"{times.MONTHS[month.month - 1]} {month.year}, version {version}",
                        *_shares(one),
                    )
                    for (month, version), one in months.items()
                ],
            ),
            (
                "By suggested level",
                [(f"Level {level}", *_shares(one)) for level, one in levels.items()],
            ),
        ]
        if lines
        else []
    }


def _shares(one: Tally) -> tuple[int, str, str, str]:
    return (
        one.number,
        percent(one.agreed, one.number),
        percent(one.higher, one.number),
        percent(one.lower, one.number),
    )


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "no decisions"


def _rule(rule: Rule) -> dict[str, Any]:
    colour = COLOURS.get(rule.at_least or 0, "yellow") if not rule.teams else ""
    return {
        "id": rule.id,
        "title": rule.title,
        "why": rule.why,
        "source": rule.source,
        "on": rule.on,
        "effect": _capital(rule.effect),
        "colour": colour,
        "all": [condition.words for condition in rule.all],
        "any": [condition.words for condition in rule.any],
        "rows": [(facts_in_words(row.facts) or "nothing known", row.fires) for row in rule.tests],
    }


def _starts(rules: RuleSet) -> list[tuple[Level, str, list[str]]]:
    """The categories that start at each level."""
    return [
        (
            level,
            LEVEL_WORDS[level],
            sorted(in_words(code) for code, start in rules.base.items() if start == int(level)),
        )
        for level in Level
        if rules.base
    ]


def _why(new: Iterable[str], gone: Iterable[str]) -> str:
    said = [f"fires now: {title}" for title in new] + [f"no longer: {title}" for title in gone]
    return "; ".join(said) or "the same rules fire: another start or effect"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
