"""Logs say what happened and where, never about whom: whatever a library or an error may quote."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from breakwater.site import logs

SECRET = "Amelia Hartley, 12 Quay Street"
FORMATS = ["text", "json"]


@pytest.fixture(params=FORMATS)
def written(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Log in one format, and read what came out."""
    root, ours = logging.getLogger(), logging.getLogger("breakwater")
    before = (root.handlers, root.level, ours.level, structlog.get_config())
    stream = io.StringIO()
    logs.configure(request.param, stream, quiet=False)
    yield stream.getvalue
    root.handlers, level, own_level, config = before
    root.setLevel(level)
    ours.setLevel(own_level)
    structlog.configure(**config)


def raised() -> None:
    try:
        raise ValueError(f"duplicate key: ({SECRET})")
    except ValueError as quoting:
        raise RuntimeError(f"could not save {SECRET}") from quoting


def test_an_event_of_ours_says_what_and_which(written: Callable[[], str]) -> None:
    structlog.get_logger("breakwater.test").info("submission received", door="file", referral=7)
    line = written()
    assert "submission received" in line
    assert "file" in line
    assert "7" in line


@pytest.mark.parametrize(
    "log",
    [
        lambda log: log.warning("Not Found: %s", SECRET),
        lambda log: log.warning("Not Found: %(name)s", {"name": SECRET}),
        lambda log: log.warning(f"Not Found: {SECRET}"),
        lambda log: log.error("Not Found", extra={"name_of": SECRET, "request": SECRET}),
        lambda log: log.error(SECRET),
        lambda log: log.error(ValueError(SECRET)),
        lambda log: log.error("failed", exc_info=ValueError(SECRET)),
        lambda log: log.error("failed %s", SECRET, exc_info=ValueError(SECRET), stack_info=True),
    ],
)
def test_nothing_that_a_library_puts_into_a_message_is_kept(
    written: Callable[[], str], log: Callable[[logging.Logger], None]
) -> None:
    log(logging.getLogger("library.of.others"))
    assert "library.of.others" in written()
    assert "Amelia" not in written()
    assert "Quay" not in written()


def test_the_template_of_a_librarys_message_is_kept(written: Callable[[], str]) -> None:
    logging.getLogger("library.of.others").warning("Not Found: %s", SECRET)
    assert "Not Found: %s" in written()


def test_a_librarys_wrong_message_quotes_nothing_either(
    written: Callable[[], str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = logging.getLogger()
    # pytest's own handlers do put values into messages; ours is the plain one.
    ours = [handler for handler in root.handlers if type(handler) is logging.StreamHandler]
    monkeypatch.setattr(root, "handlers", ours)
    logging.getLogger("library.of.others").warning("Two of %s and %s", SECRET)
    assert SECRET not in written() + capsys.readouterr().err


@pytest.mark.parametrize("by", ["structlog", "logging"])
def test_an_exception_is_its_type_and_place_without_its_words(
    written: Callable[[], str], by: str
) -> None:
    name = "breakwater.test"
    logger: Any = structlog.get_logger(name) if by == "structlog" else logging.getLogger(name)
    try:
        raised()
    except RuntimeError:
        logger.exception("job failed")
    line = written()
    assert "RuntimeError" in line
    assert "test_logs.py" in line
    assert "raised" in line
    assert "Amelia" not in line
    assert "duplicate key" not in line


def test_an_exception_is_one_line(written: Callable[[], str]) -> None:
    try:
        raised()
    except RuntimeError:
        structlog.get_logger("breakwater.test").exception("job failed")
    assert written().count("\n") == 1


def test_what_a_library_merely_remarks_is_left_out(written: Callable[[], str]) -> None:
    logging.getLogger("library.of.others").info("connected to %s", SECRET)
    assert written() == ""


def test_json_is_one_object_a_line() -> None:
    root, before = logging.getLogger(), (logging.getLogger().handlers, logging.getLogger().level)
    stream = io.StringIO()
    logs.configure("json", stream, quiet=False)
    try:
        structlog.get_logger("breakwater.test").info("first\nsecond", door='"file"')
        logging.getLogger("library").warning("third %s", SECRET)
    finally:
        root.handlers, level = before
        root.setLevel(level)
    ours, theirs = map(json.loads, stream.getvalue().splitlines())
    assert (ours["event"], ours["door"], ours["level"]) == ("first\nsecond", '"file"', "info")
    assert (theirs["logger"], theirs["level"]) == ("library", "warning")
    assert theirs["place"].startswith("test_logs:")


def test_a_quiet_command_logs_warnings_only() -> None:
    root, before = logging.getLogger(), (logging.getLogger().handlers, logging.getLogger().level)
    stream = io.StringIO()
    logs.configure("text", stream, quiet=True)
    try:
        structlog.get_logger("breakwater.quiet").info("submission received")
        structlog.get_logger("breakwater.quiet").warning("disk nearly full")
    finally:
        root.handlers, level = before
        root.setLevel(level)
        logging.getLogger("breakwater").setLevel(logging.INFO)
    assert "submission received" not in stream.getvalue()
    assert "disk nearly full" in stream.getvalue()
