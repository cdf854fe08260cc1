"""月次実績報告書兼請求書: a submitted claim as PDF and workbook, from its snapshot alone: always the same bytes."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import typst
import xlsxwriter
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sankecare.spreadsheet_cells import column_widths

from .claim_tables import (
    Booked,
    ClaimTable,
    amounts,
    counts,
    earlier_items,
    in_words,
    kind_name,
    month_name,
    open_items,
    tables,
    what_is_open,
    without_rate,
)
from .models import Claim
from .payees import payee_lines

TEMPLATE = settings.BASE_DIR / "templates" / "letters" / "claim.typ"
FONTS = settings.BASE_DIR / "static" / "fonts"
SHEET_NAME = 31
A4 = 9
DAY_FORMAT = 'yyyy"年"m"月"d"日"'


def claim_pdf(claim: Claim) -> bytes:
    """Print the claim as it was submitted, in Japanese; PDF/UA."""
    with translation.override(settings.LANGUAGE_CODE):
        data = _shown(claim)
    try:
        return _compiled(data, accessible=True)
    except typst.TypstError as refused:
        # A character that no font of ours has: it is printed all the same, without the UA mark.
        if "could not be displayed" not in str(refused):
            raise
        return _compiled(data, accessible=False)


def claim_xlsx(claim: Claim) -> bytes:
    """Return the claim as a workbook, a sheet a table. Nothing typed by a person becomes a formula or a link."""
    out = io.BytesIO()
    with translation.override(settings.LANGUAGE_CODE):
        book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        submitted = date.fromisoformat(claim.snapshot["submitted_on"])
        looks = Looks.of(book)
        book.set_properties({"created": datetime(submitted.year, submitted.month, submitted.day, tzinfo=UTC)})
        for table in [_summary(claim), *tables(claim.snapshot["record"]), *_all_open(claim)]:
            _write(book, looks, table, claim.number)
        book.close()
    return out.getvalue()


def _shown(claim: Claim) -> dict[str, Any]:
    snapshot = claim.snapshot
    record = snapshot["record"]
    submitted = date.fromisoformat(snapshot["submitted_on"])
    return {
        "title": _("Monthly record and claim, %(month)s") % {"month": month_name(record)},
        "number": claim.number,
        "date": date_format(submitted),
        "day": [submitted.year, submitted.month, submitted.day],
        "to": snapshot["to"],
        "facility": record["facility"]["name"],
        "operator": record["facility"]["operator"],
        "payee": [list(line) for line in payee_lines(snapshot.get("payee"))],
        "counts": counts(record),
        "heads": [_("Item"), _("Amount")],
        "amounts": [[words, _yen(amount)] for words, amount in amounts(record)],
        "without_rate": without_rate(record),
        "tables": [_printed(table) for table in [*tables(record), *_all_open(claim)] if table.rows],
        "remark": [_("Remark of the facility"), snapshot["remark"]] if snapshot["remark"] else [],
    }


def _printed(table: ClaimTable) -> dict[str, Any]:
    return {
        "title": table.title,
        "columns": [words for words, _numeric in table.columns],
        "numeric": [numeric for _words, numeric in table.columns],
        "rows": [[_text(cell) for cell in row] for row in table.rows],
    }


def _summary(claim: Claim) -> ClaimTable:
    record = claim.snapshot["record"]
    rows: list[Any] = [
        [_("Number"), claim.number],
        [_("Facility"), record["facility"]["name"]],
        [_("Month"), month_name(record)],
        [_("Submitted on"), date.fromisoformat(claim.snapshot["submitted_on"])],
        [_("Family-days"), record["days"]],
        [_("Families"), record["families"]],
        *([kind_name(kind), count] for kind, count in record.get("visits", {}).items()),
        *([words, _("not entered") if amount is None else amount] for words, amount in amounts(record)),
        *([words, value] for words, value in payee_lines(claim.snapshot.get("payee"))),
        [_("Remark of the facility"), claim.snapshot["remark"]],
    ]
    return ClaimTable(
        _("Monthly record and claim"), [(_("Item"), False), (_("Value (days, families, yen)"), False)], rows
    )


def _all_open(claim: Claim) -> list[ClaimTable]:
    """What the claim leaves open: its own days without a fee, those of earlier claims, and all else."""
    return [open_items(claim.snapshot, claim.pk), earlier_items(claim.snapshot), _open(claim)]


def _open(claim: Claim) -> ClaimTable:
    return ClaimTable(
        _("Still open when submitted"),
        [(_("Booking"), False), (_("What"), False), (_("Days, yen"), False)],
        [
            [Booked(row["booking"]), in_words(row["what"]), what_is_open(row["what"], row["days"], row["amount"])]
            for row in claim.snapshot["open"]
        ],
    )


@dataclass(frozen=True)
class Looks:
    """How cells of the workbook look: heads, numbers in thousands, days."""

    head: Any
    number: Any
    day: Any
    words: Any

    @classmethod
    def of(cls, book: Any) -> "Looks":
        return cls(
            head=book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            number=book.add_format({"num_format": "#,##0", "valign": "top"}),
            day=book.add_format({"num_format": DAY_FORMAT, "align": "left", "valign": "top"}),
            words=book.add_format({"text_wrap": True, "valign": "top"}),
        )


def _write(book: Any, looks: Looks, table: ClaimTable, number: str) -> None:
    sheet = book.add_worksheet(table.title[:SHEET_NAME])
    for column, (words, _numeric) in enumerate(table.columns):
        sheet.write_string(0, column, words, looks.head)
    for place, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(place, column, cell, looks.number)
            elif isinstance(cell, date):
                sheet.write_datetime(place, column, datetime(cell.year, cell.month, cell.day), looks.day)  # noqa: DTZ001
            elif cell is not None:
                sheet.write_string(place, column, str(cell), looks.words)
    for column, width in enumerate(column_widths([[words for words, _numeric in table.columns], *table.rows])):
        sheet.set_column(column, column, width)
    _set_up_page(sheet, f"{number} {table.title}")


def _set_up_page(sheet: Any, title: str) -> None:
    """On A4, lying, as wide as a page, the head on each, number and page below."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer(f"&L{title.replace('&', '&&')}&R&P / &N")
    sheet.freeze_panes(1, 0)


def _yen(amount: int | None) -> str:
    return _("not entered") if amount is None else _("%(amount)s yen") % {"amount": f"{amount:,}"}


def _text(cell: Any) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, date):
        return date_format(cell, "MONTH_DAY_FORMAT")
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _compiled(data: dict[str, Any], *, accessible: bool) -> bytes:
    made = typst.compile(
        str(TEMPLATE),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"] if accessible else [],
    )
    assert isinstance(made, bytes), "one document is one file"
    return made
