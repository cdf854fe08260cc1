"""What both sides of ``make bench-peer`` share: the same workers ask the same things. Nothing but Python's library.

A side is a program of its own, in an environment of its own; it reads words from its input and answers each in JSON.
"""

import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

WORKERS = 4
PLACES = 15
# Given on every day before it begins; what is left is wanted by one worker more than there are.
TAKEN = 12
DAYS = 30
MONTHS_SHOWN = 40


@dataclass(frozen=True)
class Way:
    """``book``: as the worker of this number, a booking's name, or None where it was full."""

    book: Callable[[int], str | None]
    give_back: Callable[[int, str], None]


@dataclass(frozen=True)
class Side:
    """What a side can do. ``ways``: by ``api`` and by ``operation``.

    ``held``: how many places of the contended day are given, counted from the rows. ``month``: how many places are
    free on each day. ``rest``: close the connections, before workers are made.
    """

    ways: dict[str, Way]
    held: Callable[[], int]
    month: Callable[[], list[int]]
    rest: Callable[[], None]


def serve(side: Side) -> None:
    """Answer until the input ends: ``book WAY SECONDS``, ``last WAY``, ``held``, ``month``."""
    answers: dict[str, Callable[..., Any]] = {
        "book": lambda way, seconds: _together(side, side.ways[way], float(seconds)),
        "last": lambda way: _together(side, side.ways[way], None),
        "held": side.held,
        "month": lambda: _months(side),
    }
    for way in side.ways.values():  # imports and caches are there before workers are made
        if (made := way.book(0)) is not None:
            way.give_back(0, made)
    say("ready")
    for line in sys.stdin:
        word, *values = line.split()
        say(answers[word](*values))


def say(answer: Any) -> None:
    """Write one answer; whatever else a side prints is none."""
    print("ANSWER", json.dumps(answer), flush=True)


def _months(side: Side) -> dict[str, Any]:
    side.month()  # not measured: imports, plans
    taken = []
    for _ in range(MONTHS_SHOWN):
        before = time.perf_counter()
        free = side.month()
        taken.append((time.perf_counter() - before) * 1000)
    return {"ms": statistics.median(taken), "free": free}


def _together(side: Side, way: Way, seconds: float | None) -> dict[str, Any]:
    """Let the workers book and give back for so long; or (None) each book once and keep it."""
    side.rest()
    fork = multiprocessing.get_context("fork")
    start, answers = fork.Barrier(WORKERS), fork.Queue()
    given = {"side": side, "way": way, "seconds": seconds, "start": start, "answers": answers}
    workers = [fork.Process(target=_work, kwargs=given | {"number": number}) for number in range(WORKERS)]
    for worker in workers:
        worker.start()
    told = [answers.get(timeout=90) for _ in workers]
    for worker in workers:
        worker.join()
    milliseconds = [taken for row in told for taken in row["ms"]]
    return {
        "ms": milliseconds,
        "given": len(milliseconds),
        "refused": sum(row["refused"] for row in told),
        "bad": [words for row in told for words in row["bad"]],
        # Of all workers, while they book: givings back and refusals take time of others, none of their own.
        "per_second": WORKERS * 1000 / statistics.mean(milliseconds) if milliseconds else 0.0,
    }


def _work(*, side: Side, way: Way, number: int, seconds: float | None, start: Any, answers: Any) -> None:
    mine: dict[str, Any] = {"ms": [], "refused": 0, "bad": []}
    try:
        side.held()  # a connection of its own, not measured
        start.wait(300)
        until = time.monotonic() + (seconds or 0)
        while True:
            before = time.perf_counter()
            made = way.book(number)
            taken = time.perf_counter() - before
            if made is None:
                mine["refused"] += 1
            else:
                mine["ms"].append(taken * 1000)
            if seconds is None:
                break
            if made is not None:
                way.give_back(number, made)
            if time.monotonic() >= until:
                break
    except Exception as error:  # noqa: BLE001 - it must be told, not hidden by the process's end
        mine["bad"].append(repr(error)[:400])
        start.abort()
    answers.put(mine)
