"""A report's table as text for the terminal and as JSON for programs, and what its files share (reports/files/)."""

import json
import unicodedata
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from sankecare.spreadsheet_cells import column_widths

from .tables import Table, as_json_value, difference, label_of

FONTS = settings.BASE_DIR / "static" / "fonts"
A4, MOST_COLUMNS_UPRIGHT, HEAD_HEIGHT = 9, 6, 30
MONTH_FORMAT = 'yyyy"年"m"月"'


def as_json(table: Table) -> bytes:
    rows = [_json_row(row) for row in table.rows]
    return (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode()


def as_text(table: Table) -> bytes:
    """A table for the terminal: computed, published below it, and the difference."""
    head = [label_of(key) for key in table.columns]
    lines = [[*head, ""]]
    for row in table.rows:
        lines.append([*(_cell(table.told(key, row[key])) for key in table.columns), _("computed")])
        if row.get("change"):
            lines.append(_beside(table, row["change"], _("change"), signed=True))
        if row.get("published"):
            lines.append(_beside(table, row["published"], _("published")))
            lines.append(_beside(table, _differences(table, row), _("difference"), signed=True))
    widths = [max(_width(line[column]) for line in lines) for column in range(len(lines[0]))]
    body = ["  ".join(_pad(text, width) for text, width in zip(line, widths, strict=True)) for line in lines]
    rule = "-" * _width(body[0])
    return "\n".join([table.title, rule, body[0], rule, *body[1:], rule, *table.notes, ""]).encode()


def set_up_page(sheet: Any, *, title: str, lines: list[list[Any]]) -> None:
    """Have a sheet print on A4: as wide as a page, its head on each, title and page below."""
    columns, rows = len(lines[0]), len(lines)
    sheet.set_paper(A4)
    if columns > MOST_COLUMNS_UPRIGHT:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer(f"&L{title.replace('&', '&&')}&R&P / &N")
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(column_widths(lines)):
        sheet.set_column(column, column, width)
    sheet.set_row(0, HEAD_HEIGHT)
    if rows > 1:
        sheet.autofilter(0, 0, rows - 1, columns - 1)


def flat(table: Table) -> list[list[Any]]:
    """Return a head line and one line a row: figures, change on the year before, published, differences."""
    has_change = any("change" in row for row in table.rows)
    head = [label_of(key) for key in table.columns]
    head += [_("%(figure)s, change") % {"figure": label_of(key)} for key in table.compared if has_change]
    head += [_("%(figure)s, published") % {"figure": label_of(key)} for key in table.compared]
    head += [_("%(figure)s, difference") % {"figure": label_of(key)} for key in table.compared]
    lines: list[list[Any]] = [head]
    for row in table.rows:
        line = [table.told(key, row[key]) for key in table.columns]
        line += [(row.get("change") or {}).get(key) for key in table.compared if has_change]
        line += [(row.get("published") or {}).get(key) for key in table.compared]
        line += [_differences(table, row).get(key) for key in table.compared]
        lines.append(line)
    return lines


def _json_row(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json_row(inner) for key, inner in value.items()}
    return as_json_value(value)


def _differences(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    published = row.get("published") or {}
    return {key: difference(row.get(key), published.get(key)) for key in table.compared}


def _beside(table: Table, figures: dict[str, Any], what: str, *, signed: bool = False) -> list[str]:
    cells = [
        "" if key in ("facility", "fiscal_year", "kind") else _cell(figures.get(key), signed) for key in table.columns
    ]
    return [*cells, what]


def _cell(value: Any, signed: bool = False) -> str:
    if value is None:
        return "-"
    return f"{value:+}" if signed and value else str(value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int) -> str:
    return " " * (width - _width(text)) + text
