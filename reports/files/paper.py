"""Tables on paper: PDF/UA by typst, one table or a report of many with contents; charts as vectors."""

import json
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.formats import FONTS
from reports.small_cells import HIDDEN
from reports.tables import label_of
from sankecare.moments import moment_in_words

from .chart_drawing import svg_of
from .figures import FiguresFile, table_number

TEMPLATE = settings.BASE_DIR / "templates" / "reports" / "figures.typ"


def as_pdf(file: FiguresFile) -> bytes:
    """One table with its chart, notes and source."""
    return _compiled({**_around([file]), "title": file.title, "subtitle": "", "with_contents": False})


def report_pdf(files: Sequence[FiguresFile], *, title: str, subtitle: str, digest: str) -> bytes:
    """All tables as a report that prints: title, contents, chapters, numbered tables. ``digest``: of all rows."""
    around = _around(files)
    return _compiled({**around, "title": title, "subtitle": subtitle, "with_contents": True, "digest": digest})


def _around(files: Sequence[FiguresFile]) -> dict[str, Any]:
    return {
        "chapters": [
            {"title": str(chapter.title), "tables": [_table(file) for file in of_chapter]}
            for chapter, of_chapter in groupby(files, key=lambda file: file.numbered.chapter)
        ],
        "as_of": moment_in_words(files[0].made_at) if files else "",
        "digest": files[0].digest if len(files) == 1 else "",
        "words": {
            "contents": _("Contents"),
            "as_of": _("As of"),
            "digest": _("SHA-256 of the rows"),
            "nothing": _("There is nothing to count in these years."),
        },
        "lang": get_language() or "ja",
    }


def _table(file: FiguresFile) -> dict[str, Any]:
    columns = range(len(file.lines[0]))
    keys = file.table.columns
    years = [column < len(keys) and keys[column].endswith("year") for column in columns]
    numeric = [not years[column] and all(_is_numeric(line[column]) for line in file.lines[1:]) for column in columns]
    plan = file.chart
    return {
        "number": table_number(file.numbered.number),
        "title": str(file.numbered.entry.title),
        "head": file.lines[0],
        "rows": [
            [_shown(value, is_year) for value, is_year in zip(line, years, strict=True)] for line in file.lines[1:]
        ],
        "numeric": numeric,
        "notes": [str(note) for note in file.table.notes],
        "explained": [list(pair) for pair in file.explained[1:]],
        "chart": svg_of(plan) if plan else "",
        "chart_says": (
            _("Chart: %(figure)s by %(axis)s. Its figures stand in the table.")
            % {"figure": label_of(plan.key) if plan.key else file.numbered.entry.title, "axis": label_of(plan.axis)}
            if plan
            else ""
        ),
    }


def _is_numeric(value: Any) -> bool:
    return value in (None, HIDDEN) or isinstance(value, int | float | Decimal)


def _shown(value: Any, is_year: bool) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) and not is_year else str(value)


def _compiled(data: dict[str, Any]) -> bytes:
    """Data go in as JSON, never into the source."""
    return typst.compile(
        str(TEMPLATE),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
