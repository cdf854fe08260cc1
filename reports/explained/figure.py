"""One figure laid open: what it is made of, by which calendar, rule and rounding, and the rows behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.actions import Action

Asked = Mapping[str, str]


@dataclass(frozen=True)
class RowsBehind:
    """The rows that a figure counts. Shown are those of the families that the reader may view.

    ``family``: the path from a row to its family. ``tell``: the cells of a row. ``family_of``: its family's id.
    ``also``: what the reader must be allowed to do on a row besides.
    """

    what: str
    objects: "QuerySet[Any]"
    family: str
    columns: Sequence[str]
    tell: Callable[[Any], Sequence[Any]]
    family_of: Callable[[Any], int]
    also: Action | None = None


@dataclass(frozen=True)
class Slots:
    """Days of a calendar that have the same number of slots for the same cause; ``lost``: slot-days they lost by it.

    ``inferred``: nobody published it. ``days_told``: which days, where they are few.
    """

    where: str
    cause: str
    days: int
    slot_days: int
    lost: int
    inferred: bool = False
    days_told: str = ""


@dataclass(frozen=True)
class Explained:
    """A figure with its words. ``parts``: numerator, denominator and what they are made of, in order."""

    title: str
    value: str
    meaning: str
    rule: str
    parts: Sequence[tuple[str, str]]
    slots: Sequence[Slots] = ()
    notes: Sequence[str] = field(default_factory=tuple)
    rows: RowsBehind | None = None


# What lays the figures of a column open: given the row's keys as an address has them, and today.
# Errors: NotPossible, where an address asks for what cannot be.
Opens = Callable[[Asked, date], Explained]
