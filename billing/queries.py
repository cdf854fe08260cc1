"""Tariffs and coupons as the fee rules take them, and what a family has been charged."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Least

from bookings.models import Booking, BookingDay, DayStatus
from enrollment.models import Family, TaxClassPeriod
from facilities.models import Service
from sankecare.periods import last_day as last_day_of
from sankecare.periods import period

from . import fees
from .models import (
    Adjustment,
    AdjustmentKind,
    Charge,
    ChargeLine,
    Component,
    CouponPolicy,
    Payment,
    PaymentKind,
    Tariff,
    TransportPolicy,
)

# Yen of a payment as it counts: a refund takes off.
SIGNED = Case(When(kind=PaymentKind.REFUND, then=-F("amount")), default=F("amount"), output_field=IntegerField())


def tariff_rows(services: Iterable[Service], first_day: date, last_day: date) -> list[fees.TariffRow]:
    """Return the published amounts of the services in force on any day of the range, both included. One query."""
    rows = Tariff.objects.filter(service__in=list(services), period__overlap=period(first_day, last_day))
    return [
        fees.TariffRow(
            service=row.service.slug,
            component=fees.Component(row.component),
            tax_class=fees.TaxClass(row.tax_class),
            amount=row.amount,
            first_day=_first(row.period),
            last_day=last_day_of(row.period),
        )
        for row in rows.select_related("service")
    ]


def coupon_terms(first_day: date, last_day: date) -> list[fees.CouponTerms]:
    """Return the ward's coupons in force on any day of the range, both included. One query."""
    return [
        fees.CouponTerms(
            amount=row.amount,
            per_mother=row.per_mother,
            tax_classes=frozenset({fees.TaxClass(row.tax_class)}),
            first_day=_first(row.period),
            last_day=last_day_of(row.period),
        )
        for row in CouponPolicy.objects.filter(period__overlap=period(first_day, last_day))
    ]


def takes_a_fee(service: Service) -> bool:
    """Tell whether any household ever pays for the service. Free is an amount of 0, with its source, never no row."""
    return (
        not Tariff.objects.filter(service=service).exists()
        or Tariff.objects.filter(service=service, amount__gt=0).exists()
    )


def coupons_used(family: Family, but: Booking | None = None) -> int:
    """Return how many coupons the mother has handed over so far, by the lines of her charges."""
    lines = ChargeLine.objects.filter(charge__booking__registration__birth__family=family, component=Component.COUPON)
    if but is not None:
        lines = lines.exclude(charge__booking=but)
    return int(lines.aggregate(used=Coalesce(Sum("quantity"), 0))["used"])


OF_GOODWILL = Q(kind=AdjustmentKind.GOODWILL)


def charges_with_owed(charges: "QuerySet[Charge]") -> "QuerySet[Charge]":
    """Add ``owed`` (total and adjustments together) and ``goodwill`` (what of it is on purpose), yen; newest first."""
    of_goodwill = Q(adjustments__kind=AdjustmentKind.GOODWILL)
    return charges.annotate(
        owed=F("total") + Coalesce(Sum("adjustments__amount"), 0),
        goodwill=Coalesce(Sum("adjustments__amount", filter=of_goodwill), 0),
    ).order_by("-issued_at", "-pk")


def listed_as_goodwill(charge: Charge) -> int:
    """Return ``goodwill`` of a charge that ``charges_with_owed`` listed: 0 or less."""
    return charge.goodwill  # type: ignore[attr-defined, no-any-return]  # the annotation, which types do not see


def listed_as_owed(charge: Charge) -> int:
    """Return ``owed`` of a charge that ``charges_with_owed`` listed."""
    return charge.owed  # type: ignore[attr-defined, no-any-return]  # the annotation, which types do not see


def listed_as_paid(charge: Charge) -> int:
    """Return ``paid`` of a charge that ``charges_with_owed_and_paid`` listed."""
    return charge.paid  # type: ignore[attr-defined, no-any-return]  # the annotation, which types do not see


