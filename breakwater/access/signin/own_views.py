"""The pages about one's own sign-in: second factors, recovery codes, password, devices."""

from typing import Any

from allauth.account.views import PasswordChangeView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_GET, require_POST

from breakwater.access.sessions import MAY_WORK
from breakwater.access.signin import actions, forms
from breakwater.access.signin.queries import devices, factors
from breakwater.access.signin.web import Refusing, passkey_address_is_missing

OVERVIEW = reverse_lazy("mfa_index")


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    context = {
        "has": factors(request.user),  # type: ignore[arg-type]
        "may_work": request.session.get(MAY_WORK) is True,
        "has_password": request.user.has_usable_password(),  # type: ignore[union-attr]
    }
    return render(request, "access/signin/overview.html", context)


class AddApp(Refusing, ActivateTOTPView):
    form_class = forms.AddAppForm
    template_name = "access/signin/add_app.html"

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.add_second_factor(self.request, "totp")
        messages.success(self.request, "Your authenticator app is set up.")
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return context | {"groups": [secret[at : at + 4] for at in range(0, len(secret), 4)]}


class RemoveApp(Refusing, DeactivateTOTPView):
    form_class = forms.RemoveAppForm
    template_name = "access/signin/remove.html"
    extra_context = {"what": "your authenticator app"}

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.remove_second_factor(self.request, "totp")
        messages.success(self.request, "Your authenticator app is removed.")
        return response


class AddPasskey(Refusing, AddWebAuthnView):
    form_class = forms.AddPasskeyForm
    template_name = "access/signin/add_passkey.html"

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.add_second_factor(self.request, "webauthn")
        messages.success(self.request, "Your passkey is set up.")
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | kwargs | {"no_passkeys_here": passkey_address_is_missing(self.request)}


class RemovePasskey(RemoveWebAuthnView):
    template_name = "access/signin/remove.html"
    success_url = OVERVIEW

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.remove_second_factor(self.request, "webauthn")
        messages.success(self.request, "The passkey is removed.")
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"what": f"the passkey {self.object}"}


class RecoveryCodes(ViewRecoveryCodesView):
    template_name = "access/signin/recovery_codes.html"


class NewRecoveryCodes(Refusing, GenerateRecoveryCodesView):
    form_class = forms.NewRecoveryCodesForm
    template_name = "access/signin/new_recovery_codes.html"

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.note(self.request.user, "make_recovery_codes")
        return response


class ChangePassword(Refusing, PasswordChangeView):
    form_class = forms.ChangePasswordForm
    template_name = "access/signin/change_password.html"
    success_url = OVERVIEW

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_usable_password():  # type: ignore[union-attr]
            return redirect(OVERVIEW)
        return super().dispatch(request, *args, **kwargs)

    def get_default_success_url(self) -> str:
        return str(OVERVIEW)

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.change_password(self.request)
        messages.success(self.request, "Your password is changed.")
        return response


@require_GET
def signed_in_devices(request: HttpRequest) -> HttpResponse:
    found = devices(request.user, request.session.session_key or "")  # type: ignore[arg-type]
    return render(request, "access/signin/devices.html", {"devices": found})


@require_POST
def end_device(request: HttpRequest) -> HttpResponse:
    if actions.end_session(request, request.POST.get("device", "")):
        messages.success(request, "That device is signed out.")
    else:
        messages.info(request, "That device was signed out already.")
    return redirect("devices")


@require_POST
def end_other_devices(request: HttpRequest) -> HttpResponse:
    ended = actions.end_other_sessions(request)
    words = "1 other device is" if ended == 1 else f"{ended} other devices are"
    messages.success(request, f"{words} signed out.")
    return redirect("devices")
