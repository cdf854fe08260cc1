"""How urgent it is to decide on an application: a level and every reason for it. Pure; DEFAULT, docs/rules.md."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum

A_DAY = timedelta(days=1)
SATURDAY = 5

# Days left until a service's age limit, or until the due date. A place takes a draw and a week (docs/domain.md).
WINDOW_ALMOST_OVER, WINDOW_NARROW = 14, 30
DUE_SOON = 14
# Working days waited. A week is what the family is told; after two it is a fault of ours.
WAITS_LONG, WAITS_TOO_LONG = 5, 10


class Level(IntEnum):
    """Lower comes first in the queue."""

    AT_ONCE = 0
    HIGH = 1
    RAISED = 2
    NORMAL = 3


class Why(StrEnum):
    DESPAIR = "despair"
    LOW_MOOD = "low_mood"
    WINDOW_CLOSES = "window_closes"
    DUE_SOON = "due_soon"
    DUE_PASSED = "due_passed"
    SENT_AGAIN = "sent_again"
    WAITS_LONG = "waits_long"


@dataclass(frozen=True)
class Waiting:
    """What is known of an application that waits.

    ``age_limits``: the last day under each service's age limit; none before birth. ``due_date``: None once born.
    ``despair``: words of despair were written and nobody has taken them up. ``low_mood``: ticked by her.
    ``sent_again``: it was returned and corrected. ``waited``: working days since it came in.
    """

    age_limits: Collection[date] = ()
    due_date: date | None = None
    sent_again: bool = False
    waited: int = 0
    despair: bool = False
    low_mood: bool = False


@dataclass(frozen=True)
class Urgency:
    """``reasons``: each with its number of days (0 where it has none), the weightiest first."""

    level: Level
    reasons: tuple[tuple[Why, int], ...] = ()


def urgency(waiting: Waiting, today: date) -> Urgency:
    """Judge how urgent a decision is: the weightiest of its reasons decides the level."""
    found: list[tuple[Level, Why, int]] = []
    if waiting.despair:
        found.append((Level.AT_ONCE, Why.DESPAIR, 0))
    if waiting.low_mood:
        found.append((Level.RAISED, Why.LOW_MOOD, 0))
    left = min(((last - today).days for last in waiting.age_limits if last >= today), default=None)
    if left is not None and left <= WINDOW_NARROW:
        found.append((Level.HIGH if left <= WINDOW_ALMOST_OVER else Level.RAISED, Why.WINDOW_CLOSES, left))
    if waiting.due_date is not None:
        until_birth = (waiting.due_date - today).days
        if until_birth < 0:
            found.append((Level.RAISED, Why.DUE_PASSED, -until_birth))
        elif until_birth <= DUE_SOON:
            found.append((Level.RAISED, Why.DUE_SOON, until_birth))
    if waiting.sent_again:
        found.append((Level.RAISED, Why.SENT_AGAIN, 0))
    if waiting.waited > WAITS_LONG:
        level = Level.HIGH if waiting.waited > WAITS_TOO_LONG else Level.RAISED
        found.append((level, Why.WAITS_LONG, waiting.waited))
    found.sort()
    level = found[0][0] if found else Level.NORMAL
    return Urgency(level, tuple((why, days) for _level, why, days in found))


def working_days_between(first: date, last: date, holidays: Collection[date]) -> int:
    """Count the working days after the first day, up to and with the last: what came in today has waited none.

    Closed: Saturday, Sunday, public holidays, 29 December to 3 January (the ward's offices).
    """
    days = (first + number * A_DAY for number in range(1, (last - first).days + 1))
    return sum(_is_working_day(day, holidays) for day in days)


def working_day_after(first: date, count: int, holidays: Collection[date]) -> date:
    """Return the day on which so many working days have passed since the first: what is told when it comes in."""
    day = first
    while count > 0:
        day += A_DAY
        count -= _is_working_day(day, holidays)
    return day


def _is_working_day(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() < SATURDAY and day not in holidays and not _turn_of_year(day)


def _turn_of_year(day: date) -> bool:
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
