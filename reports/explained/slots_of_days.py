"""Where the slot-days of a period come from: open days, and what each cause took away. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from facilities.calendar import Cause, PoolCalendar, days_between, in_force, slots_on


@dataclass(frozen=True)
class Made:
    """Days of one cause: ``slot_days`` they have, ``lost`` to the capacity of those days."""

    cause: Cause
    note: str
    inferred: bool
    days: tuple[date, ...]
    slot_days: int
    lost: int


def slots_made(first: date, last: date, calendar: PoolCalendar) -> list[Made]:
    """Return what the slot-days of the period are made of, open days first; they add up to ``slot_days``."""
    found: dict[tuple[Cause, str, bool], list[tuple[date, int, int]]] = {}
    for day in days_between(first, last):
        slots = slots_on(day, calendar)
        full = _capacity(day, calendar)
        key = (slots.cause, slots.note, _inferred(day, slots.cause, slots.note, calendar))
        found.setdefault(key, []).append((day, slots.slots, full))
    made = [
        Made(
            cause,
            note,
            inferred,
            tuple(day for day, _slots, _full in days),
            sum(slots for _day, slots, _full in days),
            sum(max(full - slots, 0) for _day, slots, full in days),
        )
        for (cause, note, inferred), days in found.items()
    ]
    return sorted(made, key=lambda row: (list(Cause).index(row.cause), row.inferred, row.days[0]))


def _capacity(day: date, calendar: PoolCalendar) -> int:
    return next((row.slots for row in calendar.capacities if in_force(day, row.first_day, row.last_day)), 0)


def _inferred(day: date, cause: Cause, reason: str, calendar: PoolCalendar) -> bool:
    """Whether the row that decided the day is one that nobody published."""
    if cause == Cause.OVERRIDE:
        return calendar.override_on[day].inferred
    if cause != Cause.CLOSURE:
        return False
    return _first_inferred(row.inferred for row in calendar.closures if row.reason == reason and row.covers(day))


def _first_inferred(rows: Iterable[bool]) -> bool:
    return next(iter(rows), False)
