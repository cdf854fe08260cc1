"""One figure as known on a day beside now, both counted for the same days: the rows that make what differs.

Each row counts one more or one less, for a cause and since a moment, so that then, with all causes, makes now.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from enrollment.models import Family
from reports.explained.figure import Asked, Explained, Opens, RowsBehind, Slots

from .at import end_of, known_on
from .row_causes import CalendarChange, RowCause, RowChange, calendar_changes, causes_of, of_families

Where = tuple[str, str]  # facility with rooms, and cause


@dataclass(frozen=True)
class SlotsThenNow:
    """Slot-days of one cause of the calendar, then and now."""

    where: str
    cause: str
    then: int
    now: int


@dataclass(frozen=True)
class FigureChanged:
    """``then``, ``now``: the figure laid open. ``rows_then``, ``rows_now``: how many rows it counts, None: no rows."""

    day: date
    then: Explained
    now: Explained
    rows_then: int | None
    rows_now: int | None
    changes: Sequence[RowChange]
    slots: Sequence[SlotsThenNow]
    calendar: Sequence[CalendarChange]

    @property
    def by_cause(self) -> dict[RowCause, int]:
        """What each cause makes, rows more less rows fewer."""
        found: Counter[RowCause] = Counter()
        for change in self.changes:
            found[change.cause] += change.by
        return dict(sorted(found.items(), key=lambda item: list(RowCause).index(item[0])))

    @property
    def adds_up(self) -> bool:
        """Whether then, with all causes, makes now."""
        rows = (self.rows_then or 0) + sum(self.by_cause.values()) == (self.rows_now or 0)
        return rows and (self.rows_then is None) == (self.rows_now is None)


def figure_changed(opens: Opens, asked: Asked, *, day: date, today: date) -> FigureChanged:
    """Return what makes the figure otherwise now than it was known at the end of ``day``.

    Errors: as ``known_on`` and as ``opens``.
    """
    now = opens(asked, day)
    counted_now = _keys(now.rows)
    with known_on(day, today=today) as known:
        then = opens(asked, day)
        counted_then = _keys(then.rows)
        behind = now.rows or then.rows
        changes: list[RowChange] = []
        if behind is not None and counted_now is not None and counted_then is not None:
            came, went = counted_now - counted_then, counted_then - counted_now
            of = of_families if behind.objects.model is Family else causes_of
            changes = of(behind.objects.model, came, went, counted_now, known)
    slots = _slots(then.slots, now.slots)
    calendar = calendar_changes(end_of(day), {row.where for row in slots}) if slots else []
    return FigureChanged(
        day,
        then,
        now,
        None if counted_then is None else len(counted_then),
        None if counted_now is None else len(counted_now),
        sorted(changes, key=lambda change: (change.at is None, change.at, change.row)),
        slots,
        calendar,
    )


def rows_told(
    opens: Opens, asked: Asked, changes: Sequence[RowChange], *, day: date, today: date
) -> dict[Any, tuple[int, Sequence[Any]]]:
    """Return the family and the cells of each of these rows, by its key: as they stand where the row counts now, as
    they were known where it counted then.
    """
    found: dict[Any, tuple[int, Sequence[Any]]] = {}
    came = [change.row for change in changes if change.by > 0]
    went = [change.row for change in changes if change.by < 0]
    if came:
        found |= _told(opens(asked, day).rows, came)
    if went:
        with known_on(day, today=today):
            found |= _told(opens(asked, day).rows, went)
    return found


def _told(behind: RowsBehind | None, keys: list[Any]) -> dict[Any, tuple[int, Sequence[Any]]]:
    if behind is None:
        return {}
    rows = behind.objects.filter(pk__in=keys)
    return {row.pk: (behind.family_of(row), list(map(str, behind.tell(row)))) for row in rows}


def _keys(behind: RowsBehind | None) -> set[Any] | None:
    return None if behind is None else set(behind.objects.order_by().values_list("pk", flat=True))


def _slots(then: Sequence[Slots], now: Sequence[Slots]) -> list[SlotsThenNow]:
    """Where the calendar behind the figure has other slot-days."""
    before, after = _by_cause(then), _by_cause(now)
    return [
        SlotsThenNow(*key, before[key], after[key])
        for key in dict.fromkeys([*before, *after])
        if before[key] != after[key]
    ]


def _by_cause(slots: Sequence[Slots]) -> Counter[Where]:
    found: Counter[Where] = Counter()
    for row in slots:
        found[row.where, row.cause] += row.slot_days
    return found
