"""Server time and queries of every list of the administration and every page of the staff, over a running demo's data.

    python -m tools.benchmarks.desk_times [--most 0.3] [--rounds 5] [--only TEXT]

Each page is asked for in this process, as its role's demo person, through all middleware and templates, against the
demo's database: once cold, then ``rounds`` times, of which the median counts (milliseconds); once more to count the
queries. The slowest stands first. Ends with 1 where a page takes longer than ``--most`` seconds.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sankecare.stack import StackError
from sankecare.stack.beside import settings_beside

PROJECT = Path(__file__).resolve().parent.parent.parent
LIST_BYTES = 120 * 1024
OK = 200
# Whose pages, by the one of the staff who opens them first; what she may not open the next one opens.
ROLES = (
    *("ward_staff", "supervisor", "auditor", "facility_manager", "operator"),
    *("health_nurse", "caseworker", "account_admin"),
)
# Pages of one thing: the model whose object is shown, a busy one where ``most`` says of what it has most.
OF_ONE = {
    "ward_family": ("enrollment.Family", "births__registrations__bookings"),
    "ward_family_history": ("enrollment.Family", "births__registrations__bookings"),
    "audit:family": ("enrollment.Family", "births__registrations__bookings"),
    "audit:person": ("accounts.User", "looks"),
    "desk:draw": ("bookings.DrawRound", "wishes"),
    "audit:draw": ("bookings.DrawRound", "wishes"),
    "admin:bookings_drawround_entries": ("bookings.DrawRound", "wishes"),
    "admin:enrollment_registration_decide": ("enrollment.Registration", "bookings"),
    "claims:claim": ("billing.Claim", ""),
    "operator:stay": ("bookings.Booking", "days"),
}
# The page of a table of figures: each of them.
OF_EACH_TABLE = "supervisor:table"
# Not looked at: it would end the session, or is a page of who signs in.
LEFT_OUT = {"accounts:logout", "admin:logout", "admin:jsi18n", "admin:autocomplete", "set_language"}


@dataclass(frozen=True)
class Timed:
    """One page: whose, where, the median of its times (seconds), queries, bytes."""

    role: str
    name: str
    address: str
    seconds: float
    queries: int
    size: int

    def line(self, most: float) -> str:
        """A row of the table, with a word where it is too slow or, of a list, too heavy."""
        words = " too slow" if self.seconds > most else ""
        words += " too heavy" if self.name.endswith("_changelist") and self.size > LIST_BYTES else ""
        cells = f"{self.seconds * 1000:>7.0f} ms{self.queries:>5} q{self.size / 1024:>8.0f} KB"
        return f"{cells}  {self.role:<16} {self.name}{words}"


def pages(wanted: str) -> Iterator[tuple[str, str]]:
    """Every page that needs no object, each table of figures, and those of ``OF_ONE``, by name and address."""
    from django.apps import apps
    from django.db.models import Count
    from django.urls import NoReverseMatch, reverse

    from accounts.url_permissions import ADMIN_MODELS, PAGES
    from reports.catalogue.contents import by_slug

    names = [*PAGES, *(f"admin:{model}_changelist" for model in ADMIN_MODELS)]
    for name in names:
        if name in LEFT_OUT or wanted not in name:
            continue
        if name == OF_EACH_TABLE:
            yield from ((f"{name} {slug}", reverse(name, args=[slug])) for slug in by_slug())
            continue
        args: list[Any] = []
        if name in OF_ONE:
            label, most = OF_ONE[name]
            rows = apps.get_model(label)._default_manager.order_by("-pk")
            busiest = rows.annotate(has_so_many=Count(most)).order_by("-has_so_many", "-pk") if most else rows
            found = busiest.first()
            args = [found.pk] if found else []
        try:
            yield name, reverse(name, args=args)
        except NoReverseMatch:
            continue


def timed(client: Any, role: str, name: str, address: str, rounds: int) -> Timed | None:
    """Ask for the page; None where it is none of hers, moves on, or is no page to be read."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    first = client.get(address)
    if first.status_code != OK or first.has_header("Content-Disposition"):
        return None
    times = []
    for _round in range(rounds):
        begun = time.perf_counter()
        client.get(address)
        times.append(time.perf_counter() - begun)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return Timed(role, name, address, statistics.median(times), len(asked), len(first.content))


def measured(rounds: int, wanted: str) -> list[Timed]:
    """Measure each page once, as the first role that may open it."""
    from django.test import Client

    from accounts.models import User
    from accounts.permissions import may_open
    from accounts.sign_in import DEMO_PREFIX

    of_demo = User.objects.filter(username__startswith=DEMO_PREFIX, is_active=True)
    people = {role: person for role in ROLES if (person := of_demo.filter(role=role).first())}
    clients = {role: Client(SERVER_NAME="127.0.0.1") for role in people}
    for role, client in clients.items():
        client.force_login(people[role], backend="accounts.sign_in.Backend")
    found = []
    for name, address in pages(wanted):
        for role, client in clients.items():
            if may_open(people[role], name.split()[0]) and (one := timed(client, role, name, address, rounds)):
                found.append(one)
                print(".", end="", flush=True, file=sys.stderr)
                break
    print(file=sys.stderr)
    return sorted(found, key=lambda one: one.seconds, reverse=True)


def main() -> int:
    """Print the table. Returns 1 where a page is slower than ``--most``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=float, default=0.3, help="seconds that a page may take")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    chosen = parser.parse_args()
    try:
        os.environ.update(settings_beside(PROJECT, os.environ))
    except StackError as error:
        print(error, file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sankecare.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()
    found = measured(chosen.rounds, chosen.only)
    for one in found:
        print(one.line(chosen.most))
    slow = [one for one in found if one.seconds > chosen.most]
    print(f"{len(found)} pages, {len(slow)} over {chosen.most} s; median of {chosen.rounds} warm rounds each")
    return 1 if slow or not found else 0


if __name__ == "__main__":
    sys.exit(main())
