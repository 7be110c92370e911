"""What the pages of feedback show. Plain functions, no database."""

from typing import Any

from django.urls import reverse

from breakwater.referrals.feedback.queries import TemplateFacts, ToldFacts
from breakwater.referrals.presenter import Facts, who_is_worried
from breakwater.referrals.progress import ItemFacts
from breakwater.referrals.queries import ReferralPage
from breakwater.referrals.rules import OUTCOME_WORDS, ItemKind
from breakwater.web import times

REACH = frozenset({"Name", "Role", "Agency", "Phone", "Email", "Came by", "Feedback"})


def how_to_reach(page: ReferralPage) -> Facts:
    """Return who reported it and how to reach them, row by row."""
    return [row for row in who_is_worried(page) if row[0] in REACH]


def what_was_told(page: ReferralPage) -> dict[str, Any]:
    """Context of referrals/feedback.html: what was told, or what the reporter may be told."""
    return {
        "told": [told_facts(one) for one in page.told],
        "waits": _waits(page.progress.items),
        # What was said to them is truer than what is said of a state in general.
        "status": "" if page.told else page.status_for_reporter,
    }


def told_facts(told: ToldFacts) -> Facts:
    """Return a telling row by row, or why there was none."""
    return [
        ("Told", told.text if told.way else ""),
        ("Not told, because", "" if told.way else told.text),
        ("How", told.way.capitalize()),
        ("By", told.by),
        ("When", times.short_date_time(told.at)),
    ]


def template_rows(templates: list[TemplateFacts]) -> list[dict[str, Any]]:
    """Return the usual words, one row an outcome."""
    return [
        {
            "key": OUTCOME_WORDS[template.outcome],
            "value": template.text,
            "href": reverse("feedback-template", args=[template.outcome.value]),
        }
        for template in templates
    ]


def _waits(items: list[ItemFacts]) -> bool:
    return any(item.kind is ItemKind.FEEDBACK for item in items)
