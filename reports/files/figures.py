"""A table of the catalogue with all that a file says of it: numbers, words, moment, and the digest of its rows."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.models import BookingDay, DayStatus
from facilities.fiscal_year import fiscal_year_days
from reports.catalogue.entry import Chapter, Numbered, TableEntry, Words
from reports.formats import flat
from reports.small_cells import HIDDEN
from reports.tables import Table, as_json_value, label_of
from sankecare.mails import link_to
from sankecare.moments import fact_in_words, moment_in_words

from .chart_plan import ChartPlan, plan_of


@dataclass(frozen=True)
class FiguresFile:
    """One table as a file holds it. ``address``: where it can be looked up again; ``made_by``: who asked."""

    numbered: Numbered
    table: Table
    years: tuple[int, ...]
    counted_to: date
    made_at: datetime
    made_by: str
    address: str

    @property
    def slug(self) -> str:
        return self.numbered.entry.slug

    @property
    def title(self) -> str:
        """Its number and its name: 表1-1 Use by facility and fiscal year; of what stands in no contents the name."""
        title = str(self.numbered.entry.title)
        return f"{table_number(self.numbered.number)}　{title}" if self.numbered.number else title

    @cached_property
    def lines(self) -> list[list[Any]]:
        """A head line and one line a row, as people read them."""
        return flat(self.table)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the rows, as ``rows_as_json`` writes them: the same figures have the same digest."""
        return hashlib.sha256(rows_as_json(self.table)).hexdigest()

    @property
    def explained(self) -> list[tuple[str, str]]:
        """What must be known of the table, as pairs of a word and a sentence."""
        where, digest = self.found_again
        return [(_("Table"), self.title), *self.about, *self.making, where, *self.hidden, digest]

    @property
    def about(self) -> list[tuple[str, str]]:
        """What it counts, how, and from which records."""
        entry = self.numbered.entry
        return [
            (_("What it counts"), str(entry.what)),
            (_("Rule and rounding"), str(entry.rule)),
            (_("From which records"), str(entry.source)),
        ]

    @property
    def making(self) -> list[tuple[str, str]]:
        """Of which years, up to which day and when it was counted, and who asked."""
        years = _("%(first)s to %(last)s") % {"first": self.years[0], "last": self.years[-1]} if self.years else "–"
        return [
            (_("Fiscal years"), years),
            (_("Counted up to"), str(fact_in_words(self.counted_to))),
            (_("As of"), moment_in_words(self.made_at)),
            (_("Made by"), self.made_by),
        ]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What stands for a hidden figure, where there is one."""
        if not any(cell == HIDDEN for line in self.lines[1:] for cell in line):
            return []
        return [(HIDDEN, _("Hidden: 1 or 2, or a figure from which one of these could be worked out."))]

    @property
    def found_again(self) -> list[tuple[str, str]]:
        """Its address, and the digest by which its rows are known again."""
        return [(_("Address of this table"), self.address), (_("SHA-256 of the rows"), self.digest)]

    @property
    def foot(self) -> str:
        """One line for the foot: moment and digest."""
        words = {"moment": moment_in_words(self.made_at), "digest": self.digest}
        return _("As of %(moment)s. SHA-256 of the rows: %(digest)s") % words

    @cached_property
    def chart(self) -> ChartPlan | None:
        """The table's chart, where it has one."""
        names = {**self.table.names, "": {key: label_of(key) for key in self.table.columns}}
        return plan_of(self.table.rows, self.table.columns, self.table.compared, names)


def figures_file(
    numbered: Numbered, years: Sequence[int], *, counted_to: date, made_at: datetime, made_by: str, address: str
) -> FiguresFile:
    """Count a table of the catalogue for these fiscal years, for a file."""
    table = numbered.entry.build(years, today=counted_to)
    return FiguresFile(numbered, table, tuple(years), counted_to, made_at, made_by, address)


def unnumbered(slug: str, table: Table, *, what: Words, rule: Words, source: Words) -> Numbered:
    """Return what a table that stands in no contents is: the meeting's pack, or what changed."""

    def build(*_years: Sequence[int], today: date) -> Table:
        return table

    entry = TableEntry(slug=slug, title=table.title, build=build, what=what, rule=rule, source=source)
    return Numbered(Chapter(slug, table.title, (entry,)), "", entry)


def table_address(slug: str, query: Mapping[str, str] | None = None) -> str:
    """Return the whole address of a table's page, to be cited."""
    path = reverse("supervisor:table", args=[slug])
    return link_to(f"{path}?{urlencode(query)}" if query else path)


def table_number(number: str) -> str:
    """Return a table's number as print has it: 表1-1."""
    return _("Table %(number)s") % {"number": number}


def rows_as_json(table: Table) -> bytes:
    """Return the rows in one way of writing: keys sorted, no spaces, UTF-8, decimals as numbers."""
    rows = [_plain(row) for row in table.rows]
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Decimal):
        return as_json_value(value)
    return value if value is None or isinstance(value, int | str | bool | float) else str(value)


def families_counted(years: Sequence[int]) -> int:
    """Return how many families used a place in these fiscal years, each once: what the figures are of. One query."""
    if not years:
        return 0
    days = (fiscal_year_days(min(years))[0], fiscal_year_days(max(years))[1])
    used = BookingDay.objects.filter(status=DayStatus.USED, day__range=days)
    return int(used.aggregate(families=Count("family", distinct=True))["families"])
