"""One page with every component and every kind of field, for tests and for the eye."""

import datetime as dt
from typing import Any

from django.contrib.messages.storage.base import Message
from django.template import engines
from django.template.backends.utils import csrf_input_lazy
from django.test import RequestFactory

from breakwater.web.forms import (
    Choice,
    Choices,
    Date,
    Email,
    GovForm,
    Hidden,
    LongText,
    Password,
    Select,
    Text,
    Tick,
    WholeNumber,
)

NOW = dt.datetime(2026, 11, 24, 2, 35, tzinfo=dt.UTC)
COLOURS = [("r", "Red"), ("g", "Green"), ("o", "Another colour")]


class EveryField(GovForm):
    """A kind of field each."""

    version = Hidden(initial="3")
    title = Text("Title", hint="A few words", max_length=40, width=20)
    email = Email("Email address", autocomplete="email")
    secret = Password("Password", required=False)
    amount = WholeNumber("Amount", min_value=1, max_value=99, prefix="£")
    reason = LongText("Reason", hint="Why you chose this", max_length=200, rows=3)
    notes = LongText("Notes", required=False, rows=3)
    colour = Choice(
        "Colour of the door",
        choices=COLOURS,
        hints={"r": "Like a letter box", "g": "Like grass"},
        reveals={"o": ["other_colour", "why_other"]},
    )
    other_colour = Text("Name of the colour", width=10)
    why_other = LongText("Why another?", required=False, rows=2)
    days = Choices("Days", choices=[("mon", "Monday"), ("tue", "Tuesday")], small=True)
    county = Select("County", choices=[("a", "Ashshire"), ("b", "Birchshire")])
    seen = Date("Date last seen", hint="For example, 27 3 2026", when="today or past")
    sure = Tick("I have checked this", hint="Look at it twice")


PAGE = """
{% extends "web/layout.html" %}
{% from "web/components/work_list.html" import work_list %}
{% from "web/components/time_left.html" import time_left %}
{% from "web/components/facts.html" import facts %}
{% from "web/components/timeline.html" import timeline %}
{% from "web/components/evidence.html" import evidence %}
{% from "web/components/side_by_side.html" import side_by_side %}
{% set title = "Everything" %}
{% set wide = true %}
{% block content %}
<h1 class="govuk-heading-l">Everything</h1>
{{ work_list("Waiting for a decision", rows, ["Received", "From", "Place"], title_column="Order",
             now=now) }}
{{ work_list("Nothing", [], ["Received"], empty="No order waits.") }}
<h2 class="govuk-heading-m">Clocks</h2>
<p class="govuk-body">{{ time_left(soon, now) }} {{ time_left(late, now, moment=false) }}
{{ time_left(late, now, "met", "green", false) }}</p>
{{ facts([("Name", "Ann Other"), ("Empty", ""), ("Phones", ["01632 960001", "01632 960002"]),
          {"key": "Address", "value": "1 High Street", "href": "#x"}], card="About") }}
{{ facts([("Name", ""), ("Age", 4)], missing="not known") }}
{{ evidence("Why these may be the same", bars, ["This", "That"], total=5.5) }}
{{ side_by_side("Compare", ["This record", "That record"], sides) }}
<h2 class="govuk-heading-m">History</h2>
{{ timeline(events) }}
<h2 class="govuk-heading-m">Form</h2>
{{ gov_form(form, submit="Save", also=[("later", "Save for later")], cancel="/") }}
{% endblock %}
"""


def context() -> dict[str, Any]:
    hours = dt.timedelta(hours=1)
    return {
        "now": NOW,
        "nav": [
            {"text": "Board", "href": "/", "active": True},
            {"text": "Search", "href": "/search"},
            {"text": "Meetings", "href": "/meetings"},
            {"text": "Reports", "href": "/reports"},
        ],
        "signed_in_as": "Sgt A. Hill, North team",
        "sign_out_url": "/out",
        "demo": True,
        "breadcrumbs": [{"text": "Board", "href": "/"}, {"text": "Everything"}],
        "footer_links": [{"text": "Accessibility", "href": "/a"}, {"text": "Help", "href": "/p"}],
        "soon": NOW + 1.4 * hours,
        "late": NOW - 50 * hours,
        "rows": [
            {
                "title": "ORD-2026-0001",
                "href": "/1",
                "tags": [{"text": "Urgent", "colour": "red"}, {"text": "New"}],
                "note": "A long note about the order that says in one line what it is about",
                "facts": ["24 Nov 2026, 1:15am", "Meadow Lane Primary School", "Northport"],
                "due": NOW - 50 * hours,
                "strong": True,
            },
            {
                "title": "ORD-2026-0002",
                "href": "/2",
                "facts": ["24 Nov 2026, midnight", "Telephone", "Southport"],
                "due": NOW + 1.4 * hours,
            },
            {
                "title": "ORD-2026-0003",
                "href": "/3",
                "tags": [{"text": "Waiting for an answer", "colour": "yellow"}],
                "facts": ["23 Nov 2026, 5pm", "Partner with a very long name and address", ""],
                "due": NOW + 70 * hours,
            },
            {
                "title": "ORD-2026-0004",
                "href": "/4",
                "facts": ["23 Nov 2026, 4:20pm", "Web page", "Northport"],
                "due": NOW,
                "due_words": "done in time",
                "due_colour": "green",
            },
        ],
        "bars": [
            {"label": "Name", "values": ["Ann", "Anne"], "weight": 6.2, "words": "strongly for"},
            {"label": "Street", "values": ["High", "Low"], "weight": -3.1, "words": "against"},
            {"label": "Phone", "values": ["", ""], "weight": 0, "words": "says nothing"},
            {"label": "Town", "values": ["Port", "Port"], "weight": 2.4, "words": "for"},
        ],
        "sides": [
            {"label": "Name", "left": "Ann Other", "right": "Anne Other"},
            {"label": "Town", "left": "Northport", "right": "Northport"},
            {"label": "Phone", "left": "", "right": "01632 960001"},
        ],
        "events": [
            {"title": "Decided", "when": NOW, "by": "Sgt A. Hill", "href": "/d",
             "tags": [{"text": "Level 3", "colour": "purple"}]},
            {"title": "Received", "when": NOW - 3 * hours, "by": "Meadow Lane Primary School",
             "body": "By the web page."},
        ],
    }  # fmt: skip


def filled(**changes: str) -> dict[str, Any]:
    """Right answers to EveryField, as a browser sends them."""
    return {
        "version": "3",
        "title": "A door",
        "email": "ann@example.org",
        "amount": "12",
        "reason": "Because",
        "colour": "r",
        "days": ["mon"],
        "county": "a",
        "seen-day": "1",
        "seen-month": "3",
        "seen-year": "2026",
        "sure": "true",
    } | changes


def request(nonce: str = "test-nonce") -> Any:
    made = RequestFactory().get("/")
    made.csp_nonce = nonce  # type: ignore[attr-defined]
    # Where Django's messages look for what to show.
    made._messages = [Message(25, "Saved <b>it</b>."), Message(20, "The clocks go back.")]  # type: ignore[attr-defined]
    return made


def render(source: str = PAGE, **more: Any) -> str:
    """A template as a page of the site shows it, without context processors of the site."""
    made = more.pop("request", None) or request()
    given = {"request": made, "csrf_input": csrf_input_lazy(made)} | context() | more
    return str(engines.all()[0].env.from_string(source).render(given))
