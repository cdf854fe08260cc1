"""実績: what a facility's month is made of, from the same rows as every other figure; and what is still open in it.

Family-days are days of short stay and day care, as in every report; visits and consultations are counted apart.
Days, and the fees of days, count in the month of the day; payments, coupons, rides and adjustments in the month in
which they were recorded: what is corrected after a month was accepted stands in the next claim. So does the fee of a
day that could not be priced when its month was accepted (billing/open_items.py).
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from bookings.models import Booking, BookingDay, BookingState, DayStatus
from bookings.places.queries import STAYS, VISITS
from care.record_queries import days_without_record
from enrollment.models import TaxClass
from facilities.models import Facility
from sankecare.periods import midnight

from .claim_amounts import amounts_claimed, days_reckoned, settled
from .contract import rate_on, rates_for, takes_fees_off
from .models import (
    Adjustment,
    Charge,
    ChargeLine,
    Component,
    ContractRate,
    HandedCoupon,
    OpenItem,
    Payment,
    PaymentKind,
    Ride,
)
from .open_items import late_in, still_open, why_not_charged
from .queries import charges_with_owed_and_paid, days_not_published, listed_as_owed, listed_as_paid

Record = dict[str, Any]


def last_of_month(first: date) -> date:
    """Return the last day of the month that begins on ``first``."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def digest_of(record: Mapping[str, Any]) -> str:
    """Return the digest of a record: another one where any figure of the month is another."""
    return hashlib.sha256(json.dumps(record, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def month_record(facility: Facility, month: date) -> Record:
    """Return the facility's record of the month (its first day) as JSON. Yen, days. A fixed number of queries.

    ``days``, ``families``: family-days and unduplicated families of stays; ``visits``: how many of each other kind.
    """
    last = last_of_month(month)
    days = _used_days(facility, month, last)
    lines = _lines(facility, month, last)
    adjustments, rides = _adjustments(facility, month, last), _rides(facility, month, last)
    late = late_in(facility, month)
    rates = rates_for(facility, days_reckoned(month, last, adjustments, late))
    late = [settled(row, rates) for row in late]
    uses = _uses(days, lines)
    services = _services(days, lines, rates)
    return {
        "facility": {"slug": facility.slug, "name": facility.name, "operator": facility.operator},
        "month": f"{month:%Y-%m}",
        "days": sum(day["kind"] in STAYS for day in days),
        "families": len({day["family"] for day in days if day["kind"] in STAYS}),
        "visits": {kind.value: count for kind in VISITS if (count := sum(day["kind"] == kind for day in days))},
        "uses": uses,
        "services": services,
        "fees": _fees(days, lines),
        "adjustments": adjustments,
        "late": late,
        "not_charged": _not_charged(days, lines),
        "payments": _payments(facility, month, last),
        "coupons": _coupons(facility, month, last),
        "rides": rides,
        "amounts": amounts_claimed(services, adjustments, late, rides, rates),
    }


# ---- What was used, and its fees ------------------------------------------------------------------------------------


def _used_days(facility: Facility, first: date, last: date) -> list[dict[str, Any]]:
    rows = BookingDay.objects.filter(status=DayStatus.USED, pool__facility=facility, day__range=(first, last))
    fields = ("booking__service__slug", "booking__service__kind", "booking__infant_count")
    return [
        {
            "booking": booking,
            "day": day,
            "family": family,
            "sibling": sibling,
            "service": service,
            "kind": kind,
            "further": infants - 1,
        }
        for booking, day, family, sibling, service, kind, infants in rows.order_by("day", "booking").values_list(
            "booking", "day", "family", "with_sibling", *fields
        )
    ]


def _lines(facility: Facility, first: date, last: date) -> list[dict[str, Any]]:
    """Each line of a charge on a day of the month, with the tax class that the day was priced by.

    What came after the month was accepted is none of it: it stands as late in another month.
    """
    late = OpenItem.objects.filter(booking=OuterRef("charge__booking"), day=OuterRef("day"))
    of_service = ("charge__booking__service__slug", "charge__booking__service__kind")
    rows = list(
        ChargeLine.objects.filter(charge__booking__service__facility=facility, day__range=(first, last))
        .exclude(Exists(late))
        .order_by("day", "pk")
        .values("charge", "charge__booking", *of_service, "day", "component", "amount")
    )
    snapshots = Charge.objects.filter(pk__in={row["charge"] for row in rows}).values_list("pk", "snapshot")
    classes = {
        (charge, day["day"]): day["tax_class"] for charge, snapshot in snapshots for day in snapshot.get("days", [])
    }
    return [
        {
            "booking": row["charge__booking"],
            "service": row["charge__booking__service__slug"],
            "kind": row["charge__booking__service__kind"],
            "day": row["day"],
            "component": row["component"],
            "amount": row["amount"],
            "tax_class": classes.get((row["charge"], row["day"].isoformat()), ""),
        }
        for row in rows
    ]


def _not_charged(days: list[dict[str, Any]], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each used day without a fee in this month: open, or carried over into a later claim. Two queries.

    A day that was added to a stay already charged is none: an adjustment has its fee.
    """
    charged = {(line["booking"], line["day"]) for line in lines}
    without = [day for day in days if (day["booking"], day["day"]) not in charged]
    bookings = {day["booking"] for day in without}
    has_charge = set(Charge.objects.filter(booking__in=bookings).values_list("booking", flat=True))
    carried = set(OpenItem.objects.filter(booking__in=bookings).values_list("booking", "day"))
    return [
        {"booking": day["booking"], "service": day["service"], "day": day["day"].isoformat()}
        for day in without
        if (day["booking"], day["day"]) in carried or day["booking"] not in has_charge
    ]


def _uses(days: list[dict[str, Any]], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a booking: by its number, never by a name."""
    fees: Counter[int] = Counter()
    for line in lines:
        fees[line["booking"]] += line["amount"]
    charged = {line["booking"] for line in lines}
    rows: dict[int, dict[str, Any]] = {}
    for day in days:
        row = rows.setdefault(
            day["booking"],
            {
                "booking": day["booking"],
                "service": day["service"],
                "kind": day["kind"],
                "days": [],
                "sibling_days": 0,
                "further_infants": day["further"],
                "fees": fees[day["booking"]] if day["booking"] in charged else None,
            },
        )
        row["days"].append(day["day"].isoformat())
        row["sibling_days"] += int(day["sibling"])
    return list(rows.values())


def _services(
    days: list[dict[str, Any]], lines: list[dict[str, Any]], rates: list[ContractRate]
) -> list[dict[str, Any]]:
    """One row a service used or charged in the month; a fee is taken off by the contract of its own day.

    A day that was charged and proved not to be used has its fee here, and its correction where it was made.
    """
    found = []
    kinds = {row["service"]: row["kind"] for row in [*lines, *days]}
    for service in sorted(kinds):
        own = [day for day in days if day["service"] == service]
        charged = [line for line in lines if line["service"] == service]
        parts = Counter(rate.amount for day in own if (rate := rate_on(rates, service, day["day"])))
        found.append(
            {
                "service": service,
                "kind": kinds[service],
                "bookings": len({day["booking"] for day in own}),
                "families": len({day["family"] for day in own}),
                "days": len(own),
                "sibling_days": sum(day["sibling"] for day in own),
                "further_infant_days": sum(day["further"] for day in own),
                "fees": sum(line["amount"] for line in charged),
                "rates": [{"amount": amount, "days": count} for amount, count in sorted(parts.items())],
                "days_without_rate": len(own) - sum(parts.values()),
                "fees_taken_off": sum(
                    line["amount"] for line in charged if takes_fees_off(rates, service, line["day"])
                ),
            }
        )
    return found


def _fees(days: list[dict[str, Any]], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the families were charged for days of the month, by the tax class of each day.

    Together the rows have as many days and visits as the month: what is not charged has a row of its own, ``""``.
    """
    found = []
    class_of = {(line["booking"], line["day"]): line["tax_class"] for line in lines}
    priced_by = [(day, class_of.get((day["booking"], day["day"]), "")) for day in days]
    known = {line["tax_class"] for line in lines} | {tax_class for _day, tax_class in priced_by}
    for tax_class in [*(value for value in TaxClass.values if value in known), *sorted(known - {*TaxClass.values})]:
        parts: Counter[str] = Counter()
        for line in lines:
            if line["tax_class"] == tax_class:
                parts[line["component"]] += line["amount"]
        own = [day["kind"] in STAYS for day, by in priced_by if by == tax_class]
        found.append(
            {
                "tax_class": tax_class,
                "days": sum(own),
                "visits": len(own) - sum(own),
                **{component.value: parts[component] for component in Component},
                "total": sum(parts.values()),
            }
        )
    return found


# ---- What was recorded in the month ---------------------------------------------------------------------------------


def _adjustments(facility: Facility, first: date, last: date) -> list[dict[str, Any]]:
    """What was corrected or lowered in the month: ``day`` when, ``of_day`` the used day that it is about."""
    rows = Adjustment.objects.filter(
        charge__booking__service__facility=facility, **_recorded("made_at", first, last)
    ).order_by("made_at", "pk")
    of_booking = ("charge__booking", "charge__booking__service__slug", "charge__booking__service__kind")
    return [
        {
            "charge": charge,
            "booking": booking,
            "service": service,
            "service_kind": service_kind,
            "day": _day(moment),
            "of_day": of_day.isoformat(),
            "kind": kind,
            "amount": amount,
            "reason": reason,
        }
        for charge, booking, service, service_kind, moment, of_day, kind, amount, reason in rows.values_list(
            "charge", *of_booking, "made_at", "day", "kind", "amount", "reason"
        )
    ]


def _payments(facility: Facility, first: date, last: date) -> list[dict[str, Any]]:
    rows = Payment.objects.filter(
        charge__booking__service__facility=facility, **_recorded("received_at", first, last)
    ).order_by("received_at", "pk")
    return [
        {
            "payment": number,
            "booking": booking,
            "day": _day(moment),
            "method": method,
            "amount": -amount if kind == PaymentKind.REFUND else amount,
        }
        for number, booking, moment, kind, method, amount in rows.values_list(
            "pk", "charge__booking", "received_at", "kind", "method", "amount"
        )
    ]


def _coupons(facility: Facility, first: date, last: date) -> list[dict[str, Any]]:
    rows = HandedCoupon.objects.filter(
        booking__service__facility=facility, **_recorded("handed_at", first, last)
    ).order_by("handed_at", "pk")
    return [
        {"booking": booking, "number": number, "day": _day(moment)}
        for booking, number, moment in rows.values_list("booking", "number", "handed_at")
    ]


def _rides(facility: Facility, first: date, last: date) -> list[dict[str, Any]]:
    """Rides recorded in the month, and, with a minus, those taken back in it."""
    of_facility = Ride.objects.filter(booking__service__facility=facility)
    recorded = of_facility.filter(**_recorded("recorded_at", first, last))
    taken_back = of_facility.filter(**_recorded("taken_back_at", first, last))
    fields = ("pk", "booking", "direction", "day", "borne")
    return [
        {"ride": ride, "booking": booking, "direction": direction, "day": day.isoformat(), "borne": sign * borne}
        for sign, rows in ((1, recorded), (-1, taken_back))
        for ride, booking, direction, day, borne in rows.order_by("pk").values_list(*fields)
    ]


# ---- What is still open ---------------------------------------------------------------------------------------------


class Open(StrEnum):
    """What a month's checks look for; the first four stop the claim, the others take a remark.

    ``carried_over``: a day of an accepted month that could not be priced then, and can be now. ``not_priced``: there
    is no charge because an amount is not published; nobody at the facility can mend it.
    """

    NOT_DEPARTED = "not_departed"
    NOT_CONFIRMED = "not_confirmed"
    NOT_CHARGED = "not_charged"
    CARRIED_OVER = "carried_over"
    NOT_PRICED = "not_priced"
    NO_CARE_RECORD = "no_care_record"
    NOT_PAID = "not_paid"


STOPPING = (Open.NOT_DEPARTED, Open.NOT_CONFIRMED, Open.NOT_CHARGED, Open.CARRIED_OVER)


@dataclass(frozen=True)
class Finding:
    """One thing still open: of which booking, and on which days or of how many yen."""

    what: Open
    booking: int
    days: tuple[str, ...] = ()
    charge: int | None = None
    amount: int | None = None

    @property
    def stops(self) -> bool:
        return self.what in STOPPING


def open_in_month(facility: Facility, month: date, today: date) -> list[Finding]:
    """Return what is still open in the facility's month, what stops the claim first. A fixed number of queries."""
    last = last_of_month(month)
    of_month = BookingDay.objects.filter(booking=OuterRef("pk"), day__range=(month, last))
    bookings = Booking.objects.filter(service__facility=facility).order_by("pk")
    holding = bookings.filter(Exists(of_month.kept()))
    used = Exists(of_month.filter(status=DayStatus.USED))
    not_charged = bookings.filter(used, state=BookingState.DEPARTED, charge__isnull=True)
    missed = bookings.filter(Exists(of_month.filter(status=DayStatus.HELD, day__lt=today)), state=BookingState.BOOKED)
    found = [Finding(Open.NOT_DEPARTED, pk) for pk in _keys(holding.filter(state=BookingState.ARRIVED))]
    found += [Finding(Open.NOT_CONFIRMED, pk) for pk in _keys(missed)]
    waiting = not_charged.annotate(not_published=Exists(days_not_published(OuterRef("pk"))))
    without_charge = list(waiting.values_list("pk", "not_published"))
    found += [Finding(Open.NOT_CHARGED, pk) for pk, not_published in without_charge if not not_published]
    found += _to_be_charged_now(facility, month, {pk for pk, _not_published in without_charge})
    found += [Finding(Open.NOT_PRICED, pk) for pk, not_published in without_charge if not_published]
    for booking, days in days_without_record(bookings.filter(used), min(today, last + timedelta(days=1))).items():
        in_month = tuple(day.isoformat() for day in days if month <= day)
        if in_month:
            found.append(Finding(Open.NO_CARE_RECORD, booking, days=in_month))
    charges = Charge.objects.filter(booking__in=bookings.filter(used)).defer("snapshot")
    for charge in charges_with_owed_and_paid(charges):
        left = listed_as_owed(charge) - listed_as_paid(charge)
        if left:
            found.append(Finding(Open.NOT_PAID, charge.booking_id, charge=charge.pk, amount=left))
    return found


def _to_be_charged_now(facility: Facility, month: date, listed: set[int]) -> list[Finding]:
    """What was carried over from earlier months and could be charged now, so that it is not forgotten."""
    days: dict[int, list[str]] = {}
    for item in still_open(facility, before=month):
        if item.booking_id not in listed:
            days.setdefault(item.booking_id, []).append(item.day.isoformat())
    why = why_not_charged(Booking.objects.filter(pk__in=days)) if days else {}
    return [Finding(Open.CARRIED_OVER, pk, days=tuple(of)) for pk, of in days.items() if pk in why and why[pk] is None]


def _keys(bookings: Any) -> list[int]:
    return list(bookings.values_list("pk", flat=True))


def _recorded(field: str, first: date, last: date) -> dict[str, datetime]:
    """A condition for moments in the month, by Tokyo's clock."""
    return {f"{field}__gte": midnight(first), f"{field}__lt": midnight(last + timedelta(days=1))}


def _day(moment: datetime) -> str:
    return timezone.localdate(moment).isoformat()
