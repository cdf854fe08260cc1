"""お持ち帰りの紙: the same as her page, as a PDF in the page's language."""

import json
from datetime import datetime
from typing import Any

import typst
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.models import Booking
from care.charts.facts import charts_of
from care.charts.paper import charts_on_paper
from sankecare.periods import days_in_words

from .take_home import TakeHome

TEMPLATE = settings.BASE_DIR / "templates" / "letters" / "take-home-1.typ"
FONTS = settings.BASE_DIR / "static" / "fonts"


def take_home_pdf(booking: Booking, taken: TakeHome, at: datetime) -> bytes:
    """Print what the mother takes home; ``at``: when it is printed."""
    day = timezone.localdate(at)
    data = {"page": _shown(booking, taken, at), "year": day.year, "month": day.month, "day": day.day}
    try:
        return _compiled(data, accessible=True)
    except typst.TypstError as refused:
        # A character that no font of ours has: the paper is made all the same, without the UA mark.
        if "could not be displayed" not in str(refused):
            raise
        return _compiled(data, accessible=False)


def _shown(booking: Booking, taken: TakeHome, at: datetime) -> dict[str, Any]:
    facility = booking.service.facility
    parts = [
        (_("How it went"), list(taken.words)),
        (_("What you wanted to reach"), [_("%(aim)s: %(outcome)s") % {"aim": a, "outcome": o} for a, o in taken.aims]),
        (_("Your baby’s weight"), [f"{row.name} {row.in_words}".strip() for row in taken.infants]),
        (_("Next steps at home"), list(taken.next_steps)),
    ]
    to_call = [[facility.name_to_read, facility.phone, ""]] if facility.phone else []
    to_call += [[row.line.name_shown, row.line.phone, row.line.about_shown] for row in taken.lines]
    return {
        "language": "en" if (get_language() or "").startswith("en") else "ja",
        "title": _("What you take home"),
        "name": booking.registration.birth.family.mother_name,
        "stay": f"{facility.name_to_read} {booking.service.get_kind_display()} {days_in_words(booking.days_kept)}",
        "date": date_format(timezone.localdate(at)),
        "parts": [[title, rows] for title, rows in parts if rows],
        "charts": charts_on_paper(charts_of(booking)),
        "call_title": _("Whom to call"),
        "call": [[_("Life is in danger"), "119", ""], *to_call],
    }


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
