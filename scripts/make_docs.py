"""Writes docs/reference.md and docs/asvs.md from what they describe; tests hold them together."""

import sys
from pathlib import Path

from breakwater.access.policy import ROLE_VERBS, Role, Verb
from breakwater.people.rules import LINK_TRANSITIONS
from breakwater.referrals.rules import STATUS_FOR_REPORTER, TRANSITIONS
from breakwater.sharing.rules import TRANSITIONS as ASKED
from scripts import make_asvs

TARGET = Path(__file__).resolve().parent.parent / "docs" / "reference.md"


def reference() -> str:
    """Return the page: roles and verbs, states of a referral, a link, a request."""
    parts = [
        "# Reference\n\nMade by `make docs` from the code; do not edit.\n",
        "## Roles and verbs (access/policy.py)\n",
        _table(
            ["May", *Role],
            [
                [verb, *("yes" if verb in ROLE_VERBS[role] else "" for role in Role)]
                for verb in Verb
                if verb is not Verb.SUBMIT
            ],
        ),
        "## A referral's way (referrals/rules.py)\n",
        "```\n"
        + "\n".join(f"{t.start}\n  --[{t.action}]--> {t.end}" for t in TRANSITIONS)
        + "\n```\n",
        _table(
            ["From", "What is done", "To", "Who may"],
            [[t.start, t.action, t.end, t.who] for t in TRANSITIONS],
        ),
        _table(
            ["State", "What the reporter is told"],
            [[state, words] for state, words in STATUS_FOR_REPORTER.items()],
        ),
        "## Where a link stands (people/rules.py)\n",
        _table(
            ["From", "What happens", "To"],
            [[start or "(new)", what, end] for start, what, end in LINK_TRANSITIONS],
        ),
        "## A request to a partner (sharing/rules.py)\n",
        _table(["From", "What is done", "To"], [[*step] for step in ASKED]),
    ]
    return "\n".join(parts)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"{TARGET} written\n")
    make_asvs.write()
