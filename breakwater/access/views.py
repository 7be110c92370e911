from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breakwater.access.forms import SignInForm
from breakwater.access.policy import NOBODYS, ROLE_VERBS, Role, Verb
from breakwater.access.sessions import MAY_WORK
from breakwater.audit.actions import record


@sensitive_post_parameters("password")
@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = form.user(request)
        record(f"user:{user.pk}" if user else "nobody", "sign_in", allowed=user is not None)
        if user:
            login(request, user)
            request.session[MAY_WORK] = settings.DEMO
            return redirect(_safe_next(request))
    status = 422 if form.is_bound else 200
    return render(request, "access/sign_in.html", {"form": form}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    record(f"user:{request.user.pk}", "sign_out")
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """The table of roles and verbs, from the code that enforces it."""
    context = {
        "roles": list(Role),
        "verbs": [verb for verb in Verb if verb not in NOBODYS],
        "table": ROLE_VERBS,
    }
    return render(request, "access/roles.html", context)


def _safe_next(request: HttpRequest) -> str:
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if safe else settings.LOGIN_REDIRECT_URL
