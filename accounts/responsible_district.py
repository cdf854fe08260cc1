"""Which district looks after a family today: one expression for inbox, watch list, permissions and announcements."""

from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce


def district_in_charge(day: date, prefix: str = "") -> Coalesce:
    """Return the SQL for the district (id) that a referral is with on the day; ``prefix`` leads to the referral.

    The one that it was sent to by staff; else the one in which the family lives; where it left the ward, the one in
    which it lived last; where nothing is known, the one of the day when it was raised.
    """
    lived_in = Subquery(homes_latest_first(OuterRef(f"{prefix}family"), day).values("district")[:1])
    return Coalesce(f"{prefix}sent_to", lived_in, f"{prefix}district", output_field=BigIntegerField())


def last_district_of(family: str, day: date) -> Coalesce:
    """Return the SQL for the district (id) in which a family (the path to it) lives on the day.

    Where it lives in none: the one in which it lived last; where it is still to come, the one in which it will live.
    """
    homes = apps.get_model("enrollment", "Residence").objects.filter(family=OuterRef(family))
    coming = Subquery(homes.order_by("period").values("district")[:1])
    lived_in = Subquery(homes_latest_first(OuterRef(family), day).values("district")[:1])
    return Coalesce(lived_in, coming, output_field=BigIntegerField())


def homes_latest_first(family: Any, day: date) -> QuerySet[Any]:
    """Return where the family (or an OuterRef to it) has lived up to the day: today's home, or the last one, first."""
    begun = apps.get_model("enrollment", "Residence").objects.filter(family=family, period__startswith__lte=day)
    return begun.order_by("-period")


def districts_deputised(role: str, district: int | None, day: date) -> QuerySet[Any]:
    """Return the districts (ids) for whose section the section of the role and district takes over on the day."""
    deputies = apps.get_model("referrals", "SectionDeputy").objects
    return deputies.filter(recipient=role, deputy=district, period__contains=day).values("district")
