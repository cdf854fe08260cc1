"""Fees, payments, coupons, rides and claims by fiscal year and facility, counted from the records. Whole yen.

A fixed number of queries each, whatever the number of years.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from billing.models import (
    Adjustment,
    AdjustmentKind,
    ChargeLine,
    Claim,
    ClaimState,
    Component,
    HandedCoupon,
    Ride,
    RideDirection,
)
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from facilities.models import Facility
from reports.queries import FISCAL_YEAR
from sankecare.periods import midnight

# A fiscal year and a facility's code.
Key = tuple[int, str]


@dataclass(frozen=True)
class FeeYear:
    """What families were charged for the days of a year, yen; coupons and goodwill are 0 or less."""

    base: int = 0
    multiple: int = 0
    sibling: int = 0
    coupon: int = 0
    corrections: int = 0
    goodwill: int = 0

    @property
    def total(self) -> int:
        return self.base + self.multiple + self.sibling + self.coupon + self.corrections + self.goodwill


@dataclass(frozen=True)
class PaymentYear:
    """What became of the charges issued in a year: yen owed, received by each way, given back, open either way.

    Owed is received less given back, with what is unpaid, less what is to be given back.
    """

    charges: int
    owed: int
    cash: int
    card: int
    code: int
    refunded: int
    unpaid: int
    to_give_back: int


@dataclass(frozen=True)
class CouponYear:
    """Coupons handed over in a year, and by how many families."""

    handed: int
    families: int


@dataclass(frozen=True)
class RideYear:
    """Rides of a year that were not taken back: each way, families, yen of the fares and what the ward bears."""

    there: int
    back: int
    families: int
    fares: int
    borne: int


@dataclass
class ClaimYear:
    """The claims for the months of a year. The amounts are those of the accepted ones, yen."""

    accepted: int = 0
    submitted: int = 0
    returned: int = 0
    contract: int = 0
    fees_taken_off: int = 0
    transport: int = 0
    total: int = 0


@dataclass
class PaidByKind:
    """What accepted claims pay for a kind of service: family-days (visits), yen by contract, fees taken off."""

    days: int = 0
    contract: int = 0
    fees_taken_off: int = 0


def facility_names() -> dict[str, str]:
    """Return every facility's name by its code, in the ward's order. One query."""
    return {row.slug: str(row) for row in Facility.objects.order_by("position", "slug")}


def fee_years(years: Sequence[int], *, today: date) -> dict[Key, FeeYear]:
    """Return what was charged for days of each year up to ``today``, with what was added to it since. Two queries."""
    if not years:
        return {}
    place = "charge__booking__service__facility__slug"
    found: dict[Key, dict[str, int]] = {}
    lines = _of_days(ChargeLine.objects.all(), years, today).values("fiscal_year", place, "component")
    for row in lines.annotate(sum=Sum("amount")):
        found.setdefault((row["fiscal_year"], row[place]), {})[Component(row["component"]).value] = row["sum"]
    adjusted = _of_days(Adjustment.objects.all(), years, today).values("fiscal_year", place)
    sums = {
        "corrections": Sum("amount", filter=Q(kind=AdjustmentKind.CORRECTION), default=0),
        "goodwill": Sum("amount", filter=Q(kind=AdjustmentKind.GOODWILL), default=0),
    }
    for row in adjusted.annotate(**sums):
        found.setdefault((row["fiscal_year"], row[place]), {}).update({name: row[name] for name in sums})
    return {key: FeeYear(**figures) for key, figures in found.items() if key[0] in years}


def payment_years(years: Sequence[int], *, today: date) -> dict[Key, PaymentYear]:
    """Return what became of the charges issued in each year, by what was paid up to ``today``. One query."""
    if not years:
        return {}
    first, last = _span(years, today)
    until = midnight(today + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute(PAYMENTS, [until, until, midnight(first), midnight(last + timedelta(days=1))])
        rows = cursor.fetchall()
    return {(year, slug): PaymentYear(*map(int, figures)) for year, slug, *figures in rows if year in years}


def coupon_years(years: Sequence[int], *, today: date) -> dict[Key, CouponYear]:
    """Return the coupons handed over in each year up to ``today``. One query."""
    if not years:
        return {}
    place = "booking__service__facility__slug"
    handed = _of_days(HandedCoupon.objects.annotate(day=TruncDate("handed_at")), years, today)
    rows = handed.values("fiscal_year", place).annotate(handed=Count("pk"), families=Count("family", distinct=True))
    return {
        (row["fiscal_year"], row[place]): CouponYear(row["handed"], row["families"])
        for row in rows
        if row["fiscal_year"] in years
    }


def ride_years(years: Sequence[int], *, today: date) -> dict[Key, RideYear]:
    """Return the rides of each year up to ``today``. One query."""
    if not years:
        return {}
    place = "booking__service__facility__slug"
    rides = _of_days(Ride.objects.filter(taken_back_at__isnull=True), years, today).values("fiscal_year", place)
    rows = rides.annotate(
        there=Count("pk", filter=Q(direction=RideDirection.TO)),
        back=Count("pk", filter=Q(direction=RideDirection.FROM)),
        families=Count("booking__registration__birth__family", distinct=True),
        fares=Sum("fare"),
        carried=Sum("borne"),
    )
    return {
        (row["fiscal_year"], row[place]): RideYear(
            row["there"], row["back"], row["families"], row["fares"], row["carried"]
        )
        for row in rows
        if row["fiscal_year"] in years
    }


def claim_years(
    years: Sequence[int], *, today: date
) -> tuple[dict[Key, ClaimYear], dict[tuple[int, str, str], PaidByKind]]:
    """Return the claims for the months of each year up to ``today``, and the accepted ones by kind. One query."""
    totals: dict[Key, ClaimYear] = {}
    kinds: dict[tuple[int, str, str], PaidByKind] = {}
    if not years:
        return totals, kinds
    first, last = _span(years, today)
    claims = Claim.objects.filter(month__range=(first, last)).order_by("month")
    fields = ("month", "facility__slug", "state", "snapshot__record__amounts", "snapshot__record__services")
    for month, slug, state, amounts, services in claims.values_list(*fields):
        if (year := fiscal_year(month)) not in years:
            continue
        total = totals.setdefault((year, slug), ClaimYear())
        if state != ClaimState.ACCEPTED:
            total.submitted += state == ClaimState.SUBMITTED
            total.returned += state == ClaimState.RETURNED
            continue
        total.accepted += 1
        total.contract += amounts["contract"]
        total.fees_taken_off += amounts["fees_taken_off"] + amounts.get("late_taken_off", 0)
        total.transport += amounts["transport"]
        total.total += amounts["total"]
        _add_kinds(kinds, year, slug, services)
    return totals, kinds


def _add_kinds(
    kinds: dict[tuple[int, str, str], PaidByKind], year: int, slug: str, services: Iterable[dict[str, Any]]
) -> None:
    for row in services:
        of_kind = kinds.setdefault((year, slug, row["kind"]), PaidByKind())
        of_kind.days += row["days"]
        of_kind.contract += sum(rate["amount"] * rate["days"] for rate in row["rates"])
        of_kind.fees_taken_off += row["fees_taken_off"]


def _span(years: Sequence[int], today: date) -> tuple[date, date]:
    return fiscal_year_days(min(years))[0], min(fiscal_year_days(max(years))[1], today)


def _of_days(rows: "QuerySet[Any]", years: Sequence[int], today: date) -> "QuerySet[Any]":
    """Those whose ``day`` lies in the years, up to today, with their fiscal year."""
    counted: QuerySet[Any] = rows.filter(day__range=_span(years, today)).annotate(fiscal_year=FISCAL_YEAR)
    return counted.order_by()


PAYMENTS = """
    SELECT fiscal_year, slug, count(*), sum(owed), sum(cash), sum(card), sum(code), sum(refunded),
           sum(greatest(owed - (cash + card + code - refunded), 0)),
           sum(greatest((cash + card + code - refunded) - owed, 0))
      FROM (
        SELECT extract(year FROM (charge.issued_at AT TIME ZONE 'Asia/Tokyo') - interval '3 months')::int
                   AS fiscal_year,
               facility.slug, charge.total + coalesce(adjusted.amount, 0) AS owed,
               coalesce(paid.cash, 0) AS cash, coalesce(paid.card, 0) AS card, coalesce(paid.code, 0) AS code,
               coalesce(paid.refunded, 0) AS refunded
          FROM billing_charge charge
          JOIN bookings_booking booking ON booking.id = charge.booking_id
          JOIN facilities_service service ON service.id = booking.service_id
          JOIN facilities_facility facility ON facility.id = service.facility_id
          LEFT JOIN (SELECT charge_id, sum(amount) AS amount FROM billing_adjustment WHERE made_at < %s GROUP BY 1)
                 AS adjusted ON adjusted.charge_id = charge.id
          LEFT JOIN (SELECT charge_id,
                            sum(amount) FILTER (WHERE kind = 'payment' AND method = 'cash') AS cash,
                            sum(amount) FILTER (WHERE kind = 'payment' AND method = 'card') AS card,
                            sum(amount) FILTER (WHERE kind = 'payment' AND method = 'code') AS code,
                            sum(amount) FILTER (WHERE kind = 'refund') AS refunded
                       FROM billing_payment WHERE received_at < %s GROUP BY 1) AS paid ON paid.charge_id = charge.id
         WHERE charge.issued_at >= %s AND charge.issued_at < %s
      ) AS of_charge
     GROUP BY 1, 2
"""
