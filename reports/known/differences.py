"""A table as known then beside the same one now: which of its figures differ. Pure but for the words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reports.small_cells import HIDDEN
from reports.tables import Table, difference, label_of

NUMBERED_NAMES = ("fiscal_year", "month")


@dataclass(frozen=True)
class Difference:
    """One figure of one row. ``by``: None where one of both is no number."""

    row: str
    figure: str
    then: Any
    now: Any

    @property
    def by(self) -> Any:
        """Now less then."""
        numbers = all(value is None or not isinstance(value, str) for value in (self.then, self.now))
        return difference(self.now, self.then) if numbers else None


def differences(then: Table, now: Table) -> list[Difference]:
    """Return the figures that differ, row by row; a row that only one of both has stands beside nothing."""
    names = _naming(then, now)
    before, after = dict(_rows(then, names)), dict(_rows(now, names))
    found = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key, {}), after.get(key, {})
        row = " ".join(str(now.told(name, then.told(name, value))) for name, value in zip(names, key, strict=False))
        found += [
            Difference(row, label_of(column), old.get(column), new.get(column))
            for column in now.columns
            if column not in names and old.get(column) != new.get(column)
        ]
    return found


def _naming(*tables: Table) -> list[str]:
    """The first columns, which say what a row is about: names, and years."""
    names = []
    for column in tables[0].columns:
        values = [row.get(column) for table in tables for row in table.rows]
        if column not in NUMBERED_NAMES and not all(isinstance(value, str) and value != HIDDEN for value in values):
            break
        names.append(column)
    return names


def _rows(table: Table, names: list[str]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Each row under what it is about; of several with the same names the first, the second …"""
    seen: dict[tuple[Any, ...], int] = {}
    for row in table.rows:
        key = tuple(row.get(name) for name in names)
        seen[key] = seen.get(key, -1) + 1
        yield (*key, seen[key]), row
