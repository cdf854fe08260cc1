"""A table of the ward's figures, as its chart: lines, bars or tiles, each beside the table of the same figures."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from reports.charts.figures import MOST_SERIES, LineChart, Tile, bars, line_chart, tiles
from reports.tables import Row, Table, label_of

from .cells import in_words


@dataclass(frozen=True)
class Drawing:
    """One of the three, and the sentence that says what is drawn."""

    meaning: str
    lines: LineChart | None = None
    bars: list[dict[str, Any]] = field(default_factory=list)
    tiles: list[Tile] = field(default_factory=list)


def drawing_of(table: Table) -> Drawing | None:
    """Return how the table is drawn, None where it is not or nothing is in it."""
    drawn = table.drawn
    if drawn is None or not table.rows:
        return None
    if drawn.how == "lines":
        return _lines(table)
    last = table.rows[-1]
    facts = {"what": _of_what(table, last)}
    if drawn.how == "tiles":
        found = tiles([(key, label_of(key), _number(last.get(key))) for key in drawn.figures])
        words = _("%(what)s, by district. The darker, the more; the tiles show where the districts lie to each other.")
        return Drawing(words % facts, tiles=found) if found else None
    if drawn.along:
        rows = [(in_words(table, drawn.along, row[drawn.along]), _number(row[drawn.figure])) for row in table.rows]
        return _bars(rows, label_of(drawn.figure))
    return _bars([(label_of(key), _number(last.get(key))) for key in drawn.figures], facts["what"])


def _bars(rows: list[tuple[str, Any]], what: str) -> Drawing | None:
    found = bars(rows)
    return Drawing(_("%(what)s, the longest bar the most") % {"what": what}, bars=found) if found else None


def _lines(table: Table) -> Drawing | None:
    drawn = table.drawn
    assert drawn is not None
    along = list(dict.fromkeys(row[drawn.along] for row in table.rows))
    if len(along) < 2:
        return None
    found: dict[str, dict[Any, Any]] = {}
    for row in table.rows:
        if drawn.by:
            found.setdefault(in_words(table, drawn.by, row[drawn.by]), {})[row[drawn.along]] = row[drawn.figure]
        else:
            for key in drawn.figures or (drawn.figure,):
                found.setdefault(label_of(key), {})[row[drawn.along]] = row[key]
    if len(found) > MOST_SERIES:
        return None
    chart = line_chart(
        [in_words(table, drawn.along, value) for value in along],
        [(name, [_number(values.get(value)) for value in along]) for name, values in found.items()],
        percent=drawn.percent,
    )
    what = label_of(drawn.figure) if drawn.figure else table.title
    return Drawing(_("%(what)s, one line each. What is not known is left out.") % {"what": what}, lines=chart)


def _of_what(table: Table, row: Row) -> str:
    return (
        f"{table.title}, {in_words(table, 'fiscal_year', row['fiscal_year'])}" if "fiscal_year" in row else table.title
    )


def _number(value: Any) -> Any:
    """What can be drawn: nothing of what is hidden or unknown."""
    return None if isinstance(value, str) else value
