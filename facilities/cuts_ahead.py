"""枠の減る日: days ahead on which places are closed or fewer, as staff entered them. Reads only."""

from datetime import date, timedelta

from django.db.models import F, QuerySet

from .models import Closure, DayOverride

# So far ahead families book; what is later is not pressing (own default), days.
AHEAD = timedelta(days=60)


def closures_ahead(today: date) -> "QuerySet[Closure]":
    """Return the closures that touch the days ahead, the first first; those of every year (New Year) are none."""
    near = Closure.objects.filter(repeats_yearly=False, period__overlap=(today, today + AHEAD))
    return near.order_by(F("period").asc(), "pk")


def overrides_ahead(today: date) -> "QuerySet[DayOverride]":
    """Return the single days ahead that have other slots than usual, the first first."""
    return DayOverride.objects.filter(day__range=(today, today + AHEAD)).order_by("day", "pk")
