"""The API as a whole: its routers, its addresses, and the OpenAPI document that describes it."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.parser import Parser

from breakwater.exchange.v1 import asked, auth, problems, shared, tokens
from breakwater.exchange.v1.problems import KINDS, MEDIA_TYPE, Problem

VERSION = "1.0.0"
PREFIX = "/api/v1/"
ABOUT = (
    "For systems of partners that answer what the hub asks. Nothing here opens a case: a system "
    "sees what the people of its team see, and each look leaves an entry. Addresses and lists hold "
    "codes and references only; who somebody is stands in one request or disclosure at a time."
)
# What every call may be answered with.
ALWAYS = ("unauthorised", "insufficient-scope", "too-many-requests", "failed")


class StrictParser(Parser):
    """JSON as RFC 8259 has it: UTF-8, no name twice, no NaN."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise HttpError(415, "")
        try:
            return json.loads(
                request.body.decode(), object_pairs_hook=_once, parse_constant=_no_number
            )
        except RecursionError:
            raise ValueError from None


class PartnerApi(NinjaAPI):
    def get_openapi_schema(self, **_kwargs: Any) -> Any:
        """The document, with what django-ninja leaves out: problems, scopes."""
        document = super().get_openapi_schema(path_prefix=PREFIX)
        document["servers"] = [{"url": auth.token_address().removesuffix(auth.TOKEN_PATH)}]
        parts = document["components"]
        parts["securitySchemes"] = {auth.SCHEME: auth.scheme()}
        parts["schemas"]["Problem"] = _problem_schema()
        parts["responses"] = {kind: _problem_response(kind) for kind in KINDS}
        for operation in (each for of in document["paths"].values() for each in of.values()):
            if "security" in operation:
                operation["security"] = operation["security"][-1:]
            kinds = operation.pop("x-problems", [])
            kinds += [kind for kind in ALWAYS if "security" in operation or kind not in ALWAYS[:2]]
            for kind in kinds:
                status = str(KINDS[kind].status)
                operation["responses"][status] = {"$ref": f"#/components/responses/{kind}"}
            operation["responses"] = {str(k): v for k, v in operation["responses"].items()}
        return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("a name twice")
    return read


def _no_number(_text: str) -> Any:
    raise ValueError("not a number")


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    error = {
        "type": "object",
        "description": "What is wrong with one field: of the body (a JSON pointer), the address's "
        "query or path, or a header.",
        "properties": dict.fromkeys(("pointer", "query", "path", "header", "detail"), text),
        "required": ["detail"],
    }
    return {
        "type": "object",
        "description": "RFC 9457. `error` is RFC 6749's, of requests for tokens.",
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "request_id": text,
            "error": text,
            "errors": {"type": "array", "items": error},
        },
        "required": ["type", "title", "status", "detail", "request_id"],
    }


def _problem_response(kind: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    found = KINDS[kind]
    answer: dict[str, Any] = {
        "description": f"{found.title}. {found.todo}",
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
    if kind == "too-many-requests":
        seconds = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
        answer["headers"] = {"Retry-After": seconds}
    return answer


api = PartnerApi(
    title="Breakwater partner API",
    version=VERSION,
    description=ABOUT,
    urls_namespace="api-v1",
    # Served below, for everybody; a page that shows it would load another's scripts.
    openapi_url=None,
    docs_url=None,
    parser=StrictParser(),
)
problems.teach(api)
api.add_router("", tokens.router)
api.add_router("", asked.router)
api.add_router("", shared.router)


def document(request: HttpRequest) -> HttpResponse:
    if request.method != "GET":
        return only_get(request)
    return HttpResponse(_written(), content_type="application/json")


@cache
def _written() -> bytes:
    return json.dumps(api.get_openapi_schema()).encode()


def explain(request: HttpRequest, kind: str) -> HttpResponse:
    """What the `type` of a problem leads to."""
    found = KINDS.get(kind)
    if request.method != "GET":
        return only_get(request)
    if found is None:
        return nowhere(request)
    return JsonResponse({"title": found.title, "status": found.status, "what_to_do": found.todo})


def only_get(request: HttpRequest) -> HttpResponse:
    return problems.response(request, Problem("method-not-allowed", headers={"Allow": "GET"}))


def nowhere(request: HttpRequest) -> HttpResponse:
    return problems.response(request, Problem("not-found"))


def _routes() -> list[URLPattern]:
    routes, _, _ = api.urls
    found = [each for each in routes if isinstance(each, URLPattern) and each.name != "api-root"]
    for route in found:
        route.callback = problems.answered(route.callback)
    return found


urlpatterns = [
    path("openapi.json", problems.answered(document), name="api-document"),
    path("problems/<slug:kind>", problems.answered(explain), name="api-problem"),
    *_routes(),
    # Whatever else, also with a line's end in it.
    re_path(r"^[\s\S]*$", problems.answered(nowhere), name="api-nowhere"),
]
