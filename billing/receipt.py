"""領収書: a payment as a PDF, made of rows that are never edited and of its snapshot: the same bytes for ever.

``look`` of the snapshot names the template (`templates/letters/receipt-*.typ`) and with it the words and columns: a
receipt that is to look otherwise gets another number.
"""

import json
from typing import Any

import typst
from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sankecare.moments import day_of_moment

from .models import Payment, PaymentKind

TEMPLATES = settings.BASE_DIR / "templates" / "letters"
# Of this look a refund still lists the days.
FIRST_LOOK = 1
FONTS = settings.BASE_DIR / "static" / "fonts"


def receipt_pdf(payment: Payment) -> bytes:
    """Print the receipt of a payment or refund, in Japanese. The fee's lines stand on it, and what was paid of it."""
    day = timezone.localdate(payment.received_at)
    with translation.override(settings.LANGUAGE_CODE):
        look = payment.snapshot["look"]
        data = {"receipt": _shown(payment), "year": day.year, "month": day.month, "day": day.day}
    try:
        return _compiled(look, data, accessible=True)
    except typst.TypstError as refused:
        # A character that no font of ours has: the receipt is made all the same, without the UA mark.
        if "could not be displayed" not in str(refused):
            raise
        return _compiled(look, data, accessible=False)


def _shown(payment: Payment) -> dict[str, Any]:
    charge = payment.charge
    as_it_was = payment.snapshot
    refund = payment.kind == PaymentKind.REFUND
    return {
        "title": _("Refund") if refund else _("Receipt"),
        "number": payment.number,
        "date": day_of_moment(payment.received_at),
        "name": as_it_was["name"],
        "amount": _("%(amount)s yen") % {"amount": f"{payment.amount:,}"},
        "words": _("For postpartum care, charge %(number)s (%(owed)s yen), by %(method)s.")
        % {"number": charge.number, "owed": f"{as_it_was['owed']:,}", "method": payment.get_method_display()},
        **(_why(payment) if refund and as_it_was["look"] > FIRST_LOOK else _what_for(payment)),
        "facility": as_it_was["facility"],
        "operator": as_it_was["operator"],
    }


def _what_for(payment: Payment) -> dict[str, Any]:
    """The days of the charge, and how it had been adjusted when the money changed hands: they make what was owed."""
    lines = [
        [date_format(line.day, "MONTH_DAY_FORMAT"), line.get_component_display(), f"{line.amount:,}"]
        for line in payment.charge.lines.all()
    ]
    adjusted = [["–", reason, f"{amount:+,}"] for reason, amount in payment.snapshot.get("adjustments", [])]
    return {"columns": [_("Day"), _("What for"), _("Yen")], "lines": lines + adjusted}


def _why(payment: Payment) -> dict[str, Any]:
    """Why money was given back: of the days it says nothing."""
    return {
        "columns": [_("Charge"), _("Reason of the refund"), _("Yen")],
        "lines": [[payment.charge.number, payment.reason, f"{payment.amount:,}"]],
    }


def _compiled(look: int, data: dict[str, Any], *, accessible: bool) -> bytes:
    made = typst.compile(
        str(TEMPLATES / f"receipt-{look}.typ"),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"] if accessible else [],
    )
    assert isinstance(made, bytes), "one document is one file"
    return made
