"""Fees, payments, coupons and rides: what the tables of money add up, in yen."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import Action
from billing.models import (
    Adjustment,
    AdjustmentKind,
    Charge,
    ChargeLine,
    Component,
    HandedCoupon,
    Payment,
    PaymentKind,
    PaymentMethod,
    Ride,
    RideDirection,
)
from enrollment.models import Family
from facilities.fiscal_year import fiscal_year_days
from reports.tables import Row
from sankecare.periods import midnight

from .cells import Cell, Opened, Words
from .figure import RowsBehind

A_DAY = timedelta(days=1)
Rows = Callable[[Row, date], RowsBehind]
OF_CHARGE = "charge__booking__registration__birth__family"
OF_BOOKING = "booking__registration__birth__family"


def yen(amount: str) -> Callable[["QuerySet[Any]"], int]:
    """Return what adds the rows up: whole yen."""

    def add_up(rows: "QuerySet[Any]") -> int:
        return int(rows.aggregate(sum=Sum(amount, default=0))["sum"])

    return add_up


def yen_off(rows: "QuerySet[ChargeLine]") -> int:
    """Return what the lines took off, as a figure without a sign."""
    return -yen("amount")(rows)


def lines_behind(row: Row, today: date, component: str) -> RowsBehind:
    """Return the lines of charges of a component for the days of the year."""
    found = ChargeLine.objects.filter(
        day__range=_days(row, today), component=component, charge__booking__service__facility__slug=row["facility"]
    )
    return RowsBehind(
        _("Lines of charges"),
        found.select_related(OF_CHARGE).order_by("day", "pk"),
        OF_CHARGE,
        (_("Day"), _("Booking"), _("Yen"), _("Family")),
        lambda one: (
            date_format(one.day),
            one.charge.booking.number,
            f"{one.amount:,}",
            one.charge.booking.registration.birth.family.mother_name,
        ),
        lambda one: int(one.charge.booking.registration.birth.family_id),
    )


def adjusted_behind(row: Row, today: date, kind: AdjustmentKind) -> RowsBehind:
    """Return the corrections, or the goodwill, for the days of the year."""
    found = Adjustment.objects.filter(
        day__range=_days(row, today), kind=kind, charge__booking__service__facility__slug=row["facility"]
    )
    return RowsBehind(
        _("Corrections and goodwill"),
        found.select_related(OF_CHARGE).order_by("day", "pk"),
        OF_CHARGE,
        (_("Day"), _("Booking"), _("Yen"), _("Family")),
        lambda one: (
            date_format(one.day),
            one.charge.booking.number,
            f"{one.amount:,}",
            one.charge.booking.registration.birth.family.mother_name,
        ),
        lambda one: int(one.charge.booking.registration.birth.family_id),
    )


def charges_of(row: Row, today: date) -> "QuerySet[Charge]":
    """Return the charges issued in the year, each with what it comes to and what is open of it on the day."""
    first, last = _days(row, today)
    until = midnight(today + A_DAY)
    adjusted = Adjustment.objects.filter(charge=OuterRef("pk"), made_at__lt=until).order_by().values("charge")
    paid = Payment.objects.filter(charge=OuterRef("pk"), received_at__lt=until).order_by().values("charge")
    given = Sum("amount", filter=Q(kind=PaymentKind.PAYMENT), default=0)
    back = Sum("amount", filter=Q(kind=PaymentKind.REFUND), default=0)
    return (
        Charge.objects.filter(
            issued_at__gte=midnight(first),
            issued_at__lt=midnight(last + A_DAY),
            booking__service__facility__slug=row["facility"],
        )
        .annotate(comes_to=F("total") + Coalesce(Subquery(adjusted.annotate(sum=Sum("amount")).values("sum")), 0))
        .annotate(received=Coalesce(Subquery(paid.annotate(sum=given - back).values("sum")), 0))
        .annotate(open_yen=Greatest(F("comes_to") - F("received"), 0))
        .annotate(too_much_yen=Greatest(F("received") - F("comes_to"), 0))
    )


def charges_behind(row: Row, today: date, which: Q) -> RowsBehind:
    """Return the charges issued in the year that a figure counts or adds up."""
    return RowsBehind(
        _("Charges"),
        charges_of(row, today).filter(which).select_related(OF_BOOKING).order_by("issued_at", "pk"),
        OF_BOOKING,
        (_("Issued on"), _("Booking"), _("Owed, yen"), _("Received, yen"), _("Family")),
        lambda one: (
            date_format(timezone.localtime(one.issued_at)),
            one.booking.number,
            f"{one.comes_to:,}",
            f"{one.received:,}",
            one.booking.registration.birth.family.mother_name,
        ),
        lambda one: int(one.booking.registration.birth.family_id),
        also=Action.CHARGE_VIEW,
    )


def payments_behind(row: Row, today: date, which: Q) -> RowsBehind:
    """Return the payments of the charges issued in the year."""
    found = Payment.objects.filter(
        which, received_at__lt=midnight(today + A_DAY), charge__in=charges_of(row, today).values("pk")
    )
    return RowsBehind(
        _("Payments"),
        found.select_related(OF_CHARGE).order_by("received_at", "pk"),
        OF_CHARGE,
        (_("Paid on"), _("Booking"), _("Yen"), _("Family")),
        lambda one: (
            date_format(timezone.localtime(one.received_at)),
            one.charge.booking.number,
            f"{one.amount:,}",
            one.charge.booking.registration.birth.family.mother_name,
        ),
        lambda one: int(one.charge.booking.registration.birth.family_id),
        also=Action.PAYMENT_VIEW,
    )


def coupons_of(row: Row, today: date) -> "QuerySet[HandedCoupon]":
    """Return the coupons handed over in the year at the row's facility."""
    first, last = _days(row, today)
    return HandedCoupon.objects.filter(
        handed_at__gte=midnight(first),
        handed_at__lt=midnight(last + A_DAY),
        booking__service__facility__slug=row["facility"],
    )


