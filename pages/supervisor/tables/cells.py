"""A table of the ward's figures as cells of a page: each figure as people write it, with what opens it."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reports.small_cells import HIDDEN
from reports.tables import Row, Table, difference, label_of

# Columns that say of what a figure is; they are no figures, though they be numbers.
OF_WHAT = {"fiscal_year", "ward_year", "facility", "kind", "month", "district", "town"}
MONTH_LENGTH = 7
# A day as programs write it.
DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


def in_words(table: Table, key: str, value: Any) -> str:
    """Return what people read of a value that says of what a figure is, or of a figure."""
    told = table.told(key, value)
    if told is None:
        return "–"
    if key == "fiscal_year":
        return _("Fiscal year %(year)s") % {"year": told}
    if key == "month" and isinstance(told, str) and len(told) == MONTH_LENGTH:
        year, month = told.split("-")
        return _("%(month)s/%(year)s") % {"year": year, "month": int(month)}
    if isinstance(told, int | Decimal) and not isinstance(told, bool):
        return f"{told:,}"
    return DAY.sub(_day_in_words, str(told))


def _day_in_words(found: re.Match[str]) -> str:
    """A day as people write it; what only looks like one (somebody's name for a house) stays as it is."""
    try:
        return date_format(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


def columns_of(table: Table) -> list[dict[str, Any]]:
    """Return the columns: those of the table, and what a line holds where published figures stand below."""
    found = [{"label": label_of(key), "numeric": _is_figure(table, key)} for key in table.columns]
    if _has_beside(table):
        found.insert(_words_at(table), {"label": _("Which figure"), "numeric": False})
    return found


def lines_of(table: Table) -> list[list[Any]]:
    """Return a line a row, and below it the change, what was published and the difference, where there is one."""
    beside = _has_beside(table)
    pages = {name: reverse("supervisor:figure", args=[name]) for name in {of.name for of in table.openers.values()}}
    lines = []
    for row in table.rows:
        figures = [_cell(table, row, key, pages) for key in table.columns]
        if not beside:
            lines.append(figures)
            continue
        lines.append(_with_words(table, figures, _("computed")))
        published, change = row.get("published"), row.get("change")
        if change:
            lines.append(_line(table, row, change, _("change"), signed=True))
        if published:
            apart = {key: difference(row.get(key), published.get(key)) for key in table.compared}
            lines.append(_line(table, row, published, _("published")))
            lines.append(_line(table, row, apart, _("difference"), signed=True))
    return lines


def _address_of_figure(table: Table, row: Row, key: str, pages: Mapping[str, str]) -> str | None:
    """The page that explains one figure, None where nothing does or there is none."""
    opener = table.openers.get(key)
    if opener is None or row.get(key) is None:
        return None
    asked = {name: row[name] for name in opener.of if row.get(name) is not None}
    asked |= {"known": opener.known} if opener.known else {}
    return f"{pages[opener.name]}?{urlencode({**asked, 'figure': key})}"


def _cell(table: Table, row: Row, key: str, pages: Mapping[str, str]) -> Any:
    """``pages``: of each opener by its name."""
    words = in_words(table, key, row.get(key))
    address = _address_of_figure(table, row, key, pages)
    return {"text": words, "url": address} if address else words


def _line(table: Table, row: Row, figures: Mapping[str, Any], words: str, *, signed: bool = False) -> list[Any]:
    cells = [
        in_words(table, key, row[key]) if key in OF_WHAT else _figure(figures.get(key), signed=signed)
        for key in table.columns
    ]
    return _with_words(table, cells, words)


def _figure(value: Any, *, signed: bool) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return (f"{value:+,}" if value else "±0") if signed else f"{value:,}"


def _with_words(table: Table, cells: list[Any], words: str) -> list[Any]:
    place = _words_at(table)
    return [*cells[:place], words, *cells[place:]]


def _words_at(table: Table) -> int:
    """After the columns that say of what the figures are."""
    return next((place for place, key in enumerate(table.columns) if key not in OF_WHAT), len(table.columns))


def _has_beside(table: Table) -> bool:
    return any(row.get("change") or row.get("published") for row in table.rows)


def _is_figure(table: Table, key: str) -> bool:
    if key in OF_WHAT or key in table.names:
        return False
    told = [value for row in table.rows if (value := row.get(key)) not in (None, HIDDEN)]
    return not told or any(isinstance(value, int | float | Decimal) for value in told)
