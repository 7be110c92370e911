"""Who reaches which page: strangers sign in, and nobody works without a second factor."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url

from breakwater.access.sessions import MAY_WORK

View = Callable[..., HttpResponseBase]


def before_work(view: View) -> View:
    """Mark a page that somebody needs who has yet to set up their second factor."""
    view.before_work = True  # type: ignore[attr-defined]
    return view


class Unattended:
    """Lets a session fall asleep though a page of its asks for news by itself.

    Who sends this header shortens their own session, and nobody else's.
    """

    header = "X-Breakwater-Unattended"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.session.unattended = self.header in request.headers  # type: ignore[attr-defined]
        return self.get_response(request)


class SignedIn(LoginRequiredMiddleware):
    def process_view(
        self, request: HttpRequest, view_func: View, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        for_anybody = not getattr(view_func, "login_required", True)
        if not request.user.is_authenticated:
            return None if for_anybody else self.handle_no_permission(request, view_func)
        may_work = request.session.get(MAY_WORK) is True
        if may_work or for_anybody or getattr(view_func, "before_work", False):
            return None
        return redirect("mfa_index")

    def handle_no_permission(self, request: HttpRequest, view_func: View) -> HttpResponseRedirect:
        """A browser that still holds a session's key no longer lasts: the sign-in page says why."""
        had_one = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.is_empty()
        ended = "?ended=1" if had_one else ""
        sign_in = f"{resolve_url(settings.LOGIN_URL)}{ended}"
        return redirect_to_login(request.get_full_path(), sign_in, REDIRECT_FIELD_NAME)
