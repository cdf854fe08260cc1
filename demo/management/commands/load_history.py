"""``manage.py load_history``: the made-up families of the demo, from 2018 to the coming weeks."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

import pghistory
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from demo.history.demo_people import make_demo_people
from demo.history.places import NoRoom
from demo.history.when_known import no_history_yet, tell_when_known
from demo.history.write import HistoryWriter
from enrollment.models import Family
from facilities.models import Facility


class Command(BaseCommand):
    help = "Write the made-up history of a ward (families, stays, charges); nothing where it stands already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ward", default="setagaya")
        parser.add_argument("--today", type=date.fromisoformat, default=None, help="the day taken as today")
        parser.add_argument("--years", type=int, nargs="*", help="fiscal years to write; all if left out")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not Facility.objects.exists():
            raise CommandError("The ward is not loaded yet. Run first: manage.py load_ward setagaya")
        today = options["today"] or timezone.localdate()
        with transaction.atomic():
            self._lock()
            if Family.objects.filter(made_up=True).exists():
                self.stdout.write("The made-up history stands already.")
            elif Family.objects.exists():
                raise CommandError("This database holds real families. Made-up ones are never mixed in.")
            else:
                self._write(options["ward"], today, options["years"])
            if settings.DEMO:
                make_demo_people(today)

    def _lock(self) -> None:
        """Of two loads at once the second one waits and finds the history there."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")
            # Made up in memory before it is written: on a busy machine that takes longer than a request may idle.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('load_history'))")

    def _write(self, ward: str, today: date, years: list[int] | None) -> None:
        try:
            with pghistory.context(reason="made-up history"):
                with no_history_yet():
                    HistoryWriter(ward, today, self.stdout.write).write(years)
                tell_when_known()
            with connection.cursor() as cursor:  # so much was written at once that no plan of the tables fits any more
                cursor.execute("ANALYZE")
        except NoRoom as error:
            raise CommandError(
                f"The history does not fit the ward's calendar: {error}. Nothing was written."
            ) from error
