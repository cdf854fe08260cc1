"""Tables on paper: PDF/UA by typst, one table or a report of many with contents; charts as vectors."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.formats import FONTS
from reports.tables import label_of
from sankecare.moments import moment_in_words

from .chart_drawing import svg_of
from .figures import FiguresFile, table_number
from .printed import GUTTER, SHEET, Part, Printed, last_years_of, printed

TEMPLATE = settings.BASE_DIR / "templates" / "reports" / "figures.typ"
# Lines that stand on one page beside a chart, and the least width in points that a chart has there.
LINES_BESIDE_A_CHART, CHART_BESIDE, WIDEST_CHART = 24, 300, 420
# Fewer lines than these are not set in columns of the sheet.
LINES_OF_A_PAGE = 26


def as_pdf(file: FiguresFile) -> bytes:
    """One table with its chart, notes and source: all of its rows."""
    one = _table(file, Part(file.table), file.explained[1:])
    return _compiled(
        {**_around([file]), "chapters": [{"title": "", "tables": [one]}], "title": file.title, "digest": file.digest}
    )


def report_pdf(files: Sequence[FiguresFile], *, title: str, subtitle: str, digest: str) -> bytes:
    """All tables as a report that prints: title, contents, chapters, numbered tables. ``digest``: of all rows.

    Of a long table the last fiscal years are printed, and it says so.
    """
    chapters = [
        {
            "title": str(chapter.title),
            "tables": [
                _table(file, last_years_of(file.table), [*file.about, *file.found_again]) for file in of_chapter
            ],
        }
        for chapter, of_chapter in groupby(files, key=lambda file: file.numbered.chapter)
    ]
    told = {"chapters": chapters, "title": title, "subtitle": subtitle, "with_contents": True, "digest": digest}
    return _compiled({**_around(files), **told, "front": [list(pair) for pair in _front(files)]})


def _around(files: Sequence[FiguresFile]) -> dict[str, Any]:
    return {
        "subtitle": "",
        "with_contents": False,
        "front": [],
        "as_of": moment_in_words(files[0].made_at) if files else "",
        "words": {
            "as_of": _("As of"),
            "digest": _("SHA-256 of the rows"),
            "nothing": _("There is nothing to count in these years."),
        },
        "lang": get_language() or "ja",
    }


def _front(files: Sequence[FiguresFile]) -> list[tuple[str, str]]:
    """What holds for all tables of a report: said once, in front."""
    if not files:
        return []
    return [*files[0].making, *({pair for file in files for pair in file.hidden})]


def _in_report(file: FiguresFile) -> dict[str, Any]:
    return _table(file, last_years_of(file.table), [*file.about, *file.found_again])


def _table(file: FiguresFile, part: Part, explained: Sequence[tuple[str, str]]) -> dict[str, Any]:
    on_paper = printed(part.table)
    of_part = replace(file, table=part.table) if part.left_out else file
    plan = of_part.chart
    lines = len(on_paper.lines)
    return {
        "number": table_number(file.numbered.number),
        "title": str(file.numbered.entry.title),
        "columns": [
            {"label": column.label, "numeric": column.numeric, "width": column.width} for column in on_paper.columns
        ],
        "rows": on_paper.lines,
        "text": on_paper.text,
        "width": on_paper.width,
        "side_by_side": on_paper.side_by_side if lines > LINES_OF_A_PAGE else 1,
        "beside": _room_beside(on_paper) >= CHART_BESIDE and lines <= LINES_BESIDE_A_CHART,
        "chart_width": min(_room_beside(on_paper), WIDEST_CHART),
        "notes": [*_of_the_part(part), *map(str, part.table.notes)],
        "explained": [list(pair) for pair in explained],
        "chart": svg_of(plan) if plan else "",
        "chart_says": (
            _("Chart: %(figure)s by %(axis)s. Its figures stand in the table.")
            % {"figure": label_of(plan.key) if plan.key else file.numbered.entry.title, "axis": label_of(plan.axis)}
            if plan
            else ""
        ),
    }


def _room_beside(on_paper: Printed) -> float:
    """Return how many points are left on the right of the table."""
    return SHEET - GUTTER - on_paper.width


def _of_the_part(part: Part) -> list[str]:
    if not part.left_out:
        return []
    words = _(
        "Printed here: fiscal years %(first)s to %(last)s, %(printed)s of %(all)s rows. All of them are counted in the"
        " SHA-256, and stand at the address of the table and in the workbook of all tables."
    )
    count = len(part.table.rows)
    facts = {
        "first": part.years[0],
        "last": part.years[-1],
        "printed": f"{count:,}",
        "all": f"{count + part.left_out:,}",
    }
    return [words % facts]


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
