"""The OpenAPI document is whole, says what the API answers, and its examples run."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
import requests
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.conninfo import make_conninfo

from breakwater.exchange.rules import Scope
from breakwater.exchange.v1.problems import KINDS
from tests.exchange.partner import PartnerSystem, is_problem, new_key
from tests.journeys.hub import Hub

Json = dict[str, Any]
METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}
TYPES: dict[str, Any] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list,
    "object": dict, "null": type(None),
}  # fmt: skip


@pytest.fixture
def document(hub: Hub) -> Json:
    response = requests.get(f"{hub.address}/api/v1/openapi.json", timeout=20)
    assert response.headers["Content-Type"] == "application/json"
    found: Json = response.json()
    return found


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def inside(part: Any) -> Iterator[Json]:
    """Every object of the document."""
    if isinstance(part, dict):
        yield part
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from inside(each)


def resolved(document: Json, part: Json) -> Json:
    while "$ref" in part:
        found: Any = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def wrong(document: Json, schema: Json, value: Any, at: str = "") -> list[str]:
    """What of a value the schema does not allow: as much of JSON Schema as the document uses."""
    schema = resolved(document, schema)
    if "anyOf" in schema:
        ways = [wrong(document, one, value, at) for one in schema["anyOf"]]
        return min(ways, key=len)
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: none of the codes"]
    if "const" in schema and value != schema["const"]:
        return [f"{at}: not the constant"]
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (kind != "boolean" and value in (True, False) and isinstance(value, bool))):  # fmt: skip # noqa: E501
        return [f"{at}: no {kind}"]
    found: list[str] = []
    if isinstance(value, str):
        if schema.get("format") == "date-time":
            datetime.fromisoformat(value)
        if len(value) > schema.get("maxLength", len(value)):
            found.append(f"{at}: too long")
    if isinstance(value, list):
        for place, one in enumerate(value):
            found += wrong(document, schema.get("items", {}), one, f"{at}/{place}")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        found += [
            f"{at}/{name}: missing" for name in schema.get("required", ()) if name not in value
        ]
        if schema.get("additionalProperties") is False or known:
            found += [f"{at}/{name}: not in the document" for name in value if name not in known]
        for name in value.keys() & known.keys():
            found += wrong(document, known[name], value[name], f"{at}/{name}")
    return found


def fits(document: Json, path: str, method: str, response: requests.Response) -> None:
    """Hold an answer to what the document says of it."""
    operation = document["paths"][path][method]
    assert str(response.status_code) in operation["responses"], (path, response.status_code)
    said = resolved(document, operation["responses"][str(response.status_code)])
    if not response.content:
        return
    media = response.headers["Content-Type"].partition(";")[0]
    assert media in said["content"], (path, media)
    assert wrong(document, said["content"][media]["schema"], response.json()) == []


def test_it_is_a_whole_document_of_openapi_3_1(document: Json) -> None:
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert document["info"].keys() >= {"title", "version"}
    for part in inside(document):
        if isinstance(part.get("$ref"), str):
            assert resolved(document, part)
        if isinstance(part.get("type"), str) and "properties" in part:
            assert part["type"] == "object"
            assert set(part.get("required", ())) <= part["properties"].keys()
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names)) == 6
    for path, method, operation in operations(document):
        assert path.startswith("/api/v1/")
        assert method in METHODS
        declared = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))
        assert all(p["required"] for p in operation["parameters"] if p["in"] == "path")
        for status, response in operation["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d", status)
            assert resolved(document, response)["description"]
        body = operation.get("requestBody")
        assert body is None or all("schema" in each for each in body["content"].values())


def test_every_operation_needs_the_scope_that_the_document_says(document: Json) -> None:
    (flow,) = document["components"]["securitySchemes"].values()
    scopes = flow["flows"]["clientCredentials"]["scopes"]
    assert set(scopes) == set(Scope)
    assert flow["flows"]["clientCredentials"]["tokenUrl"].endswith("/api/v1/token")
    needed = {
        operation["operationId"]: [list(one.values()) for one in operation.get("security", ())]
        for _, _, operation in operations(document)
    }
    assert needed == {
        "getToken": [],
        "listRequests": [[["requests:read"]]],
        "getRequest": [[["requests:read"]]],
        "answerRequest": [[["requests:answer"]]],
        "listShared": [[["shared:read"]]],
        "getShared": [[["shared:read"]]],
    }


def test_nothing_in_it_leads_away_from_the_hub(hub: Hub, document: Json) -> None:
    text = str(document)
    assert set(re.findall(r"https?://[^/'\"\s]+", text)) == {hub.address}


def test_its_examples_run_and_the_answers_are_as_it_says(
    document: Json, school: PartnerSystem, asked: Callable[..., str]
) -> None:
    answers = "/api/v1/requests/{reference}/answers"
    content = document["paths"][answers]["post"]["requestBody"]["content"]["application/json"]
    assert content["examples"]
    fits(document, "/api/v1/token", "post", school.ask_for_token())
    school.signed_in()
    for name, example in content["examples"].items():
        assert wrong(document, content["schema"], example["value"]) == [], name
        reference = asked()
        answered = school.post(
            f"requests/{reference}/answers", example["value"], Idempotency_Key=f"x-{reference}"
        )
        assert answered.status_code == 201, (name, answered.text)
        fits(document, answers, "post", answered)
        shown = school.get(f"requests/{reference}")
        assert shown.status_code == 200
        fits(document, "/api/v1/requests/{reference}", "get", shown)
    fits(document, "/api/v1/requests", "get", school.get("requests"))
    fits(document, "/api/v1/shared", "get", school.get("shared"))


def test_refusals_are_as_it_says(
    document: Json, school: PartnerSystem, asked: Callable[..., str]
) -> None:
    stranger = PartnerSystem(school.address, school.client_id, new_key())
    fits(document, "/api/v1/token", "post", stranger.ask_for_token())
    fits(document, "/api/v1/token", "post", school.ask_for_token(scope="everything"))
    fits(document, "/api/v1/token", "post", school.ask_for_token(grant_type="password"))
    answers, path = "/api/v1/requests/{reference}/answers", f"requests/{asked()}/answers"
    fits(document, answers, "post", school.post(path, {}))
    school.signed_in("requests:answer")
    for body, headers in (
        ({}, {}),
        (b"{", {"Idempotency_Key": "12345678"}),
        ({"reply": "decline"}, {"Idempotency_Key": "12345678"}),
        ({"reply": "nothing_known"}, {"Idempotency_Key": "12345678", "If_Match": "old"}),
        (b"x", {"Idempotency_Key": "12345678", "Content_Type": "text/plain"}),
    ):
        fits(document, answers, "post", school.post(path, body, **headers))
    missing = school.post("requests/RQ-2222-2222-2222/answers", {"reply": "nothing_known"},
                          Idempotency_Key="12345678")  # fmt: skip
    fits(document, answers, "post", missing)
    fits(document, "/api/v1/requests", "get", school.get("requests"))


def test_the_type_of_a_problem_leads_to_what_to_do(document: Json, school: PartnerSystem) -> None:
    assert set(document["components"]["responses"]) == set(KINDS)
    body = is_problem(school.get("requests"), 401, "unauthorised")
    told = requests.get(body["type"], timeout=20).json()
    assert told == {"title": body["title"], "status": 401, "what_to_do": "Get a token, and send it as Bearer."}  # fmt: skip # noqa: E501
    for kind in KINDS:
        address = f"{school.address}/api/v1/problems/{kind}"
        assert requests.get(address, timeout=20).json()["status"] == KINDS[kind].status


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
ODD = ("answers", "reason", "phone", "handling", "third_parties", "odd")
ODD_ANSWERS = st.fixed_dictionaries(
    {"reply": st.sampled_from(["answer", "nothing_known", "decline", "phone"])},
    optional=dict.fromkeys(ODD, JSON),
)
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60).map(str.strip)


@dataclass
class Odd:
    """What odd things are sent to, and how the hub forgets how many there were."""

    document: Json = field(repr=False)
    system: PartnerSystem
    reference: str
    database: psycopg.Connection

    def ask(self, path: str, method: str, response: requests.Response) -> None:
        assert response.status_code != 429
        fits(self.document, path, method, response)


@pytest.fixture
def odd(
    document: Json, school: PartnerSystem, asked: Callable[..., str], hub: Hub
) -> Iterator[Odd]:
    reference = asked()
    with hub.at_database():
        address = make_conninfo(
            os.environ["BREAKWATER_TEST_DATABASE"], dbname=connection.settings_dict["NAME"]
        )
    with psycopg.connect(address, autocommit=True) as database:
        yield Odd(document, school.signed_in(), reference, database)


@settings(max_examples=100, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(sent=st.binary() | (JSON | ODD_ANSWERS), key=HEADER, tag=HEADER, query=st.text(max_size=30))
def test_whatever_is_sent_gets_an_answer_that_the_document_knows(
    odd: Odd, sent: Any, key: str, tag: str, query: str
) -> None:
    odd.database.execute("delete from access_sharedvalue")
    path = f"requests/{odd.reference}/answers"
    answered = odd.system.post(path, sent, Idempotency_Key=key, If_Match=tag)
    odd.ask("/api/v1/requests/{reference}/answers", "post", answered)
    for what in ("cursor", "limit", "awaited"):
        listed = odd.system.get(f"requests?{what}={quote(query)}")
        odd.ask("/api/v1/requests", "get", listed)
    if name := quote(query, safe="").strip("."):
        shown = odd.system.get(f"requests/{name}")
        odd.ask("/api/v1/requests/{reference}", "get", shown)
