"""What can go wrong, as RFC 9457 says it: one table, and the answers made of it.

A problem names the field it is about and never repeats what was sent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from breakwater.access.rules import NotAllowed

MEDIA_TYPE = "application/problem+json"
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Kind:
    status: int
    title: str
    todo: str


KINDS: dict[str, Kind] = {
    "bad-request": Kind(400, "The request cannot be read", "Send UTF-8 JSON, no name twice."),
    "invalid-request": Kind(400, "This is no request for a token", "Send each parameter once."),
    "unsupported-grant-type": Kind(
        400, "No such grant", 'Only grant_type "client_credentials" is known.'
    ),
    "invalid-scope": Kind(400, "The client has no such scope", "Ask for scopes that it was given."),
    "invalid-client": Kind(401, "The client is not proved", "Sign a new assertion with its key."),
    "unauthorised": Kind(401, "A token is needed", "Get a token, and send it as Bearer."),
    "insufficient-scope": Kind(
        403, "The token has not this scope", "Ask the hub to let the client do this."
    ),
    "not-found": Kind(404, "There is nothing here for you", "Compare the reference or address."),
    "method-not-allowed": Kind(405, "Not with this method", "See Allow."),
    "key-used": Kind(409, "The key stands for another body", "Give each answer a key of its own."),
    "overtaken": Kind(412, "It changed meanwhile", "Read it again, and answer what it says now."),
    "too-large": Kind(413, "The body is too large", "Send at most 1 MB."),
    "unsupported-media-type": Kind(415, "Not this kind of body", "Send application/json."),
    "invalid": Kind(422, "Something in it is wrong", "Mend what `errors` names."),
    "too-many-requests": Kind(429, "Too many requests", "Wait as long as Retry-After says."),
    "failed": Kind(500, "The hub failed", "Try again later; with the same key nothing is doubled."),
}
BY_STATUS = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    415: "unsupported-media-type",
}


class Problem(Exception):
    """Something that the caller is told, of one of the kinds above."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        **more: str,
    ):
        super().__init__(kind)
        self.kind, self.detail, self.errors = kind, detail, list(errors)
        self.headers, self.more = dict(headers or {}), more


def address_of(kind: str) -> str:
    return f"{settings.PUBLIC_URL}/api/v1/problems/{kind}"


def response(request: HttpRequest, problem: Problem) -> HttpResponse:
    kind = KINDS[problem.kind]
    body: dict[str, Any] = {
        "type": address_of(problem.kind),
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail or kind.todo,
        "request_id": getattr(request, "request_id", ""),
        **problem.more,
    }
    if problem.errors:
        body["errors"] = problem.errors
    answer = JsonResponse(body, status=kind.status, content_type=MEDIA_TYPE)
    for name, value in problem.headers.items():
        answer.headers[name] = value
    return answer


def in_body(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """(field, sentence) pairs of an action as errors: "answer_3" is /answers/3."""
    return [{"pointer": _pointer_of(field), "detail": sentence} for field, sentence in pairs]


def teach(api: NinjaAPI) -> None:
    """Tell the API what becomes of each exception."""
    for error, handler in HANDLERS.items():
        api.add_exception_handler(error, handler)


def answered(view: View) -> View:
    """A view of the API: open to who is not signed in, and each refusal of it is a problem."""

    @wraps(view, updated=())
    def ask(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "HEAD":
            request.method = "GET"  # the server leaves the body out
        answer = view(request, *args, **kwargs)
        if answer.status_code < 400 or answer.headers["Content-Type"].startswith(MEDIA_TYPE):
            return answer
        kept = {name: answer.headers[name] for name in ("Allow",) if name in answer.headers}
        return response(request, Problem(BY_STATUS[answer.status_code], headers=kept))

    ask.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie counts here
    ask.login_required = False  # type: ignore[attr-defined]
    return ask


def _as(kind: str) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, _error: response(request, Problem(kind))


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    found: ValidationError = error
    return response(request, Problem("invalid", errors=[_error(each) for each in found.errors]))


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    # Of what the parser said django-ninja makes an error of its own.
    found: HttpError = error.__cause__ if isinstance(error.__cause__, HttpError) else error
    return response(request, Problem(BY_STATUS.get(found.status_code, "bad-request")))


def _failed(request: HttpRequest, _error: Any) -> HttpResponse:
    structlog.get_logger("breakwater.exchange").exception("api_failed")
    return response(request, Problem("failed"))


def _error(found: Mapping[str, Any]) -> dict[str, str]:
    """One error of pydantic: ("body", "given", "answers", 0) is /answers/0 of the body."""
    where, *path = found["loc"]
    if where in ("body", "form"):
        inside = path[1:] if where == "body" else path
        return {"pointer": "#" + "".join(f"/{_escaped(str(part))}" for part in inside),
                "detail": found["msg"]}  # fmt: skip
    return {where: str(path[-1]), "detail": found["msg"]}


def _pointer_of(field: str) -> str:
    name, _, place = field.rpartition("_")
    return f"#/{name}s/{place}" if place.isdecimal() else f"#/{field}"


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Problem: response,
    ValidationError: _invalid,
    HttpError: _refused,
    NotAllowed: _as("not-found"),
    RequestDataTooBig: _as("too-large"),
    SuspiciousOperation: _as("bad-request"),
    UnreadablePostError: _as("bad-request"),
    Exception: _failed,
}
