"""The forms of signing in: the hub's look, allauth's checks."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal import flows
from allauth.account.models import Login
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import forms as recovery
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from breakwater.access.models import User
from breakwater.access.signin.actions import note, refused
from breakwater.web.forms import GovForm, Password, Text

# As long as a code of an app can be right: its own half minute and one on each side.
CODE_LASTS = 90
PASSKEY_REFUSED = "The passkey was not accepted. Try again"
# What allauth's checks raise for a credential with parts missing or of the wrong kind.
NOT_A_PASSKEY = (ValidationError, AttributeError, KeyError, TypeError, ValueError)


class SignInForm(GovForm):
    username = Text("Username", max_length=100, autocomplete="username", spellcheck=False, width=20)
    password = Password("Password", max_length=200, width=20)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            self.user = get_adapter().authenticate(self.request, **given)
            if self.user is None:
                refused(given["username"])
                self.error_at("username", "Enter a username and password that belong together")
        return given

    def login(self, request: HttpRequest, redirect_url: str | None) -> HttpResponse:
        login = Login(user=self.user, redirect_url=redirect_url)
        return flows.login.perform_password_login(request, {}, login)


def _code(label: str, hint: str) -> Text:
    return Text(
        label, hint=hint, max_length=20, autocomplete="one-time-code", inputmode="numeric",
        spellcheck=False, width=10, noun="the code",
    )  # fmt: skip


class _Code:
    """A code of the app works once, for as long as it could be right."""

    def clean_code(self) -> str:
        try:
            code = str(super().clean_code())  # type: ignore[misc]
        except ValidationError as refused:
            if refused.code == "too_many_login_attempts":
                note(self.user, "sign_in_throttled", allowed=False, limit="code")  # type: ignore[attr-defined]
            raise
        given = self.authenticator  # type: ignore[attr-defined]
        spent = f"code:{given.pk}:{''.join(filter(str.isdigit, code))}"
        if given.type == Authenticator.Type.TOTP and not cache.add(spent, 1, CODE_LASTS):
            from allauth.mfa.adapter import get_adapter as factor_adapter

            raise factor_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_Code, GovForm, base.AuthenticateForm):
    code = _code("Code", "The 6 numbers in your authenticator app, or one of your recovery codes")


class ConfirmByCodeForm(_Code, GovForm, base.ReauthenticateForm):
    code = _code("Code", "The 6 numbers in your authenticator app, or one of your recovery codes")


class ConfirmByPasswordForm(GovForm):
    password = Password("Password", noun="your password", max_length=200, width=20)

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("incorrect_password")
        return password


class AddAppForm(GovForm, totp.ActivateTOTPForm):
    code = _code("Code", "The 6 numbers that the app shows now")


class RemoveAppForm(GovForm, totp.DeactivateTOTPForm):
    pass


class NewRecoveryCodesForm(GovForm, recovery.GenerateRecoveryCodesForm):
    pass


class _Passkey:
    """What a browser sends in a passkey's name is not trusted to be complete."""

    def clean_credential(self) -> Any:
        own = getattr(super(), "clean_credential", None)
        try:
            return own() if own else self.cleaned_data["credential"]  # type: ignore[attr-defined]
        except NOT_A_PASSKEY:
            raise ValidationError(PASSKEY_REFUSED) from None

    def clean(self) -> Any:
        try:
            return super().clean()  # type: ignore[misc]
        except NOT_A_PASSKEY:
            raise ValidationError(PASSKEY_REFUSED) from None


class AddPasskeyForm(_Passkey, GovForm, webauthn.AddWebAuthnForm):
    name = Text(
        "Name of this passkey", hint="So that you know it again: for instance, Work phone",
        max_length=60, required=False, width=20,
    )  # fmt: skip


class PasskeyForm(_Passkey, GovForm, webauthn.AuthenticateWebAuthnForm):
    pass


class ConfirmByPasskeyForm(_Passkey, GovForm, webauthn.ReauthenticateWebAuthnForm):
    pass


class NewPasswordForm(GovForm):
    new = Password(
        "New password",
        hint="At least 14 characters. Three words that have nothing to do with each other are good",
        autocomplete="new-password", max_length=200, width=20,
    )  # fmt: skip
    again = Password(
        "New password again",
        noun="the new password a second time",
        autocomplete="new-password",
        max_length=200,
        width=20,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"new", "again"} <= given.keys() and given["new"] != given["again"]:
            self.error_at("again", "Enter the new password a second time, the same as above")
        return given


class ChangePasswordForm(NewPasswordForm):
    old = Password("Current password", noun="your current password", max_length=200, width=20)
    field_order = ("old", "new", "again")

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not get_adapter().reauthenticate(self.user, old):
            raise get_adapter().validation_error("incorrect_password")
        return old

    def save(self) -> None:
        self.user.set_password(self.cleaned_data["new"])
        self.user.save(update_fields=["password"])
