"""月次実績報告書兼請求書: a submitted claim as PDF and workbook, from its snapshot alone: always the same bytes."""

import io
import json
from datetime import UTC, date, datetime
from typing import Any

import typst
import xlsxwriter
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .claim_tables import (
    Booked,
    ClaimTable,
    amounts,
    counts,
    in_words,
    kind_name,
    month_name,
    tables,
    what_is_open,
    without_rate,
)
from .models import Claim

TEMPLATE = settings.BASE_DIR / "templates" / "letters" / "claim.typ"
FONTS = settings.BASE_DIR / "static" / "fonts"
SHEET_NAME = 31


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
        book.set_properties({"created": datetime(submitted.year, submitted.month, submitted.day, tzinfo=UTC)})
        bold = book.add_format({"bold": True})
        _write(book, bold, _summary(claim))
        for table in tables(claim.snapshot["record"]):
            _write(book, bold, table)
        _write(book, bold, _open(claim))
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
        "counts": counts(record),
        "amounts": [[words, _yen(amount)] for words, amount in amounts(record)],
        "without_rate": without_rate(record),
        "tables": [_printed(table) for table in [*tables(record), _open(claim)] if table.rows],
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
        [_("Submitted on"), date_format(date.fromisoformat(claim.snapshot["submitted_on"]))],
        [_("Family-days"), record["days"]],
        [_("Families"), record["families"]],
        *([kind_name(kind), count] for kind, count in record.get("visits", {}).items()),
        *([words, _("not entered") if amount is None else amount] for words, amount in amounts(record)),
        [_("Remark of the facility"), claim.snapshot["remark"]],
    ]
    return ClaimTable(_("Monthly record and claim"), [(_("Item"), False), (_("Value"), False)], rows)


def _open(claim: Claim) -> ClaimTable:
    return ClaimTable(
        _("Still open when submitted"),
        [(_("Booking"), False), (_("What"), False), (_("Days, yen"), False)],
        [
            [Booked(row["booking"]), in_words(row["what"]), what_is_open(row["what"], row["days"], row["amount"])]
            for row in claim.snapshot["open"]
        ],
    )


def _write(book: Any, bold: Any, table: ClaimTable) -> None:
    sheet = book.add_worksheet(table.title[:SHEET_NAME])
    for column, (words, _numeric) in enumerate(table.columns):
        sheet.write_string(0, column, words, bold)
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            elif cell is not None:
                sheet.write_string(number, column, str(cell))
    sheet.freeze_panes(1, 0)
    sheet.autofit()


def _yen(amount: int | None) -> str:
    return _("not entered") if amount is None else _("%(amount)s yen") % {"amount": f"{amount:,}"}


def _text(cell: Any) -> str:
    if cell is None:
        return "–"
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
