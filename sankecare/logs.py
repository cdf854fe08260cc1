"""Log lines: events and ids as JSON. A name, an address of any kind or a free text never enters one."""

import sys
import traceback
from typing import Any

import structlog
from django.http import HttpRequest
from structlog.types import EventDict, WrappedLogger

# django-structlog adds these; they would tie a person to what she looked at outside the access log.
NOT_LOGGED = ("ip", "user_agent", "request")


def _without_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key in NOT_LOGGED:
        event.pop(key, None)
    return event


MOST_FRAMES = 20


def _error_by_name(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What an error says may hold a row's values; its kind, its causes' kinds and where it arose do not."""
    error = _error_of(event.pop("exc_info", None), event.pop("exception", None))
    if error is not None:
        frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)
        event["error"] = type(error).__name__
        event["caused_by"] = _kinds_of_causes(error)
        event["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-MOST_FRAMES:]]
    task = getattr(event.get("_record"), "data", None)
    if isinstance(task, dict) and "exc" in task:  # Celery's own line repeats the error's words
        event["event"] = f"task_failed {task['name']} {task['id']}"
    return event


def _page_by_name(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Django's lines end on an address, which may hold a calendar's or a mail's secret: the page's name stands there.

    An address that is none of ours is not repeated: it may be one of them, mistyped by a sign.
    """
    request = getattr(event.get("_record"), "request", None)
    if isinstance(request, HttpRequest):
        match, words = getattr(request, "resolver_match", None), str(event["event"])
        page = match.view_name if match else "no such address"
        ends = (request.path, request.path.encode("unicode_escape").decode())
        known = next((words.removesuffix(end) for end in ends if words.endswith(f": {end}")), None)
        event["event"] = f"{known}{page}" if known else f"{words.partition(':')[0]}: {page}"
    return event


def _error_of(exc_info: Any, exception: Any) -> BaseException | None:
    found = sys.exc_info() if exc_info is True else exc_info
    for error in (found[1] if isinstance(found, tuple) else found, exception):
        if isinstance(error, BaseException):
            return error
    return None


def _kinds_of_causes(error: BaseException) -> list[str]:
    kinds = []
    while (cause := error.__cause__) is not None:
        kinds.append(type(cause).__name__)
        error = cause
    return kinds


# Of what a standard logger's ``extra`` holds, these alone: ids and the error's name.
EXTRA_LOGGED = ("entry", "error", "digest")

_ON_EVERY_LINE = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _without_personal,
    _error_by_name,
)
# For records of Django, Celery and gunicorn, which know nothing of structlog (settings.LOGGING).
FOREIGN = (structlog.stdlib.ExtraAdder(allow=EXTRA_LOGGED), *_ON_EVERY_LINE, _page_by_name)

structlog.configure(
    processors=[*_ON_EVERY_LINE, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def render(logger: WrappedLogger, name: str, event: EventDict) -> Any:
    """Render one record as a line of JSON; formatter of every handler."""
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return structlog.processors.JSONRenderer(ensure_ascii=False)(logger, name, event)
