"""``manage.py report``: the ward's tables from the records, beside the published ones."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.fiscal_year import fiscal_year_days
from facilities.models import Facility
from reports.catalogue.contents import by_slug, contents
from reports.catalogue.entry import Numbered
from reports.files.figures import FiguresFile, table_address, unnumbered
from reports.files.meeting import as_meeting_pdf, pack_file
from reports.files.paper import as_pdf
from reports.files.text_files import as_csv
from reports.files.workbook import as_xlsx
from reports.formats import as_json, as_text
from reports.known.at import as_known_in_words, known_on
from reports.known.changes import as_table as as_changed_table
from reports.known.changes import changed_since
from reports.meeting import as_table, counted_until, meeting_pack
from reports.queries import fiscal_years_with_use, used_days_outside
from reports.tables import Table
from sankecare.errors import Refused
from sankecare.mails import link_to

# For programs and the terminal: rows alone, which stay as they are. The others say what a file of the pages says.
ROWS: dict[str, Callable[[Table], bytes]] = {"table": as_text, "json": as_json}
FILES: dict[str, Callable[[FiguresFile], bytes]] = {"csv": as_csv, "xlsx": as_xlsx, "pdf": as_pdf}
BINARY = ("xlsx", "pdf")
MADE_BY = "manage.py report"
OF_A_FACILITY = "facility-year"
# The fiscal years that can be; so many days of others are named.
EARLIEST, LATEST, MOST_NAMED = 2000, 2999, 10


class Command(BaseCommand):
    help = "Print one of the ward's tables, or the pack of the yearly meeting."

    def add_arguments(self, parser: ArgumentParser) -> None:
        tables = "; ".join(f"{table.entry.slug} ({table.entry.title})" for table in contents())
        parser.add_argument(
            "report", choices=[*by_slug(), "meeting"], metavar="TABLE", help=f"{tables}; meeting".replace("%", "%%")
        )
        parser.add_argument("--fiscal-year", type=int, help="named by its first year; all with records if left out")
        parser.add_argument("--facility", default="", metavar="SLUG")
        parser.add_argument(
            "--known-on",
            type=date.fromisoformat,
            metavar="DATE",
            help="as it was known at the end of that day, and as it would have been counted on it",
        )
        parser.add_argument(
            "--changed", action="store_true", help="what changed since that day, and what made the difference"
        )
        parser.add_argument("--format", choices=[*ROWS, *FILES], default="table")
        parser.add_argument("--output", type=Path, metavar="FILE")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["facility"] and options["report"] != OF_A_FACILITY:
            raise CommandError(_("--facility goes with facility-year only."))
        if options["format"] in BINARY and not options["output"]:
            raise CommandError(_("--format %(format)s needs --output FILE.") % {"format": options["format"]})
        if options["changed"]:
            content = self._written(options, self._changed(options))
        else:
            with self._as_known(options["known_on"]):
                content = self._content(options)
        if not options["output"]:
            sys.stdout.write(content.decode("utf-8-sig" if options["format"] == "csv" else "utf-8"))
            return
        try:
            options["output"].write_bytes(content)
        except OSError as error:
            raise CommandError(
                _("--output: %(file)s cannot be written: %(why)s") % {"file": options["output"], "why": error.strerror}
            ) from error

    def _changed(self, options: dict[str, Any]) -> Table:
        """What changed of a table since the day."""
        if options["known_on"] is None or options["report"] == "meeting" or options["facility"]:
            raise CommandError(_("--changed goes with --known-on, and with a whole table."))
        build = by_slug()[options["report"]].entry.build
        self.today = timezone.localdate()
        try:
            changed = changed_since(build, self._years(options), day=options["known_on"], today=self.today)
        except Refused as refused:
            raise CommandError(f"--known-on: {refused.detail}") from refused
        return as_changed_table(changed)

    @contextmanager
    def _as_known(self, day: date | None) -> Iterator[None]:
        """Count as of that day, where one is asked for."""
        self.today = timezone.localdate()
        if day is None:
            yield
            return
        try:
            with known_on(day, today=self.today):
                self.today = day
                yield
        except Refused as refused:
            raise CommandError(f"--known-on: {refused.detail}") from refused

    def _content(self, options: dict[str, Any]) -> bytes:
        if options["report"] != "meeting":
            table = self._table(options)
            if options["known_on"]:
                table = replace(table, notes=[*table.notes, as_known_in_words(options["known_on"])])
            return self._written(options, table, by_slug()[options["report"]])
        if options["fiscal_year"] is None:
            raise CommandError(_("meeting needs --fiscal-year: a meeting is of one year."))
        year = self._years(options)[0]
        pack = meeting_pack(year, today=self.today)
        if options["format"] in ROWS:
            return ROWS[options["format"]](as_table(pack))
        address = link_to(f"{reverse('meeting:pack')}?year={year}")
        until = counted_until(year, self.today)
        file = pack_file(pack, counted_to=until, made_at=timezone.now(), made_by=MADE_BY, address=address)
        return as_meeting_pdf(pack, file) if options["format"] == "pdf" else FILES[options["format"]](file)

    def _written(self, options: dict[str, Any], table: Table, numbered: Numbered | None = None) -> bytes:
        """Write a table: its rows alone, or as a file with what must be known of it."""
        if options["format"] in ROWS:
            return ROWS[options["format"]](table)
        entry = by_slug()[options["report"]].entry
        if numbered is None:
            numbered = unnumbered(entry.slug, table, what=entry.what, rule=entry.rule, source=entry.source)
        years = self._years(options)
        asked = {"from": str(min(years)), "to": str(max(years))} if years else {}
        day = options["known_on"]
        until = self.today if day is None or options["changed"] else day
        return FILES[options["format"]](
            FiguresFile(
                numbered,
                table,
                tuple(years),
                counted_to=until,
                made_at=timezone.now(),
                made_by=MADE_BY,
                address=table_address(entry.slug, asked | ({"known": day.isoformat()} if day else {})),
            )
        )

    def _table(self, options: dict[str, Any]) -> Table:
        today, years = self.today, self._years(options)
        build = by_slug()[options["report"]].entry.build
        if options["report"] != OF_A_FACILITY:
            return build(years, today=today)
        self._refuse_unknown(options["facility"])
        return build(years, today=today, facility=options["facility"])

    def _years(self, options: dict[str, Any]) -> list[int]:
        asked = options["fiscal_year"]
        if asked is None:
            return self._years_with_use()
        if not EARLIEST <= asked <= LATEST:
            raise CommandError(_("--fiscal-year: a year of four digits, such as 2022."))
        return [asked]

    def _years_with_use(self) -> list[int]:
        """The years that have a used day, but for those that cannot be: their days are told and left out."""
        years = fiscal_years_with_use()
        if all(EARLIEST <= year <= LATEST for year in years):
            return years
        days = used_days_outside(fiscal_year_days(EARLIEST)[0], fiscal_year_days(LATEST)[1])
        shown = [f"{day.isoformat()} {service}" for day, service in days[:MOST_NAMED]]
        told = _("Left out: %(count)s used days of years that cannot be. Please put them right: %(days)s")
        self.stderr.write(told % {"count": len(days), "days": ", ".join(shown) + (" …" if days[MOST_NAMED:] else "")})
        return [year for year in years if EARLIEST <= year <= LATEST]

    def _refuse_unknown(self, slug: str) -> None:
        known = list(Facility.objects.values_list("slug", flat=True))
        if slug and slug not in known:
            raise CommandError(
                _("--facility: “%(slug)s” is not one of %(known)s.") % {"slug": slug, "known": ", ".join(known)}
            )
