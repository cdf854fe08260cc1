"""How the cells of a table open: each column says what its figure means, what it is made of and which rows it counts.

The value is the table's own, masked and rounded as it stands there. The rows are asked by a query of their own; a test
counts them and compares. A cell that is hidden, or of a year that is rounded, has no rows: they would tell what the
table does not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from facilities.fiscal_year import fiscal_year, fiscal_year_days
from reports.masked_figures import counted_until, is_running
from reports.queries import fiscal_years_with_use
from reports.small_cells import HIDDEN, STEP
from reports.tables import Row, Table, label_of
from sankecare.days import NotADay, read_day
from sankecare.errors import NotPossible

from .figure import Asked, Explained, Opens, RowsBehind

Words = str | Promise
Parts = Sequence[tuple[str, Any]]
NOTHING = {"0", "0.0", "–"}


def number_of(rows: "QuerySet[Any]") -> Any:
    """The figure is how many rows there are."""
    return rows.count()


def no_parts(row: Row, table: Table) -> Parts:
    """The figure is made of nothing else."""
    return ()


def no_notes(row: Row) -> Sequence[str]:
    """Nothing more is to be said."""
    return ()


@dataclass(frozen=True)
class Cell:
    """How a figure of a column opens.

    ``rows``: what it counts, by the row of the table and today; None where no row is of a family.
    ``makes``: what the rows make: the figure, or that of the column ``makes_up`` (a numerator). ``over``: columns
    of the same row that it is made of, numerator first. ``parts``: what is not in the row. ``rule``: else the table's.
    """

    meaning: Words
    rows: Callable[[Row, date], RowsBehind | None] | None = None
    makes: Callable[["QuerySet[Any]"], Any] = number_of
    makes_up: str = ""
    over: tuple[str, ...] = ()
    parts: Callable[[Row, Table], Parts] = no_parts
    notes: Callable[[Row], Sequence[str]] = no_notes
    rule: Words = ""


@dataclass(frozen=True)
class Opened:
    """How a table opens. ``keys``: the columns that tell its rows apart. ``finished``: it counts finished months.

    ``rounded``: the figures of a running year are rounded, so that their rows would tell more than they.
    """

    keys: tuple[str, ...]
    cells: Mapping[str, Cell]
    finished: bool = False
    rounded: bool = False

    def until(self, year: int, today: date) -> date:
        """Return the last day that the table counts of a fiscal year."""
        return counted_until(year, today) if self.finished else min(fiscal_year_days(year)[1], today)


def opens(opened: Opened, build: Callable[..., Table], rule: Words) -> Opens:
    """Return what lays the figures of a table open."""

    def explain(asked: Asked, today: date) -> Explained:
        return explain_cell(opened, build, rule, asked, today)

    return explain


def explain_cell(opened: Opened, build: Callable[..., Table], rule: Words, asked: Asked, today: date) -> Explained:
    """Lay a cell open: the table of its year is counted, the cell found by its keys. A fixed number of queries.

    Errors: NotPossible ``figure_unknown``, ``period_unknown``, ``to_come``, ``row_unknown``.
    """
    figure = asked.get("figure", "")
    cell = opened.cells.get(figure)
    if cell is None:
        raise NotPossible("figure_unknown", _("No such figure is known. Please open it from its table."))
    year = year_asked(asked, today)
    table = build([year], today=today)
    row = next((row for row in table.rows if all(str(row[key]) == asked.get(key, "") for key in opened.keys)), None)
    if row is None:
        raise NotPossible("row_unknown", _("The table has no such row. Please open the figure from its table."))
    value, last = row.get(figure), opened.until(year, today)
    rounded = opened.rounded and is_running(year, today)
    return Explained(
        title="　".join((label_of(figure), *(_in_words(table, key, row[key]) for key in opened.keys))),
        value=told(value),
        meaning=str(cell.meaning),
        rule=str(cell.rule or rule),
        parts=[(words, told(part)) for words, part in (*_over(cell, row), *cell.parts(row, table))],
        notes=[*_notes(year, last, value, rounded=rounded), *cell.notes(row)],
        rows=None if rounded or value in (None, HIDDEN) or cell.rows is None else cell.rows(row, today),
    )


def told(value: Any) -> str:
    """Return a figure as people read it."""
    return "–" if value is None else value if isinstance(value, str) else f"{value:,}"


def _over(cell: Cell, row: Row) -> Parts:
    words = (_("Numerator: %(what)s"), _("Denominator: %(what)s"))
    if len(cell.over) == len(words):
        return [(word % {"what": label_of(key)}, row[key]) for word, key in zip(words, cell.over, strict=True)]
    return [(label_of(key), row[key]) for key in cell.over]


def _notes(year: int, last: date, value: Any, *, rounded: bool) -> list[str]:
    first = fiscal_year_days(year)[0]
    notes = [_("Counted from %(first)s to %(last)s.") % {"first": date_format(first), "last": date_format(last)}]
    if value == HIDDEN:
        notes.append(
            _("%(hidden)s: 1 or 2, or hidden with them so that none can be worked out from the others.")
            % {"hidden": HIDDEN}
        )
        notes.append(_("Its rows are not shown: they would tell what is hidden."))
    elif rounded:
        notes.append(
            _("The year is running: the figure is to the nearest %(step)d, and its rows are shown once it is over.")
            % {"step": STEP}
        )
    return notes


def check_recorded(explained: Explained, asked: Asked, today: date) -> None:
    """Make sure that a figure which is 0 is none from before the records began: its 0 would be wrong. One query.

    Errors: NotPossible ``no_records``. A ward without any records counts 0.
    """
    if explained.value not in NOTHING:
        return
    year, recorded = year_asked(asked, today), fiscal_years_with_use()
    if recorded and year < recorded[0]:
        words = _("Nothing is recorded for fiscal year %(year)s. Records begin with fiscal year %(first)s.")
        raise NotPossible("no_records", words % {"year": year, "first": recorded[0]})


def year_asked(asked: Asked, today: date) -> int:
    """Return the fiscal year in which the row of the address lies. Errors: ``period_unknown``, ``to_come``."""
    for key in ("fiscal_year", "month", "week", "drawn_on"):
        words = asked.get(key, "")
        if words:
            return _begun(_read(key, words), today, words)
    raise _unclear()


def _read(key: str, words: str) -> int:
    if key == "fiscal_year":
        if len(words) == 4 and words.isascii() and words.isdigit():
            return int(words)
        raise _unclear()
    try:
        return fiscal_year(read_day(f"{words}-01" if key == "month" else words))
    except NotADay as unclear:
        raise _unclear() from unclear


def _begun(year: int, today: date, words: str) -> int:
    if not 1900 < year < 9000:
        raise _unclear()
    if fiscal_year_days(year)[0] > today:
        raise NotPossible("to_come", _("%(when)s has not begun: there is nothing to count yet.") % {"when": words})
    return year


def _unclear() -> NotPossible:
    return NotPossible("period_unknown", _("Please say a month such as 2022-04, or a fiscal year such as 2022."))


def _in_words(table: Table, key: str, value: Any) -> str:
    if key == "fiscal_year":
        return _("Fiscal year %(year)s") % {"year": value}
    return str(table.told(key, value))
