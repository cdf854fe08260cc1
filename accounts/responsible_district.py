"""With whom a follow-up referral is today: one expression for the inbox, the permissions and the announcements."""

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


def homes_latest_first(family: Any, day: date) -> QuerySet[Any]:
    """Return where the family (or an OuterRef to it) has lived up to the day: today's home, or the last one, first."""
    begun = apps.get_model("enrollment", "Residence").objects.filter(family=family, period__startswith__lte=day)
    return begun.order_by("-period")
