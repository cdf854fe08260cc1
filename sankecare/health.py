"""``/healthz`` for watchers, and what people see while the database is away: 503, to be tried again, no traceback."""

import sys
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from . import error_handlers
from .outbox import WARN_SECONDS, standing

RETRY_AFTER_SECONDS = 10
# SQLSTATE classes: connection exception, insufficient resources, operator intervention but for a query's own timeout.
AWAY = ("08", "53", "57P")
BROKER_SECONDS = 0.5


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the database answers: ``status`` is ok or degraded; 503 without it.

    Degraded: the broker is away, announcements have not been going out for a minute, the worker never swept, or
    a mail server refuses an address. ``outbox_oldest_seconds`` is the age of the oldest announcement that waits, null
    where none does; ``outbox_refused`` how many wait for another address; ``worker_silent_seconds`` how long ago
    the worker swept, null where it never did. In the demo the header ``Demo-Start`` names the start it belongs to.
    """
    response = _standing()
    if settings.DEMO_START:
        response["Demo-Start"] = settings.DEMO_START
    return response


def _standing() -> HttpResponse:
    try:
        outbox = standing(timezone.now())
    except (DatabaseError, InterfaceError):
        return try_again(JsonResponse({"status": "down", "database": "away"}, status=503))
    broker = "ok" if _broker_answers() else "away"
    silent = outbox.silent_seconds is None or outbox.delay_seconds > WARN_SECONDS
    return JsonResponse(
        {
            "status": "degraded" if silent or outbox.refused or broker == "away" else "ok",
            "database": "ok",
            "broker": broker,
            "outbox_oldest_seconds": outbox.oldest_seconds,
            "outbox_refused": outbox.refused,
            "worker_silent_seconds": outbox.silent_seconds,
        }
    )


class DatabaseAway:
    """The last middleware: a view that lost the database answers 503 and nothing is logged as a fault of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return resting(request) if is_away(error) else None


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: the database may also be lost before a view runs, in session or sign-in."""
    error = sys.exc_info()[1]
    return resting(request) if error is not None and is_away(error) else error_handlers.server_error(request)


def is_away(error: BaseException) -> bool:
    """Tell whether the error means that the database cannot be reached, not that it refused something."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(AWAY)


def resting(request: HttpRequest) -> HttpResponse:
    """Return the page, or the API's answer, that says: try again in a moment."""
    connection.close()
    if request.path.startswith(error_handlers.API_PREFIX):
        response: HttpResponse = error_handlers.refusal("unavailable", _("The service is resting for a moment"), 503)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    return not_logged(try_again(response))


def not_logged(response: HttpResponse) -> HttpResponse:
    """Return the response as one that Django has logged itself: the watchers know already."""
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - no public name
    return response


def try_again(response: HttpResponse) -> HttpResponse:
    """Return the response with when to come again, to be kept nowhere."""
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _broker_answers() -> bool:
    try:
        with Redis.from_url(
            settings.CELERY_BROKER_URL, socket_connect_timeout=BROKER_SECONDS, socket_timeout=BROKER_SECONDS
        ) as broker:
            return bool(broker.ping())
    except (RedisError, OSError):
        return False
