"""The same over HTTP: gunicorn as in production, and clients that keep their connection and their session."""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from django.test import Client

from accounts.models import User
from sankecare.stack.ports import LOOPBACK, free_port

from . import world
from .floor import Run

READY_SECONDS = 30.0
CSRF = "b" * 32
Answered = Callable[[int, bytes], bool]


class Site:
    """The web server, and a member of staff who is signed in."""

    def __init__(self, port: int, session: str) -> None:
        self.port = port
        self.headers = {
            "Host": LOOPBACK,
            "Cookie": f"sessionid={session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Content-Type": "application/json",
        }

    def book(self, days: list[date], *, clients: int, each: int) -> Run:
        """Every client books the days for so many families: sign-in, permission, validation, idempotency key."""
        wanted = [day.isoformat() for day in days]

        def ask(connection: http.client.HTTPConnection, number: int) -> None:
            body = {
                "registration": world.FIRST_REGISTRATION + number,
                "service": f"house-{number // world.SLOTS}/short-stay",
                "days": wanted,
            }
            headers = self.headers | {"Idempotency-Key": str(uuid.uuid4())}
            connection.request("POST", "/api/v1/bookings/", json.dumps(body), headers)

        return self._measure(ask, lambda status, body: status == 201 and b"number" in body, clients, each)

    def availability(self, first: date, last: date, *, clients: int, each: int) -> Run:
        """Every client reads the month's availability as JSON, as the public does."""
        query = urlencode({"service": "house-0/short-stay", "from": first, "to": last})
        return self._read(f"/api/v1/availability/?{query}", b'"free"', clients, each)

    def availability_page(self, *, clients: int, each: int) -> Run:
        """Every client reads the month's page."""
        return self._read("/availability/?service=house-0/short-stay", b"</html>", clients, each)

    def _read(self, path: str, expected: bytes, clients: int, each: int) -> Run:
        def ask(connection: http.client.HTTPConnection, number: int) -> None:
            connection.request("GET", path, headers={"Host": LOOPBACK})

        return self._measure(ask, lambda status, body: status == 200 and expected in body, clients, each)

    def _measure(
        self,
        ask: Callable[[http.client.HTTPConnection, int], None],
        is_good: Answered,
        clients: int,
        each: int,
    ) -> Run:
        def client(mine: int) -> int:
            connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=60)
            bad = 0
            for number in range(mine * each, (mine + 1) * each):
                ask(connection, number)
                answer = connection.getresponse()
                bad += not is_good(answer.status, answer.read())
            connection.close()
            return bad

        with ThreadPoolExecutor(clients) as pool:
            began = time.perf_counter()
            bad = sum(pool.map(client, range(clients)))
            return Run(clients * each / (time.perf_counter() - began), bad)


@contextmanager
def serving(database: str, staff: User) -> Iterator[Site]:
    """Serve the measured database, with the member of staff signed in, until the block ends."""
    client = Client()
    client.force_login(staff)
    session = client.cookies["sessionid"].value
    port = free_port()
    env = os.environ | {"DATABASE_URL": database, "PUBLIC_RATE": "1000000000/min", "LOG_LEVEL": "ERROR"}
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "sankecare.wsgi", "--bind", f"{LOOPBACK}:{port}"),
                *("--worker-class", "gthread", "--workers", "2", "--threads", "8", "--keep-alive", "60"),
                *("--log-level", "error"),
            ],
            env=env,
            stdout=log,
            stderr=log,
            cwd=Path(__file__).resolve().parent.parent,
        )
        try:
            _wait_until_ready(server, port, log)
            yield Site(port, session)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def _wait_until_ready(
    server: "subprocess.Popen[bytes]", port: int, log: "tempfile._TemporaryFileWrapper[bytes]"
) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
            connection.request("GET", "/api/v1/facilities/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(f"The web server did not start: {log.read()[-2000:].decode(errors='replace')}")
