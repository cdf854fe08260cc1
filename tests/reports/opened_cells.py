"""Every cell that a table opens, beside the rows behind it counted again."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from reports.catalogue.contents import by_slug
from reports.catalogue.openers import openers
from reports.explained.cells import told
from reports.small_cells import HIDDEN


@dataclass
class Compared:
    """How many cells were opened, of how many the rows were counted, and the cells whose rows make another figure."""

    opened: int = 0
    counted: int = 0
    rows: int = 0
    otherwise: list[Any] = field(default_factory=list)


def slugs_opened() -> list[str]:
    """Return the tables whose cells open by rows of their own."""
    return [slug for slug, table in by_slug().items() if table.entry.opened]


def compare(slug: str, years: list[int], today: date, most: int = 10_000) -> Compared:
    """Open every cell of the table and count its rows."""
    entry, explain, found = by_slug()[slug].entry, openers()[slug], Compared()
    own = entry.opened
    assert own is not None
    for row in entry.build(years, today=today).rows[:most]:
        for figure, cell in own.cells.items():
            asked = {key: str(row[key]) for key in own.keys} | {"figure": figure}
            explained = explain(asked, today)
            found.opened += 1
            if explained.value != told(row[figure]):
                found.otherwise.append((asked, explained.value, row[figure]))
            if explained.rows is None:
                continue
            expected = row[cell.makes_up or figure]
            made = cell.makes(explained.rows.objects)
            found.counted += 1
            found.rows += explained.rows.objects.count()
            if expected != HIDDEN and Decimal(made) != Decimal(expected):
                found.otherwise.append((asked, made, expected))
            for one in explained.rows.objects[:2]:
                assert len(explained.rows.tell(one)) == len(explained.rows.columns)
                assert explained.rows.family_of(one)
    return found
