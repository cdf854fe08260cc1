"""Measure ours beside the floor, A B A B, and print both with the goals (docs/operations.md).

Needs DATABASE_URL of a server on which a database may be made; ``make bench`` starts one that keeps its
promises to the disk.
"""

import os
import statistics
import sys
from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROUNDS = 3
SECONDS = 4
PAGES_SHOWN = 50
MOST_OF_SQL = 1.5
CROWDS = (16, 64)
DATABASE = "sankecare_bench"


def main() -> int:
    """Return 1 when an answer was bad or a day was given twice.

    A goal of speed that is missed is printed and no failure: on a machine that is busy otherwise it says little.
    """
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        server.execute(f"CREATE DATABASE {DATABASE}")
    os.environ["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{DATABASE}").geturl()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sankecare.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    os.environ["PUBLIC_RATE"] = "10000000/min"
    try:
        return _measure()
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def _measure() -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from . import floor, ours, sign_in, week, world

    print("Migrating and filling a database of its own …", flush=True)
    call_command("migrate", verbosity=0)
    ward = world.build()
    figures: dict[str, list[float]] = defaultdict(list)
    bad: list[str] = []
    over = refused = partial = 0

    def note(name: str, rate: Any) -> None:
        nonlocal refused
        figures[name].append(rate.per_second)
        bad.extend(rate.bad)
        refused += rate.refused

    with ours.gunicorn() as port:
        ours.book_over_http(ward, port, 1)  # imports and connections are not measured
        for number in range(1, ROUNDS + 1):
            print(f"Round {number} of {ROUNDS} …", flush=True)
            figures["floor, 1"].append(floor.bookings_and_cancellations(ward, 1, SECONDS))
            note("in process", ours.in_process(ward, SECONDS))
            figures["floor, 8"].append(floor.bookings_and_cancellations(ward, world.CLIENTS, SECONDS))
            note("HTTP", ours.book_over_http(ward, port, SECONDS))
            over += ward.over_capacity()
            figures["floor, month"].append(floor.months_shown(ward, world.CLIENTS, SECONDS))
            note("HTTP, month", ours.show_months_over_http(ward, port, SECONDS))
            note("HTML, month", ours.show_pages_over_http(ward, port, SECONDS))
            for clients in CROWDS:
                crowd = week.crowd(ward, clients, SECONDS)
                figures[f"p99, {clients}"].append(crowd.p99)
                figures[f"week, {clients}"].append(len(crowd.milliseconds) / SECONDS)
                bad.extend(crowd.bad)
                over, partial = over + crowd.over, partial + crowd.partial
    overbooked = week.control(ward, CROWDS[0])
    queries = _queries(ward)
    _print(figures)
    print(
        f"Queries, signed in: a booking {queries['booking']}, a month's places {queries['month']} (goal: at most 3)."
    )
    for words, (count, milliseconds) in _pages(ward).items():
        print(f"{words}: {count} queries, {milliseconds:.1f} ms a page in process (median of {PAGES_SHOWN}).")
    for apart in sign_in.measure():
        print(apart)
    unequal = _pricing()
    _print_week(figures, partial, overbooked)
    print(f"Bad answers: {len(bad)} (goal 0). Refused because full: {refused}. Days over capacity: {over} (goal 0).")
    for answer in bad[:5]:
        print(f"  {answer}")
    return 1 if bad or over or partial or unequal or not overbooked else 0


def _print(figures: dict[str, list[float]]) -> None:
    rows = [
        ("book and cancel, in process, 1 client", "in process", "floor, 1", 0.20),
        ("book and cancel, HTTP, 8 connections", "HTTP", "floor, 8", 0.12),
        ("a month's availability, HTTP, 8 connections", "HTTP, month", "floor, month", 0.04),
    ]
    print(
        f"\n{'median of ' + str(ROUNDS) + ' rounds, per second':<46}{'ours':>9}{'pgbench':>10}{'ratio':>8}{'goal':>8}"
    )
    html = statistics.median(a / b for a, b in zip(figures["HTTP, month"], figures["HTML, month"], strict=True))
    for title, ours, floor, goal in rows:
        # Each round's own ratio: what else the machine did in a round, it did to both.
        ratio = statistics.median(a / b for a, b in zip(figures[ours], figures[floor], strict=True))
        here, there = statistics.median(figures[ours]), statistics.median(figures[floor])
        print(f"{title:<46}{here:>9.0f}{there:>10.0f}{ratio:>8.3f}{goal:>8.2f}{'' if ratio >= goal else '  missed'}")
    print(f"The month's page (HTML) takes {html:.1f} times as long as its JSON (goal: at most 2).")


