"""Headers on every answer, and a log line that names no one."""

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from structlog.testing import capture_logs

from breakwater.web.middleware import PERMISSIONS_POLICY, RequestLog, SecurityHeaders


def ask(middleware, view=None, method="get", path="/people/ann-other?born=2014", **facts):
    request = getattr(RequestFactory(), method)(
        path, HTTP_USER_AGENT="Agent", HTTP_REFERER="/x", REMOTE_ADDR="192.0.2.7"
    )
    vars(request).update(facts)
    return middleware(view or (lambda _: HttpResponse("ok")))(request)


def test_nothing_is_kept_by_browsers_and_proxies_unless_a_view_says_so():
    assert ask(SecurityHeaders)["Cache-Control"] == "no-store"
    kept = ask(SecurityHeaders, lambda _: HttpResponse(headers={"Cache-Control": "max-age=60"}))
    assert kept["Cache-Control"] == "max-age=60"


def test_devices_are_switched_off_and_other_origins_shut_out():
    response = ask(SecurityHeaders)
    assert "camera=()" in response["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in response["Permissions-Policy"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert PERMISSIONS_POLICY.count("=") == len(PERMISSIONS_POLICY.split(", "))


@pytest.fixture
def signed_in():
    user = SimpleNamespace(pk=7, name="Ann Other", is_authenticated=True)
    return {"_cached_user": user, "resolver_match": SimpleNamespace(view_name="person")}


def test_a_request_is_logged_by_route_and_ids_alone(signed_in):
    with capture_logs() as logs:
        response = ask(RequestLog, **signed_in)
    (line,) = logs
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request", "log_level": "info", "method": "GET", "route": "person",
        "status": 200, "user": "7",
    }  # fmt: skip
    assert len(response["X-Request-ID"]) == 32


def test_no_part_of_the_address_or_the_browser_is_in_the_log(signed_in):
    for facts in (signed_in, {}):
        with capture_logs() as logs:
            ask(RequestLog, **facts)
        text = str(logs)
        for personal in ("ann-other", "2014", "192.0.2.7", "Agent", "Ann Other"):
            assert personal not in text


def test_a_number_or_a_method_that_was_sent_in_is_not_believed():
    with capture_logs() as logs:
        request = RequestFactory().generic("ANN-OTHER", "/", HTTP_X_REQUEST_ID="ann-other")
        response = RequestLog(lambda _: HttpResponse())(request)
    assert response["X-Request-ID"] != "ann-other"
    assert logs[0]["method"] == "other"
    assert logs[0]["route"] == "unmatched"


def test_logging_does_not_ask_who_is_signed_in_if_the_page_did_not():
    class Never:
        def __bool__(self):
            raise AssertionError("asked the database")

    with capture_logs() as logs:
        ask(RequestLog, user=Never())
    assert logs[0]["user"] is None


def test_static_files_are_logged_quietly():
    with capture_logs() as logs:
        ask(RequestLog, path="/static/breakwater/breakwater.css")
    assert logs[0]["log_level"] == "debug"
    assert logs[0]["route"] == "static"
