"""The pack of the meeting as a file: a document of its own on paper, and the files that any table has."""

import json
from datetime import date, datetime
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.formats import FONTS
from reports.meeting import Pack, Section, as_table

from .figures import FiguresFile, unnumbered

PDF_TEMPLATE = settings.BASE_DIR / "templates" / "reports" / "meeting.typ"


def columns_of(section: Section) -> list[str]:
    """Return the names of the figures that the section's rows have, in order."""
    return [section.figures[key] for key in _keys(section)]


def lines_of(section: Section) -> list[list[Any]]:
    """Return one line a row: what it is of, then its figures as they are shown; "–" where there is none."""
    return [
        [name, *("–" if figures.get(key) is None else _signed(key, figures[key]) for key in _keys(section))]
        for _item, name, figures in section.rows
    ]


def pack_file(pack: Pack, *, counted_to: date, made_at: datetime, made_by: str, address: str) -> FiguresFile:
    """Return a pack with what its files say of it."""
    table = as_table(pack)
    numbered = unnumbered(
        "meeting",
        table,
        what=_("Postpartum care: use, follow-up, safety and good practice"),
        rule=_("1 and 2 are hidden, and what would give them away. A running year: to the nearest 5, without shares."),
        source=_("Bookings, follow-up requests, incidents, and notes of good practice."),
    )
    return FiguresFile(numbered, table, (pack.fiscal_year,), counted_to, made_at, made_by, address)


def as_meeting_pdf(pack: Pack, file: FiguresFile) -> bytes:
    """PDF/UA by typst; data goes in as JSON, never into the source. ``file``: what is said of it."""
    data = {
        "title": _("Joint meeting, fiscal year %(year)s") % {"year": pack.fiscal_year},
        "subtitle": _("Postpartum care: use, follow-up, safety and good practice"),
        "sections": [
            {
                "name": section.name,
                "columns": columns_of(section),
                "rows": [[str(cell) for cell in line] for line in lines_of(section)],
            }
            for section in pack.sections
            if section.rows
        ],
        "of_what": _("Of what"),
        "practice_name": _("Good practice"),
        "practice": [
            {"title": note.title, "by": str(note.facility or note.district or ""), "wording": note.wording}
            for note in pack.practice
        ],
        "notes": pack.notes,
        "explained": [list(pair) for pair in [*file.making, file.found_again[0]]],
        "foot": file.foot,
        "lang": get_language() or "ja",
    }
    return typst.compile(
        str(PDF_TEMPLATE),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )


def _keys(section: Section) -> list[str]:
    used = {key for _item, _name, figures in section.rows for key in figures}
    return [key for key in section.figures if key in used]


def _signed(key: str, value: Any) -> Any:
    return f"{value:+}" if key == "change" and value and not isinstance(value, str) else value
