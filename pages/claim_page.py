"""What the pages of a month's claim share: its tables, its state in words, and the look that is written down."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access_log import note_shown
from accounts.permissions import may_open
from billing.claim_tables import Booked, ClaimOf, ClaimTable, amounts, counts, month_name, tables, without_rate
from billing.models import Claim, ClaimState
from billing.month_record import Record
from bookings.models import Booking

MONTHS_SHOWN = 24


LEVELS = {ClaimState.SUBMITTED: "info", ClaimState.RETURNED: "warning", ClaimState.ACCEPTED: "success"}


def claim_context(request: HttpRequest, record: Record, claim: Claim | None) -> dict[str, Any]:
    """What both pages show of a record; that its families are shown is written down."""
    note_families(request, record)
    return {
        "claim": claim,
        "month_name": month_name(record),
        "state": state_words(claim, running=False),
        "steps": claim.steps.select_related("by") if claim else [],
        "record": record,
        "counts": counts(record),
        "amounts": [(words, None if amount is None else f"{amount:,}") for words, amount in amounts(record)],
        "without_rate": without_rate(record),
        "tables": [page_table(request, table) for table in tables(record)],
    }


def page_table(request: HttpRequest, table: ClaimTable) -> dict[str, Any]:
    """A table of a record as a page shows it: bookings and claims are links for who may follow them."""
    to_stays, to_claims = may_open(request.user, "operator:stay"), may_open(request.user, "claims:claim")

    def cell(value: Any) -> Any:
        if isinstance(value, Booked):
            url = reverse("operator:stay", args=[value.booking])
            return {"text": str(value), "url": url} if to_stays else str(value)
        if isinstance(value, ClaimOf):
            url = reverse("claims:claim", args=[value.claim])
            return {"text": str(value), "url": url} if to_claims else str(value)
        if isinstance(value, date):
            return date_format(value, "MONTH_DAY_FORMAT")
        return f"{value:,}" if isinstance(value, int) else value

    return {
        "title": table.title,
        "columns": [{"label": words, "numeric": numeric} for words, numeric in table.columns],
        "rows": [[cell(value) for value in row] for row in table.rows],
        "nothing": table.nothing,
    }


def note_families(request: HttpRequest, record: Record) -> None:
    parts = ("uses", "adjustments", "late", "payments", "coupons", "rides")
    bookings = {row["booking"] for part in parts for row in record.get(part, ())}
    note_shown(request, Booking.objects.filter(pk__in=bookings))


def state_words(claim: Claim | None, *, running: bool) -> dict[str, str]:
    if claim is None:
        return {"state": _("The month is running") if running else _("Not submitted yet"), "level": ""}
    state = ClaimState(claim.state)
    return {"state": str(state.label), "level": LEVELS[state]}
