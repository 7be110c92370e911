"""Questions as their pages show them. Plain functions, no database."""

from typing import Any

from django.urls import reverse

from breakwater.people import presenter
from breakwater.people.linkage import Evidence
from breakwater.people.review.history import History, Said, Step
from breakwater.people.review.queries import Question, Queue
from breakwater.people.rules import Answer, LinkStanding
from breakwater.web import times

WIDTH = 320  # of the waterfall, in its own units: it is drawn as wide as a phone
ROW = 38
# Evidence by weight in words, for those who do not think in bits: 2 bits are 4 to 1.
STRENGTH = ((8.0, "very strongly"), (4.0, "strongly"), (1.5, ""), (0.0, "slightly"))
COLUMNS = ("Perhaps the same as", "Told by", "Evidence")


def queue_page(queue: Queue) -> dict[str, Any]:
    """Context of questions.html."""
    rows = [
        {
            "title": presenter.in_a_line(row.one),
            "href": reverse("question", args=[row.link_id]),
            "facts": [
                presenter.in_a_line(row.other),
                f"{row.one.told_by}; {row.other.told_by}",
                strength(row.weight),
            ],
        }
        for row in queue.rows
    ]
    return {"queue": queue, "rows": rows, "columns": COLUMNS}


def question_page(question: Question) -> dict[str, Any]:
    """Context of question.html."""
    one, other = dict(presenter.told(question.one)), dict(presenter.told(question.other))
    return {
        "question": question,
        "names": [presenter.name_of(m.person) for m in (question.one, question.other)],
        "told_by": [presenter.told_by(m) for m in (question.one, question.other)],
        "sides": [
            {"label": label, "left": one[label], "right": other[label],
             **_compared(label, question.evidence)}
            for label in one
            if one[label] or other[label]
        ],
        "waterfall": waterfall(question.evidence),
        "evidence": [
            {"label": row.field, "values": [row.words], "weight": row.weight,
             "words": strength(row.weight)}
            for row in question.evidence
        ],
        "beside": [
            (title, [presenter.in_a_line(m) + f", told by {m.told_by}" for m in some])
            for title, some in (("the first", question.beside_one),
                                ("the second", question.beside_other))
            if some
        ],
    }  # fmt: skip


# What the engine calls the fields that the page shows.
_FIELDS = {"Given names": "given name", "Family name": "family name", "Born": "birth date",
           "Email": "e-mail"}  # fmt: skip


def _compared(label: str, evidence: tuple[Evidence, ...]) -> dict[str, str]:
    """Return what the engine says of a row; a row that it does not weigh speaks for itself."""
    field = _FIELDS.get(label, label if label[1:2].isupper() else label.lower())
    row = next((row for row in evidence if row.field == field), None)
    if row is None:
        return {}
    colour = "green" if row.weight >= 1.5 else "orange" if row.weight <= -1 else "yellow"
    return {"verdict": row.words, "colour": colour}


def strength(weight: float) -> str:
    """Return "strongly for", "slightly against"; "neither way" of next to nothing."""
    if abs(weight) < 0.3:
        return "neither way"
    words = next(words for least, words in STRENGTH if abs(weight) >= least)
    return f"{words} {'for' if weight > 0 else 'against'}".strip()


def waterfall(evidence: tuple[Evidence, ...]) -> dict[str, Any]:
    """Return the drawing: a bar a row from the sum before it to the sum after it."""
    sums = [0.0]
    for row in evidence:
        sums.append(sums[-1] + row.weight)
    low, high = min(sums), max(sums)
    scale = WIDTH / ((high - low) or 1)

    def at(total: float) -> float:
        return round((total - low) * scale, 1)

    bars = [
        {
            "label": f"{row.field}: {row.words}",
            "weight": row.weight,
            "kind": "for" if row.weight >= 0 else "against",
            "x": min(at(before), at(after)),
            "width": max(abs(at(after) - at(before)), 1.5),
            "y": number * ROW,
        }
        for number, (row, before, after) in enumerate(zip(evidence, sums, sums[1:], strict=False))
    ]
    total = sums[-1]
    ends = sorted((at(0), at(total)))
    return {
        "bars": bars,
        "total": total,
        "total_x": ends[0],
        "total_width": max(ends[1] - ends[0], 1.5),
        "total_y": len(bars) * ROW,
        "zero": at(0),
        "height": (len(bars) + 1) * ROW + 6,
        "words": odds(total),
    }


def odds(weight: float) -> str:
    """Return what a weight means: "about 40 to 1 that they are one person"."""
    times_ = 2 ** min(abs(weight), 40)
    number = f"{times_:,.0f}" if times_ >= 1.5 else "1"
    if number == "1":
        return "as likely one person as two"
    if times_ > 1_000_000:
        number = "more than a million"
    return f"about {number} to 1 that they are {'one person' if weight > 0 else 'two people'}"


def history_page(history: History, mention_id: int, may_change: bool) -> dict[str, Any]:
    """Context of history.html."""
    happened = [*map(_step, history.steps), *map(_said, history.said)]
    return {
        "history": history,
        "mention_id": mention_id,
        "members": [(m.id, presenter.in_a_line(m), m.told_by) for m in history.members],
        "steps": sorted(happened, key=lambda step: step["when"], reverse=True),
        "may_change": may_change,
    }


_WORDS = {
    LinkStanding.LINKED: ("Linked", "green"),
    LinkStanding.ASKED: ("Asked about", "yellow"),
    LinkStanding.ENDED: ("No longer", "grey"),
}


def _step(step: Step) -> dict[str, Any]:
    words, colour = _WORDS[step.standing]
    if step.mention is None:
        ask = step.ask
        title = f"Known to {ask.agency}" if ask else "Known elsewhere"
        lines = [f"Not open to you. Ask: {ask.contact or 'the team itself'}." if ask else ""]
    else:
        title = presenter.in_a_line(step.mention)
        lines = [
            f"Told by {step.mention.told_by}.",
            _elsewhere(step),
            "" if step.weight is None else f"The evidence: {strength(step.weight)}.",
            f"Ended {times.date_time(step.ended_at)}." if step.ended_at else "",
        ]
    return {
        "title": title,
        "when": step.at,
        "by": step.by,
        "lines": [line for line in lines if line],
        "tags": [{"text": words, "colour": colour}],
        "rejoin": step.rejoin and {
            "href": reverse("join", args=[step.mention.id if step.mention else 0, step.rejoin.id]),
            "hidden": f"{title} with {presenter.in_a_line(step.rejoin)}",
        },
    }  # fmt: skip


def _elsewhere(step: Step) -> str:
    if not step.elsewhere:
        return ""
    asked = step.standing is LinkStanding.ASKED
    return "May be another person whom the hub knows." if asked else "With another person then."


_SAID = {
    Answer.SAME: ("Said: the same person", "green"),
    Answer.DIFFERENT: ("Said: different people", "orange"),
    Answer.CANNOT_TELL: ("Said: cannot tell", "grey"),
}


def _said(said: Said) -> dict[str, Any]:
    words, colour = _SAID[said.answer]
    return {
        "title": f"{presenter.in_a_line(said.one)}; {presenter.in_a_line(said.other)}",
        "when": said.at,
        "by": said.by,
        "lines": [f"Why: {said.reason}"] if said.reason else [],
        "tags": [{"text": words, "colour": colour}],
        "rejoin": None,
    }
