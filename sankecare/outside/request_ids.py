"""One id on every line that a request leads to: the proxy's, web's, and the worker's that announces what it saved."""

import re
from collections.abc import Callable
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, get_contextvars, reset_contextvars

# As nginx makes them.
OF_A_PROXY = re.compile(r"[0-9a-f]{32}")
IN_MESSAGE = "sankecare_request_id"


class RequestIdOfTheProxy:
    """Before django-structlog's middleware, which takes the header as it is: only a proxy of ours says the id.

    What anybody else says, or what no proxy makes, is dropped; the request gets an id of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        if not (settings.REST_FRAMEWORK["NUM_PROXIES"] and OF_A_PROXY.fullmatch(given)):
            request.META.pop("HTTP_X_REQUEST_ID", None)
        return self.get_response(request)


def hand_over(*, headers: dict[str, Any] | None = None, **_signal: Any) -> None:
    """A task is given out: its message carries the id of the request, and nothing else of it."""
    request_id = get_contextvars().get("request_id")
    if headers is not None and request_id:
        headers[IN_MESSAGE] = request_id


def take_over(*, task_id: str, task: Any, **_signal: Any) -> None:
    """A task begins: every line of it has its own id and the id of the request that gave it out, if one did."""
    ids = {"task_id": task_id, "request_id": getattr(task.request, IN_MESSAGE, None)}
    task.request.ids_of_lines = bind_contextvars(**{name: value for name, value in ids.items() if value})


def let_go(*, task: Any, **_signal: Any) -> None:
    """A task ends: the next one's lines have none of it."""
    reset_contextvars(**getattr(task.request, "ids_of_lines", {}))


def listen() -> None:
    """Called once the apps are there."""
    before_task_publish.connect(hand_over, dispatch_uid="sankecare.request_ids.publish", weak=False)
    task_prerun.connect(take_over, dispatch_uid="sankecare.request_ids.begin", weak=False)
    task_postrun.connect(let_go, dispatch_uid="sankecare.request_ids.end", weak=False)
