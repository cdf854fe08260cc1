"""What stands beside a charge and must agree with it: coupons handed over, and rides that the ward bears."""

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from facilities.fiscal_year import fiscal_year_days

from .models import Charge, ChargeLine, Component, HandedCoupon, Ride
from .queries import bearing


def coupons_that_differ(charges: "QuerySet[Charge]") -> "QuerySet[Charge]":
    """Return the charges that take off more or fewer coupons than were handed over for their stay. One query."""

    def of_charge(rows: "QuerySet[HandedCoupon] | QuerySet[ChargeLine]", key: str, count: Count | Sum) -> Coalesce:
        counted = rows.order_by().values(key).annotate(count=count).values("count")
        return Coalesce(Subquery(counted), 0)

    handed = HandedCoupon.objects.filter(booking=OuterRef("booking"))
    lines = ChargeLine.objects.filter(charge=OuterRef("pk"), component=Component.COUPON)
    return charges.annotate(
        handed=of_charge(handed, "booking", Count("pk")), taken_off=of_charge(lines, "charge", Sum("quantity"))
    ).exclude(handed=F("taken_off"))


def rides_of_year(fiscal_year: int) -> "QuerySet[Ride]":
    """Return the rides of the fiscal year that were not taken back."""
    return Ride.objects.filter(day__range=fiscal_year_days(fiscal_year), taken_back_at__isnull=True)


def rides_not_explained(rides: "QuerySet[Ride]") -> "QuerySet[Ride]":
    """Return the rides that the policy and tax class of their day, as they stand now, do not give. One query."""
    explained = bearing(OuterRef("booking__registration__birth__family"), OuterRef("day"), OuterRef("fare"))
    return rides.exclude(Exists(explained.filter(Q(borne=OuterRef("borne")))))
