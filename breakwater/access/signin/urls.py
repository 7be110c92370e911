"""Only what the hub needs of allauth is reachable. The names with underscores are allauth's: its
flows look for them."""

from django.urls import path

from breakwater.access.signin import own_views as own
from breakwater.access.signin import sso, views
from breakwater.access.signin.middleware import before_work
from breakwater.access.signin.web import confirmed

sign_in = views.SignIn.as_view()

urlpatterns = [
    path("sign-in", sign_in, name="sign-in"),
    path("sign-in", sign_in, name="account_login"),
    path("sign-in/code", views.GiveSecondFactor.as_view(), name="mfa_authenticate"),
    path("sign-in/with/<slug:provider_id>", sso.start, name="sso"),
    path("sign-in/with/<slug:provider_id>/back", sso.back, name="sso-back"),
    path("sign-in/link/<str:secret>", views.use_link, name="sign-in-link"),
    path("sign-out", before_work(views.sign_out), name="sign-out"),
]
own_pages = [
    ("", own.overview, "mfa_index"),
    ("/app/add", confirmed(own.AddApp.as_view()), "mfa_activate_totp"),
    ("/app/remove", confirmed(own.RemoveApp.as_view()), "mfa_deactivate_totp"),
    ("/passkeys/add", confirmed(own.AddPasskey.as_view()), "mfa_add_webauthn"),
    ("/passkeys/<int:pk>/remove", confirmed(own.RemovePasskey.as_view()), "mfa_remove_webauthn"),
    ("/recovery-codes", confirmed(own.RecoveryCodes.as_view()), "mfa_view_recovery_codes"),
    (
        "/recovery-codes/new",
        confirmed(own.NewRecoveryCodes.as_view()),
        "mfa_generate_recovery_codes",
    ),
    ("/password", own.ChangePassword.as_view(), "change-password"),
    ("/devices", own.signed_in_devices, "devices"),
    ("/devices/end", own.end_device, "end-device"),
    ("/devices/end-others", own.end_other_devices, "end-other-devices"),
    ("/confirm", views.ConfirmByPassword.as_view(), "account_reauthenticate"),
    ("/confirm/code", views.ConfirmByCode.as_view(), "mfa_reauthenticate"),
    ("/confirm/passkey", views.ConfirmByPasskey.as_view(), "mfa_reauthenticate_webauthn"),
]
urlpatterns += [
    path(f"your-sign-in{rest}", before_work(view), name=name) for rest, view, name in own_pages
]
