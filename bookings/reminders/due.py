"""Which reminder is due today. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta


def due_before(first_day: date, known_since: date, today: date, days_before: Iterable[int]) -> int | None:
    """Return by which of ``days_before`` a first day is to be reminded of today; None where by none.

    The one nearest to the day, where the worker was away on its own day too. Who booked on that day or later needs no
    reminder of it.
    """
    due = [number for number in days_before if known_since < first_day - timedelta(days=number) <= today < first_day]
    return min(due, default=None)


def is_give_back_due(until: date, known_since: date, today: date, days_before: int) -> bool:
    """Whether the last day to give back is to be reminded of: so many days before, to that day itself."""
    reminded_on = until - timedelta(days=days_before)
    return known_since < reminded_on <= today <= until


def due_after(issued_on: date, today: date, days_after: Iterable[int]) -> int | None:
    """Return by which of ``days_after`` something open since ``issued_on`` is to be reminded of today."""
    passed = (today - issued_on).days
    return max((number for number in days_after if number <= passed), default=None)
