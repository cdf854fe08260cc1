"""抽選の空白: days given by lot that no draw has and nobody freed. They stay closed, so staff are told. Reads only."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from bookings.models import AllocationMethod, AllocationPolicy, DrawRound, FreedDays
from bookings.places.queries import places_on
from facilities.calendar import days_between
from facilities.models import PlacePool
from sankecare.periods import period


def days_by_lot(pool: PlacePool, first: date, last: date) -> list[date]:
    """Return the days, in order, on which a service of the places is given by lot. One query."""
    policies = AllocationPolicy.objects.filter(
        service__pool=pool, method=AllocationMethod.LOTTERY, period__overlap=period(first, last)
    )
    return _within(days_between(first, last), policies.values_list("period", flat=True))


def settled_days(pool: PlacePool, first: date, last: date) -> set[date]:
    """Return the days that are in a draw, or that staff freed. Two queries."""
    within, days = {"pool": pool, "period__overlap": period(first, last)}, days_between(first, last)
    drawn = DrawRound.objects.filter(called_off_at__isnull=True, **within).values_list("period", flat=True)
    return {*_within(days, drawn), *_within(days, FreedDays.objects.filter(**within).values_list("period", flat=True))}


def days_without_draw(pool: PlacePool, first: date, last: date) -> list[date]:
    """Return the days, in order, that stay closed until a draw is announced for them or they are freed. Four queries.

    Of those by lot, on which the places are open at all.
    """
    settled = settled_days(pool, first, last)
    left = [day for day in days_by_lot(pool, first, last) if day not in settled]
    return [row.day for row in places_on(pool.pk, left) if row.slots] if left else []


def gaps_beside(pool: PlacePool, first_day: date, last_day: date, *, today: date) -> list[date]:
    """Return the days that a round from first to last leaves without a draw: before it, and until the next one."""
    following = DrawRound.objects.filter(pool=pool, called_off_at__isnull=True, period__startswith__gt=last_day)
    next_first = following.order_by("period").values_list("period__startswith", flat=True).first()
    before = days_without_draw(pool, today, first_day - timedelta(days=1)) if first_day > today else []
    after = days_without_draw(pool, last_day + timedelta(days=1), next_first - timedelta(days=1)) if next_first else []
    return before + after


def _within(days: Iterable[date], periods: Iterable[Any]) -> list[date]:
    """Return the days that lie in one of the periods."""
    known = list(periods)
    return [day for day in days if any(_holds(one, day) for one in known)]


def _holds(one: Any, day: date) -> bool:
    return (one.lower is None or one.lower <= day) and (one.upper is None or day < one.upper)
