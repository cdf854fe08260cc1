"""How many families a pool of places can take on a day.

The slots of a day = weekly pattern, less public holidays where the facility keeps them, less closures, at the
capacity in force, unless a per-day override (with its reason) says otherwise (SEED, PUBLIC). Pure: the rows come
in as values, last days inclusive. The database counts the same a second time (``facilities_slots_on``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Protocol, TypeVar


class Cause(StrEnum):
    """Why a day has the slots it has."""

    OPEN = "open"
    NOT_RUNNING = "not_running"
    WEEKDAY = "weekday"
    PUBLIC_HOLIDAY = "public_holiday"
    CLOSURE = "closure"
    SUSPENDED = "suspended"
    OVERRIDE = "override"


class CalendarRowsContradict(ValueError):
    """Two rows say different things of one day, or a row ends before it begins; never a silent choice."""


def in_force(day: date, first_day: date, last_day: date | None) -> bool:
    """Whether ``day`` lies in the period; ``last_day`` inclusive, None = no end."""
    return first_day <= day and (last_day is None or day <= last_day)


@dataclass(frozen=True)
class WeeklyPattern:
    """The weekdays (Monday = 0) on which the pool is open."""

    first_day: date
    last_day: date | None
    weekdays: frozenset[int]
    keeps_public_holidays: bool


@dataclass(frozen=True)
class Capacity:
    """Families a day; 0 is a suspension."""

    first_day: date
    last_day: date | None
    slots: int
    reason: str = ""


@dataclass(frozen=True)
class Closure:
    """Days closed. ``inferred``: nobody published it, it was made up to fit a published rate.

    One that repeats covers the same months and days in every year from its first on (29–31 March); it may cross
    the year's end (28 December to 5 January). A 29 February counts as 28 February in a year that has none.
    """

    first_day: date
    last_day: date | None
    reason: str
    repeats_yearly: bool = False
    inferred: bool = False

    def covers(self, day: date) -> bool:
        """Whether the pool is closed on ``day`` because of this row."""
        if not self.repeats_yearly:
            return in_force(day, self.first_day, self.last_day)
        return any(first <= day <= last for first, last in self.occurrences(day, day))

    def occurrences(self, first_day: date, last_day: date) -> Iterator[tuple[date, date]]:
        """The stretches that it may cover in the years of the days: one, or one a year where it repeats."""
        if not self.repeats_yearly:
            yield self.first_day, self.last_day or date.max
            return
        if self.last_day is None:
            raise CalendarRowsContradict("a closure that repeats yearly needs a last day")
        begins = self.first_day.year
        for years in range(max(0, first_day.year - self.last_day.year), last_day.year - begins + 1):
            yield _years_later(self.first_day, years), _years_later(self.last_day, years)


@dataclass(frozen=True)
class DayOverride:
    """One day with its own slots, and why; it wins over everything else."""

    day: date
    slots: int
    reason: str
    inferred: bool = False


@dataclass(frozen=True)
class PoolCalendar:
    """Everything that decides the slots of one pool. Raises ``CalendarRowsContradict`` where rows overlap."""

    patterns: Sequence[WeeklyPattern]
    capacities: Sequence[Capacity]
    closures: Sequence[Closure] = ()
    overrides: Sequence[DayOverride] = ()
    public_holidays: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        _check_periods("weekly patterns", self.patterns)
        _check_periods("capacities", self.capacities)
        for closure in self.closures:
            _check_order("closure", closure)
            if closure.repeats_yearly and closure.last_day is None:
                raise CalendarRowsContradict("a closure that repeats yearly needs a last day")
        if len(self.override_on) != len(self.overrides):
            raise CalendarRowsContradict("two overrides of one day")
        slots = [row.slots for row in self.capacities] + [row.slots for row in self.overrides]
        if min(slots, default=0) < 0:
            raise CalendarRowsContradict("slots below 0")

    @cached_property
    def override_on(self) -> Mapping[date, DayOverride]:
        """The override of a day."""
        return {override.day: override for override in self.overrides}

    @cached_property
    def holidays_in_order(self) -> Sequence[date]:
        """The days of the public holidays, in order."""
        return sorted(self.public_holidays)


@dataclass(frozen=True)
class DaySlots:
    """The slots of a day, and what decided it; ``note`` is the row's own reason, or the holiday's name."""

    day: date
    slots: int
    cause: Cause
    note: str = ""


def slots_on(day: date, calendar: PoolCalendar) -> DaySlots:
    """The slots of ``day``, and why there are so many or none."""
    override = calendar.override_on.get(day)
    if override is not None:
        return DaySlots(day, override.slots, Cause.OVERRIDE, override.reason)
    pattern = _row_on(day, calendar.patterns)
    capacity = _row_on(day, calendar.capacities)
    if pattern is None or capacity is None:
        return DaySlots(day, 0, Cause.NOT_RUNNING)
    closed = _closed(day, pattern, calendar)
    if closed is not None:
        return closed
    if capacity.slots == 0:
        return DaySlots(day, 0, Cause.SUSPENDED, capacity.reason)
    return DaySlots(day, capacity.slots, Cause.OPEN)


def _closed(day: date, pattern: WeeklyPattern, calendar: PoolCalendar) -> DaySlots | None:
    if day.weekday() not in pattern.weekdays:
        return DaySlots(day, 0, Cause.WEEKDAY)
    if pattern.keeps_public_holidays and day in calendar.public_holidays:
        return DaySlots(day, 0, Cause.PUBLIC_HOLIDAY, calendar.public_holidays[day])
    for closure in calendar.closures:
        if closure.covers(day):
            return DaySlots(day, 0, Cause.CLOSURE, closure.reason)
    return None


def days_between(first_day: date, last_day: date) -> list[date]:
    """Every calendar day from ``first_day`` to ``last_day``, both included; none when they are out of order."""
    return [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]


class _Period(Protocol):
    @property
    def first_day(self) -> date: ...
    @property
    def last_day(self) -> date | None: ...


Row = TypeVar("Row", bound=_Period)


def _row_on(day: date, rows: Iterable[Row]) -> Row | None:
    return next((row for row in rows if in_force(day, row.first_day, row.last_day)), None)


def _check_order(name: str, row: _Period) -> None:
    if row.last_day is not None and row.last_day < row.first_day:
        raise CalendarRowsContradict(f"{name}: last day {row.last_day} before first day {row.first_day}")


def _check_periods(name: str, rows: Sequence[_Period]) -> None:
    for row in rows:
        _check_order(name, row)
    ordered = sorted(rows, key=lambda row: row.first_day)
    for before, after in pairwise(ordered):
        if before.last_day is None or after.first_day <= before.last_day:
            raise CalendarRowsContradict(f"{name}: two rows in force on {after.first_day}")


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)
