"""What other weekdays do to families that are booked: whose days would be closed."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date

from bookings.models import BookingDay
from facilities import calendar
from facilities.queries import calendars
from sankecare.periods import last_day
from wards.dated.plan import Plan

from .hit import Effect, Hit


def weekdays_effect(plan: Plan) -> Effect:
    """Count the places of each booked day after the change: who is booked where too few are left is touched.

    The queries of a calendar, and one.
    """
    rows = list(
        BookingDay.objects.kept()
        .filter(day__gte=plan.day)
        .order_by("booking_id", "day")
        .values_list("booking_id", "family_id", "pool_id", "day")
    )
    if not rows:
        return Effect([], 0)
    pools = {row[2] for row in rows}
    after = _with_patterns(plan, calendars(pools, plan.day, max(row[3] for row in rows)))
    booked = Counter((pool, day) for _booking, _family, pool, day in rows)
    too_few = {one for one, count in booked.items() if calendar.slots_on(one[1], after[one[0]]).slots < count}
    days: dict[tuple[int, int], list[date]] = defaultdict(list)
    for booking, family, pool, day in rows:
        if (pool, day) in too_few:
            days[booking, family].append(day)
    hits = [Hit(booking, family, tuple(found)) for (booking, family), found in days.items()]
    return Effect(hits, len({row[0] for row in rows}))


def _with_patterns(plan: Plan, found: dict[int, calendar.PoolCalendar]) -> dict[int, calendar.PoolCalendar]:
    patterns = defaultdict(list)
    for row in plan.after:
        first = row.period.lower or date.min
        patterns[row.pool_id].append(
            calendar.WeeklyPattern(first, last_day(row.period), frozenset(row.weekdays), row.keeps_public_holidays)
        )
    return {pool: replace(one, patterns=patterns[pool]) for pool, one in found.items()}
