"""Measure ours beside pretix, in turn, on one PostgreSQL (``make bench-peer``).

pretix sells places of events under quotas, as Django and PostgreSQL do it elsewhere. It is installed into ``.peer``
once, in its own pinned version. Each side has a database of its own and a program of its own (peer_ours.py,
peer_pretix.py); both are asked the same by the same workers (peer_side.py).
"""

import json
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from .peer_side import DAYS, PLACES, TAKEN, WORKERS

PRETIX = "pretix==2026.8.0"
HOME = Path(".peer")
ROUNDS = 3
SECONDS = 6
LEFT = PLACES - TAKEN
WAYS = {"operation": "the operation alone", "api": "through the API"}
BOOKING_GOAL, MONTH_GOAL = 10, 8
DID = f"""
What each did, on the same servers, in turn:
  operation  ours: reserve_days in its transaction: rules of the family, limits, draws, lock and count of the place
             pool, booking and days, the mail's entry. pretix: what its checkout calls, CartManager (the place into a
             cart) and _perform_order (the order of the cart), a payment by hand to come.
  API        ours: POST /api/v1/bookings/ for one day; session, permission, the operation, history, idempotency key.
             pretix: POST …/orders/ for one position of one date; token, permission, quota under its lock, order,
             position, log; no cart, no payment, no mail. Both in process, through every middleware.
             Of each: {WORKERS} processes, one day with {LEFT} of {PLACES} places free, so one worker more than
             places. Givings back and refusals are not counted. Celery's tasks of pretix are queued for nobody.
  month      ours: bookings.places.queries.availability, {DAYS} days of a service.
             pretix: QuotaAvailability.compute of {DAYS} quotas (an event series), counted anew, no cache.
             {TAKEN} of {PLACES} places are given on each day in both."""


class Program:
    """One side, running: a word in, an answer in JSON out."""

    def __init__(self, python: Path | str, module: str, url: str) -> None:
        env = os.environ | {"DATABASE_URL": url, "LOG_LEVEL": "ERROR", "PUBLIC_RATE": "10000000/min"}
        self._process = subprocess.Popen(
            [python, "-m", f"tools.benchmarks.{module}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if "-v" not in sys.argv else None,
            text=True,
            env=env,
        )
        self.answer()

    def ask(self, words: str) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> Any:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("ANSWER "):
                return json.loads(line.removeprefix("ANSWER "))
        raise RuntimeError("a side ended; run again with ARGS=-v to see why")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)


def main() -> int:
    """Return 1 when a side gave a place too often, or answered badly. A goal that is missed is printed."""
    python, url = _installed(), os.environ["DATABASE_URL"]
    figures: dict[str, list[float]] = defaultdict(list)
    bad: list[str] = []
    with ExitStack() as at_end:
        sides = {}
        for name, module, program in (("ours", "peer_ours", sys.executable), ("pretix", "peer_pretix", python)):
            print(f"Filling the database of {name} …", flush=True)
            address = _database(url, f"bench_{module}", at_end)
            sides[name] = Program(program, module, address)
            at_end.callback(sides[name].stop)
        for number in range(ROUNDS):
            print(f"Round {number + 1} of {ROUNDS} …", flush=True)
            for name in ("ours", "pretix") if number % 2 == 0 else ("pretix", "ours"):
                bad += _measured(sides[name], name, figures)
        for name, side in sides.items():
            bad += _last_places(side, name)
    _print(figures)
    for words in bad[:5]:
        print(f"  BAD: {words}")
    return 1 if bad else 0


def _measured(side: Program, name: str, figures: dict[str, list[float]]) -> list[str]:
    bad: list[str] = []
    for way in WAYS:
        booked = side.ask(f"book {way} {SECONDS}")
        figures[f"{name}, {way}, rate"].append(booked["per_second"])
        figures[f"{name}, {way}, ms"].append(statistics.median(booked["ms"]) if booked["ms"] else float("inf"))
        figures[f"{name}, given"].append(booked["given"])
        figures[f"{name}, refused"].append(booked["refused"])
        bad += [f"{name}: {words}" for words in booked["bad"]]
    months = side.ask("month")
    figures[f"{name}, month"].append(months["ms"])
    if (held := side.ask("held")) != TAKEN:
        bad.append(f"{name}: {held} places are held where all was given back to {TAKEN}")
    if months["free"] != [LEFT] * DAYS:
        bad.append(f"{name}: the month is wrong: {months['free']}")
    return bad


def _last_places(side: Program, name: str) -> list[str]:
    """All want what is left and keep it: as many get it as there are places."""
    last, held = side.ask("last operation"), side.ask("held")
    print(f"Last {LEFT} places, wanted by {WORKERS}, {name}: {last['given']} given, {held} of {PLACES} held.")
    as_it_must = (last["given"], last["refused"], held) == (LEFT, WORKERS - LEFT, PLACES)
    return [] if as_it_must and not last["bad"] else [f"{name}: {last} {held}"]


def _print(figures: dict[str, list[float]]) -> None:
    middle = {name: statistics.median(values) for name, values in figures.items()}

    def row(title: str, what: str, goal: int, *, more_is_better: bool) -> None:
        # Each round's own ratio: what else the machine did in a round, it did to both.
        pairs = zip(figures[f"ours, {what}"], figures[f"pretix, {what}"], strict=True)
        ratio = statistics.median(ours / theirs if more_is_better else theirs / ours for ours, theirs in pairs)
        said = "" if ratio >= goal else "  missed"
        ours, theirs = middle[f"ours, {what}"], middle[f"pretix, {what}"]
        print(f"{title:<46}{ours:>9.1f}{theirs:>10.1f}{ratio:>8.1f}{goal:>8}{said}")

    print(f"\n{'median of ' + str(ROUNDS) + ' rounds':<46}{'ours':>9}{'pretix':>10}{'times':>8}{'goal':>8}")
    for way, words in WAYS.items():
        row(f"{words}, bookings a second", f"{way}, rate", BOOKING_GOAL, more_is_better=True)
        row(f"{words}, a booking, median ms", f"{way}, ms", BOOKING_GOAL, more_is_better=False)
    row(f"availability of {DAYS} days, median ms", "month", MONTH_GOAL, more_is_better=False)
    counted = ", ".join(
        f"{name} {sum(figures[f'{name}, given']):.0f} given and {sum(figures[f'{name}, refused']):.0f} refused"
        for name in ("ours", "pretix")
    )
    print(f"Counted: {counted}. {PRETIX}.{DID}")


def _database(url: str, name: str, at_end: ExitStack) -> str:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")

    def drop() -> None:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")

    at_end.callback(drop)
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _installed() -> Path:
    """Return the Python of pretix's own environment, which is made where it is not there in this version."""
    python, done = HOME / "bin" / "python", HOME / "installed"
    if not done.exists() or done.read_text() != PRETIX:
        print(f"Installing {PRETIX} into {HOME} …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", HOME], check=True)
        subprocess.run([python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", PRETIX], check=True)
        done.write_text(PRETIX)
    return python.absolute()


if __name__ == "__main__":
    sys.exit(main())
