"""What other times of visits do to families that are booked: whose time is offered no longer."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from bookings.models import BookingDay, DayStatus
from sankecare.periods import in_force_on
from wards.dated.plan import Plan

from .hit import Effect, Hit


def visit_times_effect(plan: Plan) -> Effect:
    """Look for the time of each visit held from the first day on, before and after. One query."""
    rows = list(
        BookingDay.objects.filter(status=DayStatus.HELD, day__gte=plan.day, starts_at__isnull=False)
        .order_by("booking_id", "day")
        .values_list("booking_id", "family_id", "day", "booking__service_id", "starts_at")
    )
    before, after = (_by_time(rows_of_table) for rows_of_table in (plan.before, plan.after))
    gone: dict[tuple[int, int], list[date]] = defaultdict(list)
    for booking, family, day, service, starts_at in rows:
        if in_force_on(before[service, starts_at], day) and not in_force_on(after[service, starts_at], day):
            gone[booking, family].append(day)
    hits = [Hit(booking, family, tuple(days)) for (booking, family), days in gone.items()]
    return Effect(hits, len({row[0] for row in rows}))


def _by_time(rows: Sequence[Any]) -> dict[tuple[int, time | None], list[Any]]:
    found: dict[tuple[int, time | None], list[Any]] = defaultdict(list)
    for row in rows:
        found[row.service_id, row.starts_at].append(row)
    return found
