"""What a table's chart shows: its lines over the years or months, chosen from the table's own rows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# What a row's moment is called, the coarser first; the first that a table has is the chart's axis.
TIMES = ("fiscal_year", "month", "week")
# Which figure is drawn where a row has several: a rate before a sum, a sum before its parts.
BEST_FIGURES = ("occupancy_percent", "coverage_percent", "total_days", "appointments", "families", "total")
# More lines than these nobody tells apart.
MOST_LINES = 6
# A single point is no line.
FEWEST_POINTS = 2

Figure = int | Decimal | None


@dataclass(frozen=True)
class Series:
    """One line: a figure or None for each point of the axis."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class ChartPlan:
    """A chart as values: ``key`` names the figure, "" where each line is a figure of its own."""

    axis: str
    points: tuple[str, ...]
    key: str
    series: tuple[Series, ...]

    @property
    def is_percent(self) -> bool:
        """Whether the figures are percentages, drawn from 0 to 100."""
        return self.key.endswith("_percent")


def plan_of(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], compared: Sequence[str], names: Mapping[str, Any]
) -> ChartPlan | None:
    """Return the chart of a table; None where its rows are no figures over time, or too many lines.

    ``names``: by column, what people read in the place of a code (and the columns' own names under "").
    """
    axis = next((key for key in TIMES if key in columns), None)
    if axis is None or not rows:
        return None
    figures = [key for key in columns if key != axis and _is_figure(rows, key)]
    others = [key for key in columns if key != axis and key not in figures]
    points = sorted({row[axis] for row in rows}, key=str)
    if not figures or len(points) < FEWEST_POINTS or len(others) > 1:
        return None
    if others:
        found = _by_group(rows, (axis, points), others[0], _best(figures), names)
    else:
        found = _by_figure(rows, (axis, points), [key for key in compared if key in figures] or figures, names)
    return found if found and 0 < len(found.series) <= MOST_LINES and _says_something(found) else None


def _says_something(plan: ChartPlan) -> bool:
    """Tell whether a line has two figures at least, and one that is not nothing."""
    known = [[figure for figure in series.figures if figure is not None] for series in plan.series]
    return max(map(len, known)) >= FEWEST_POINTS and any(figure for figures in known for figure in figures)


def _is_figure(rows: Sequence[Mapping[str, Any]], key: str) -> bool:
    """Tell whether a column holds numbers; one with a hidden count among them is drawn as well, with a gap."""
    values = [row.get(key) for row in rows]
    return any(_figure(value) is not None for value in values) and not any(
        isinstance(value, str) and value != "x" for value in values
    )


def _figure(value: Any) -> Figure:
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _best(figures: Sequence[str]) -> str:
    return next((key for key in BEST_FIGURES if key in figures), figures[0])


def _by_group(
    rows: Sequence[Mapping[str, Any]],
    along: tuple[str, Sequence[Any]],
    group: str,
    key: str,
    names: Mapping[str, Any],
) -> ChartPlan | None:
    axis, points = along
    found: dict[Any, dict[Any, Figure]] = {}
    for row in rows:
        of_group = found.setdefault(row[group], {})
        if row[axis] in of_group:  # more than one row a point: which of them to draw nobody can say
            return None
        of_group[row[axis]] = _figure(row.get(key))
    told = names.get(group, {})
    series = [
        Series(str(told.get(name, name)), tuple(of_group.get(point) for point in points))
        for name, of_group in found.items()
    ]
    return ChartPlan(axis, tuple(map(str, points)), key, tuple(series))


def _by_figure(
    rows: Sequence[Mapping[str, Any]],
    along: tuple[str, Sequence[Any]],
    figures: Sequence[str],
    names: Mapping[str, Any],
) -> ChartPlan | None:
    axis, points = along
    by_point = {row[axis]: row for row in rows}
    if len(by_point) != len(rows):
        return None
    percents = [key for key in figures if key.endswith("_percent")]
    chosen = percents[:1] or [key for key in figures if key not in ("total", "elsewhere")]
    if len(chosen) > MOST_LINES:
        chosen = [_best(figures)]
    heads = names.get("", {})
    series = [
        Series(str(heads.get(key, key)), tuple(_figure(by_point[point].get(key)) for point in points))
        for key in chosen
    ]
    return ChartPlan(axis, tuple(map(str, points)), chosen[0] if len(chosen) == 1 else "", tuple(series))
