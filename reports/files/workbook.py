"""Tables as a workbook: numbers as numbers, ranges with names, heads that stay, a chart, and a sheet of notes."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_range_abs

from reports.chapters.ward_years import FEWER, MORE, WardChange
from reports.formats import MONTH_FORMAT, set_up_page
from reports.tables import label_of

from .figures import FiguresFile

SHEET_NAME = 31
NOT_IN_A_SHEETS_NAME = re.compile(r"[\[\]:*?/\\']")
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]")
WIDTHS_OF_NOTES = (24, 110)
# A cell has one number and one place for it: the sign of the slides, and the plain one after it.
WARD_CHANGE = f'"{MORE} +"#,##0;"{FEWER} -"#,##0;0'
CHART_SIZE = {"width": 900, "height": 420}
# xlsxwriter's own colours and marks; the dash tells the lines apart in print.
DASHES = ("solid", "dash", "round_dot", "dash_dot", "long_dash", "square_dot")


@dataclass(frozen=True)
class Looks:
    """The formats of one workbook."""

    head: Any
    number: Any
    one_decimal: Any
    year: Any
    change: Any
    change_one_decimal: Any
    ward_change: Any
    month: Any
    day: Any
    words: Any
    label: Any
    link: Any

    @classmethod
    def of(cls, book: Any) -> "Looks":
        wrapped = {"text_wrap": True, "valign": "top"}
        return cls(
            head=book.add_format({"bold": True, "bottom": 1, **wrapped}),
            number=book.add_format({"num_format": "#,##0"}),
            one_decimal=book.add_format({"num_format": "0.0"}),
            year=book.add_format({"num_format": "0", "align": "left"}),
            change=book.add_format({"num_format": "+#,##0;-#,##0;0"}),
            change_one_decimal=book.add_format({"num_format": "+0.0;-0.0;0.0"}),
            ward_change=book.add_format({"num_format": WARD_CHANGE}),
            month=book.add_format({"num_format": MONTH_FORMAT, "align": "left"}),
            day=book.add_format({"num_format": 'yyyy"年"m"月"d"日"', "align": "left"}),
            words=book.add_format(wrapped),
            label=book.add_format({"bold": True, **wrapped}),
            link=book.add_format({"font_color": "#0017C1", "underline": 1}),
        )


def as_xlsx(file: FiguresFile) -> bytes:
    """One table: its sheet, its chart's, and the notes."""
    return workbook([file], title=file.title)


def workbook(files: Sequence[FiguresFile], *, title: str) -> bytes:
    """Many tables, a sheet each, with contents in front where there are several (one at least). Nothing typed runs."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": files[0].made_at.astimezone(UTC).replace(tzinfo=None)})
    looks = Looks.of(book)
    contents = book.add_worksheet(_("Contents")) if len(files) > 1 else None
    for file in files:
        sheet = book.add_worksheet(sheet_name(file))
        _write_table(book, sheet, looks, file)
        if file.chart is not None:
            _write_chart(book, looks, file)
    notes = book.add_worksheet(_("Notes"))
    starts = _write_notes(notes, looks, files)
    if contents is not None:
        _write_contents(contents, looks, files, starts, title)
    book.close()
    return out.getvalue()


def sheet_name(file: FiguresFile) -> str:
    """Return the sheet's name: the number, and as much of the title as fits."""
    return NOT_IN_A_SHEETS_NAME.sub("", f"{file.numbered.number} {file.numbered.entry.title}")[:SHEET_NAME].strip()


def defined_name(*parts: str) -> str:
    """Return the name of a range, as formulas write it: t_facility_year.families."""
    return "t_" + ".".join(NOT_IN_A_NAME.sub("_", part) for part in parts)


def _write_table(book: Any, sheet: Any, looks: Looks, file: FiguresFile) -> None:
    lines, columns = file.lines, file.table.columns
    signed = _signed_columns(file)
    for column, label in enumerate(lines[0]):
        sheet.write_string(0, column, label, looks.head)
    for number, line in enumerate(lines[1:], start=1):
        for column, value in enumerate(line):
            key = columns[column] if column < len(columns) else ""
            _write_cell(sheet, looks, (number, column), value, key, signed=column in signed)
    set_up_page(sheet, title=file.title, lines=lines)
    sheet.set_footer(f"&L&8{file.foot.replace('&', '&&')}&R&8&P / &N")
    last = len(lines) - 1
    for offset, words in enumerate([*file.table.notes, file.foot], start=last + 2):
        sheet.write_string(offset, 0, str(words))
    if last:
        where = sheet_name(file).replace("'", "''")
        book.define_name(defined_name(file.slug), f"='{where}'!{xl_range_abs(0, 0, last, len(lines[0]) - 1)}")
        for column, key in enumerate(columns):
            book.define_name(defined_name(file.slug, key), f"='{where}'!{xl_range_abs(1, column, last, column)}")


