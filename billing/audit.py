"""What stands beside a charge and must agree with it: coupons handed over, and rides that the ward bears."""

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Least

from enrollment.models import TaxClassPeriod
from facilities.fiscal_year import fiscal_year_days

from .models import Charge, ChargeLine, Component, HandedCoupon, Ride, TransportPolicy


def coupons_not_taken_off(charges: "QuerySet[Charge]") -> "QuerySet[Charge]":
    """Return the charges that take off fewer coupons than were handed over for their stay. One query."""

    def of_charge(rows: "QuerySet[HandedCoupon] | QuerySet[ChargeLine]", key: str, count: Count | Sum) -> Coalesce:
        counted = rows.order_by().values(key).annotate(count=count).values("count")
        return Coalesce(Subquery(counted), 0)

    handed = HandedCoupon.objects.filter(booking=OuterRef("booking"))
    lines = ChargeLine.objects.filter(charge=OuterRef("pk"), component=Component.COUPON)
    return charges.annotate(
        handed=of_charge(handed, "booking", Count("pk")), taken_off=of_charge(lines, "charge", Sum("quantity"))
    ).filter(handed__gt=F("taken_off"))


def rides_of_year(fiscal_year: int) -> "QuerySet[Ride]":
    """Return the rides of the fiscal year that were not taken back."""
    return Ride.objects.filter(day__range=fiscal_year_days(fiscal_year), taken_back_at__isnull=True)


def rides_not_explained(rides: "QuerySet[Ride]") -> "QuerySet[Ride]":
    """Return the rides that the policy and tax class of their day, as they stand now, do not give. One query."""
    classes = TaxClassPeriod.objects.filter(
        family=OuterRef("booking__registration__birth__family"), period__contains=OuterRef("day")
    )
    policies = TransportPolicy.objects.filter(tax_class=OuterRef("tax_class"), period__contains=OuterRef("day"))
    return (
        rides.annotate(tax_class=Subquery(classes.values("tax_class")[:1]))
        .annotate(most=Coalesce(Subquery(policies.values("most_yen")[:1]), F("fare")))
        .filter(~Exists(policies) | ~Q(borne=Least(F("fare"), F("most"))))
    )
