"""Security headers that Django leaves to us, and a request log without personal data."""

import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Nothing of these is used. Passkeys are, by our own pages alone.
UNUSED = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
OWN = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY = ", ".join([*(f"{name}=()" for name in UNUSED), *(f"{n}=(self)" for n in OWN)])

HEADERS = {
    # Shared desks and proxies keep no copy; a view that may be kept says so by its own header.
    "Cache-Control": "no-store",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "X-Permitted-Cross-Domain-Policies": "none",
}


class SecurityHeaders:
    """Sets what a view did not set itself."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class RequestLog:
    """One line a request: id, method, route name, status, duration, user id.

    Never the path, query, address, browser or a name: a path may hold a reference to a person. All
    log lines in between carry the same request id, and the error pages show it.
    """

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response
        self.log = structlog.get_logger("breakwater.web.requests")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Our own number, never one that was sent: that could carry anything into the log.
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request.request_id):  # type: ignore[attr-defined]
            response = self.get_response(request)
            write = self.log.debug if is_static(request) else self.log.info
            write(
                "request",
                method=request.method if request.method in METHODS else "other",
                route=route(request),
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
                user=user_id(request),
            )
        response.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def is_static(request: HttpRequest) -> bool:
    return bool(settings.STATIC_URL) and request.path.startswith(settings.STATIC_URL)


def route(request: HttpRequest) -> str:
    """The name of the view in urls.py, which says nothing about whom the page is about."""
    if match := request.resolver_match:
        return match.view_name or "unnamed"
    return "static" if is_static(request) else "unmatched"


def user_id(request: HttpRequest) -> str | None:
    """The id of who is signed in, if the request came to ask; never a database query of its own."""
    # Where django.contrib.auth keeps the user once request.user was read.
    user = getattr(request, "_cached_user", None)
    return str(user.pk) if user is not None and user.is_authenticated else None
