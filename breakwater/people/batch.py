"""The nightly run: everybody is looked up again, and who may be one person is asked about.

It finds what no single look-up could: mentions that came before the engine knew better, and
weights that a newly trained model gives. Killed, it goes on from the last chunk it finished.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

from breakwater.people.actions import ask_about
from breakwater.people.linkage import VERSION
from breakwater.people.models import Link, Mention
from breakwater.people.queries import find_profiles, profiles_after
from breakwater.people.rules import LinkStanding

CHUNK = 200  # mentions looked up with one statement


def left(state: Path) -> int:
    """Return how many mentions a run would still look up. 1 SQL statement."""
    return Mention.objects.filter(pk__gt=_read(state)["last"]).count()


def run(state: Path, progress: Callable[[int], object]) -> dict[str, int]:
    """Look up who is left and ask about the pairs that nobody asked about; return the counts.

    When everybody was looked up the next run begins anew. The counts are of the whole run.
    """
    counts = _read(state)
    while rows := profiles_after(counts["last"], CHUNK):
        pairs = _new_pairs(dict(rows))
        counts["looked_up"] += len(rows)
        counts["questions"] += ask_about(pairs)
        counts["last"] = rows[-1][0]
        _write(state, counts)
        progress(len(rows))
    state.unlink(missing_ok=True)
    return {name: counts[name] for name in ("looked_up", "questions")}


def _new_pairs(rows: dict[int, object]) -> list[tuple[int, int]]:
    """Return pairs of a mention and an older one that are neither linked nor asked about."""
    standing: dict[int, set[int]] = {}
    links = Link.objects.filter(mention__in=rows).exclude(standing=LinkStanding.ENDED)
    for mention_id, identity_id in links.values_list("mention_id", "identity_id"):
        standing.setdefault(mention_id, set()).add(identity_id)
    found = find_profiles(list(rows.values()))  # type: ignore[arg-type]
    return [
        (mention_id, candidate.mention_id)
        for mention_id, looked in zip(rows, found, strict=True)
        for candidate in looked.candidates
        if candidate.mention_id < mention_id
        and candidate.identity_id not in standing.get(mention_id, ())
    ]


def _read(state: Path) -> dict[str, int]:
    fresh = {"version": VERSION, "last": 0, "looked_up": 0, "questions": 0}
    try:
        told = json.loads(state.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return fresh
    # After an upgrade everybody's keys are others: what was done before does not count.
    return told if isinstance(told, dict) and told.get("version") == VERSION else fresh


def _write(state: Path, counts: dict[str, int]) -> None:
    state.parent.mkdir(parents=True, exist_ok=True)
    beside = state.with_suffix(".new")
    beside.write_text(json.dumps(counts), encoding="utf-8")
    os.replace(beside, state)  # whole or not at all, whenever the run is killed
