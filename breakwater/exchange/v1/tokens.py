"""POST /token: a signed assertion against a token (RFC 6749 4.4, RFC 7523 2.2)."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Form, Router, Schema
from pydantic import ConfigDict

from breakwater.exchange.clients import actions, assertions
from breakwater.exchange.clients.assertions import NotProved
from breakwater.exchange.clients.queries import KnownClient
from breakwater.exchange.rules import NO_CLIENT, TOKENS, TOLD, scopes_of
from breakwater.exchange.v1 import limits
from breakwater.exchange.v1.auth import token_address
from breakwater.exchange.v1.problems import Problem

GRANT = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
router = Router(tags=["Tokens"])


class TokenIn(Schema):
    model_config = ConfigDict(
        json_schema_extra={"required": ["grant_type", "client_assertion_type", "client_assertion"]}
    )
    grant_type: str = Field("", description=f'"{GRANT}"')
    client_assertion_type: str = Field("", description=f'"{ASSERTION_TYPE}"')
    client_assertion: str = Field("", description="A JWT signed by ES256 or EdDSA.")
    scope: str = Field("", description="Scopes with spaces between; all that the client has.")
    client_id: str = Field("", description="If given: that of the assertion.")


class TokenOut(Schema):
    access_token: str
    token_type: str = Field(examples=["Bearer"])
    expires_in: int = Field(description="Seconds.", examples=[600])
    scope: str = Field(examples=["requests:answer requests:read"])


@router.post("/token", auth=None, response=TokenOut, url_name="api-token", operation_id="getToken",
             summary="Get a token",
             openapi_extra={"x-problems": ["invalid-request", "invalid-client"]})  # fmt: skip
def get_token(request: HttpRequest, sent: Annotated[TokenIn, Form()]) -> dict[str, Any]:
    """Prove by a signed JWT who you are; what comes back acts for ten minutes."""
    _check(request, sent)
    limits.check_refusals(request, "tokens")
    try:
        client = assertions.prove(sent.client_assertion, token_address())
    except NotProved as refused:
        limits.count_refusal(request, "tokens")
        actions.note_refusal(refused)
        raise _refused("invalid-client", TOLD.get(refused.why, NO_CLIENT)) from None
    # Only who has the key is counted by name: nobody else can use the client's tokens up.
    limits.count("tokens", client.id, TOKENS)
    return _token(sent, client)


def _token(sent: TokenIn, client: KnownClient) -> dict[str, Any]:
    if sent.client_id not in ("", client.client_id):
        raise _refused("invalid-client", NO_CLIENT)
    scopes = scopes_of(sent.scope, client.scopes)
    if scopes is None:
        raise _refused("invalid-scope")
    token = actions.take_token(client, scopes)
    return {
        "access_token": token.key,
        "token_type": "Bearer",
        "expires_in": int(token.lasts.total_seconds()),
        "scope": " ".join(sorted(token.scopes)),
    }


def _check(request: HttpRequest, sent: TokenIn) -> None:
    if any(len(values) > 1 for _, values in request.POST.lists()):
        raise _refused("invalid-request")
    if sent.grant_type != GRANT:
        raise _refused("unsupported-grant-type" if sent.grant_type else "invalid-request")
    if sent.client_assertion_type != ASSERTION_TYPE or not sent.client_assertion:
        raise _refused("invalid-request", "client_assertion and its type are needed.")


def _refused(kind: str, detail: str = "") -> Problem:
    """A problem that OAuth libraries read too: RFC 6749 calls it `error`."""
    return Problem(kind, detail, error=kind.replace("-", "_"))
