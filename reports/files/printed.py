"""How a table stands on paper: which of its rows, as words, with widths that fit the sheet. Values in, values out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from facilities.fiscal_year import fiscal_year
from reports.small_cells import HIDDEN
from reports.tables import Row, Table, difference, label_of

from .chart_drawing import PLAIN, WIDE, length_of

NOTHING = "–"
# Points: an A4 sheet on its side without its margins, the text, what stands left and right of a cell's words.
SHEET, TEXT, BESIDE, GUTTER = 757, 8.0, 7.0, 18.0
SMALLEST_TEXT = 5.0
# In heights of a letter. A longer text wraps, in a column that takes what is left.
LONG_TEXT, HEAD_LINES, LEAST = 24.0, 3, 2.6
# More rows than these a report prints of its last fiscal years alone.
MOST_ROWS = 80
ISO_MONTH, ISO_DAY = 7, 10


@dataclass(frozen=True)
class Column:
    """A column on paper. ``width``: in heights of a letter; 0: it takes what the others leave."""

    label: str
    numeric: bool
    width: float


@dataclass(frozen=True)
class Printed:
    """A table as it is printed: at this size of text, in so many columns of the sheet side by side."""

    columns: list[Column]
    lines: list[list[str]]
    text: float
    side_by_side: int

    @property
    def width(self) -> float:
        """Its width in points; the sheet's where a column takes what is left."""
        if any(not column.width for column in self.columns):
            return SHEET
        return sum(column.width * self.text + BESIDE for column in self.columns)


@dataclass(frozen=True)
class Part:
    """The rows of a report's table that are printed, and of which fiscal years they are; all of them: none named."""

    table: Table
    years: tuple[int, ...] = ()
    left_out: int = 0


def last_years_of(table: Table) -> Part:
    """Return what a report prints of a table: all of it, or of a long one the last fiscal years that fit."""
    if len(table.rows) <= MOST_ROWS:
        return Part(table)
    by_year: dict[int, int] = {}
    for row in table.rows:
        year = _year_of(row)
        if year is None:
            return Part(table)
        by_year[year] = by_year.get(year, 0) + 1
    years: list[int] = []
    for year in sorted(by_year, reverse=True):
        if years and sum(by_year[one] for one in years) + by_year[year] > MOST_ROWS:
            break
        years.append(year)
    if len(years) == len(by_year):
        return Part(table)
    rows = [row for row in table.rows if _year_of(row) in years]
    return Part(replace(table, rows=rows), tuple(sorted(years)), len(table.rows) - len(rows))


def printed(table: Table) -> Printed:
    """Return a table as words and widths; below a row its change, what was published and the difference."""
    lines = _lines(table)
    labels = [label_of(key) for key in table.columns]
    numeric = [_is_numeric(table, key) for key in table.columns]
    if has_beside(table):
        at = _words_at(table)
        labels.insert(at, _("Which figure"))
        numeric.insert(at, False)
    columns = [
        Column(label, is_number, _width_of(label, [line[place] for line in lines], is_number))
        for place, (label, is_number) in enumerate(zip(labels, numeric, strict=True))
    ]
    return _fitted(columns, lines)


def has_beside(table: Table) -> bool:
    """Tell whether something stands below the rows: a change on the year before, or what was published."""
    return any(row.get("change") or row.get("published") for row in table.rows)


def _fitted(columns: list[Column], lines: list[list[str]]) -> Printed:
    """The largest text with which all columns fit; where none does, the longest texts share what is left."""
    text = _text_that_fits(columns)
    while text < SMALLEST_TEXT:
        longest = max(range(len(columns)), key=lambda place: 0 if columns[place].numeric else columns[place].width)
        if columns[longest].numeric or not columns[longest].width:
            text = SMALLEST_TEXT
            break
        columns = [replace(column, width=0) if place == longest else column for place, column in enumerate(columns)]
        text = _text_that_fits(columns)
    made = Printed(columns, lines, text, 1)
    return replace(made, side_by_side=max(1, int((SHEET + GUTTER) // (made.width + GUTTER))))


def _text_that_fits(columns: Sequence[Column]) -> float:
    # A column that takes what is left has room for some words, at least.
    heights = sum(column.width or LONG_TEXT / 2 for column in columns)
    return min(TEXT, (SHEET - BESIDE * len(columns)) / heights) if heights else TEXT


def _width_of(label: str, words: Sequence[str], is_number: bool) -> float:
    head = math.ceil(length_of(label) / HEAD_LINES + WIDE / 2)
    longest = max((length_of(cell) for cell in words), default=0)
    if not is_number and longest > LONG_TEXT:
        return 0
    return max(LEAST, longest + PLAIN / 2, min(head, length_of(label) + PLAIN / 2))


def _lines(table: Table) -> list[list[str]]:
    beside = has_beside(table)
    lines = []
    for row in table.rows:
        figures = [shown(table.told(key, row.get(key)), key) for key in table.columns]
        if not beside:
            lines.append(figures)
            continue
        lines.append(_with_words(table, figures, _("computed")))
        published, change = row.get("published"), row.get("change")
        if change:
            lines.append(_below(table, change, _("change"), signed=True))
        if published:
            apart = {key: difference(row.get(key), published.get(key)) for key in table.compared}
            lines.append(_below(table, published, _("published")))
            lines.append(_below(table, apart, _("difference"), signed=True))
    return lines


def _below(table: Table, figures: Mapping[str, Any], words: str, *, signed: bool = False) -> list[str]:
    cells = []
    for key in table.columns:
        value = figures.get(key) if key in table.compared else None
        if key not in table.compared:
            cells.append("")
        elif signed and isinstance(value, int | Decimal):
            cells.append(f"{value:+,}" if value else "±0")
        else:
            cells.append(shown(value, key))
    return _with_words(table, cells, words)


def _with_words(table: Table, cells: list[str], words: str) -> list[str]:
    at = _words_at(table)
    return [*cells[:at], words, *cells[at:]]


def _words_at(table: Table) -> int:
    """After the columns that say of what the figures are."""
    return next((place for place, key in enumerate(table.columns) if key in table.compared), len(table.columns))


def shown(value: Any, key: str) -> str:
    """Write a value as print has it: thousands apart, months and days as such, a dash where there is none."""
    if value is None:
        return NOTHING
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if key.endswith("year") else f"{value:,}"
    if key == "month" and len(str(value)) == ISO_MONTH:
        year, month = str(value).split("-")
        return _("%(month)s/%(year)s") % {"year": year, "month": int(month)}
    if key == "week" and len(str(value)) == ISO_DAY:
        return str(value).replace("-", "/")
    return f"{value:,}" if isinstance(value, Decimal) else str(value)


def _is_numeric(table: Table, key: str) -> bool:
    return not key.endswith("year") and all(
        value in (None, HIDDEN) or isinstance(value, int | float | Decimal)
        for value in (table.told(key, row.get(key)) for row in table.rows)
    )


def _year_of(row: Row) -> int | None:
    if isinstance(row.get("fiscal_year"), int):
        return int(row["fiscal_year"])
    day = str(row.get("week") or f"{row.get('month')}-01")
    try:
        return fiscal_year(date.fromisoformat(day))
    except ValueError:
        return None
