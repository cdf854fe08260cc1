"""What is due: a number of things that wait, how grave that is, since when, and the page that shows exactly those."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from itertools import groupby
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class Grade(IntEnum):
    """How grave it is that it waits: the gravest stands first."""

    AT_ONCE = 1
    LATE = 2
    WAITS = 3
    AHEAD = 4


@dataclass(frozen=True)
class Direct:
    """One of the things themselves, where there are few: its words (no name of a family) and its page."""

    words: str
    url: str


@dataclass(frozen=True)
class Due:
    """``since``: the day of the oldest. ``by``: the first last day. ``direct``: the first of them, at most three."""

    grade: Grade
    label: str | Promise
    count: int
    url: str
    since: date | None = None
    by: date | None = None
    direct: tuple[Direct, ...] = ()

    @property
    def order(self) -> tuple[int, date]:
        """Gravest first, then what waits longest or ends first."""
        return self.grade, self.since or self.by or date.max


MOST_DIRECT = 3
GRADES: dict[Grade, Promise] = {
    Grade.AT_ONCE: gettext_lazy("At once"),
    Grade.LATE: gettext_lazy("Late, or standing still"),
    Grade.WAITS: gettext_lazy("Waiting for you"),
    Grade.AHEAD: gettext_lazy("To know, and what comes"),
}


@dataclass(frozen=True)
class Graded:
    """What is due of one grade."""

    grade: Grade
    label: Promise
    rows: list[Due]


def graded(found: Iterable[Due]) -> tuple[list[Graded], list[Due]]:
    """Return what is due by grade, the gravest and oldest first, and what was looked at of which nothing waits."""
    ordered = sorted(found, key=lambda due: due.order)
    by_grade = groupby((due for due in ordered if due.count), key=lambda due: due.grade)
    nothing = [due for due in ordered if not due.count]
    return [Graded(grade, GRADES[grade], list(rows)) for grade, rows in by_grade], nothing


def counted(rows: "QuerySet[Any]", moment: str) -> tuple[int, date | None]:
    """Count the rows and find the day of the first: one query. ``moment``: a field of a moment or of a day."""
    found = rows.order_by().aggregate(count=Count("pk"), first=Min(moment))
    first = found["first"]
    return found["count"], timezone.localdate(first) if hasattr(first, "hour") else first
