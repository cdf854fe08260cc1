"""A draw of thousands of entries, published, drawn, given and told by a worker while families book beside it.

``python -m tools.benchmarks.draws [ENTRIES PLACES]`` (5,000 and 60): a ward of its own, a worker as in production with
mails that go to a server on loopback, a gunicorn whose bookings ask for other days of the same places. Printed: how
long until all was published, given, told; how long a booking took meanwhile; and whether all that was given is right.
"""

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg

DATABASE = "sankecare_draw_bench"
GOAL_SECONDS, GOAL_P99 = 60.0, 1000.0
ROUND_DAYS = 7
PATIENCE = 900.0
# Says its port, then, once nothing more is said to it, how many mails it took.
SERVE_MAILS = """
import sys
from tests.faults.mail_server import MailServer
mails = MailServer()
print(mails.port, flush=True)
sys.stdin.read()
print(len(mails.taken))
"""


def main() -> int:
    """Return 1 where something was given wrongly or a booking was answered badly; speed is printed."""
    entries, places = (int(given) for given in (sys.argv[1:3] or ("5000", "60")))
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        server.execute(f"CREATE DATABASE {DATABASE}")
    mails = _MailServer()
    os.environ |= {
        "DATABASE_URL": urlsplit(url)._replace(path=f"/{DATABASE}").geturl(),
        "EMAIL_URL": f"smtp://127.0.0.1:{mails.port}",
        "LOG_LEVEL": "ERROR",
        "PUBLIC_RATE": "10000000/min",
    }
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sankecare.settings")
    try:
        return _measure(entries, places, mails)
    finally:
        mails.stop()
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def _measure(entries: int, places: int, mails: Any) -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from . import draw_world, ours

    print(f"Migrating, and filling a ward with {entries:,} entries for {places} places a day …", flush=True)
    call_command("migrate", verbosity=0)
    ward = draw_world.build(entries, places, ROUND_DAYS)
    with ours.gunicorn() as port, _worker() as worker, _bookings(ward, port) as bookings:
        time.sleep(5)  # bookings alone, to compare with
        alone = bookings.taken()
        _phases(
            worker,
            {"published": lambda: draw_world.is_closed(ward), "list told": lambda: draw_world.is_told("draw_list")},
        )
        time.sleep(max((ward.draw_round.draw_at - timezone.now()).total_seconds(), 0))
        at_the_deadline = bookings.taken()
        seconds = _phases(
            worker,
            {
                "drawn and given": lambda: draw_world.is_drawn(ward),
                "all told": lambda: draw_world.is_told("draw_result"),
            },
        )
        beside = bookings.taken()
    wrong = draw_world.wrong(ward)
    print(f"mails taken by the server: {mails.stop()}")
    for words, found in (("before", alone), ("at the deadline", at_the_deadline), ("at the draw", beside)):
        p99 = statistics.quantiles(found, n=100)[98] if len(found) > 1 else float("nan")
        told = f"median {statistics.median(found):.0f} ms, p99 {p99:.0f} ms, max {max(found):.0f} ms"
        print(f"bookings {words}: {len(found)}, {told}")
    p99 = statistics.quantiles(beside, n=100)[98]
    print(
        f"goals: {GOAL_SECONDS:.0f} s {'met' if seconds['all told'] <= GOAL_SECONDS else 'missed'}, "
        f"p99 {GOAL_P99:.0f} ms {'met' if p99 <= GOAL_P99 else 'missed'} (other work on this machine slows both)"
    )
    for what in [*wrong, *bookings.bad[:5]]:
        print(f"WRONG: {what}")
    return 1 if wrong or bookings.bad else 0


def _phases(worker: "subprocess.Popen[bytes]", phases: dict[str, Callable[[], bool]]) -> dict[str, float]:
    """Have the worker go on with draws; return after how many seconds each phase was over."""
    from bookings.tasks import advance_draws

    start = time.monotonic()
    advance_draws.delay()
    taken = {}
    for name, is_done in phases.items():
        taken[name] = _until(is_done, start, worker)
        print(f"{name}: {taken[name]:.1f} s", flush=True)
    return taken


def _until(is_done: Any, start: float, worker: "subprocess.Popen[bytes]") -> float:
    while not is_done():
        if time.monotonic() > start + PATIENCE or worker.poll() is not None:
            raise RuntimeError("the worker did not come to its end")
        time.sleep(0.2)
    return time.monotonic() - start


@contextmanager
def _worker() -> Iterator["subprocess.Popen[bytes]"]:
    """A worker as in docker-compose.yml, which is there once it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "--app=sankecare", "worker", "--concurrency=4", "--loglevel=ERROR"]
    )
    try:
        from sankecare.celery import app

        end = time.monotonic() + 60
        while not app.control.ping(timeout=1.0):
            if time.monotonic() > end:
                raise RuntimeError("no worker")
        yield process
    finally:
        process.terminate()
        process.wait(60)


class _MailServer:
    """The tests' mail server in a process of its own, as a real one is: it waits for no family that books."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVE_MAILS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def stop(self) -> int:
        """Return how many mails it took; 0 where it was stopped before."""
        said, _nothing = self._process.communicate() if self._process.returncode is None else ("0", None)
        return int(said)


class _Bookings:
    """Milliseconds of each booking since it was last asked; ``bad``: answers that must not be."""

    def __init__(self) -> None:
        self._milliseconds: list[float] = []
        self.bad: list[str] = []
        self._lock = threading.Lock()

    def note(self, milliseconds: float) -> None:
        with self._lock:
            self._milliseconds.append(milliseconds)

    def taken(self) -> list[float]:
        with self._lock:
            found, self._milliseconds = self._milliseconds, []
        return found


@contextmanager
def _bookings(ward: Any, port: int) -> Iterator[_Bookings]:
    """Mothers who book and give back days of the same places that are not drawn, each over her own connection."""
    from . import draw_world

    noted, running = _Bookings(), threading.Event()
    running.set()
    threads = [
        threading.Thread(target=draw_world.book_and_cancel, args=(ward, port, number, noted, running))
        for number in range(len(ward.sessions))
    ]
    for thread in threads:
        thread.start()
    try:
        yield noted
    finally:
        running.clear()
        for thread in threads:
            thread.join(30)


if __name__ == "__main__":
    sys.exit(main())
