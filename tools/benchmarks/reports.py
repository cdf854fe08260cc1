"""The ward's tables over 100,000 and a million booked days, each beside its plain SQL in the same run.

Needs DATABASE_URL of a server on which databases may be made; ``make bench-reports`` starts one. Other sizes, one
after the other: ``ARGS="100000 10000000"``.
"""

import math
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import psycopg

DATABASE, EMPTY = "sankecare_bench_reports", "sankecare_bench_reports_empty"
SIZES = (100_000, 1_000_000)
ROUNDS = 3
MOST_OF_SQL, MOST_EXPONENT, MOST_SECONDS_A_PAGE = 1.5, 1.2, 0.5
PAGES_SHOWN = 5


def main() -> int:
    """Return 1 when ours counts otherwise than the plain SQL, or the number of queries of a page grows."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    url = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{DATABASE}").geturl()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sankecare.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()
    taken: dict[str, dict[int, float]] = {}
    queries: dict[str, set[int]] = {}
    bad: list[str] = []
    with _database(url, EMPTY):
        _migrate()
        for size in sizes:
            with _database(url, DATABASE, EMPTY):
                bad += _measure(size, taken, queries)
    if len(sizes) > 1:
        for title, by_size in taken.items():
            grown = math.log(by_size[sizes[-1]] / by_size[sizes[0]]) / math.log(sizes[-1] / sizes[0])
            print(f"{title}: exponent {grown:.2f} (goal: at most {MOST_EXPONENT}){_missed(grown, MOST_EXPONENT)}")
    bad += [f"{address}: {sorted(counts)} queries" for address, counts in queries.items() if len(counts) > 1]
    print("Equal figures, fixed numbers of queries" if not bad else "\n".join(["BAD:", *bad]))
    return 1 if bad else 0


@contextmanager
def _database(url: str, name: str, template: str = "template1") -> Iterator[None]:
    """A database of its own, dropped again."""
    from django.db import connection

    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield
        finally:
            connection.close()
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection

    print("Migrating a database of its own …", flush=True)
    connection.settings_dict["NAME"] = EMPTY
    call_command("migrate", verbosity=0)
    connection.close()
    connection.settings_dict["NAME"] = DATABASE


def _measure(size: int, taken: dict[str, dict[int, float]], queries: dict[str, set[int]]) -> list[str]:
    from django.utils import timezone

    from reports.queries import fiscal_years_with_use

    from . import report_floor, report_world

    started = time.perf_counter()
    report_world.build(size)
    today = timezone.localdate()
    years = fiscal_years_with_use()
    print(
        f"\n{size:,} booked days of {len(years)} years, written in {time.perf_counter() - started:.0f} s", flush=True
    )
    print(f"{'median of ' + str(ROUNDS) + ' rounds, ms':<44}{'ours':>10}{'plain SQL':>12}{'ratio':>8}")
    bad = []
    for table in report_floor.TABLES:
        asked = [years[-2]] if table.of_one_year else years
        ours, plain, equal = _side_by_side(table, asked, today)
        ratio = statistics.median(one / other for one, other in zip(ours, plain, strict=True))
        here, there = statistics.median(ours), statistics.median(plain)
        print(f"{table.title:<44}{here * 1e3:>10.1f}{there * 1e3:>12.1f}{ratio:>8.2f}{_missed(ratio, MOST_OF_SQL)}")
        sys.stdout.flush()
        taken.setdefault(table.title, {})[size] = here
        if not equal:
            bad.append(f"{size:,}, {table.title}: other figures than the plain SQL's")
    for address in _pages(years[-2]):
        count, seconds = _page(address)
        queries.setdefault(address, set()).add(count)
        goal = MOST_SECONDS_A_PAGE if size <= SIZES[0] else math.inf
        print(f"{address:<44}{seconds * 1e3:>10.1f}{count:>12} queries{_missed(seconds, goal)}", flush=True)
    return bad


def _missed(figure: float, goal: float) -> str:
    return "" if figure <= goal else "  missed"


def _side_by_side(table: Any, years: list[int], today: date) -> tuple[list[float], list[float], bool]:
    """Seconds of ours and of the plain SQL, A B A B; and whether both gave the same rows each time."""
    from django.db import connection

    from facilities.fiscal_year import fiscal_year_days

    days = [fiscal_year_days(years[0])[0], min(fiscal_year_days(years[-1])[1], today)]

    def plain() -> set[Any]:
        found: set[Any] = set()
        with connection.cursor() as cursor:
            for statement in table.plain:
                cursor.execute(statement, days)
                found |= set(cursor.fetchall())
        return found

    def ours() -> set[Any]:
        figures: set[Any] = table.ours(years, today)
        return figures

    both: tuple[list[float], list[float]] = ([], [])
    equal = ours() == plain()  # not measured: what is read for the first time
    for _round in range(ROUNDS):
        answers = []
        for way, seconds in zip((ours, plain), both, strict=True):
            before = time.perf_counter()
            answers.append(way())
            seconds.append(time.perf_counter() - before)
        equal = equal and answers[0] == answers[1]
    return *both, equal


def _with_second_factor(request: Any, user: Any, **_signal: Any) -> None:
    from allauth.account.internal.flows.login import record_authentication

    for way in ("password", "mfa"):
        record_authentication(request, user, method=way)


def _pages(year: int) -> list[str]:
    """The page of use, of this year and of another, and the page of every table of all its years."""
    from django.urls import reverse

    from reports.catalogue.contents import by_slug

    of_use = reverse("supervisor:occupancy")
    return [of_use, f"{of_use}?year={year}", *(reverse("supervisor:table", args=[slug]) for slug in by_slug())]


def _page(address: str) -> tuple[int, float]:
    """Queries and seconds of a supervisor's page in process, through every middleware."""
    from django.contrib.auth.signals import user_logged_in
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User
    from accounts.roles import Role
    from tests import builders

    user_logged_in.connect(_with_second_factor, dispatch_uid="bench")
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.filter(role=Role.SUPERVISOR).first() or builders.user(Role.SUPERVISOR))
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        if client.get(address).status_code != 200:
            raise RuntimeError(address)
    count = len(queries)
    taken = []
    for _ in range(PAGES_SHOWN):
        before = time.perf_counter()
        client.get(address)
        taken.append(time.perf_counter() - before)
    return count, statistics.median(taken)


if __name__ == "__main__":
    raise SystemExit(main())
