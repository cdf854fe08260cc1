"""枠×日: which row of the plan a stay stands in, as if a place of the pool were a room of its own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sankecare.consecutive_days import consecutive_days


@dataclass(frozen=True, order=True)
class Run:
    """An unbroken part of a stay (``key``), first and last day included."""

    first: date
    last: date
    key: int


def rows_of(days_of: Mapping[int, Collection[date]]) -> list[tuple[int, Run]]:
    """Return each run of the stays with its row, from 0: the lowest that is free for the whole of it.

    By first day, last day and key, so that the same days always give the same rows. Never more rows than stays on the
    fullest day, so never more than the places of a pool that is not overbooked.
    """
    runs = sorted(Run(run[0], run[-1], key) for key, days in days_of.items() for run in consecutive_days(days))
    taken_until: list[date] = []
    placed = []
    for run in runs:
        row = next((row for row, last in enumerate(taken_until) if last < run.first), len(taken_until))
        taken_until[row : row + 1] = [run.last]
        placed.append((row, run))
    return placed
