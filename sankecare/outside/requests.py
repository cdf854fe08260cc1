"""Requests counted by the page's name and the class of the answer, never by an address: it may hold ids or secrets.

Several processes answer: with ``PROMETHEUS_MULTIPROC_DIR`` each writes its counts into files of that folder, and
whichever is asked adds all of them up (decision 104). Without it there is one process, whose counts are its own.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

if FOLDER := os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""):
    Path(FOLDER).mkdir(parents=True, exist_ok=True)

# What has no name: a file, a redirection, an address that is none of ours, what was refused at the door.
NO_PAGE = "none"
SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

of_this_process = CollectorRegistry()
ANSWERED = Counter(
    "sankecare_requests",
    "Requests answered, by page and class of answer.",
    ["page", "status"],
    registry=of_this_process,
)
TOOK = Histogram(
    "sankecare_request_seconds",
    "Seconds until an answer began, by page.",
    ["page"],
    buckets=SECONDS,
    registry=of_this_process,
)


def counted_requests() -> CollectorRegistry:
    """Return what all processes counted, to be written out."""
    if not FOLDER:
        return of_this_process
    together = CollectorRegistry()
    MultiProcessCollector(together, path=FOLDER)  # type: ignore[no-untyped-call]
    return together


def count(page: str, status: int, seconds: float) -> None:
    """Count one answer."""
    ANSWERED.labels(page, f"{status // 100}xx").inc()
    TOOK.labels(page).observe(seconds)


class CountRequests:
    """The outermost middleware: every answer is counted once, whoever gave it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        named = match.view_name if match and match.url_name else NO_PAGE
        count(named, response.status_code, time.perf_counter() - begun)
        return response
