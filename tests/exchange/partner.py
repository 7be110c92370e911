"""A partner's system as the hub meets it: a key of its own, assertions, and calls over HTTP."""

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import requests
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey

Key = ECKey | OKPKey
GRANT = {
    "grant_type": "client_credentials",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
}


@dataclass
class PartnerSystem:
    """Calls the hub at `address` as the client whose private key it holds."""

    address: str
    client_id: str
    key: Key
    algorithm: str = "ES256"
    token: str = ""
    kept: requests.Session = field(default_factory=requests.Session)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """What it says of itself, with changes; None leaves a claim out."""
        usual = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"{self.address}/api/v1/token",
            "exp": int(time.time()) + 60,
            "jti": str(uuid.uuid4()),
        }
        return {name: claim for name, claim in (usual | changes).items() if claim is not None}

    def assertion(self, *, key: Any = None, alg: str = "", **changes: Any) -> str:
        """A signed assertion, or one that is wrong in some way."""
        alg = alg or self.algorithm
        return jwt.encode(
            {"alg": alg}, self.claims(**changes), key or self.key, algorithms=[alg]
        )  # fmt: skip

    def ask_for_token(self, assertion: str = "", **form: str) -> requests.Response:
        sent = {**GRANT, "client_assertion": assertion or self.assertion(), **form}
        return self.kept.post(f"{self.address}/api/v1/token", data=sent, timeout=20)

    def signed_in(self, scope: str = "") -> "PartnerSystem":
        response = self.ask_for_token(scope=scope)
        assert response.status_code == 200, response.text
        self.token = response.json()["access_token"]
        return self

    def call(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> requests.Response:  # fmt: skip
        """Call the API with the token; `body` is sent as JSON, bytes as they are."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.kept.request(
            method, f"{self.address}/api/v1/{path}", data=body, headers=sent, timeout=20
        )

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> requests.Response:
        return self.call("POST", path, body, **headers)


def new_key() -> ECKey:
    return ECKey.generate_key("P-256")


def public(key: Key) -> dict[str, Any]:
    """The public half of a key, as it is handed to the hub."""
    return dict(key.as_dict(private=False))


def is_problem(response: requests.Response, status: int, kind: str) -> dict[str, Any]:
    """Hold the answer to RFC 9457 and return it."""
    assert (response.status_code, response.headers["Content-Type"]) == (
        status,
        "application/problem+json",
    ), response.text
    body: dict[str, Any] = response.json()
    assert body["type"].endswith(f"/api/v1/problems/{kind}")
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == response.headers["X-Request-ID"]
    return body
