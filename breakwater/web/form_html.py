"""Turns bound form fields into GOV.UK markup; templates call `field`, `gov_form`, `problems`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.widgets import Input
from django.utils.translation import gettext as _
from jinja2 import Environment, pass_context, pass_environment
from jinja2.runtime import Context, Undefined
from markupsafe import Markup, escape

from breakwater.web.form_dates import BOXES, DateBoxes
from breakwater.web.forms import Look

Params = dict[str, Any]


@pass_environment
def field(env: Environment, bound: BoundField, **look: Any) -> Markup:
    """One field with label, hint and error. Keywords change its look here: heading=True."""
    own: Look = getattr(bound.field, "look", Look())
    return _draw(env, bound, replace(own, **look))


@pass_context
def gov_form(
    context: Context,
    form: forms.BaseForm,
    submit: str = "",
    *,
    action: str = "",
    method: str = "post",
    warning: bool = False,
    also: Iterable[tuple[str, str]] = (),
    cancel: str = "",
    id: str = "",
    caller: Callable[[], Markup] | None = None,
) -> Markup:
    """A whole form: all its fields, or what a `call` block draws; then the buttons.

    `also` are more buttons as (value, text), sent as `do`; `cancel` is an address; `warning` makes
    the button red.
    """
    env = context.environment
    fields = caller() if caller else visible_fields(env, form)
    html = env.get_template("web/components/form.html").render(
        form=form,
        fields=fields,
        hidden=hidden_fields(form),
        csrf=_csrf(context) if method.lower() == "post" else "",
        submit=submit or _("Continue"),
        action=action,
        method=method.lower(),
        warning=warning,
        also=list(also),
        cancel=cancel,
        id=id,
    )
    return Markup(html)  # noqa: S704  the template escaped it


def visible_fields(env: Environment, form: forms.BaseForm) -> Markup:
    """All fields in order, except those that stand inside the choice that reveals them."""
    inside = {
        name
        for asked in form.fields.values()
        for revealed in getattr(asked, "look", Look()).reveals.values()
        for name in revealed
    }
    shown = [bound for bound in form.visible_fields() if bound.name not in inside]
    return Markup("\n").join(field(env, bound) for bound in shown)


def hidden_fields(form: forms.BaseForm) -> Markup:
    """The hidden inputs of a form that a template draws by itself."""
    return Markup("").join(bound.as_hidden() for bound in form.hidden_fields())


def problems(*given: Any) -> list[Params]:
    """The error summary of one or more forms: {text, href}; nothing for what is no form."""
    return [problem for form in given for problem in _problems(form)]


def _problems(form: Any) -> Iterator[Params]:
    if isinstance(form, list | tuple | forms.BaseFormSet):
        if isinstance(form, forms.BaseFormSet) and form.is_bound:
            yield from ({"text": text} for text in form.non_form_errors())
        for one in form:
            yield from _problems(one)
    if not isinstance(form, forms.BaseForm) or isinstance(form, Undefined) or not form.is_bound:
        return
    yield from ({"text": text} for text in form.non_field_errors())
    for name in form.fields:
        bound = form[name]
        for text in bound.errors:
            yield {"text": text} if bound.is_hidden else {"text": text, "href": f"#{anchor(bound)}"}


def anchor(bound: BoundField) -> str:
    """The id of the element to go to for a field: of a date, the first box that is wrong."""
    if isinstance(bound.field.widget, DateBoxes):
        return f"{bound.auto_id}-{(wrong_boxes(bound) or BOXES)[0]}"
    return bound.auto_id


def wrong_boxes(bound: BoundField) -> tuple[str, ...]:
    """The boxes of a date that its errors are about."""
    for error in bound.form.errors.as_data().get(bound.name, ()):
        return tuple((error.params or {}).get("boxes", BOXES))
    return ()


def _csrf(context: Context) -> Markup:
    token = context.get("csrf_input")
    if not token:
        raise RuntimeError("a form that posts needs the request: render its template with one")
    return escape(token)


def _draw(env: Environment, bound: BoundField, look: Look) -> Markup:
    if bound.is_hidden:
        return escape(bound.as_hidden())
    for kind in type(bound.field.widget).__mro__:
        if kind in DRAWN_BY:
            component, macro, params = DRAWN_BY[kind]
            break
    else:
        raise TypeError(f"the form kit cannot draw a {type(bound.field.widget).__name__}")
    if component == "textarea" and bound.field.max_length:  # type: ignore[attr-defined]
        component, macro = "character-count", "govukCharacterCount"
    source = env.get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
    return escape(getattr(source.module, macro)(params(env, bound, look)))


def _common(bound: BoundField, look: Look) -> Params:
    own = {
        key: value
        for key, value in bound.field.widget.attrs.items()
        # Browsers cut silently at maxlength; a message can be read and acted on.
        if key not in ("cols", "rows", "maxlength", "minlength", "min", "max", "step", "class")
    }
    params: Params = {"id": bound.auto_id, "name": bound.html_name, "attributes": own}
    if bound.help_text:
        params["hint"] = {"text": str(bound.help_text)}
    if bound.errors:
        lines = Markup("<br>").join(escape(text) for text in bound.errors)
        params["errorMessage"] = {"html": lines}
    return params


def _title(bound: BoundField, look: Look, kind: str) -> Params:
    size = look.size or ("l" if look.heading else "s")
    return {
        "text": _label(bound),
        "classes": f"govuk-{kind}--{size}",
        "isPageHeading": look.heading,
    }


def _label(bound: BoundField) -> str:
    label = str(bound.label)
    optional = _("(optional)")
    marked = getattr(bound.form, "mark_optional", True)
    if bound.field.required or isinstance(bound.field, forms.BooleanField) or not marked:
        return label
    if label.endswith(optional):
        return label
    return f"{label} {optional}"


def _input(env: Environment, bound: BoundField, look: Look) -> Params:
    widget = bound.field.widget
    secret = isinstance(widget, forms.PasswordInput)
    kinds = {"email": "email", "tel": "tel", "password": "password", "time": "time"}
    number = isinstance(widget, forms.NumberInput)
    params = _common(bound, look) | {
        "label": _title(bound, look, "label"),
        "type": kinds.get(str(widget.input_type), "text"),
        "value": "" if secret else widget.format_value(bound.value()),
        "classes": f"govuk-input--width-{look.width}" if look.width else "",
        "autocomplete": look.autocomplete or None,
        "inputmode": look.inputmode or ("numeric" if number else None),
        "spellcheck": bool(look.spellcheck),
    }
    if look.prefix:
        params["prefix"] = {"text": look.prefix}
    if look.suffix:
        params["suffix"] = {"text": look.suffix}
    return params


def _textarea(env: Environment, bound: BoundField, look: Look) -> Params:
    text = str(bound.value() or "").replace("\r\n", "\n")
    # As a character reference, a new line survives the macros, which indent what they nest, and
    # the browser, which drops the first one.
    value = escape(text).replace("\n", Markup("&#10;"))
    params = _common(bound, look) | {
        "label": _title(bound, look, "label"),
        "value": value,
        "rows": look.rows,
        "spellcheck": look.spellcheck,
        "autocomplete": look.autocomplete or None,
    }
    limit = getattr(bound.field, "max_length", None)
    return params | ({"maxlength": limit} if limit else {})


def _options(env: Environment, bound: BoundField, look: Look, mark: str) -> list[Params]:
    widget: Any = bound.field.widget
    chosen = {str(value) for value in widget.format_value(bound.value())}
    items: list[Params] = []
    for value, text in _flat(widget.choices):
        item: Params = {"value": value, "text": text, mark: value in chosen}
        if hint := _by_choice(look.hints, value):
            item["hint"] = {"text": str(hint)}
        if names := _by_choice(look.reveals, value):
            drawn = (_draw(env, bound.form[name], _look_inside(bound, name)) for name in names)
            item["conditional"] = {"html": Markup("\n").join(drawn)}
        items.append(item)
    return items


def _look_inside(bound: BoundField, name: str) -> Look:
    own: Look = getattr(bound.form.fields[name], "look", Look())
    return replace(own, heading=False, size=own.size or "s")


def _flat(choices: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for value, text in choices:
        if isinstance(text, list | tuple):
            yield from _flat(text)
        else:
            yield "" if value is None else str(value), str(text)


def _by_choice(given: Any, value: str) -> Any:
    return next((entry for choice, entry in given.items() if str(choice) == value), None)


def _group(env: Environment, bound: BoundField, look: Look, kind: str) -> Params:
    items = [item for item in _options(env, bound, look, "checked") if item["value"] != ""]
    shape = [f"govuk-{kind}--inline"] * look.inline + [f"govuk-{kind}--small"] * look.small
    return _common(bound, look) | {
        "idPrefix": bound.auto_id,
        "fieldset": {"legend": _title(bound, look, "fieldset__legend")},
        "classes": " ".join(shape),
        "attributes": {},
        "items": items,
    }


def _radios(env: Environment, bound: BoundField, look: Look) -> Params:
    return _group(env, bound, look, "radios")


def _checkboxes(env: Environment, bound: BoundField, look: Look) -> Params:
    return _group(env, bound, look, "checkboxes")


def _select(env: Environment, bound: BoundField, look: Look) -> Params:
    items = [
        item | {"text": item["text"].strip("-") or _("Choose one")}
        for item in _options(env, bound, look, "selected")
    ]
    if items and items[0]["value"] != "" and not any(item["selected"] for item in items):
        # Without an empty first entry the browser would answer for the person.
        items.insert(0, {"value": "", "text": _("Choose one"), "selected": True})
    return _common(bound, look) | {"label": _title(bound, look, "label"), "items": items}


def _tick(env: Environment, bound: BoundField, look: Look) -> Params:
    item = {"value": "true", "text": _label(bound), "checked": bool(bound.value())}
    common = _common(bound, look)
    if hint := common.pop("hint", None):
        item["hint"] = hint
    return common | {"idPrefix": bound.auto_id, "attributes": {}, "items": [item]}


def _date(env: Environment, bound: BoundField, look: Look) -> Params:
    typed = bound.field.widget.format_value(bound.value())
    wrong = wrong_boxes(bound)
    born = look.autocomplete == "bday"
    labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
    items = [
        {
            "name": box,
            "label": labels[box],
            "value": typed[box],
            "classes": f"govuk-input--width-{4 if box == 'year' else 2}"
            + (" govuk-input--error" if box in wrong else ""),
            "autocomplete": f"bday-{box}" if born else None,
        }
        for box in BOXES
    ]
    return _common(bound, look) | {
        "namePrefix": bound.html_name,
        "fieldset": {"legend": _title(bound, look, "fieldset__legend")},
        "attributes": {},
        "items": items,
    }


def _file(env: Environment, bound: BoundField, look: Look) -> Params:
    return _common(bound, look) | {"label": _title(bound, look, "label")}


DRAWN_BY: dict[type[forms.Widget], tuple[str, str, Callable[..., Params]]] = {
    forms.CheckboxInput: ("checkboxes", "govukCheckboxes", _tick),
    forms.CheckboxSelectMultiple: ("checkboxes", "govukCheckboxes", _checkboxes),
    forms.FileInput: ("file-upload", "govukFileUpload", _file),
    Input: ("input", "govukInput", _input),
    forms.RadioSelect: ("radios", "govukRadios", _radios),
    forms.Select: ("select", "govukSelect", _select),
    forms.Textarea: ("textarea", "govukTextarea", _textarea),
    DateBoxes: ("date-input", "govukDateInput", _date),
}
