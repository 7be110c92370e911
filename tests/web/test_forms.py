"""What a person meets in a form: the questions, their own answers kept, errors that help."""

import pytest
from django import forms
from django.http import QueryDict

from breakwater.web.form_words import noun
from breakwater.web.forms import Choice, GovForm, LongText, Text
from tests.web.markup import Page
from tests.web.showcase import EveryField, filled, render

ONE_FORM = (
    """{% extends "web/layout.html" %}{% block content %}{{ gov_form(form) }}{% endblock %}"""
)


def shown(form: forms.Form) -> Page:
    return Page(render(ONE_FORM, form=form))


def errors(form: forms.Form) -> dict[str, str]:
    return {name: found[0] for name, found in form.errors.items()}


def test_right_answers_are_accepted():
    form = EveryField(filled())
    assert form.is_valid(), form.errors
    assert form.cleaned_data["days"] == ["mon"]
    assert form.cleaned_data["seen"].isoformat() == "2026-03-01"


def test_an_empty_form_says_what_to_enter_and_choose():
    assert errors(EveryField({"version": "3"})) == {
        "title": "Enter a title",
        "email": "Enter an email address",
        "amount": "Enter an amount",
        "reason": "Enter a reason",
        "colour": "Choose a colour of the door",
        "days": "Choose days",
        "county": "Choose a county",
        "seen": "Enter a date last seen",
        "sure": "Tick “I have checked this” to continue",
    }


@pytest.mark.parametrize(
    ("field", "answer", "sentence"),
    [
        ("title", "x" * 41, "Title must be 40 characters or fewer"),
        ("email", "ann", "Enter an email address in the correct format, like name@example.com"),
        ("amount", "many", "Amount must be a whole number, like 12"),
        ("amount", "0", "Amount must be 1 or higher"),
        ("amount", "100", "Amount must be 99 or lower"),
        ("colour", "blue", "Choose a colour of the door from the list"),
        ("county", "zz", "Choose a county from the list"),
        ("title", "a\0b", "Title contains characters that cannot be stored"),
    ],
)
def test_wrong_answers_are_named_in_plain_english(field, answer, sentence):
    assert errors(EveryField(filled(**{field: answer}))) == {field: sentence}


def test_an_author_s_own_sentence_stays():
    class Own(GovForm):
        reason = Text("Reason", error_messages={"required": "Say why"})
        place = Text("Where is it?", noun="the place")
        why = Text("Why?")
        rate = Text("Rate in %", max_length=3)

    assert errors(Own({})) == {
        "reason": "Say why",
        "place": "Enter the place",
        "why": "Enter an answer to “Why?”",
        "rate": "Enter a rate in %",
    }
    assert errors(Own({"reason": "x", "place": "y", "why": "z", "rate": "1234"})) == {
        "rate": "Rate in % must be 3 characters or fewer"
    }


def test_two_forms_do_not_share_their_sentences():
    class Plain(forms.Form):
        reason = forms.CharField()

    class Gov(GovForm, Plain):
        pass

    assert errors(Gov({})) == {"reason": "Enter a reason"}
    assert errors(Plain({})) == {"reason": "This field is required."}


@pytest.mark.parametrize(
    ("label", "spoken"),
    [
        ("Reason", "a reason"),
        ("Urgency", "an urgency"),
        ("Level of need", "a level of need"),
        ("NHS number", "an NHS number"),
        ("UPN", "a UPN"),
        ("Unit", "a unit"),
        ("Upper limit", "an upper limit"),
        ("Hour", "an hour"),
        ("European country", "a European country"),
        ("Details", "details"),
        ("Reasons for asking", "reasons for asking"),
        ("Address", "an address"),
        ("Your name", "your name"),
        ("Other information", "other information"),
        ("Date of birth (optional)", "a date of birth"),
    ],
)
def test_a_label_becomes_part_of_a_sentence(label, spoken):
    assert noun(label).lower() == spoken.lower()