def _signed_columns(file: FiguresFile) -> set[int]:
    """Columns of changes and differences: those after the table's own that are not published figures."""
    own, compared = len(file.table.columns), len(file.table.compared)
    changes = compared if any("change" in row for row in file.table.rows) else 0
    published = range(own + changes, own + changes + compared)
    return {column for column in range(own, len(file.lines[0])) if column not in published}


def _write_cell(
    sheet: Any, looks: Looks, spot: tuple[int, int], value: Any, key: str, *, signed: bool = False
) -> None:
    if value is None:
        return
    if isinstance(value, WardChange):
        sheet.write_number(*spot, int(value), looks.ward_change)
    elif isinstance(value, Decimal | float):
        sheet.write_number(*spot, float(value), looks.change_one_decimal if signed else looks.one_decimal)
    elif isinstance(value, int) and not isinstance(value, bool):
        look = looks.year if key.endswith("year") else looks.change if signed else looks.number
        sheet.write_number(*spot, int(value), look)
    elif key == "month":
        sheet.write_datetime(*spot, datetime.fromisoformat(f"{value}-01"), looks.month)
    elif key == "week":
        sheet.write_datetime(*spot, datetime.fromisoformat(str(value)), looks.day)
    elif isinstance(value, date):
        sheet.write_datetime(*spot, datetime(value.year, value.month, value.day), looks.day)  # noqa: DTZ001
    else:
        sheet.write_string(*spot, str(value))


def _write_chart(book: Any, looks: Looks, file: FiguresFile) -> None:
    """A sheet with the chart and, beside it, the figures that it draws."""
    plan = file.chart
    assert plan is not None
    name = f"{file.numbered.number} {_('Chart')}"[:SHEET_NAME]
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, label_of(plan.axis), looks.head)
    for row, point in enumerate(plan.points, start=1):
        sheet.write_string(row, 0, point)
    chart = book.add_chart({"type": "line"})
    for column, series in enumerate(plan.series, start=1):
        sheet.write_string(0, column, series.name, looks.head)
        for row, figure in enumerate(series.figures, start=1):
            _write_cell(sheet, looks, (row, column), figure, "")
        chart.add_series(
            {
                "name": [name, 0, column],
                "categories": [name, 1, 0, len(plan.points), 0],
                "values": [name, 1, column, len(plan.points), column],
                "line": {"width": 2, "dash_type": DASHES[(column - 1) % len(DASHES)]},
                "marker": {"type": "automatic", "size": 5},
            }
        )
    chart.set_title({"name": file.title, "name_font": {"size": 12}})
    chart.set_x_axis({"name": label_of(plan.axis)})
    axis: dict[str, Any] = {"min": 0, "name": label_of(plan.key) if plan.key else ""}
    chart.set_y_axis(axis | ({"max": 100} if plan.is_percent else {}))
    chart.show_blanks_as("gap")
    chart.set_size(CHART_SIZE)
    words = {"title": file.title}
    described = {"description": _("Chart of %(title)s; its figures stand in this sheet.") % words}
    sheet.insert_chart(0, len(plan.series) + 2, chart, described)
    sheet.set_column(0, len(plan.series), 14)
    sheet.freeze_panes(1, 1)


def _write_notes(sheet: Any, looks: Looks, files: Sequence[FiguresFile]) -> dict[str, int]:
    """All that explains the tables; return the line of each table's first note, by its name."""
    sheet.set_column(0, 0, WIDTHS_OF_NOTES[0])
    sheet.set_column(1, 1, WIDTHS_OF_NOTES[1])
    sheet.write_string(0, 0, _("About"), looks.head)
    sheet.write_string(0, 1, _("Explanation"), looks.head)
    sheet.freeze_panes(1, 0)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    starts, line = {}, 1
    for file in files:
        starts[file.slug] = line
        for label, words in [*file.explained, *((_("Notes"), str(note)) for note in file.table.notes)]:
            sheet.write_string(line, 0, label, looks.label)
            sheet.write_string(line, 1, words, looks.words)
            line += 1
        line += 1
    return starts


def _write_contents(
    sheet: Any, looks: Looks, files: Sequence[FiguresFile], starts: dict[str, int], title: str
) -> None:
    """Chapters and tables, each a link to its sheet and to its notes."""
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, 2, 14)
    sheet.write_string(0, 0, title, looks.label)
    line, chapter = 2, ""
    for file in files:
        if file.numbered.chapter.slug != chapter:
            chapter = file.numbered.chapter.slug
            sheet.write_string(line, 0, str(file.numbered.chapter.title), looks.label)
            line += 1
        sheet.write_string(line, 0, file.numbered.number)
        target = f"internal:'{sheet_name(file)}'!A1"
        sheet.write_url(line, 1, target, looks.link, string=str(file.numbered.entry.title))
        notes = f"internal:'{_('Notes')}'!A{starts[file.slug] + 1}"
        sheet.write_url(line, 2, notes, looks.link, string=_("Notes"))
        line += 1
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
