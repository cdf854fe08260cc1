"""One id of a request on the lines of the proxy, of web and of the worker; nobody but the proxy says it."""

import json
import logging
import queue
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from celery import Celery, Task
from celery.contrib.testing.worker import start_worker
from django.conf import settings as project
from django.test import Client
from structlog.contextvars import bound_contextvars, get_contextvars

from sankecare.outside.request_ids import IN_MESSAGE
from tests.sankecare.test_logs import of_ours

OF_A_PROXY = "0123456789abcdef" * 2
MADE_HERE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def logged_as(settings: Any, caplog: pytest.LogCaptureFixture) -> Callable[..., str]:
    """The id on a request's lines, by what its header says and how many proxies of ours stand before web."""

    def ask(given: str, proxies: int = 1) -> str:
        settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": proxies}
        caplog.clear()
        with caplog.at_level(logging.INFO):
            Client().get("/healthz", headers={"X-Request-ID": given})
        lines = [json.loads(of_ours().format(record)) for record in caplog.records]
        (said,) = {line["request_id"] for line in lines if line["event"].startswith("request_")}
        return str(said)

    return ask


@pytest.mark.django_db
def test_the_lines_of_a_request_have_the_proxys_id(logged_as: Callable[..., str]) -> None:
    assert logged_as(OF_A_PROXY) == OF_A_PROXY


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "proxies"),
    [
        ("", 1),
        ("髙﨑 𠮷子", 1),
        ("hana@example.jp", 1),
        (OF_A_PROXY + "0", 1),
        (OF_A_PROXY.upper(), 1),
        (OF_A_PROXY + "\n", 1),
        (OF_A_PROXY, 0),  # nobody of ours said it
    ],
)
def test_what_no_proxy_of_ours_said_is_on_no_line(given: str, proxies: int, logged_as: Callable[..., str]) -> None:
    assert MADE_HERE.fullmatch(logged_as(given, proxies))


def test_the_proxy_makes_the_id_anew_and_its_own_line_has_it() -> None:
    line = (Path(project.BASE_DIR) / "deploy" / "proxy" / "line.conf").read_text()
    assert "proxy_set_header X-Request-ID $request_id;" in line
    assert re.search(r"log_format bare '[^']*\$request_id ", line)


@pytest.fixture
def seen() -> "queue.Queue[dict[str, Any]]":
    """What the lines of each task would have said."""
    return queue.Queue()


@pytest.fixture
def task(seen: "queue.Queue[dict[str, Any]]") -> Task:
    own = Celery("of the test", broker="memory://", set_as_current=False)

    def ids_of_lines() -> None:
        seen.put(dict(get_contextvars()))

    task: Task = own.task(name=f"tests.ids_of_lines_{id(seen)}", shared=False)(ids_of_lines)
    return task


def message_of(given: Task) -> dict[str, Any]:
    given.apply_async(retry=False)
    with given.app.connection_for_read() as connection:
        message = connection.SimpleQueue("celery").get(timeout=5)
        message.ack()
        return dict(message.headers)


def test_a_tasks_message_carries_the_id_and_nothing_else_of_the_request(task: Task) -> None:
    with bound_contextvars(request_id=OF_A_PROXY, user_id=7):
        headers = message_of(task)
    assert headers[IN_MESSAGE] == OF_A_PROXY
    assert 7 not in headers.values()
    assert "user_id" not in json.dumps(headers, default=str)
    assert IN_MESSAGE not in message_of(task), "a task that no request gave out has none"


def test_the_lines_of_a_task_have_its_id_and_the_requests_and_the_next_ones_do_not(
    task: Task, seen: "queue.Queue[dict[str, Any]]"
) -> None:
    """At a real worker, in a thread of this process."""
    with start_worker(task.app, perform_ping_check=False, pool="solo"):
        with bound_contextvars(request_id=OF_A_PROXY):
            first = task.apply_async(retry=False)
        assert seen.get(timeout=10) == {"task_id": first.id, "request_id": OF_A_PROXY}
        second = task.apply_async(retry=False)
        assert seen.get(timeout=10) == {"task_id": second.id}
    assert get_contextvars() == {}