def test_every_error_is_in_the_summary_and_leads_to_an_element():
    page = shown(EveryField({"version": "3", "seen-day": "1", "seen-year": "2026"}))
    links = [e for e in page.all("a") if e.attributes["href"].startswith("#id_")]
    ids = page.ids()
    assert [link.attributes["href"] for link in links] == [
        "#id_title",
        "#id_email",
        "#id_amount",
        "#id_reason",
        "#id_colour",
        "#id_days",
        "#id_county",
        "#id_seen-month",
        "#id_sure",
    ]
    for link in links:
        assert link.attributes["href"][1:] in ids
    assert page.one("title").text.startswith("Error: ")
    assert len(ids) == len(set(ids))


def test_the_summary_s_words_stand_at_the_field_too():
    page = shown(EveryField(filled(title="")))
    message = page.one("p", id="id_title-error")
    assert " ".join(message.text.split()) == "Error: Enter a title"
    assert "id_title-error" in page.one("input", id="id_title").attributes["aria-describedby"]


def test_errors_of_the_whole_form_are_in_the_summary_without_a_link():
    form = EveryField(filled())
    form.add_error(None, "Somebody was faster.")
    form.error_at("reason", "Say more about <why>.")
    page = shown(form)
    assert "Somebody was faster." in page.one("div", class_="govuk-error-summary").text
    assert page.one("a", href="#id_reason").text.strip() == "Say more about <why>."


def test_a_form_not_yet_sent_shows_no_error():
    page = shown(EveryField())
    assert not page.all("div", class_="govuk-error-summary")
    assert not page.one("title").text.startswith("Error")


def test_what_was_typed_is_kept():
    text = "\nfirst line\n  </textarea><b>second & third\n\nlast"
    sent = QueryDict(mutable=True)
    sent.update({"title": 'a "title"', "reason": text.replace("\n", "\r\n"), "colour": "o"})
    sent.update({"why_other": "one\r\ntwo", "seen-day": "31", "seen-month": "Feb", "county": "b"})
    sent.setlist("days", ["mon", "tue"])
    page = shown(EveryField(sent))
    assert page.one("input", id="id_title").attributes["value"] == 'a "title"'
    # A browser drops a line break directly after <textarea>, unless it is a character reference.
    assert page.one("textarea", id="id_reason").text == text
    assert page.one("textarea", id="id_why_other").text == "one\ntwo"
    assert "checked" in page.one("input", id="id_colour-3").attributes
    assert "selected" in page.one("option", value="b").attributes
    assert all("checked" in box.attributes for box in page.all("input", name="days"))
    typed = [page.one("input", id=f"id_seen-{b}").attributes["value"] for b in ("day", "month")]
    assert typed == ["31", "Feb"]


def test_a_long_text_keeps_its_first_empty_line_in_the_markup():
    html = render(ONE_FORM, form=EveryField(filled(title="", reason="\none")))
    assert ">&#10;one</textarea>" in html


def test_a_password_is_never_sent_back():
    html = render(ONE_FORM, form=EveryField(filled(secret="correct horse", title="")))
    assert "correct horse" not in html


def test_a_limited_text_counts_characters():
    page = shown(EveryField())
    counter = page.one("div", class_="govuk-character-count")
    assert counter.attributes["data-maxlength"] == "200"
    assert "You can enter up to 200 characters" in counter.text
    assert "maxlength" not in page.one("textarea", id="id_reason").attributes
    assert page.one("textarea", id="id_notes").parents[-1].attributes["class"] == "govuk-form-group"


def test_a_new_line_counts_once_as_the_counter_on_the_page_says():
    class Short(GovForm):
        text = LongText("Text", max_length=5)

    assert Short({"text": "ab\r\ncd"}).is_valid()
    assert not Short({"text": "ab\r\ncde"}).is_valid()


