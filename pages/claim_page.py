"""What the pages of a month's claim share: its tables, its state in words, and the look that is written down."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access_log import note_shown
from accounts.permissions import may_open
from billing.claim_tables import Booked, ClaimOf, ClaimTable, amounts, counts, month_name, tables, without_rate
from billing.models import Claim, ClaimState
from billing.month_record import Record
from billing.payees import payee_lines, payee_of_claim
from bookings.models import Booking
from facilities.models import Facility

MONTHS_SHOWN = 24


LEVELS = {ClaimState.SUBMITTED: "info", ClaimState.RETURNED: "warning", ClaimState.ACCEPTED: "success"}


def claim_context(request: HttpRequest, record: Record, claim: Claim | None, facility: Facility) -> dict[str, Any]:
    """What both pages show of a record; that its families are shown is written down.

    ``payee``: as it was submitted with the claim; before, and where it was returned, as it stands today.
    """
    note_families(request, record)
    submitted = claim.snapshot if claim and claim.state != ClaimState.RETURNED else None
    payee = payee_of_claim(submitted, facility, timezone.localdate())
    return {
        "claim": claim,
        "month_name": month_name(record),
        "state": state_words(claim, running=False),
        "steps": claim.steps.select_related("by") if claim else [],
        "record": record,
        "payee": payee_lines(payee),
        "returned": returned_because(claim),
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


def returned_because(claim: Claim | None) -> str:
    """Return why the ward gave a claim back, where it lies with the facility; else nothing."""
    if claim is None or claim.state != ClaimState.RETURNED:
        return ""
    step = claim.steps.filter(state=ClaimState.RETURNED).order_by("at", "pk").last()
    return step.words if step else ""


def note_families(request: HttpRequest, record: Record) -> None:
    parts = ("uses", "adjustments", "late", "payments", "coupons", "rides")
    bookings = {row["booking"] for part in parts for row in record.get(part, ())}
    note_shown(request, Booking.objects.filter(pk__in=bookings))


def state_words(claim: Claim | None, *, running: bool) -> dict[str, str]:
    if claim is None:
        return {"state": _("The month is running") if running else _("Not submitted yet"), "level": ""}
    state = ClaimState(claim.state)
    return {"state": str(state.label), "level": LEVELS[state]}
