"""失われた枠: what a day's slots would be without closures and reductions, and what took each of them. Pure.

Full is what the pool gave at its best: on a weekday on which it is open, the most slots a day that it had had by then
(own rule, DEFAULT). What is full, less all that is lost, is exactly what the calendar gives (facilities/calendar.py).
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from facilities.calendar import Cause, PoolCalendar, in_force, slots_on

A_DAY = timedelta(days=1)


class Lost(StrEnum):
    """What took slots of a day; ``MORE``: a single day on which there were more than full."""

    PUBLIC_HOLIDAY = "public_holiday"
    CLOSURE = "closure"
    SUSPENDED = "suspended"
    REDUCED = "reduced"
    SINGLE_DAY = "single_day"
    MORE = "more"


@dataclass(frozen=True)
class LostSlots:
    """Slots of one day that one row took, less than 0 where it gave more. ``inferred``: nobody published the row."""

    why: Lost
    slots: int
    reason: str = ""
    inferred: bool = False


@dataclass(frozen=True)
class FullDay:
    """A day's slots at the pool's best, what was lost of them, and what is left."""

    day: date
    full: int
    lost: tuple[LostSlots, ...]

    @property
    def slots(self) -> int:
        return self.full - sum(row.slots for row in self.lost)


def full_days(days: list[date], calendar: PoolCalendar) -> Iterator[FullDay]:
    """Say of each day what it would be and what it lost. ``calendar``: with every capacity that was ever in force.

    Between two days on which a row of the calendar begins or has ended, all Mondays are alike, all Tuesdays …: of each
    weekday one is looked at.
    """
    plain = replace(calendar, overrides=())
    borders = _borders(days, plain)
    alike: dict[tuple[int, int, bool], tuple[int, list[LostSlots]]] = {}
    for day in days:
        kind = (bisect_right(borders, day), day.weekday(), day in plain.public_holidays)
        if kind not in alike:
            alike[kind] = _by_the_calendar(day, plain)
        full, lost = alike[kind]
        override = calendar.override_on.get(day)
        if override is not None and (more := full - sum(row.slots for row in lost) - override.slots):
            why = Lost.SINGLE_DAY if more > 0 else Lost.MORE
            lost = [*lost, LostSlots(why, more, override.reason, override.inferred)]
        yield FullDay(day, full, tuple(lost))


def _borders(days: list[date], calendar: PoolCalendar) -> list[date]:
    """The days on which a pattern, a capacity or a closure begins, or is over, in order."""
    if not days:
        return []
    stretches = [(row.first_day, row.last_day) for row in calendar.patterns]
    stretches += [(row.first_day, row.last_day) for row in calendar.capacities]
    for closure in calendar.closures:
        stretches += closure.occurrences(min(days), max(days))
    ends = (last + A_DAY for _first, last in stretches if last is not None and last < date.max)
    return sorted({*(first for first, _last in stretches), *ends})


def _by_the_calendar(day: date, calendar: PoolCalendar) -> tuple[int, list[LostSlots]]:
    """What the day would be, and what it loses by holidays, closures and a capacity that is smaller than before."""
    given = slots_on(day, calendar)
    if given.cause in {Cause.NOT_RUNNING, Cause.WEEKDAY}:
        return 0, []
    full = max(row.slots for row in calendar.capacities if row.first_day <= day)
    if full == 0:
        return 0, []
    if given.cause == Cause.PUBLIC_HOLIDAY:
        return full, [LostSlots(Lost.PUBLIC_HOLIDAY, full)]
    if given.cause == Cause.CLOSURE:
        # One that was published says it where an inferred one covers the same day.
        row = min((row for row in calendar.closures if row.covers(day)), key=lambda row: row.inferred)
        return full, [LostSlots(Lost.CLOSURE, full, row.reason, row.inferred)]
    if given.slots == full:
        return full, []
    reason = next(row.reason for row in calendar.capacities if in_force(day, row.first_day, row.last_day))
    why = Lost.SUSPENDED if given.cause == Cause.SUSPENDED else Lost.REDUCED
    return full, [LostSlots(why, full - given.slots, reason)]
