"""Structured logs without personal data.

Our own events name what happened and ids, nothing else. Of a library's message only the template
is kept, never the values put into it; of an exception its type and where it happened, never its
words, since a database error quotes the row that it is about.
"""

import logging
import sys
import traceback
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger


def configure(log_format: str, stream: TextIO, quiet: bool) -> None:
    """Send all logs to `stream`, as text for people or as JSON lines for machines.

    `quiet` is for commands that answer a person at a terminal themselves.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        exception_without_words,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.processors.JSONRenderer(sort_keys=True)
    if log_format == "text":
        renderer = structlog.dev.ConsoleRenderer(colors=stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            # Never put a library's values into its message, not even to see whether they fit.
            use_get_message=False,
            pass_foreign_args=True,
            foreign_pre_chain=[template_only, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("breakwater").setLevel(logging.WARNING if quiet else logging.INFO)


def template_only(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop the values of a library's message: 'Not Found: %s' stays, the address does not."""
    record: logging.LogRecord | None = event.get("_record")
    values = event.pop("positional_args", ())
    if record is not None and not record.name.startswith("breakwater"):
        # A message with no values may have them formatted in: keep only what cannot hold any.
        event["event"] = str(record.msg) if values else f"message of {record.name}"
        event["place"] = f"{record.module}:{record.lineno}"
    return event


def exception_without_words(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace exc_info by the exception's type and its frames (file:line function)."""
    record = event.get("_record")
    info = event.pop("exc_info", None) or (record.exc_info if record is not None else None)
    if record is not None:
        record.exc_info = record.exc_text = None
    if info is True:
        info = sys.exc_info()
    error = info if isinstance(info, BaseException) else info[1] if info else None
    if error is not None:
        event["error"] = type(error).__name__
        event["at_frames"] = [
            f"{frame.filename.rsplit('/site-packages/')[-1]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-12:]
        ]
    return event
