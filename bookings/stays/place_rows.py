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
    return _packed(days_of, [])


def rows_in_rooms(
    days_of: Mapping[int, Collection[date]], row_of: Mapping[int, Mapping[date, int]]
) -> list[tuple[int, Run]]:
    """Return each run with its row, where rows are rooms: that of the room that a stay has on a day (``row_of``).

    A stay that was moved stands in several runs. What has no room yet, or one in which another stood on the same day
    (left in the morning), takes the lowest row that is free for the whole of it.
    """
    placed: list[tuple[int, Run]] = []
    taken: set[tuple[int, date]] = set()
    rest: dict[int, set[date]] = {}
    for key, days in sorted(days_of.items(), key=lambda pair: (min(pair[1], default=date.max), pair[0])):
        rows = row_of.get(key, {})
        for row in sorted({rows[day] for day in days if day in rows}):
            for run in consecutive_days([day for day in days if rows.get(day) == row]):
                if any((row, day) in taken for day in run):
                    rest.setdefault(key, set()).update(run)
                    continue
                taken |= {(row, day) for day in run}
                placed.append((row, Run(run[0], run[-1], key)))
        rest.setdefault(key, set()).update(day for day in days if day not in rows)
    return sorted([*placed, *_packed(rest, placed)], key=lambda pair: (pair[1], pair[0]))


def _packed(days_of: Mapping[int, Collection[date]], standing: Collection[tuple[int, Run]]) -> list[tuple[int, Run]]:
    """Each run in the lowest row in which nothing lies across it."""
    runs = sorted(Run(run[0], run[-1], key) for key, days in days_of.items() for run in consecutive_days(days))
    rows: list[list[Run]] = []
    for row, run in standing:
        rows.extend([] for _missing in range(row + 1 - len(rows)))
        rows[row].append(run)
    placed = []
    for run in runs:
        free = (row for row, there in enumerate(rows) if all(_apart(run, other) for other in there))
        row = next(free, len(rows))
        if row == len(rows):
            rows.append([])
        rows[row].append(run)
        placed.append((row, run))
    return placed


def _apart(run: Run, other: Run) -> bool:
    return run.last < other.first or other.last < run.first
