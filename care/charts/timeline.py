"""授乳・おむつの時間軸: a row a day from 0 to 24, a mark for each feed and diaper. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

WIDTH, LEFT, RIGHT, TOP = 720, 64, 16, 26
ROW = 44
LANES = {"feed": 14, "diaper": 32}


class Mark(StrEnum):
    """What is drawn; the shape tells it, not the colour alone."""

    BREAST = "breast"
    MILK = "milk"
    WET = "wet"
    STOOL = "stool"


FEEDS = (Mark.BREAST, Mark.MILK)


@dataclass(frozen=True)
class Happened:
    """One feed or diaper (local time); ``ml``: of milk from a bottle."""

    when: datetime
    mark: Mark
    ml: Decimal | None = None


@dataclass(frozen=True)
class TimelineDay:
    """A day: its line in the picture, its marks (x, y, mark, time), and what it adds up to."""

    day: date
    y: int
    marks: tuple[tuple[int, int, Mark, datetime], ...]
    breastfed: int
    bottles: int
    milk_ml: int
    wets: int
    stools: int


@dataclass(frozen=True)
class Timeline:
    days: tuple[TimelineDay, ...]
    hours: tuple[tuple[int, int], ...]
    height: int
    width: int = WIDTH
    left: int = LEFT
    right_end: int = WIDTH - RIGHT
    top: int = TOP


def timeline(happened: Sequence[Happened]) -> Timeline | None:
    """Lay what happened out, a row a day, the first day on top; None where nothing did."""
    by_day: dict[date, list[Happened]] = {}
    for one in sorted(happened, key=lambda one: one.when):
        by_day.setdefault(one.when.date(), []).append(one)
    if not by_day:
        return None
    days = tuple(_day(day, TOP + ROW * number, rows) for number, (day, rows) in enumerate(sorted(by_day.items())))
    hours = tuple((_x(hour * 60), hour) for hour in range(0, 25, 3))
    return Timeline(days, hours, TOP + ROW * len(days) + 8)


def _day(day: date, y: int, rows: Sequence[Happened]) -> TimelineDay:
    marks = tuple((_x(one.when.hour * 60 + one.when.minute), y + _lane(one.mark), one.mark, one.when) for one in rows)
    count = {mark: sum(one.mark == mark for one in rows) for mark in Mark}
    milk = sum((one.ml for one in rows if one.mark == Mark.MILK and one.ml is not None), Decimal())
    return TimelineDay(
        day, y, marks, count[Mark.BREAST], count[Mark.MILK], int(milk), count[Mark.WET], count[Mark.STOOL]
    )


def _lane(mark: Mark) -> int:
    return LANES["feed" if mark in FEEDS else "diaper"]


def _x(minutes: int) -> int:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * minutes / (24 * 60))
