"""What the partner's pages show. Plain functions, no database."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from breakwater.sharing.answers import AnswerFacts
from breakwater.sharing.papers import Listed
from breakwater.sharing.portal.drafts import DraftFacts
from breakwater.sharing.portal.forms import HANDLING
from breakwater.sharing.portal.queries import Inbox, OpenedDisclosure, OpenedRequest
from breakwater.sharing.portal.rules import speaks_of
from breakwater.sharing.rules import (
    AWAITED,
    BASES,
    STANDS,
    ConsentAsked,
    Handling,
    Purpose,
    Reply,
    Sent,
    Standing,
)
from breakwater.web import times

Facts = list[tuple[str, Any]]

FOR_WHAT = {
    Purpose.ENQUIRIES: "To decide what a child needs",
    Purpose.PROTECTION: "To protect a child from significant harm",
    Purpose.INVESTIGATION: "To investigate a crime against a child",
    Purpose.PLAN: "To carry out a plan for a child",
    Purpose.EARLY_HELP: "To help a family early",
}
FAMILY = {
    ConsentAsked.SOUGHT: "They were asked and agreed",
    ConsentAsked.NOT_SOUGHT: "They were not asked. Do not tell them of this request",
    ConsentAsked.OVERRIDDEN: "They refused. It is asked all the same. Do not tell them of this "
    "request",
}
SAID = {
    Reply.ANSWER: "You answered",
    Reply.NOTHING_KNOWN: "You said that you know nothing",
    Reply.DECLINE: "You said that you cannot answer",
    Reply.PHONE: "You asked to be rung",
}
STANDS_AS = {
    Standing.ASKED: ("Waits for your answer", "yellow"),
    Standing.BY_PHONE: ("Waits for a phone call to you", "yellow"),
    Standing.ANSWERED: ("Answered", "green"),
    Standing.NOTHING_KNOWN: ("Answered: nothing known", "green"),
    Standing.DECLINED: ("You said that you cannot answer", "grey"),
}
TAKEN_BACK = {Sent.RECALLED: "Taken back", Sent.CORRECTED: "Corrected by a later version"}


def inbox(found: Inbox, now: datetime) -> dict[str, Any]:
    """Context of sharing/asked.html: no name, and no more of a case than a reference."""
    return {
        "awaited": [_asked(one, now) for one in found.awaited],
        "late": sum(bool(one.due_at and one.due_at < now) for one in found.awaited),
        "to_confirm": [_told(one) for one in found.to_confirm],
        "shared": [_told(one) for one in found.shared],
        "settled": [_asked(one, now) for one in found.settled],
        "teams": len({one.team for one in (*found.awaited, *found.settled, *found.shared)}) > 1,
        "now": now,
    }


def request_page(found: OpenedRequest, now: datetime) -> dict[str, Any]:
    """Context of a page about a request: who asks, why, about whom, what, and what was said."""
    words, colour = STANDS_AS[found.standing]
    due = due_in_words(found.due_at, now)
    return {
        "asked": found,
        "standing": {"text": words, "colour": colour},
        "awaited": found.standing in AWAITED,
        "why": why(found),
        "due": due,
        "late": found.due_at < now and found.standing in AWAITED,
        "due_at": found.due_at,
        "recalled": bool(found.disclosure) and found.told_standing not in STANDS,
        "given": [given(one, found) for one in found.answers],
    }


def why(found: OpenedRequest) -> Facts:
    """Return who asks, for what and by which right, row by row."""
    return [
        ("Who asks", f"{found.asked_by}, {found.agency}"),
        ("Asked", times.date_time(found.asked_at)),
        ("What for", FOR_WHAT[found.purpose]),
        ("Why they need it", found.necessity),
        ("The family", FAMILY[found.consent]),
        (
            "What allows you to answer",
            [f"{BASES[basis].words} ({BASES[basis].source})" for basis in found.bases],
        ),
        (
            "Covered by",
            found.agreement
            or f"No agreement. A supervisor of {found.agency} signed that it is asked all the same",
        ),
    ]


def given(one: AnswerFacts, found: OpenedRequest) -> dict[str, Any]:
    """Return an earlier reply as its team reads it."""
    words = one.words
    rows: Facts = []
    if words:
        questions = [*found.questions, *[""] * len(words.answers)]
        if one.by_phone:
            rows = [("Said on the phone", list(words.answers)), ("By", words.phone)]
        else:
            rows = [
                *[
                    (question, text)
                    for question, text in zip(questions, words.answers, strict=False)
                ],
                ("Ring", words.phone),
            ]
        rows += [("Why", words.reason), ("Documents", list(words.names))]
    return {
        "title": "Noted of a phone call" if one.by_phone else one.reply.capitalize(),
        "by": one.by,
        "at": one.at,
        "rows": [*rows, ("How it may be used", handling_words(one.handling))],
        "others": bool(words and words.third_parties),
    }


def receipt(found: OpenedRequest, name: str) -> dict[str, Any] | None:
    """Return the newest reply as a receipt; None where there is none yet."""
    last = next((one for one in found.answers if not one.by_phone), None)
    if last is None:
        return None
    return {
        "said": SAID[last.reply] if last.by == name else f"{last.by}: {last.reply}",
        "answer": given(last, found),
        "by_phone": last.reply is Reply.PHONE,
    }


def draft_page(found: OpenedRequest, draft: DraftFacts) -> dict[str, Any]:
    """Context of the page that shows an answer before it is sent."""
    said = draft.said
    seems = () if said.third_parties else speaks_of(said.answers)
    police_only = Handling.POLICE_ONLY in said.handling
    return {
        "rows": [
            {
                "key": question,
                "value": text or "(left empty)",
                "href": f"{reverse('answer-request', args=[found.reference])}#id_answer_{place}",
            }
            for place, (question, text) in enumerate(
                zip(found.questions, said.answers, strict=False)
            )
        ],
        "documents": draft.documents,
        "handling": handling_words(said.handling),
        "others": said.third_parties,
        "seems": ", ".join(seems),
        "police_only": police_only,
        "empty": not draft.documents and not any(text.strip() for text in said.answers),
    }


def disclosure_page(found: OpenedDisclosure, today: date) -> dict[str, Any]:
    """Context of sharing/shared.html; what is over or was taken back has no words any more."""
    paper = found.paper
    over = paper.keep_until < today
    if over or paper.standing not in STANDS:
        paper = replace(paper, lines=(), note="")
    return {
        "paper": paper,
        "stands": paper.standing in STANDS,
        "taken_back": TAKEN_BACK.get(paper.standing, ""),
        "over": over,
        "recalled": paper.standing is Sent.RECALLED,
        "earlier": found.earlier,
        "later": found.later,
    }


def handling_words(handling: tuple[Handling, ...]) -> list[str]:
    return [HANDLING[one][0] for one in HANDLING if one in handling]


def due_in_words(due: datetime, now: datetime) -> str:
    """Return by when, as people say it: "today by 4pm", "Friday 27 November 2026 by 10am"."""
    days = (due.astimezone(times.LONDON).date() - now.astimezone(times.LONDON).date()).days
    hour = times.time(due)
    if days == 0:
        return f"today by {hour}"
    if days == 1:
        return f"tomorrow by {hour}"
    weekday = due.astimezone(times.LONDON).strftime("%A")
    return f"{weekday} {times.date(due)} by {hour}"


def _asked(one: Listed, now: datetime) -> dict[str, Any]:
    standing = Standing(one.standing)
    words, colour = STANDS_AS[standing]
    awaited = standing in AWAITED
    late = awaited and one.due_at is not None and one.due_at < now
    return {
        "title": one.reference,
        "href": reverse("asked-request", args=[one.reference]),
        "hidden": f"from {one.agency}",
        "tags": [{"text": words, "colour": colour}] if standing is not Standing.ASKED else [],
        "facts": [one.agency, one.team, times.short_date_time(one.at)],
        "due": one.due_at if awaited else None,
        "strong": late,
    }


def _told(one: Listed) -> dict[str, Any]:
    tags = []
    if one.standing != Sent.SENT:
        tags.append({"text": TAKEN_BACK[Sent(one.standing)], "colour": "red"})
    elif one.read_at is None:
        tags.append({"text": "Not read yet", "colour": "yellow"})
    if one.confirmed_at:
        tags.append({"text": "You confirmed", "colour": "grey"})
    return {
        "title": one.reference,
        "href": reverse("shared-paper", args=[one.reference]),
        "hidden": f"from {one.agency}",
        "tags": tags,
        "facts": [one.agency, one.team, times.short_date_time(one.at)],
        "strong": one.standing != Sent.SENT and not one.confirmed_at,
    }
