"""Who asks: the token in the header, and what it is good for."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security.base import AuthBase

from breakwater.access import systems
from breakwater.access.rules import Actor
from breakwater.exchange.clients.actions import NAME, SCOPES
from breakwater.exchange.rules import CALLS, SCOPE_WORDS, Scope
from breakwater.exchange.v1 import limits
from breakwater.exchange.v1.problems import Problem

SCHEME = "ClientCredentials"
TOKEN_PATH = "/api/v1/token"  # noqa: S105  an address


def token_address() -> str:
    """Where tokens are got; also whom an assertion must be made for."""
    return f"{settings.PUBLIC_URL}{TOKEN_PATH}"


@dataclass(frozen=True)
class Caller:
    """A partner's system, as the token says."""

    actor: Actor
    client_id: int
    scopes: frozenset[str]


class Bearer(AuthBase):
    """A token that has this scope. 4 SQL statements: whose it is, their posts, and the counts."""

    openapi_type = "oauth2"

    def __init__(self, scope: Scope):
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise _refused("")
        limits.check_refusals(request, "calls")
        acting = systems.acting_by(key.strip())
        if acting is None:
            limits.count_refusal(request, "calls")
            raise _refused(', error="invalid_token"')
        actor, kept = acting
        caller = Caller(actor, kept.get(NAME, 0), frozenset(kept.get(SCOPES, ())))
        limits.count("calls", caller.client_id, CALLS)
        if self.scope not in caller.scopes:
            raise Problem(
                "insufficient-scope",
                headers=_challenge(f', error="insufficient_scope", scope="{self.scope}"'),
            )
        return caller


def needs(
    scope: Scope, *problems: str, body: dict[str, Any] | None = None
) -> dict[str, Any]:  # fmt: skip
    """What a route that needs a scope is declared with; api.py puts it into the document."""
    extra: dict[str, Any] = {"security": [{SCHEME: [scope.value]}], "x-problems": list(problems)}
    if body is not None:
        extra["requestBody"] = {"content": {"application/json": {"examples": body}}}
    return {"auth": Bearer(scope), "openapi_extra": extra}


def scheme() -> dict[str, Any]:
    """How one gets in, for the document."""
    scopes = {scope.value: words for scope, words in SCOPE_WORDS.items()}
    flow = {"tokenUrl": token_address(), "scopes": scopes}
    return {
        "type": "oauth2",
        "description": "Client credentials with a signed JWT (RFC 7523, private_key_jwt).",
        "flows": {"clientCredentials": flow},
    }


def _refused(more: str) -> Problem:
    return Problem("unauthorised", headers=_challenge(more))


def _challenge(more: str) -> dict[str, str]:
    return {"WWW-Authenticate": f'Bearer realm="Breakwater"{more}'}
