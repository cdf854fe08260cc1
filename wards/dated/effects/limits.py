"""What other limits do to families that are booked: whose days would be more than may be used."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from bookings.models import LIMIT_GROUP_OF_KIND, BookingDay, DayStatus
from bookings.places.limits import BookedDay, CountedAs, LimitCode, Limits, check_days
from sankecare.periods import in_force_on
from wards.dated.plan import Plan

from .hit import Effect, Hit

COUNTED = (LimitCode.TOO_MANY_DAYS, LimitCode.TOO_MANY_CONSECUTIVE_DAYS)


def limits_effect(plan: Plan) -> Effect:
    """Judge the days held from the first day on by the limits after, where they met those before. One query."""
    by_birth: dict[int, list[tuple[int, int, date, str, CountedAs]]] = defaultdict(list)
    births = BookingDay.objects.filter(status=DayStatus.HELD, day__gte=plan.day).values("booking__registration__birth")
    rows = BookingDay.objects.kept().filter(booking__registration__birth__in=births).order_by("day")
    fields = ("booking__registration__birth", "booking_id", "family_id", "day", "status", "booking__service__kind")
    for birth, booking, family, day, status, kind in rows.values_list(*fields):
        counted_as = CountedAs(LIMIT_GROUP_OF_KIND[kind])
        by_birth[birth].append((booking, family, day, status, counted_as))
    hits, looked_at = [], 0
    for days in by_birth.values():
        for group in CountedAs:
            held = [row for row in days if row[4] == group and row[3] == DayStatus.HELD and row[2] >= plan.day]
            looked_at += len({row[0] for row in held})
            before, after = (_too_many(rows, group, held, days) for rows in (plan.before, plan.after))
            if after and not before:
                hits += _hits(held)
    return Effect(hits, looked_at)


def _too_many(rows: Sequence[Any], group: CountedAs, held: Sequence[Any], days: Sequence[Any]) -> bool:
    if not held:
        return False
    asked = [row[2] for row in held]
    mine = [row for row in rows if row.group == group]
    limits = {}
    for day in asked:
        row = in_force_on(mine, day)
        limits[day] = Limits(row.days_per_birth, row.consecutive_days) if row else Limits(None, None)
    others = [BookedDay(day, counted_as) for _b, _f, day, _s, counted_as in days if day not in asked]
    found = check_days(asked, others, limits, counted_as=group)
    return any(one.code in COUNTED for one in found)


def _hits(held: Sequence[Any]) -> list[Hit]:
    by_booking: dict[tuple[int, int], list[date]] = defaultdict(list)
    for booking, family, day, _status, _group in held:
        by_booking[booking, family].append(day)
    return [Hit(booking, family, tuple(days)) for (booking, family), days in by_booking.items()]
