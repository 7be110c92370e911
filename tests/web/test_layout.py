"""The frame of every page and the components, as markup."""

import re
from pathlib import Path

import pytest
from django.template import engines

import breakwater.web
from tests.web.markup import Page
from tests.web.showcase import EveryField, filled, render

WEB = Path(breakwater.web.__file__).parent
BARE = '{% extends "web/layout.html" %}{% set title = "A page" %}'


@pytest.fixture
def everything() -> str:
    return render(form=EveryField(filled(title="")))


def test_every_script_carries_the_nonce(everything):
    scripts = Page(everything).all("script")
    assert len(scripts) == 4
    assert all(script.attributes["nonce"] == "test-nonce" for script in scripts)


def test_nothing_that_the_policy_forbids_is_in_any_component(everything):
    page = Page(everything)
    assert not page.all("style")
    for element in page.elements:
        forbidden = [a for a in element.attributes if a == "style" or a.startswith("on")]
        assert not forbidden, element
        for link in ("href", "src", "action"):
            assert not element.attributes.get(link, "").startswith(("http", "//", "javascript:"))


def test_all_templates_are_free_of_inline_styles_and_handlers():
    for template in WEB.rglob("*.html"):
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", template.read_text()), template


def test_ids_are_unique_and_every_reference_leads_somewhere(everything):
    page = Page(everything)
    ids = page.ids()
    assert len(ids) == len(set(ids))
    for element in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "for", "aria-controls"):
            assert set(element.attributes.get(name, "").split()) <= {*ids}, element


def test_the_demo_banner_and_navigation_are_inside_the_header(everything):
    page = Page(everything)
    for wanted in ("govuk-phase-banner", "govuk-service-navigation"):
        assert "header" in [parent.tag for parent in page.one("div", class_=wanted).parents]
    current = [a for a in page.all("a") if "aria-current" in a.attributes]
    assert [a.text.strip() for a in current] == ["Board"]


def test_signing_out_is_a_post_with_a_token(everything):
    form = Page(everything).one("form", action="/out")
    assert form.attributes["method"] == "post"
    assert "csrfmiddlewaretoken" in everything.split('action="/out"')[1].split("</form>")[0]


def test_messages_are_shown_escaped_and_only_one_takes_the_focus(everything):
    assert "Saved &lt;b&gt;it&lt;/b&gt;." in everything
    banners = Page(render(form=EveryField())).all("div", class_="govuk-notification-banner")
    assert [b.attributes["data-disable-auto-focus"] for b in banners] == ["false", "true"]
    banners = Page(everything).all("div", class_="govuk-notification-banner")
    assert [b.attributes["data-disable-auto-focus"] for b in banners] == ["true", "true"]


def test_a_page_needs_nothing_from_the_site():
    html = engines.all()[0].env.from_string(BARE).render()
    page = Page(html)
    assert page.one("title").text == "A page - Breakwater"
    assert page.one("a", href="#main-content").text.strip() == "Skip to main content"
    assert not page.all("nav")
    assert not page.all("div", class_="govuk-phase-banner")
    for absent in ("crown", "GOV.UK", "gov.uk"):
        assert absent not in html.lower().replace("govuk", "")


def test_what_is_written_is_escaped():
    evil = "<script>alert(1)</script>"
    row = {"title": evil, "facts": [evil], "note": evil, "tags": [{"text": evil}]}
    bars = [{"label": evil, "values": [evil, evil], "weight": 1, "words": evil}]
    sides = [{"label": evil, "left": evil, "right": "x"}]
    html = render(
        title=evil, signed_in_as=evil, rows=[row], bars=bars, sides=sides,
        events=[{"title": evil, "by": evil, "body": evil}], back=evil, breadcrumbs=[],
        nav=[{"text": evil, "href": evil}], footer_links=[{"text": evil, "href": evil}],
        form=EveryField(filled(title=evil, reason=evil * 20, seen="x", **{"seen-day": evil})),
    )  # fmt: skip
    assert evil not in html
    assert html.count("&lt;script&gt;") > 15


def test_facts_drop_what_is_empty_but_not_zero():
    source = """{% from "web/components/facts.html" import facts %}
        {{ facts([("A", ""), ("B", none), ("C", []), ("D", 0), ("E", ["x"])]) }}"""
    assert [dt.text.strip() for dt in Page(render(source)).all("dt")] == ["D", "E"]
    nothing = '{% from "web/components/facts.html" import facts %}{{ facts([("A", "")]) }}'
    assert not Page(render(nothing)).all("dl")


def test_time_left_is_said_in_words_beside_its_colour(everything):
    late = Page(everything).all("strong", class_="govuk-tag--red")
    assert "missed by 2 days" in [e.text.strip() for e in late]


def test_a_bar_points_the_way_its_number_does(everything):
    bars = [e.attributes for e in Page(everything).all("rect")]
    assert [bar["class"].rsplit("__")[-1] for bar in bars] == ["for", "against", "for", "for"]
    widths = [float(bar["width"]) for bar in bars]
    assert widths == [60.0, 30.0, 0.0, 23.2]
    assert float(bars[1]["x"]) + widths[1] == 62


def test_side_by_side_says_what_differs(everything):
    table = next(t for t in Page(everything).all("table") if "Compare" in t.text)
    assert ["differs" in table.text, "same" in table.text, "cannot tell" in table.text] == [
        True
    ] * 3


def test_a_board_that_shows_one_page_of_more_says_how_many_there_are():
    source = """{% from "web/components/work_list.html" import work_list %}
        {{ work_list("Waiting", rows, ["A", "B", "C"], total=1234, now=now) }}"""
    assert Page(render(source)).one("caption").text.split() == ["Waiting", "1234"]


def test_a_fact_keeps_the_line_breaks_of_its_text():
    source = """{% from "web/components/facts.html" import facts %}{{ facts([("A", text)]) }}"""
    text = Page(render(source, text="one\ntwo")).one("span", class_="bw-text").text
    assert [line.strip() for line in text.splitlines()] == ["one", "two"]
