"""What differs from a day on: the cells asked for beside what would hold without them. Pure: plain values."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

Cells = Mapping[str, Any]


class Kind(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    ENDS = "ends"


@dataclass(frozen=True)
class Asked:
    """What a draft asks for, by the rows' names: cells with their new values, and rows that end."""

    cells: Mapping[str, Cells] = field(default_factory=dict)
    ends: frozenset[str] = frozenset()

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Asked":
        """Read it back from a draft."""
        return cls(kept.get("cells", {}), frozenset(kept.get("ends", ())))

    def as_kept(self) -> dict[str, Any]:
        """Return it as a draft keeps it."""
        return {"cells": {name: dict(cells) for name, cells in self.cells.items()}, "ends": sorted(self.ends)}


@dataclass(frozen=True)
class CellDifference:
    """One cell, before and after; None: nothing."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class RowDifference:
    """One row that does not stay as it is."""

    name: str
    kind: Kind
    cells: tuple[CellDifference, ...]


def differences(standing: Mapping[str, Cells], asked: Asked) -> list[RowDifference]:
    """Return what differs, in the order of the standing rows, new ones last.

    ``standing``: the cells of every row that would hold on the first day. What is asked for and stands already is no
    difference; a row that ends and does not stand is none either.
    """
    found = []
    for name, cells in standing.items():
        if name in asked.ends:
            gone = tuple(CellDifference(one, value, None) for one, value in cells.items())
            found.append(RowDifference(name, Kind.ENDS, gone))
            continue
        wanted = asked.cells.get(name, {})
        other = tuple(
            CellDifference(one, value, wanted[one])
            for one, value in cells.items()
            if one in wanted and wanted[one] != value
        )
        if other:
            found.append(RowDifference(name, Kind.CHANGED, other))
    for name, cells in asked.cells.items():
        if name not in standing and name not in asked.ends:
            entered = tuple(CellDifference(one, None, value) for one, value in cells.items())
            found.append(RowDifference(name, Kind.NEW, entered))
    return found


def digest(found: Sequence[RowDifference], day: date, reason: str = "", until: Sequence[date | None] = ()) -> str:
    """Return a short text that is the same only for the same differences from the same day on, for the same reason.

    ``until``: when each new row ends. What she saw is what is entered.
    """
    seen = [as_list(found), day.isoformat(), reason, [one and one.isoformat() for one in until]]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=True).encode()).hexdigest()[:32]


def as_list(found: Sequence[RowDifference]) -> list[Any]:
    """Return the differences as a draft keeps them."""
    return [[row.name, str(row.kind), [[one.field, one.before, one.after] for one in row.cells]] for row in found]


def from_list(kept: Sequence[Any]) -> list[RowDifference]:
    """Read kept differences back."""
    return [
        RowDifference(name, Kind(kind), tuple(CellDifference(*cell) for cell in cells)) for name, kind, cells in kept
    ]
