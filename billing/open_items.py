"""持越し: days of an accepted month that had no fee; each is still open for a reason, or in one later claim.

What the contract pays for such a day stands in the claim of its own month. Its fee enters the claim of the month in
which the charge is issued, by the tariff, tax class and contract of its own day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from bookings.models import Booking, BookingState
from enrollment.models import TaxClass
from facilities.models import Facility
from sankecare.transactions import in_transaction

from . import fees
from .charge import price_from
from .days_used import used_by
from .models import Charge, ChargeLine, Claim, Component, OpenItem, OpenWhy
from .queries import coupon_terms, tariff_rows


@dataclass(frozen=True)
class Missing:
    """Why a stay has no charge: the amount that is not published; without one it goes on."""

    why: OpenWhy
    component: str = ""
    tax_class: str = ""
    day: date | None = None


def why_not_charged(bookings: "QuerySet[Booking]") -> dict[int, Missing | None]:
    """Return, by booking (id), why it has no charge; None where it could be issued now. Four queries at most.

    A tax class that is not known, and a coupon that cannot be used, are mended by who issues the charge: no reason.
    """
    rows = {row.pk: row for row in bookings.select_related("service").annotate(handed=Count("handed_coupons"))}
    used = dict(used_by(Booking.objects.filter(pk__in=rows))) if rows else {}
    days = [day for one in used.values() for day in one.tax_classes]
    if not days:
        return {}
    first, last = min(days), max(days)
    prices = fees.PriceList(
        tariff_rows({row.service for row in rows.values()}, first, last), coupon_terms(first, last)
    )
    found: dict[int, Missing | None] = {}
    for key, one in used.items():
        if rows[key].state != BookingState.DEPARTED:
            found[key] = Missing(OpenWhy.WAITS)
            continue
        try:
            price_from(replace(one, coupons=rows[key].handed), prices)
            found[key] = None
        except fees.TariffNotPublished as missing:
            found[key] = _amount_of(missing)
        except fees.QuoteNotPossible:
            found[key] = None
    return found


def _amount_of(missing: fees.TariffNotPublished) -> Missing:
    facts = missing.facts
    day = facts["day"]
    return Missing(
        OpenWhy.NOT_PUBLISHED,
        Component(str(facts["component"])).value,
        TaxClass(str(facts["tax_class"])).value,
        day if isinstance(day, date) else None,
    )


def carried_over(not_charged: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the open items that a month's record hands on, as JSON: place, booking, day, why.

    ``why`` is "" where the charge could be issued: its month cannot be claimed without it.
    """
    bookings = Booking.objects.filter(pk__in={row["booking"] for row in not_charged})
    why = why_not_charged(bookings)
    return [
        {"position": position, "booking": row["booking"], "day": row["day"], **_as_json(why.get(row["booking"]))}
        for position, row in enumerate(not_charged, start=1)
    ]


def _as_json(missing: Missing | None) -> dict[str, Any]:
    if missing is None:
        return {"why": "", "component": "", "tax_class": "", "missing_day": None}
    return {
        "why": missing.why.value,
        "component": missing.component,
        "tax_class": missing.tax_class,
        "missing_day": missing.day.isoformat() if missing.day else None,
    }


def keep_open(claim: Claim) -> None:
    """Write down the open items of a claim that is being accepted, as its snapshot names them."""
    OpenItem.objects.bulk_create(
        OpenItem(
            claim=claim,
            position=row["position"],
            booking_id=row["booking"],
            day=date.fromisoformat(row["day"]),
            why=row["why"],
            component=row["component"],
            tax_class=row["tax_class"],
            missing_day=date.fromisoformat(row["missing_day"]) if row["missing_day"] else None,
        )
        for row in claim.snapshot.get("carried", [])
    )


@in_transaction
def enter_next_claim(*, charge: Charge, at: datetime) -> list[OpenItem]:
    """Let the open items of the charge's booking stand in the claim of the month in which it is issued.

    Before its lines are written: the database asks of each into which claim it goes.
    """
    open_now = OpenItem.objects.filter(booking=charge.booking, charge__isnull=True)
    items = list(open_now.select_for_update(no_key=True).order_by("pk"))
    for item in items:
        item.charge, item.enters = charge, timezone.localdate(at).replace(day=1)
        item.save(update_fields=["charge", "enters"])
    return items


def still_open(facility: Facility | None = None, before: date | None = None) -> list[OpenItem]:
    """Return what was carried over and has no charge yet, the oldest first; of claims before the month. One query."""
    items = OpenItem.objects.filter(charge__isnull=True)
    if facility is not None:
        items = items.filter(claim__facility=facility)
    if before is not None:
        items = items.filter(claim__month__lt=before)
    return list(items.select_related("claim__facility", "booking__service").order_by("day", "pk"))


def late_in(facility: Facility, month: date) -> list[dict[str, Any]]:
    """Return the late items of the facility's month (its first day), each with the fee of its day. Two queries."""
    items = list(
        OpenItem.objects.filter(claim__facility=facility, enters=month)
        .select_related("claim", "booking__service", "charge")
        .order_by("day", "pk")
    )
    charges = {item.charge_id for item in items}
    fees_of: dict[tuple[int, date], int] = {}
    for charge, day, amount in _lines_of(charges) if items else ():
        fees_of[charge, day] = fees_of.get((charge, day), 0) + amount
    return [
        {
            "item": item.pk,
            "number": item.number,
            "claim": item.claim_id,
            "month": f"{item.claim.month:%Y-%m}",
            "booking": item.booking_id,
            "service": item.booking.service.slug,
            "kind": item.booking.service.kind,
            "day": item.day.isoformat(),
            "tax_class": _class_of(item),
            "fee": fees_of.get((item.charge_id or 0, item.day), 0),
        }
        for item in items
    ]


def _lines_of(charges: Iterable[int | None]) -> "QuerySet[ChargeLine, tuple[int, date, int]]":
    return ChargeLine.objects.filter(charge__in=charges).order_by("pk").values_list("charge_id", "day", "amount")


def _class_of(item: OpenItem) -> str:
    days = item.charge.snapshot.get("days", []) if item.charge else []
    return next((day["tax_class"] for day in days if day["day"] == item.day.isoformat()), "")