def coupons_behind(row: Row, today: date) -> RowsBehind:
    """Return each coupon."""
    return RowsBehind(
        _("Coupons"),
        coupons_of(row, today).select_related("family", "booking").order_by("handed_at", "pk"),
        "family",
        (_("Handed over on"), _("Booking"), _("Number"), _("Family")),
        lambda one: (
            date_format(timezone.localtime(one.handed_at)),
            one.booking.number,
            one.number,
            one.family.mother_name,
        ),
        lambda one: int(one.family_id),
    )


def families_with_coupons(row: Row, today: date) -> RowsBehind:
    """Return the families that handed coupons over."""
    found = coupons_of(row, today)
    return _families(found.values("family"), found.values("family").order_by(), "family")


def rides_of(row: Row, today: date) -> "QuerySet[Ride]":
    """Return the rides of the year at the row's facility that were not taken back."""
    return Ride.objects.filter(
        day__range=_days(row, today), taken_back_at__isnull=True, booking__service__facility__slug=row["facility"]
    )


def rides_behind(row: Row, today: date, which: Q) -> RowsBehind:
    """Return each ride."""
    return RowsBehind(
        _("Rides"),
        rides_of(row, today).filter(which).select_related(OF_BOOKING).order_by("day", "pk"),
        OF_BOOKING,
        (_("Day"), _("Direction"), _("Fare, yen"), _("Borne by the ward, yen"), _("Family")),
        lambda one: (
            date_format(one.day),
            one.get_direction_display(),
            f"{one.fare:,}",
            f"{one.borne:,}",
            one.booking.registration.birth.family.mother_name,
        ),
        lambda one: int(one.booking.registration.birth.family_id),
    )


def families_with_rides(row: Row, today: date) -> RowsBehind:
    """Return the families that rode."""
    found = rides_of(row, today)
    return _families(found.values(OF_BOOKING), found.order_by().values(OF_BOOKING), OF_BOOKING)


def _families(those: "QuerySet[Any, Any]", of: "QuerySet[Any, Any]", path: str) -> RowsBehind:
    number = of.filter(**{path: OuterRef("pk")}).annotate(number=Count("pk")).values("number")
    return RowsBehind(
        _("Families"),
        Family.objects.filter(pk__in=those).annotate(times=Subquery(number)).order_by("pk"),
        "pk",
        (_("Family"), _("Times")),
        lambda one: (one.mother_name, one.times),
        lambda one: int(one.pk),
    )