def owed(charge: Charge) -> int:
    """Return what is owed for a charge: its total and all signed adjustments, yen."""
    return charge.total + int(charge.adjustments.aggregate(sum=Coalesce(Sum("amount"), 0))["sum"])


def goodwill(charge: Charge) -> int:
    """Return what was taken off a charge on purpose, yen: 0 or less."""
    return int(charge.adjustments.aggregate(sum=Coalesce(Sum("amount", filter=OF_GOODWILL), 0))["sum"])


def paid(charge: Charge) -> int:
    """Return what was paid for a charge, refunds taken off, yen. One query."""
    return int(charge.payments.aggregate(sum=Coalesce(Sum(SIGNED), 0))["sum"])


def charges_with_owed_and_paid(charges: "QuerySet[Charge]") -> "QuerySet[Charge]":
    """Add ``owed`` and ``paid``, yen, in the order of the charges' numbers."""

    def of_charge(rows: "QuerySet[Any]", sum_of: Any) -> Coalesce:
        summed = rows.filter(charge=OuterRef("pk")).order_by().values("charge").annotate(sum=Sum(sum_of)).values("sum")
        return Coalesce(Subquery(summed, output_field=IntegerField()), 0)

    return charges.annotate(
        owed=F("total") + of_charge(Adjustment.objects.all(), F("amount")),
        paid=of_charge(Payment.objects.all(), SIGNED),
    ).order_by("pk")


def days_not_published(booking: Any) -> "QuerySet[BookingDay]":
    """Return the used days of a booking for which an amount is missing: no tariff of the day's own tax class.

    ``booking``: one, or the ``OuterRef`` of a query of bookings.

    A day of which the tax class is not known is none of them: that is entered, not published.
    """
    of_day = TaxClassPeriod.objects.filter(family=OuterRef("family"), period__contains=OuterRef("day"))

    def not_published(component: Component) -> Any:
        amounts = Tariff.objects.filter(service=OuterRef("booking__service"), component=component)
        return ~Exists(amounts.filter(tax_class=OuterRef("tax_class"), period__contains=OuterRef("day")))

    return (
        BookingDay.objects.filter(booking=booking, status=DayStatus.USED)
        .annotate(tax_class=Subquery(of_day.values("tax_class")[:1]))
        .filter(tax_class__isnull=False)
        .filter(
            Q(not_published(Component.BASE))
            | Q(not_published(Component.SIBLING), with_sibling=True)
            | Q(not_published(Component.MULTIPLE), booking__infant_count__gt=1)
        )
    )


def bearing(family: Any, day: Any, fare: Any) -> "QuerySet[TransportPolicy]":
    """Return the policies by which the ward bears a ride: for the household's tax class of the day, in force on it.

    ``borne``: yen of the fare. Each is a value, or the ``OuterRef`` of a query of rides. The same rule stands in the
    database as a trigger (billing.models.rides).
    """
    of_day = TaxClassPeriod.objects.filter(
        family=_one_query_further_in(family),
        period__contains=_one_query_further_in(day),
        tax_class=OuterRef("tax_class"),
    )
    borne = Least(fare, Coalesce(F("most_yen"), fare, output_field=IntegerField()), output_field=IntegerField())
    return TransportPolicy.objects.filter(Exists(of_day), period__contains=day).annotate(borne=borne)


def transport_policy(booking: Booking, day: date, fare: int = 0) -> TransportPolicy | None:
    """Return by which policy the ward bears the household's ride of the day, if any. One query."""
    return bearing(booking.registration.birth.family, day, Value(fare)).first()


def borne_by(policy: TransportPolicy) -> int:
    """Return what the ward bears of the fare that ``transport_policy`` was asked for, yen."""
    return policy.borne  # type: ignore[attr-defined, no-any-return]  # the annotation, which types do not see


def _one_query_further_in(given: Any) -> Any:
    return OuterRef(given) if isinstance(given, OuterRef) else given


def _first(of: DateRange) -> date:
    return of.lower or date.min
