"""The Jinja2 environment of all pages; settings.TEMPLATES names `environment`."""

from typing import Any

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    pass_context,
)
from jinja2.runtime import Context

from breakwater.web import form_html, times


def environment(**options: Any) -> Environment:
    """GOV.UK's macros beside our own templates; what is missing shows as nothing, as None does."""
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    options |= {
        "loader": ChoiceLoader([options["loader"], govuk]),
        # The macros of GOV.UK read parameters of parameters that nobody gave.
        "undefined": ChainableUndefined,
        "autoescape": True,
        "finalize": _nothing_for_none,
        "extensions": [*options.get("extensions", ()), "jinja2.ext.i18n"],
    }
    env = Environment(**options)  # noqa: S701  autoescape is among the options
    # newstyle: a translation's values are escaped, so {{ _("Hello %(name)s", name=name) }} is safe.
    env.install_gettext_translations(translation, newstyle=True)  # type: ignore[attr-defined]
    env.globals |= {
        "csp_nonce": csp_nonce,
        "field": form_html.field,
        "get_messages": get_messages,
        "gov_form": form_html.gov_form,
        "hidden_fields": form_html.hidden_fields,
        "problems": form_html.problems,
        "static": static,
        "time_left_in_words": times.time_left,
        "url": url,
    }
    env.filters |= {
        "date": times.date,
        "date_time": times.date_time,
        "iso": times.iso,
        "plural": times.plural,
        "short_date": times.short_date,
        "short_date_time": times.short_date_time,
        "time": times.time,
    }
    return env


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named route: {{ url("case", reference) }}."""
    return reverse(name, args=args, kwargs=kwargs)


@pass_context
def csp_nonce(context: Context) -> str:
    """The request's nonce for inline scripts; empty where the policy's middleware is not in use."""
    # django-csp gives a lazy value that is falsy until it is read.
    request = context.get("request") or context.get("failed")  # error pages have only the latter
    return str(getattr(request, "csp_nonce", ""))


def _nothing_for_none(value: Any) -> Any:
    return "" if value is None else value
