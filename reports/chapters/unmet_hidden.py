"""秘匿 of unmet demand over its tables together: by year, by week, and by week and service, each by district. Pure.

They share counts: the weeks of a district make its year, the services of a week make the week. What one table hides,
another must not tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from facilities.fiscal_year import fiscal_year
from reports.linked_cells import Cell, Sum, hidden_among

from .unmet_queries import LOOKED_FOR, MEASURES, UnmetWeek

WARD = "ward"


@dataclass(frozen=True)
class HiddenUnmet:
    """What is hidden: ``years`` (year, measure, district or ``WARD``), ``weeks`` (Monday, measure, district),
    ``services`` (Monday, service, district) of days looked for and full.
    """

    years: frozenset[Cell]
    weeks: frozenset[Cell]
    services: frozenset[Cell]


def hidden_unmet(weeks: Sequence[UnmetWeek]) -> HiddenUnmet:
    """Return what the tables of unmet demand hide of these weeks, each fiscal year for itself."""
    found: set[Cell] = set()
    for year in sorted({fiscal_year(week.monday) for week in weeks}):
        of_year = [week for week in weeks if fiscal_year(week.monday) == year]
        for name in MEASURES:
            found |= hidden_among(*cells_of(year, name, of_year))
    return HiddenUnmet(*(_of_kind(found, kind) for kind in ("year", "week", "service")))


def _of_kind(cells: set[Cell], kind: str) -> frozenset[Cell]:
    return frozenset(cell[1:] for cell in cells if isinstance(cell, tuple) and cell[0] == kind)


def cells_of(year: int, name: str, weeks: Sequence[UnmetWeek]) -> tuple[dict[Cell, int], list[Sum]]:
    """Return the counts of a measure in a year and what adds up to what: those that are nothing are left out."""
    counts: dict[Cell, int] = {}
    of_district: dict[str, list[Cell]] = {}
    of_service: dict[str, list[Cell]] = {}
    sums: list[Sum] = []
    for week in weeks:
        for slug, number in week.measures[name].items():
            cell: Cell = ("week", week.monday, name, slug)
            counts[cell] = number
            of_district.setdefault(slug, []).append(cell)
            if name == LOOKED_FOR:
                parts: list[Cell] = []
                for service, full in ((of, full) for (of, at), full in week.full.items() if at == slug):
                    part: Cell = ("service", week.monday, service, slug)
                    counts[part] = full
                    parts.append(part)
                    of_service.setdefault(service, []).append(part)
                sums.append(Sum(cell, tuple(parts)))
    for slug, cells in of_district.items():
        counts["year", year, name, slug] = sum(counts[cell] for cell in cells)
        sums.append(Sum(("year", year, name, slug), tuple(cells)))
    districts = tuple(("year", year, name, slug) for slug in of_district)
    counts["year", year, name, WARD] = sum(counts[cell] for cell in districts)
    sums.append(Sum(("year", year, name, WARD), districts))
    # Days full of a service stand in a table by month, without a district: their sum is taken as known.
    for service, cells in of_service.items():
        counts["all", year, name, service] = sum(counts[cell] for cell in cells)
        sums.append(Sum(("all", year, name, service), tuple(cells)))
    return counts, sums
