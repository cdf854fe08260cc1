"""Log lines: events and ids as JSON. A name, an address or a free text never enters one."""

from typing import Any

import structlog
from structlog.types import EventDict, WrappedLogger

# django-structlog adds these; they would tie a person to what she looked at outside the access log.
NOT_LOGGED = ("ip", "user_agent", "request")


def _without_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key in NOT_LOGGED:
        event.pop(key, None)
    return event


# Of what a standard logger's ``extra`` holds, these alone: ids and the error's name.
EXTRA_LOGGED = ("entry", "error", "digest")

_ON_EVERY_LINE = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _without_personal,
)
# For records of Django, Celery and gunicorn, which know nothing of structlog (settings.LOGGING).
FOREIGN = (structlog.stdlib.ExtraAdder(allow=EXTRA_LOGGED), *_ON_EVERY_LINE)

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
