"""Every table of the ward's figures over 100,000 and a million booked days; tables of use beside their plain SQL.

Needs DATABASE_URL of a server on which databases may be made; ``make bench-reports`` starts one. Other sizes, one
after the other: ``ARGS="100000 10000000"``. ``--write`` puts what was measured into docs/operations.md.
"""

import argparse
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

from .report_shown import Measured, Measures, as_markdown, put_into_paper

DATABASE, EMPTY = "sankecare_bench_reports", "sankecare_bench_reports_empty"
SIZES = (100_000, 1_000_000)
ROUNDS = 3
MOST_OF_SQL, MOST_EXPONENT, MOST_SECONDS_A_PAGE = 1.5, 1.2, 0.5
# What is too short to grow: the exponent of a table is told from so many seconds on.
LEAST_SECONDS = 0.05
PAGES_SHOWN, SLOWEST = 3, 3


def main() -> int:
    """Return 1 when ours counts otherwise than the plain SQL, or the number of queries of a page grows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES), help="booked days, one after the other")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/operations.md")
    chosen = parser.parse_args()
    url = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{DATABASE}").geturl()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sankecare.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()
    from django.utils import timezone

    found = Measures(chosen.sizes, timezone.now())
    bad: list[str] = []
    with _database(url, EMPTY):
        _migrate()
        for size in chosen.sizes:
            with _database(url, DATABASE, EMPTY):
                bad += _measure(size, found)
                found.server = _server()
            if chosen.write:
                put_into_paper(as_markdown(found))
    for title, grown in found.exponents(LEAST_SECONDS).items():
        print(f"{title}: exponent {grown:.2f} (goal: at most {MOST_EXPONENT}){_missed(grown, MOST_EXPONENT)}")
    bad += [f"{slug}: {sorted(counts)} queries" for slug, counts in found.queries_that_grow().items()]
    print("Equal figures, fixed numbers of queries" if not bad else "\n".join(["BAD:", *bad]))
    return 1 if bad else 0


def _server() -> str:
    """The version of PostgreSQL."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0]).split()[0]


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


def _measure(size: int, found: Measures) -> list[str]:
    from django.utils import timezone

    from reports.queries import fiscal_years_with_use

    from . import report_floor, report_floor_families, report_world

    started = time.perf_counter()
    report_world.build(size)
    today = timezone.localdate()
    years = fiscal_years_with_use()
    print(
        f"\n{size:,} booked days of {len(years)} years, written in {time.perf_counter() - started:.0f} s", flush=True
    )
    rounds = _rounds(size)
    print(f"{'median of ' + str(rounds) + ' rounds, ms':<44}{'ours':>10}{'plain SQL':>12}{'ratio':>8}")
    bad = []
    for table in (*report_floor.TABLES, *report_floor_families.TABLES):
        asked = [years[-2]] if table.of_one_year else years
        ours, plain, equal = _side_by_side(table, asked, today, rounds)
        ratio = statistics.median(one / other for one, other in zip(ours, plain, strict=True))
        here, there = statistics.median(ours), statistics.median(plain)
        print(f"{table.title:<44}{here * 1e3:>10.1f}{there * 1e3:>12.1f}{ratio:>8.2f}{_missed(ratio, MOST_OF_SQL)}")
        sys.stdout.flush()
        found.beside_sql[table.title, size] = (here, there, ratio)
        if not equal:
            bad.append(f"{size:,}, {table.title}: other figures than the plain SQL's")
    _every_table(size, years, today, found)
    return bad


def _every_table(size: int, years: list[int], today: date, found: Measures) -> None:
    """Count each table of all years, ask for its page of the usual ones, and name the slowest."""
    from reports.catalogue.contents import contents

    print(f"\n{'each table of all years, ms':<30}{'it':>9}{'database':>10}  queries   rows     page  queries")
    goal = MOST_SECONDS_A_PAGE if size <= SIZES[0] else math.inf
    for numbered in contents():
        one = _one_table(numbered.entry, years, today, _rounds(size))
        one.page_queries, one.page_seconds = _page(_address(numbered.entry.slug), _shown(size))
        print(one.line(numbered.entry.slug) + _missed(one.page_seconds, goal), flush=True)
        found.tables[numbered.entry.slug, size] = one
    for address in _other_pages(years[-2]):
        count, seconds = _page(address, _shown(size))
        print(f"{address:<44}{seconds * 1e3:>10.1f}{count:>12} queries{_missed(seconds, goal)}", flush=True)
        found.pages[address, size] = (seconds, count)
    slowest = sorted(found.of_size(size).items(), key=lambda pair: pair[1].seconds, reverse=True)[:SLOWEST]
    print("slowest: " + ", ".join(f"{slug} {one.seconds * 1e3:,.0f} ms" for slug, one in slowest), flush=True)


def _one_table(entry: Any, years: list[int], today: date, rounds: int) -> Measured:
    """The median of the rounds, and what of it the database took."""
    from django.db import connection

    taken, asked = [], []

    def timed(execute: Any, *statement: Any) -> Any:
        before = time.perf_counter()
        try:
            return execute(*statement)
        finally:
            asked.append(time.perf_counter() - before)

    with connection.execute_wrapper(timed):
        for _round in range(rounds):
            asked.clear()
            before = time.perf_counter()
            made = entry.build(years, today=today)
            taken.append((time.perf_counter() - before, sum(asked), len(asked)))
    seconds, in_database, queries = sorted(taken)[len(taken) // 2]
    return Measured(seconds, in_database, queries, len(made.rows))


def _rounds(size: int) -> int:
    """How often a table is counted: of many days once is enough."""
    return ROUNDS if size <= SIZES[0] else 1


def _shown(size: int) -> int:
    """How often a page is timed once it is warm: of many days its queries count."""
    return PAGES_SHOWN if size <= SIZES[0] else 0


def _missed(figure: float, goal: float) -> str:
    return "" if figure <= goal else "  missed"


def _side_by_side(table: Any, years: list[int], today: date, rounds: int) -> tuple[list[float], list[float], bool]:
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
    for _round in range(rounds):
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


def _address(slug: str) -> str:
    from django.urls import reverse

    return reverse("supervisor:table", args=[slug])


def _other_pages(year: int) -> list[str]:
    """The supervisor's first page, and that of use of this year and of another."""
    from django.urls import reverse

    of_use = reverse("supervisor:occupancy")
    return [reverse("supervisor:front"), of_use, f"{of_use}?year={year}"]


def _page(address: str, shown: int) -> tuple[int, float]:
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
    if client.get(address).status_code != 200:  # not measured: what is read for the first time
        raise RuntimeError(address)
    before = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    count = len(queries)  # before the next request begins to count anew
    taken = [] if shown else [time.perf_counter() - before]
    for _ in range(shown):
        before = time.perf_counter()
        client.get(address)
        taken.append(time.perf_counter() - before)
    return count, statistics.median(taken)


if __name__ == "__main__":
    raise SystemExit(main())
