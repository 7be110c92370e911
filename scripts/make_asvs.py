"""Writes docs/asvs.md from docs/asvs/requirements.csv; a test holds the two together.

`python -m scripts.make_asvs pending` lists what waits for work under way, to be settled when that
has landed.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "docs" / "asvs" / "requirements.csv"
TARGET = ROOT / "docs" / "asvs.md"

MET, NOT_APPLICABLE, NOT_YET = STATUSES = ("met", "not applicable", "not yet")
CHAPTERS = {
    "V1": "Encoding and sanitization",
    "V2": "Validation and business logic",
    "V3": "Web frontend security",
    "V4": "API and web service",
    "V5": "File handling",
    "V6": "Authentication",
    "V7": "Session management",
    "V8": "Authorization",
    "V9": "Self-contained tokens",
    "V10": "OAuth and OIDC",
    "V11": "Cryptography",
    "V12": "Secure communication",
    "V13": "Configuration",
    "V14": "Data protection",
    "V15": "Secure coding and architecture",
    "V16": "Security logging and error handling",
    "V17": "WebRTC",
}
# The parts of the hub that are under way, as a reason names them: "pending: door; ...".
PARTS = ("sign-in", "door", "break-glass", "ledger", "vault", "uploads", "retention")

HEAD = """# OWASP ASVS 5.0.0: where the hub stands

Made by `make docs` from [asvs/requirements.csv](asvs/requirements.csv); do not edit. What the
standard wants documented is in [security.md](security.md).

The ids, levels and order are those of the OWASP Application Security Verification Standard 5.0.0
(345 requirements, 17 chapters; github.com/OWASP/ASVS, CC BY-SA 4.0). What each asks is said here in
our own few words and under the same licence; **the standard's text is what counts**. Level 2 is
what the hub must reach, level 3 the goal; each level holds those before it.

- **met** names a test, under `tests/`, that shows it. No outsider has verified it.
- **not applicable** says why there is nothing to protect.
- **not yet** says what is missing. Tests beside it show the part that holds.
"""


@dataclass(frozen=True)
class Requirement:
    id: str
    level: int
    asks: str
    status: str
    tests: tuple[str, ...]
    why: str

    @property
    def chapter(self) -> str:
        return self.id.split(".")[0]

    @property
    def pending(self) -> str:
        """The part under way that should settle it, or ""."""
        found = re.match(r"pending: ([a-z-]+)", self.why)
        return found[1] if found else ""


def requirements(source: Path = SOURCE) -> list[Requirement]:
    """Read the data file."""
    with source.open(encoding="utf-8", newline="") as file:
        return [
            Requirement(
                row["id"],
                int(row["level"]),
                row["asks"],
                row["status"],
                tuple(row["tests"].split()),
                row["why"],
            )
            for row in csv.DictReader(file)
        ]


def page(rows: list[Requirement]) -> str:
    """Return docs/asvs.md."""
    parts = [HEAD, "## Totals\n", _totals(rows), _waiting(rows)]
    for chapter, name in CHAPTERS.items():
        own = [row for row in rows if row.chapter == chapter]
        parts += [
            f"## {chapter} {name}\n",
            _table(
                ["Id", "Level", "Asks", "Status", "Shown by, or why not"],
                [[row.id, row.level, row.asks, f"**{row.status}**", _because(row)] for row in own],
            ),
        ]
    return "\n".join(parts)


def _totals(rows: list[Requirement]) -> str:
    groups = {"1": {1}, "2": {2}, "3": {3}, "1 and 2": {1, 2}, "1, 2 and 3": {1, 2, 3}}
    lines = []
    for name, levels in groups.items():
        count = Counter(row.status for row in rows if row.level in levels)
        lines.append([name, *(count[status] for status in STATUSES), count.total()])
    return _table(["Level", *STATUSES, "all"], lines)


def _waiting(rows: list[Requirement]) -> str:
    lines = [
        [part, len(own), ", ".join(row.id for row in own)]
        for part in PARTS
        if (own := [row for row in rows if row.pending == part])
    ]
    if not lines:
        return ""
    return "Not yet, but under way:\n\n" + _table(["Part", "How many", "Which"], lines)


def _because(row: Requirement) -> str:
    tests = "; ".join(f"`{test.removeprefix('tests/')}`" for test in row.tests)
    return ". ".join(filter(None, [row.why, tests] if row.status == NOT_YET else [tests, row.why]))


def _table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def write() -> None:
    TARGET.write_text(page(requirements()), encoding="utf-8")
    sys.stdout.write(f"{TARGET} written\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["pending"]:
        for row in sorted(requirements(), key=lambda row: row.pending):
            if row.pending:
                sys.stdout.write(f"{row.pending}\t{row.id}\t{row.level}\t{row.asks}\t{row.why}\n")
    else:
        write()
