"""Four times as many requests as the web server can do: who is served is served soon, the rest is told at once."""

import http.client
import itertools
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sankecare.stack import proxy
from sankecare.stack.ports import LOOPBACK, free_port, is_free
from sankecare.stack.processes import Child
from tests.stack.documented import PROJECT

# Each request sleeps so long in one of 16 threads, as gunicorn runs in compose: 80 a second.
WORK_SECONDS = 0.2
CAN_DO = 80
SECONDS = float(os.environ.get("OVERLOAD_SECONDS", "8"))
SERVER = f"""
import time

def application(environ, start_response):
    time.sleep({WORK_SECONDS})
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""


@dataclass
class Answer:
    status: int
    seconds: float
    again_after: str | None


@pytest.fixture
def web(home: Path) -> Iterator[int]:
    (home / "sleeper.py").write_text(SERVER)
    port = free_port()
    argv = [
        *(sys.executable, "-m", "gunicorn", "sleeper:application", "--chdir", home, "--bind", f"{LOOPBACK}:{port}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "8", "--no-control-socket"),
    ]
    child = Child("The web server", argv, log=home / "web.log")
    child.start()
    try:
        child.wait_until(lambda: not is_free(port), 30)
        yield port
    finally:
        child.stop()


def ask(port: int, address: str) -> Answer:
    began = time.monotonic()
    line = http.client.HTTPConnection(LOOPBACK, port, timeout=60, source_address=(address, 0))
    try:
        line.request("GET", "/")
        came = line.getresponse()
        came.read()
        return Answer(came.status, time.monotonic() - began, came.headers["Retry-After"])
    finally:
        line.close()


def flood(port: int) -> list[Answer]:
    """Four times what it can do, each at its moment, whether those before are answered or not."""
    answers: list[Answer] = []
    addresses = itertools.cycle(["127.0.0.2", "127.0.0.3"] if sys.platform == "linux" else [LOOPBACK])
    began, threads = time.monotonic(), []
    for number in range(int(SECONDS * CAN_DO * 4)):
        time.sleep(max(0.0, began + number / (CAN_DO * 4) - time.monotonic()))
        thread = threading.Thread(target=lambda: answers.append(ask(port, next(addresses))))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    assert len(answers) == len(threads)
    return answers


def test_under_four_times_the_load_who_is_served_waits_little_and_the_rest_is_told_when_to_come_again(web, home):
    nginx = proxy.server()
    if nginx is None:
        pytest.skip("no nginx for this platform")
    before = proxy.EmbeddedProxy(nginx, PROJECT, home / "proxy", free_port(), web)
    before.start()
    try:
        answers = flood(before.port)
    finally:
        before.stop()
    served = sorted(each.seconds for each in answers if each.status == 200)
    told = sorted(each.seconds for each in answers if each.status == 503)
    print(f"\n{len(answers)} asked")
    print(f"{len(served)} served, median {served[len(served) // 2]:.2f} s, slowest {served[-1]:.2f}")
    print(f"{len(told)} told to come again, median {told[len(told) // 2]:.3f} s, slowest {told[-1]:.2f}")
    assert len(served) + len(told) == len(answers)
    assert {each.again_after for each in answers if each.status == 503} == {"10"}
    assert len(served) > SECONDS * CAN_DO / 2  # it goes on working
    assert served[-1] < 4
    assert told[-1] < 1

    alone = sorted(each.seconds for each in flood(web))
    print(f"the web server alone: slowest {alone[-1]:.1f} s, median {alone[len(alone) // 2]:.1f} s")
    assert alone[-1] > SECONDS


def test_no_web_server_is_told_in_words_and_with_a_time_too(home):
    nginx = proxy.server()
    if nginx is None:
        pytest.skip("no nginx for this platform")
    before = proxy.EmbeddedProxy(nginx, PROJECT, home / "proxy", free_port(), free_port())
    before.start()
    try:
        line = http.client.HTTPConnection(LOOPBACK, before.port, timeout=5)
        line.request("GET", "/")
        came = line.getresponse()
        words = came.read().decode()
        line.close()
    finally:
        before.stop()
    assert (came.status, came.headers["Retry-After"], came.headers["Content-Type"]) == (
        503,
        "10",
        "text/html; charset=utf-8",
    )
    assert "もう一度お試しください" in words