def test_a_question_that_a_choice_reveals_counts_only_with_that_choice():
    assert errors(EveryField(filled(colour="o"))) == {
        "other_colour": "Enter a name of the colour",
    }
    changed = EveryField(filled(colour="r", other_colour="x" * 999, why_other="left behind"))
    assert changed.is_valid()
    assert changed.cleaned_data["other_colour"] == changed.cleaned_data["why_other"] == ""


def test_a_revealed_question_is_drawn_once_inside_its_choice():
    page = shown(EveryField())
    inside = page.one("input", id="id_other_colour").parents
    assert any(e.attributes.get("id") == "conditional-id_colour-3" for e in inside)


def test_optional_questions_say_so_and_required_ones_do_not():
    page = shown(EveryField())
    assert page.one("label", for_="id_notes").text.strip() == "Notes (optional)"
    assert page.one("label", for_="id_title").text.strip() == "Title"


def test_a_label_can_be_the_page_s_heading():
    source = '{{ field(form["colour"], heading=True) }}{{ field(form["title"], heading=True) }}'
    page = Page(render(source, form=EveryField()))
    assert [h.text.strip() for h in page.all("h1")] == ["Colour of the door", "Title"]


def test_a_list_never_answers_for_the_person():
    page = shown(EveryField())
    first = page.all("option")[0]
    assert first.attributes["value"] == ""
    assert "selected" in first.attributes


def test_a_form_that_posts_carries_the_csrf_token_and_one_that_searches_does_not():
    assert shown(EveryField()).all("input", name="csrfmiddlewaretoken")
    search = Page(render('{{ gov_form(form, "Find", method="get") }}', form=EveryField()))
    assert not search.all("input", name="csrfmiddlewaretoken")
    assert search.one("form").attributes["method"] == "get"


def test_a_form_drawn_without_its_request_is_refused():
    with pytest.raises(RuntimeError, match="request"):
        render("{{ gov_form(form) }}", form=EveryField(), csrf_input="")


def test_a_call_block_draws_the_fields_it_wants():
    source = '{% call gov_form(form, submit="Go") %}{{ field(form["title"]) }}{% endcall %}'
    page = Page(render(source, form=EveryField()))
    assert not page.all("input", id="id_email")
    assert page.one("input", name="version").attributes["value"] == "3"
    assert page.one("button").text.strip() == "Go"


def test_browsers_remember_nothing_unless_a_field_asks():
    page = shown(EveryField())
    form = next(e for e in page.all("form") if "novalidate" in e.attributes)
    assert form.attributes["autocomplete"] == "off"
    assert page.one("input", id="id_email").attributes["autocomplete"] == "email"
    assert page.one("input", id="id_title").attributes["spellcheck"] == "false"


def test_plain_django_fields_are_drawn_too():
    class Plain(forms.Form):
        name = forms.CharField(label="Name", help_text="In full", max_length=10)
        size = forms.TypedChoiceField(choices=[(None, "---"), (1, "One")], coerce=int)
        file = forms.FileField()
        number = forms.IntegerField(widget=forms.NumberInput(attrs={"data-x": "1"}))
        gone = forms.CharField(widget=forms.HiddenInput)

    page = shown(Plain())
    assert page.one("input", id="id_name")
    assert page.one("input", id="id_number").attributes["data-x"] == "1"
    assert page.one("input", id="id_file").attributes["type"] == "file"
    assert [e.text.strip() for e in page.all("option")] == ["Choose one", "One"]
    assert page.all("form")[-1].attributes["enctype"] == "multipart/form-data"


def test_the_errors_of_several_forms_are_summed_up():
    class One(GovForm):
        pick = Choice("Pick", choices=[("a", "A")])

    source = '{% extends "web/layout.html" %}'
    page = Page(render(source, forms=[One({}, prefix="x"), One({}, prefix="y")]))
    assert [a.attributes["href"] for a in page.all("a") if "id_" in a.attributes["href"]] == [
        "#id_x-pick",
        "#id_y-pick",
    ]
