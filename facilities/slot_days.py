"""The slots of many days together, by stretches instead of day by day: the denominator of occupancy. Pure.

A stretch is a run of days with one weekly pattern and one capacity. Of each, the open weekdays are counted, less those
that a closure or a public holiday takes; then the single days with slots of their own are put in. Equal to the sum of
``calendar.slots_on`` over the days (tests/facilities/test_slot_days.py), in a time that hardly grows with them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from .calendar import Capacity, PoolCalendar, WeeklyPattern, slots_on

A_DAY = timedelta(days=1)
Stretch = tuple[date, date]  # first and last day, both included


def slot_days(first_day: date, last_day: date, calendar: PoolCalendar) -> int:
    """The slots of all days from ``first_day`` to ``last_day``, both included; 0 when they are out of order."""
    if last_day < first_day:
        return 0
    in_pattern = sum(
        capacity.slots * _open_days(days, pattern, calendar)
        for pattern in calendar.patterns
        for capacity in calendar.capacities
        if capacity.slots and (days := _in_common((first_day, last_day), pattern, capacity)) is not None
    )
    single = [row for row in calendar.overrides if first_day <= row.day <= last_day]
    if not single:
        return in_pattern
    without = replace(calendar, overrides=())
    return in_pattern + sum(row.slots - slots_on(row.day, without).slots for row in single)


def weekdays_between(first_day: date, last_day: date, weekdays: Iterable[int]) -> int:
    """How many days from ``first_day`` to ``last_day`` fall on one of the weekdays (Monday = 0)."""
    weeks, more = divmod((last_day - first_day).days + 1, 7)
    starts = first_day.weekday()
    return sum(weeks + ((weekday - starts) % 7 < more) for weekday in weekdays)


def _in_common(days: Stretch, *rows: WeeklyPattern | Capacity) -> Stretch | None:
    """The part of the days in which every row is in force; None where there is none."""
    first = max(days[0], *(row.first_day for row in rows))
    last = min(days[1], *(row.last_day for row in rows if row.last_day is not None), days[1])
    return (first, last) if first <= last else None


def _open_days(days: Stretch, pattern: WeeklyPattern, calendar: PoolCalendar) -> int:
    """The days of a stretch on which nothing closes the pool."""
    closed = _joined(_closed(days, calendar))
    open_days = weekdays_between(*days, pattern.weekdays)
    open_days -= sum(weekdays_between(*stretch, pattern.weekdays) for stretch in closed)
    if pattern.keeps_public_holidays:
        open_days -= sum(
            holiday.weekday() in pattern.weekdays and not _covered(holiday, closed)
            for holiday in _holidays(days, calendar)
        )
    return open_days


def _closed(days: Stretch, calendar: PoolCalendar) -> Iterator[Stretch]:
    """The parts of the stretch that closures cover; they may overlap."""
    first, last = days
    for closure in calendar.closures:
        for closed_from, closed_to in closure.occurrences(first, last):
            if closed_from <= last and closed_to >= first:
                yield max(closed_from, first), min(closed_to, last)


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same days in stretches that do not overlap, in order."""
    joined: list[Stretch] = []
    for first, last in sorted(stretches):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _holidays(days: Stretch, calendar: PoolCalendar) -> Sequence[date]:
    ordered = calendar.holidays_in_order
    return ordered[bisect_left(ordered, days[0]) : bisect_right(ordered, days[1])]


def _covered(day: date, stretches: Sequence[Stretch]) -> bool:
    return any(first <= day <= last for first, last in stretches)
