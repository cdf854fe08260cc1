"""持越し on the pages of claims: what an accepted month could not price, and in which later claim it stands."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access_log import note_shown
from accounts.permissions import may_open
from billing.claim_tables import Booked, ClaimOf, ClaimTable, earlier_items, open_items, why_open
from billing.models import Claim, ClaimState, OpenItem, OpenWhy
from billing.month_record import Record
from billing.open_items import Missing, carried_over, still_open, why_not_charged
from bookings.models import Booking
from facilities.models import Facility

from .claim_page import page_table


def open_tables(
    request: HttpRequest, place: Facility, month: date, record: Record, claim: Claim | None
) -> list[dict[str, Any]]:
    """Return the tables of open items that a month's page shows, those with rows alone.

    Of a month not submitted: what it would carry over, and what is still open of earlier ones. Of a claim: as it was
    submitted; once accepted, with where each of its items stands now.
    """
    if claim is None or claim.state == ClaimState.RETURNED:
        # A stay that goes on, or can be charged, is mended before the month is claimed: it is not carried over.
        without = carried_over(record["not_charged"])
        carried = [row for row in without if row["why"] == OpenWhy.NOT_PUBLISHED]
        shown = [
            _without_numbers(open_items({"carried": carried}, 0)),
            where_they_stand(request, still_open(place, before=month), _("Carried over earlier, still open")),
        ]
        note_shown(request, Booking.objects.filter(pk__in={row["booking"] for row in carried}))
    elif claim.state == ClaimState.ACCEPTED:
        items = list(claim.open_items.select_related("claim__facility", "booking"))
        title = _("Carried over: days without a fee when accepted")
        shown = [where_they_stand(request, items, title), earlier_items(claim.snapshot)]
    else:
        shown = [open_items(claim.snapshot, claim.pk), earlier_items(claim.snapshot)]
    return [page_table(request, table) for table in shown if table.rows]


def _without_numbers(table: ClaimTable) -> ClaimTable:
    """An item has its number once its month is submitted."""
    return ClaimTable(table.title, table.columns[1:], [row[1:] for row in table.rows])


def where_they_stand(request: HttpRequest, items: Sequence[OpenItem], title: str) -> ClaimTable:
    """Return open items with where each stands: in which later claim, or why it is still open. Five queries at most.

    What can be charged now has a link to do it, for who may.
    """
    note_shown(request, Booking.objects.filter(pk__in={item.booking_id for item in items}))
    waiting = {item.booking_id for item in items if item.charge_id is None}
    why = why_not_charged(Booking.objects.filter(pk__in=waiting)) if waiting else {}
    months = {item.enters for item in items if item.enters}
    later = {(row.facility_id, row.month): row.pk for row in Claim.objects.filter(month__in=months)} if months else {}
    issues = may_open(request.user, "operator:charge-issue")

    def place(item: OpenItem) -> Any:
        if item.enters is None:
            return _why_still(item, why, issues=issues)
        month = date_format(item.enters, "YEAR_MONTH_FORMAT")
        claim = later.get((item.claim.facility_id, item.enters))
        return ClaimOf(claim, month) if claim else _("enters the claim of %(month)s") % {"month": month}

    return ClaimTable(
        title,
        [
            (_("Number"), False),
            (_("Facility"), False),
            (_("Booking"), False),
            (_("Day"), False),
            (_("Why it was open"), False),
            (_("Where it stands"), False),
        ],
        [
            [
                item.number,
                item.claim.facility.name,
                Booked(item.booking_id),
                item.day,
                why_open(item.why, item.component, item.tax_class, _as_text(item.missing_day)),
                place(item),
            ]
            for item in items
        ],
    )


def _why_still(item: OpenItem, why: dict[int, Missing | None], *, issues: bool) -> Any:
    missing = why.get(item.booking_id)
    if missing is not None:
        words = why_open(missing.why, missing.component, missing.tax_class, _as_text(missing.day))
        return _("open: %(why)s") % {"why": words}
    words = _("It can be charged now")
    url = reverse("operator:charge-issue", args=[item.booking_id])
    return {"text": words, "url": url} if issues else words


def _as_text(day: date | None) -> str | None:
    return day.isoformat() if day else None