def _days(row: Row, today: date) -> tuple[date, date]:
    first, last = fiscal_year_days(row["fiscal_year"])
    return first, min(last, today)


def _line(component: Component, meaning: Words) -> Cell:
    return Cell(meaning, lambda row, today: lines_behind(row, today, component.value), yen("amount"))


def _adjusted(kind: AdjustmentKind, meaning: Words) -> Cell:
    return Cell(meaning, lambda row, today: adjusted_behind(row, today, kind), yen("amount"))


def _charge(meaning: Words, amount: str, which: Q | None = None) -> Cell:
    return Cell(meaning, lambda row, today: charges_behind(row, today, which or Q()), yen(amount))


def _payment(meaning: Words, which: Q) -> Cell:
    return Cell(meaning, lambda row, today: payments_behind(row, today, which), yen("amount"))


def _ride(meaning: Words, which: Q, **more: Any) -> Cell:
    return Cell(meaning, lambda row, today: rides_behind(row, today, which), **more)


_FEES = ("fee_base", "fee_multiple", "fee_sibling", "fee_coupon", "fee_corrections", "fee_goodwill")
_PAID = gettext_lazy("What families paid in this way for the charges issued in the year, yen.")
_CELLS: Mapping[str, Cell] = {
    **{
        f"fee_{component.value}": _line(component, gettext_lazy("Lines of charges for the days of the year, yen."))
        for component in Component
    },
    "fee_corrections": _adjusted(
        AdjustmentKind.CORRECTION, gettext_lazy("What charges for days of the year were corrected by since, yen.")
    ),
    "fee_goodwill": _adjusted(
        AdjustmentKind.GOODWILL, gettext_lazy("What was let off or given back as goodwill for days of the year, yen.")
    ),
    "fee_total": Cell(gettext_lazy("All that families were charged for the days of the year, yen."), over=_FEES),
}
COMPONENTS = Opened(("fiscal_year", "facility"), _CELLS)
PAYMENTS = Opened(
    ("fiscal_year", "facility"),
    {
        "charges": Cell(
            gettext_lazy("Charges issued in the year."), lambda row, today: charges_behind(row, today, Q())
        ),
        "owed": _charge(gettext_lazy("The charges with what they were corrected by since, yen."), "comes_to"),
        **{
            f"paid_{method.value}": _payment(_PAID, Q(kind=PaymentKind.PAYMENT, method=method))
            for method in PaymentMethod
        },
        "refunded": _payment(
            gettext_lazy("What was given back to families of these charges, yen."), Q(kind=PaymentKind.REFUND)
        ),
        "unpaid": _charge(
            gettext_lazy("What is owed and not received, charge by charge, yen."), "open_yen", Q(open_yen__gt=0)
        ),
        "to_give_back": _charge(
            gettext_lazy("What was received beyond what is owed, charge by charge, yen."),
            "too_much_yen",
            Q(too_much_yen__gt=0),
        ),
    },
)
COUPONS = Opened(
    ("fiscal_year", "facility"),
    {
        "coupons": Cell(gettext_lazy("Coupons that families handed over in the year."), coupons_behind),
        "families": Cell(gettext_lazy("Families that handed any over, each once."), families_with_coupons),
        "coupon_yen": Cell(
            gettext_lazy("What coupons took off the fees of the days of the year, yen."),
            lambda row, today: lines_behind(row, today, Component.COUPON.value),
            yen_off,
        ),
    },
)
RIDES = Opened(
    ("fiscal_year", "facility"),
    {
        "rides_there": _ride(gettext_lazy("Rides to the facility."), Q(direction=RideDirection.TO)),
        "rides_back": _ride(gettext_lazy("Rides back home."), Q(direction=RideDirection.FROM)),
        "families": Cell(gettext_lazy("Families that rode, each once."), families_with_rides),
        "fares": _ride(gettext_lazy("What the rides cost, yen."), Q(), makes=yen("fare")),
        "borne": _ride(gettext_lazy("What of the fares the ward bears, yen."), Q(), makes=yen("borne")),
    },
)