def _print_week(figures: dict[str, list[float]], partial: int, overbooked: int) -> None:
    few, many = (figures[f"p99, {clients}"] for clients in CROWDS)
    ratio = statistics.median(b / a for a, b in zip(few, many, strict=True))
    for clients in CROWDS:
        rate, p99 = (statistics.median(figures[f"{name}, {clients}"]) for name in ("week", "p99"))
        print(f"All want the same week, {clients} processes: {rate:.0f} asked a second, p99 {p99:.0f} ms.")
    print(
        f"p99 at {CROWDS[1]} is {ratio:.1f} times that at {CROWDS[0]} (goal: at most 6). Partial: {partial} (goal 0)."
    )
    print(f"The same without lock and guard: {overbooked} days over capacity (a control: must not be 0).")


def _pricing() -> bool:
    """Price a month of stays by SQL and by ours, in turn; tell whether a sum was another one."""
    from . import pricing

    service = pricing.build()
    pricing.ours(service)  # not measured: plans and caches
    rounds = [(pricing.floor(service), pricing.ours(service)) for _ in range(ROUNDS)]
    by_sql, by_ours = (statistics.median(row[side][0] for row in rounds) for side in (0, 1))
    ratio = statistics.median(ours[0] / floor[0] for floor, ours in rounds)
    unequal = any(floor[1] != ours[1] for floor, ours in rounds)
    print(
        f"Pricing {pricing.STAYS:,} stays, the tariff changing in the month: {by_ours:.2f} s, one SQL range join"
        f" {by_sql:.2f} s, ratio {ratio:.2f} (goal at most {MOST_OF_SQL}){'' if ratio <= MOST_OF_SQL else '  missed'};"
        f" sums {'DIFFER' if unequal else 'equal'}."
    )
    return unequal


def _pages(ward: Any) -> dict[str, tuple[int, float]]:
    """Queries and milliseconds of the pages on which days are chosen, through every middleware."""
    import time

    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    client.force_login(ward.mothers[0])
    pages = {
        "A month of all services, public": "/availability/",
        "A month of one service for a family": f"/my/registrations/{ward.registrations[0][0].pk}/book/",
    }
    found = {}
    for words, address in pages.items():
        with CaptureQueriesContext(connection) as queries:
            if client.get(address).status_code != 200:
                raise RuntimeError(address)
        count = len(queries)  # the next request forgets them
        taken = []
        for _ in range(PAGES_SHOWN):
            before = time.perf_counter()
            client.get(address)
            taken.append((time.perf_counter() - before) * 1000)
        found[words] = (count, statistics.median(taken))
    return found


def _queries(ward: Any) -> dict[str, int]:
    from datetime import timedelta

    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    client.force_login(ward.mothers[0])
    last = ward.first + timedelta(days=29)
    body = {
        "registration": ward.registrations[0][0].pk,
        "service": ward.service.slug,
        "days": [ward.first.isoformat()],
    }
    with CaptureQueriesContext(connection) as booking:
        made = client.post("/api/v1/bookings/", body, "application/json", headers={"Idempotency-Key": "count"})
    with CaptureQueriesContext(connection) as month:
        shown = client.get("/api/v1/availability/", {"service": ward.service.slug, "from": ward.first, "to": last})
    if (made.status_code, shown.status_code) != (201, 200):
        raise RuntimeError(f"{made.content!r} {shown.content!r}")
    return {"booking": len(booking), "month": len(month)}


if __name__ == "__main__":
    sys.exit(main())
