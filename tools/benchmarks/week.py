"""Everybody wants the same week: processes that book its seven days and give them back, over and over."""

import multiprocessing
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection, connections, transaction
from django.utils import timezone

from bookings.models import Booking
from bookings.places.cancel import cancel_booking
from bookings.places.refusals import guarded_transaction
from bookings.places.reserve import reserve_days
from sankecare.errors import Refused
from tests.invariants.race_jobs import take_locks_out
from tests.invariants.race_ward import guards_out

from .world import World

FULL = "day_full"
CONTROL_ROUNDS = 10
LOOKED_EVERY = 0.1


@dataclass
class Crowd:
    """What came of it. ``milliseconds``: each booking that was asked for, given or refused because it was full.

    ``over``: the most days seen at once that were given more often than there are slots; ``partial``: bookings that
    hold some of their days.
    """

    milliseconds: list[float] = field(default_factory=list)
    given: int = 0
    bad: list[str] = field(default_factory=list)
    over: int = 0
    partial: int = 0

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.milliseconds, n=100)[98]


def crowd(world: World, clients: int, seconds: int) -> Crowd:
    """So many families want the week at once, each in a process of its own; whoever has it gives it back."""
    whole = Crowd()
    with _processes(world, clients, seconds) as (running, answers):
        while running.is_set():
            whole.over = max(whole.over, world.over_capacity())
            time.sleep(LOOKED_EVERY)
        for one in answers():
            whole.milliseconds += one.milliseconds
            whole.given += one.given
            whole.bad += one.bad
    whole.partial = _partial()
    return whole


def control(world: World, clients: int) -> int:
    """The same without lock and guard: how many days it gave too often, in the first round in which it did."""
    for _ in range(CONTROL_ROUNDS):
        with guards_out(), _processes(world, clients, 0, locks=False) as (_running, answers):
            answers()
            over = world.over_capacity()
            for booking in _kept(world):
                _give_back(booking, world)
        if over:
            return over
    return 0


@contextmanager
def _processes(world: World, clients: int, seconds: int, *, locks: bool = True) -> Iterator[Any]:
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    together, running = fork.Barrier(clients + 1), fork.Event()
    running.set()
    pipes = []
    for number in range(clients):
        ours, theirs = fork.Pipe(duplex=False)
        given = {"world": world, "number": number, "seconds": seconds, "locks": locks}
        fork.Process(
            target=_client, kwargs={**given, "together": together, "running": running, "said": theirs}
        ).start()
        theirs.close()
        pipes.append(ours)
    together.wait(120)
    yield running, lambda: [pipe.recv() for pipe in pipes]


def _client(*, world: World, number: int, seconds: int, locks: bool, together: Any, running: Any, said: Any) -> None:
    if not locks:
        take_locks_out()
    connection.ensure_connection()
    together.wait(120)
    mine, until = Crowd(), time.monotonic() + seconds
    while True:
        _book_and_give_back(world, number, mine, keep=not locks)
        if time.monotonic() >= until:
            break
    running.clear()
    said.send(mine)


def _book_and_give_back(world: World, number: int, mine: Crowd, *, keep: bool) -> None:
    family, start = world.crowd[number], time.perf_counter()
    try:
        with guarded_transaction():
            booking = reserve_days(
                registration=family, service=world.service, days=_week(world), by=world.mothers[0], at=timezone.now()
            )
    except Refused as refused:
        mine.bad += [] if refused.code == FULL else [refused.code]
        booking = None
    except Exception as error:  # noqa: BLE001 - a deadlock, say: it must be told, not hidden by the process's end
        mine.bad.append(repr(error))
        booking = None
    mine.milliseconds.append((time.perf_counter() - start) * 1000)
    if booking is not None:
        mine.given += 1
        if not keep:
            _give_back(booking, world)


def _give_back(booking: Booking, world: World) -> None:
    with transaction.atomic(durable=True):
        cancel_booking(booking=booking, by=world.mothers[0], at=timezone.now())


def _week(world: World) -> list[date]:
    return [world.first + timedelta(days=number) for number in range(7)]


def _kept(world: World) -> list[Booking]:
    return list(Booking.objects.filter(registration__in=world.crowd, state="booked"))


def _partial() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT booking_id FROM bookings_bookingday GROUP BY booking_id"
            " HAVING count(*) FILTER (WHERE status = 'released') NOT IN (0, count(*))) AS some_of_its_days"
        )
        return int(cursor.fetchone()[0])
