"""Ours: the operations in process, and the API over HTTP from a gunicorn of its own."""

import json
import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from http.client import HTTPConnection
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from bookings.places.cancel import cancel_booking
from bookings.places.refusals import guarded_transaction
from bookings.places.reserve import reserve_days
from sankecare.errors import Refused
from sankecare.stack.ports import LOOPBACK, free_port

from .world import CLIENTS, DAYS, World

CSRF = "benchmarkbenchmarkbenchmark12345"
FULL = "day_full"


class Rate:
    """Operations a second, and the answers that must not be."""

    def __init__(self) -> None:
        self.done = 0
        self.refused = 0
        self.bad: list[str] = []
        self.seconds = 0.0

    @property
    def per_second(self) -> float:
        return self.done / self.seconds


def in_process(world: World, seconds: int) -> Rate:
    """One client: book 1 to 7 days, cancel them, again."""
    rate, start = Rate(), time.monotonic()
    while time.monotonic() < start + seconds:
        registration = random.choice(world.registrations[0])
        try:
            with guarded_transaction():
                booking = reserve_days(
                    registration=registration,
                    service=world.service,
                    days=_days(world),
                    by=world.mothers[0],
                    at=timezone.now(),
                )
            with transaction.atomic(durable=True):
                cancel_booking(booking=booking, by=world.mothers[0], at=timezone.now())
        except Refused as refused:
            rate.bad.append(refused.code)
        rate.done += 2
    rate.seconds = time.monotonic() - start
    return rate


@contextmanager
def gunicorn() -> Iterator[int]:
    """The web server as in production, on a free port: 2 workers of 4 threads, connections kept."""
    port = free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "sankecare.wsgi", "--bind", f"{LOOPBACK}:{port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--keep-alive", "30"),
            *("--log-level", "warning"),
        ],
        env=os.environ | {"DEBUG": "0", "LOG_LEVEL": "ERROR"},
    )
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(15)


def book_over_http(world: World, port: int, seconds: int) -> Rate:
    """8 connections, each a signed-in mother who books and cancels: session, permission, checks, idempotency."""
    return _together(lambda rate, number, until: _book_and_cancel(world, port, rate, number, until), seconds)


def show_months_over_http(world: World, port: int, seconds: int) -> Rate:
    """8 connections that ask for a month's availability (JSON)."""
    last = world.first + timedelta(days=DAYS - 1)
    path = f"/api/v1/availability/?service={world.service.slug}&from={world.first}&to={last}"
    return _shown(port, path, lambda body: body.count(b'"day"') == DAYS, seconds)


def show_pages_over_http(world: World, port: int, seconds: int) -> Rate:
    """8 connections that ask for the page of the coming month (HTML)."""
    path = f"/availability/?service={world.service.slug}&month={world.first.replace(day=28) + timedelta(days=4):%Y-%m}"
    return _shown(port, path, lambda body: body.count(b"<td") >= DAYS - 2, seconds)


def _shown(port: int, path: str, is_whole: Callable[[bytes], bool], seconds: int) -> Rate:
    def ask(rate: Rate, _number: int, until: float) -> None:
        connection = HTTPConnection(LOOPBACK, port, timeout=30)
        while time.monotonic() < until:
            connection.request("GET", path)
            answer = connection.getresponse()
            if answer.status != 200 or not is_whole(answer.read()):
                rate.bad.append(f"{answer.status} {path}")
            rate.done += 1

    return _together(ask, seconds)


def _book_and_cancel(world: World, port: int, rate: Rate, number: int, until: float) -> None:
    connection = HTTPConnection(LOOPBACK, port, timeout=30)
    registration = world.registrations[number][0].pk

    def post(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        headers = {
            "Content-Type": "application/json",
            "Cookie": f"sessionid={world.sessions[number]}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Idempotency-Key": str(uuid.uuid4()),
        }
        connection.request("POST", path, json.dumps(body, default=date.isoformat), headers)
        answer = connection.getresponse()
        rate.done += 1
        return answer.status, json.loads(answer.read())

    while time.monotonic() < until:
        asked = {"registration": registration, "service": world.service.slug, "days": _days(world)}
        status, made = post("/api/v1/bookings/", asked)
        if status == 409 and made["code"] == FULL:
            rate.refused += 1
        elif status != 201:
            rate.bad.append(f"{status} {made}")
        else:
            status, made = post(f"/api/v1/bookings/{made['id']}/cancel/", {})
            if status != 200:
                rate.bad.append(f"{status} {made}")


def _together(client: Callable[[Rate, int, float], None], seconds: int) -> Rate:
    rates, start = [Rate() for _ in range(CLIENTS)], time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, rates, count(), [start + seconds] * CLIENTS))
    whole = Rate()
    whole.seconds = time.monotonic() - start
    for rate in rates:
        whole.done += rate.done
        whole.refused += rate.refused
        whole.bad += rate.bad
    return whole


def _days(world: World) -> list[date]:
    start = random.randint(0, DAYS - 7)
    return [world.first + timedelta(days=start + number) for number in range(random.randint(1, 7))]


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            connection = HTTPConnection(LOOPBACK, port, timeout=5)
            connection.request("GET", "/api/v1/facilities/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)
