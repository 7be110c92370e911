"""What a board can be asked for: codes in its address, nothing personal; tabs of everybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from breakwater.referrals.rules import Category, Channel, ItemKind, Rating

LONGEST_NAME = 40
MOST_FILTERS = 10

KINDS = {kind.name.lower(): kind for kind in ItemKind}
URGENCIES = {
    "danger": "Immediate danger",
    "late": "Late",
    "today": "Late or due today",
}
MINE, NOBODY, STRAIGHT = "mine", "nobody", "straight"
# What each code of an address may be; of `team` and `whose` also an id.
CODES: dict[str, frozenset[str]] = {
    "team": frozenset(),
    "kind": frozenset(KINDS),
    "urgency": frozenset(URGENCIES),
    "rating": frozenset(rating.value for rating in Rating),
    "category": frozenset(category.value for category in Category),
    "channel": frozenset(channel.value for channel in Channel),
    "whose": frozenset({MINE, NOBODY}),
    "went": frozenset({STRAIGHT}),
}
BY_ID = frozenset({"team", "whose"})

# Single keys and what they do; keys.js finds what to press by the page's data-key.
SHORTCUTS = (
    ("?", "Show these keys"),
    ("b", "Go to the board"),
    ("/", "Find a person"),
    ("j", "Next row of a list"),
    ("k", "Row before"),
    ("o or Enter", "Open the row"),
    ("d", "Decide on the row, or on the referral that is open"),
    ("c", "Claim the row (only when keys may also do things)"),
    ("s, d, c", "Answer “same person?” (only when keys may also do things)"),
    ("n", "Next question, without an answer"),
)

Codes = dict[str, str]


@dataclass(frozen=True)
class Tab:
    """A filter with a name: the area's own, or one that somebody saved (`id`)."""

    name: str
    codes: Codes
    id: int | None = None


# For everybody of the area; the last for those who triage.
TABS = (
    Tab("All", {}),
    Tab("Mine", {"whose": MINE}),
    Tab("Nobody's yet", {"whose": NOBODY}),
    Tab("Late or due today", {"urgency": "today"}),
)
STRAIGHT_TAB = Tab("Went straight to a worker", {"went": STRAIGHT})


def known_codes(given: Mapping[str, Any]) -> Codes:
    """Return what of an address a board understands, in one order; the rest is left out."""
    return {
        name: str(given[name])
        for name, codes in CODES.items()
        if given.get(name) and (str(given[name]) in codes or (name in BY_ID and _id(given[name])))
    }


def in_door_terms(codes: Mapping[str, str]) -> dict[str, Any]:
    """Return codes as door.board() takes them."""
    whose, urgency = codes.get("whose", ""), codes.get("urgency", "")
    terms: dict[str, Any] = {
        name: codes[name] for name in ("team", "rating", "category", "channel") if name in codes
    }
    if "kind" in codes:
        terms["kind"] = KINDS[codes["kind"]].value
    if urgency:
        terms |= {"danger": True} if urgency == "danger" else {"due": urgency}
    if whose:
        by_code = {MINE: {"mine": True}, NOBODY: {"unclaimed": True}}
        terms |= by_code.get(whose, {"worker": whose})
    if codes.get("went") == STRAIGHT:
        terms["straight"] = True
    return terms


def check_name(name: str, others: list[str]) -> str:
    """Return what is wrong with the name of a filter to save; empty when it stands."""
    if not name.strip():
        return "Enter a name"
    if len(name) > LONGEST_NAME:
        return f"Name must be {LONGEST_NAME} characters or fewer"
    taken = {other.casefold() for other in others}
    taken |= {tab.name.casefold() for tab in (*TABS, STRAIGHT_TAB)}
    if name.strip().casefold() in taken:
        return "You have a filter of that name already: choose another"
    if len(others) >= MOST_FILTERS:
        return f"You can keep {MOST_FILTERS} filters: delete one first"
    return ""


def _id(given: Any) -> bool:
    text = str(given)
    return text.isascii() and text.isdigit() and len(text) < 10
