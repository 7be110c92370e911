"""Signing in and out, the second factor, and confirming that it is still the same person."""

from typing import Any

from allauth.account.views import LoginView
from allauth.account.views import ReauthenticateView as ByPassword
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as ByCode
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView as ByPasskey
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from breakwater.access.signin import accounts, actions, forms
from breakwater.access.signin.queries import factors
from breakwater.access.signin.web import Refusing, passkey_address_is_missing
from breakwater.web.forms import sent


class SignIn(Refusing, LoginView):
    form_class = forms.SignInForm
    template_name = "access/signin/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "providers": settings.SIGN_IN_PROVIDERS,
            "next": self.get_success_url() if "next" in self.request.GET else "",
            "ended": "ended" in self.request.GET and not self.request.POST,
        }


class GiveSecondFactor(AuthenticateView):
    form_class = forms.CodeForm
    webauthn_form_class = forms.PasskeyForm
    template_name = "access/signin/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        has = factors(self.stage.login.user)
        if not has.app_added_at:
            context["form"].fields["code"].help_text = "One of your recovery codes"
        return context | {"has": has}

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class ConfirmByPassword(Refusing, ByPassword):
    form_class = forms.ConfirmByPasswordForm
    template_name = "access/signin/confirm.html"


class ConfirmByCode(Refusing, ByCode):
    form_class = forms.ConfirmByCodeForm
    template_name = "access/signin/confirm.html"


class ConfirmByPasskey(Refusing, ByPasskey):
    form_class = forms.ConfirmByPasskeyForm
    template_name = "access/signin/confirm.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        return Refusing.form_invalid(self, form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | kwargs | {"no_passkeys_here": passkey_address_is_missing(self.request)}


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    actions.sign_out(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@sensitive_post_parameters("new", "again")
@login_not_required
@require_http_methods(["GET", "POST"])
def use_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Choose a password with a link from whoever manages accounts."""
    user = accounts.user_of_link(secret)
    if user is None:
        return render(request, "access/signin/link_over.html", status=410)
    form = forms.NewPasswordForm(sent(request), user=user)
    if request.method == "POST" and form.is_valid():
        if not accounts.use_link(secret, form.cleaned_data["new"]):
            return render(request, "access/signin/link_over.html", status=410)
        messages.success(request, "Your password is set. Sign in with it now.")
        return redirect("sign-in")
    status = 422 if form.is_bound else 200
    context = {"form": form, "username": user.username}
    return render(request, "access/signin/choose_password.html", context, status=status)
