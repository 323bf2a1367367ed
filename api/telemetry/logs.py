"""Log lines as JSON or as text, of this application and of the libraries under it, in one form."""

import logging
import sys
from collections.abc import Sequence
from traceback import extract_tb
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor

from api.settings import LogFormat

LIBRARIES = ("alembic", "sqlalchemy", "uvicorn", "procrastinate")
"""Loggers of libraries, which say too much at level info."""


def configure_logs(form: LogFormat, messages: bool = False, stream: TextIO | None = None) -> None:
    """Send every log line of the process to one stream (standard error), as JSON or as text.

    An exception is told by its type and the places it went through; its message, which may quote data, only
    with `messages`.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Exceptions(messages),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(form, shared))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


def _formatter(form: LogFormat, shared: Sequence[Processor]) -> logging.Formatter:
    last: list[Processor] = (
        [structlog.processors.JSONRenderer()]
        if form == "json"
        else [_readable, structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )


def _readable(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Exceptions as paragraphs, what led to another first."""
    told = event.get("exception")
    if told:
        event["exception"] = "\n".join(_paragraph(**each) for each in reversed(told))
    return event


def _paragraph(type: str, places: list[str], message: str = "") -> str:  # noqa: A002 (keys of `_told`)
    head = f"{type}: {message}" if message else type
    return "\n".join([head, *(f"  {place}" for place in places)])


class _Exceptions:
    """Replaces an exception by its types and places."""

    def __init__(self, messages: bool) -> None:
        self._messages = messages

    def __call__(self, _logger: object, _method: str, event: EventDict) -> EventDict:
        given = event.pop("exc_info", None)
        record: logging.LogRecord | None = event.get("_record")
        if record is not None:  # a library's line: its formatter would print the message
            given = given or record.exc_info
            record.exc_info = record.exc_text = None
        error = _error_of(given)
        if error is not None:
            event["exception"] = [_told(each, self._messages) for each in _chain(error)]
        return event


def _error_of(given: ExcInfo | BaseException | bool | None) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1]
    return sys.exc_info()[1] if given else None


def _chain(error: BaseException) -> list[BaseException]:
    """An exception and what led to it."""
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in found:
        found.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return found


def _told(error: BaseException, messages: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"type": type(error).__qualname__, "places": _places(error.__traceback__)}
    return told | {"message": str(error)} if messages else told


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{each.filename}:{each.lineno} {each.name}" for each in extract_tb(trace)]
