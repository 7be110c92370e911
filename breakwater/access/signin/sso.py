"""Single sign-on per agency by OpenID Connect: who comes in by whose word.

allauth asks the provider (code flow with state and PKCE); here the token is held to what was
configured: signed, from this issuer, for this sign-in (nonce). No account is made: a person whom
the agency's provider names must be on the hub's list of that agency.
"""

import secrets
from typing import Any, NoReturn

import jwt
import requests
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from breakwater.access.models import User
from breakwater.access.signin.actions import note
from breakwater.access.signin.rules import Provider, says_multi_factor

# Signatures that only the provider can make; never one with a secret that both know, never none.
SIGNED_WITH = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
# The hub's clock and the provider's may differ by this, in seconds.
CLOCKS_APART = 60
BROKEN = (requests.RequestException, OAuth2Error, KeyError, TypeError, ValueError)


def providers() -> dict[str, Provider]:
    return {provider.id: provider for provider in settings.SIGN_IN_PROVIDERS}


class HubOpenID(OpenIDConnectOAuth2Adapter):
    """allauth's side of the talk with a provider, with what it leaves open closed."""

    def get_provider(self) -> Any:
        app = SocialAdapter(self.request).get_app(self.request, self.provider_id)
        return HubProvider(self.request, app=app)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("sso-back", args=[self.provider_id]))

    @property
    def openid_config(self) -> Any:
        found = super().openid_config
        if found["issuer"].rstrip("/") != providers()[self.provider_id].issuer.rstrip("/"):
            raise OAuth2Error("the provider calls itself by another name")
        return found

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any
    ) -> SocialLogin:
        try:
            claims = self._checked(app, kwargs["response"]["id_token"])
            login = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        except (KeyError, TypeError, ValueError, jwt.PyJWTError) as error:
            raise OAuth2Error("no token that can be read") from error
        # Nothing of what the provider tells of a person is kept but the subject's id.
        login.account.extra_data = {}
        login.claims = claims
        return login

    def _checked(self, app: SocialApp, token: str) -> dict[str, Any]:
        """The claims of a token that the provider signed for this hub, and that lasts.

        allauth checks no signature when the token came straight from the provider, and wants a
        key's id, which a provider with one key may leave out.
        """
        header = jwt.get_unverified_header(token)
        with SocialAdapter(self.request).get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        fitting = [key for key in keys if header.get("kid") in (None, key.key_id)]
        if header.get("alg") not in SIGNED_WITH or len(fitting) != 1:
            raise OAuth2Error("a token that is not signed by a known key of the provider")
        return jwt.decode(
            token,
            fitting[0].key,
            algorithms=[header["alg"]],
            audience=app.client_id,
            issuer=self.openid_config["issuer"],
            leeway=CLOCKS_APART,
            options={"require": ["aud", "exp", "iat", "iss", "sub"]},
        )


class HubProvider(OpenIDConnectProvider):
    oauth2_adapter_class = HubOpenID


class SocialAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        return False

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The configured providers, and none that somebody puts into allauth's table."""
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=one.id,
                name=one.agency,
                client_id=one.client_id,
                secret=one.client_secret,
                settings={
                    "server_url": one.issuer.rstrip("/"),
                    "oauth_pkce_enabled": True,
                    # No more than it takes to know who it is.
                    "scope": ["openid", "email" if one.username_claim == "email" else "profile"],
                },
            )
            for one in settings.SIGN_IN_PROVIDERS
            if provider in (None, one.id, "openid_connect") and client_id in (None, one.client_id)
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
        """Sign in whom the token names, or say that they are not on the list."""
        provider = providers()[sociallogin.provider.sub_id]
        claims: dict[str, Any] = sociallogin.claims
        if claims.get("nonce") != sociallogin.state.get("nonce"):
            raise ImmediateHttpResponse(failed(request, provider))
        user = whom(provider, claims, sociallogin.account.uid)
        if user is None:
            note(None, "sign_in", allowed=False, provider=provider.id)
            page = render(request, "access/signin/stranger.html", {"of": provider}, status=403)
            raise ImmediateHttpResponse(page)
        request.sso_says_multi_factor = says_multi_factor(provider, claims)  # type: ignore[attr-defined]
        record_authentication(request, user, "sso", provider=provider.id)
        after = sociallogin.get_redirect_url(request)
        raise ImmediateHttpResponse(
            perform_login(request, user, email_verification="none", redirect_url=after)
        )

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any
    ) -> NoReturn:
        raise ImmediateHttpResponse(failed(request, providers()[provider.sub_id]))


@transaction.atomic
def whom(provider: Provider, claims: dict[str, Any], subject: str) -> User | None:
    """Who this is: bound to the subject's id, or, the first time, named by the claim.

    Only ever somebody of the provider's own agency who works there still; and once bound, a name
    that the provider gives to another subject opens nothing.
    """
    people = User.objects.filter(is_system=False, is_active=True)
    theirs = people.filter(agency__name=provider.agency)
    bound = SocialAccount.objects.filter(provider=provider.id, uid=subject).first()
    if bound is not None:
        return theirs.filter(pk=bound.user_id).first()
    name = claims.get(provider.username_claim)
    if not isinstance(name, str) or not name:
        return None
    user = theirs.select_for_update(of=("self",)).filter(username=name).first()
    if user is None or SocialAccount.objects.filter(provider=provider.id, user=user).exists():
        return None
    SocialAccount.objects.create(provider=provider.id, uid=subject, user=user)
    note(user, "bind_sign_in", provider=provider.id)
    return user


def failed(request: HttpRequest, provider: Provider) -> HttpResponse:
    """The page for when the provider says no, says nothing, or cannot be believed."""
    # Who never set out from here has not tried to sign in.
    if not request.session.is_empty():
        note(None, "sign_in", allowed=False, provider=provider.id, failed=True)
    return render(request, "access/signin/sso_failed.html", {"of": provider}, status=401)


@login_not_required
@require_POST
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the agency's provider."""
    provider = _known(provider_id)
    nonce = secrets.token_urlsafe(24)
    try:
        return (
            HubOpenID(request, provider_id)
            .get_provider()
            .redirect(
                request,
                process="login",
                next_url=get_next_redirect_url(request),
                auth_params={"nonce": nonce},
                nonce=nonce,
            )
        )
    except BROKEN:
        return failed(request, provider)


@login_not_required
@require_GET
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The browser comes back from the provider, with a code that is good for one token."""
    provider = _known(provider_id)
    try:
        return OAuth2CallbackView.adapter_view(HubOpenID(request, provider_id))(request)
    except BROKEN:
        return failed(request, provider)


def _known(provider_id: str) -> Provider:
    try:
        return providers()[provider_id]
    except KeyError:
        raise Http404 from None
