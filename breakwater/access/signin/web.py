"""What the views of signing in share."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect
from django.utils.http import urlencode

View = Callable[..., HttpResponse]


class Refusing:
    """A form that was refused comes back as such, not as a page like any other."""

    def form_invalid(self, form: Any) -> HttpResponse:
        context = self.get_context_data(form=form)  # type: ignore[attr-defined]
        response: HttpResponse = self.render_to_response(context, status=422)  # type: ignore[attr-defined]
        return response


def confirmed(view: View) -> View:
    """Ask for the password (or a factor) again before a page that changes how one signs in.

    allauth's own way keeps a form that was sent meanwhile in the session, with all headers of the
    request: the cookie too, which the table of sessions must never hold. Here the form is sent
    anew.
    """

    @wraps(view)
    def ask_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_reauthentication_required(request, app="allauth.mfa"):
            methods = get_adapter().get_reauthentication_methods(request.user)
            after = urlencode({REDIRECT_FIELD_NAME: request.path})
            return redirect(f"{methods[0]['url']}?{after}")
        return view(request, *args, **kwargs)

    return ask_first


def passkey_address_is_missing(request: HttpRequest) -> bool:
    """Browsers make passkeys for a name (localhost too), never for a bare number."""
    host, _ = split_domain_port(request.get_host())
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
