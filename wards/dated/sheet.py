"""The whole table as it would hold on a day, row by row, with what is planned after it. Reads only."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import product
from operator import mul
from typing import Any

from django.db.models import Field, ForeignKey, Q

from facilities.models import District, Facility, PlacePool, Service
from sankecare.field_words import choices_of, in_words

from .tables import DatedTable
from .values import as_kept, key_fields, name_of, row_name

# A table with more rows than this that could be is shown with those alone that are (eighty houses of three classes).
MOST_ROWS = 240
COUNTED_UP = (District, Facility, PlacePool, Service)


@dataclass(frozen=True)
class Line:
    """One row of the table: its name, the words of each part of its key, what holds, and what is planned after.

    ``row`` is None where nothing holds on the day. ``later``: the first row planned after it.
    """

    name: str
    words: tuple[str, ...]
    key: tuple[Any, ...]
    row: Any = None
    later: Any = None


def rows_from(table: DatedTable, day: date) -> list[Any]:
    """Return every row that holds on the day or later, the first days first. One query."""
    rows = table.model._default_manager.filter(Q(period__endswith__isnull=True) | Q(period__endswith__gt=day))
    return list(rows.order_by("period", "pk"))


def lines_on(
    table: DatedTable, day: date, rows: Sequence[Any] | None = None, of: Sequence[str] | None = None
) -> list[Line]:
    """Return the lines of the table on the day, in the table's own order: two queries, and one for each kind of thing
    that its rows are of. ``of``: these rows alone, by their names.
    """
    found = rows_from(table, day) if rows is None else rows
    holding = {row_name(table, row): row for row in found if _holds(row, day)}
    later: dict[str, Any] = {}
    for row in found:
        if not _holds(row, day):
            later.setdefault(row_name(table, row), row)
    names = dict.fromkeys([*_possible(table, day), *_in_order(table, holding)] if of is None else of)
    words = _words(table, list(names))
    return [
        Line(name, words[name], tuple(key_fields(table, name).values()), holding.get(name), later.get(name))
        for name in names
    ]


def _holds(row: Any, day: date) -> bool:
    lower, upper = row.period.lower, row.period.upper
    return (lower is None or lower <= day) and (upper is None or day < upper)


def _in_order(table: DatedTable, holding: dict[str, Any]) -> list[str]:
    """The rows as they stand in lists: by their place where they have one."""
    if any(field.name == "position" for field in table.model._meta.concrete_fields):
        return sorted(holding, key=lambda name: (holding[name].position, holding[name].pk))
    return sorted(holding, key=lambda name: [str(part) for part in key_fields(table, name).values()])


def _possible(table: DatedTable, day: date) -> list[str]:
    """Every row that there could be, where they can be counted up, are not too many, and have something to type."""
    if not table.cells:
        return []
    domains = [_domain(table.field(part), day) for part in table.key]
    if not all(domains) or reduce(mul, map(len, domains), 1) > MOST_ROWS:
        return []
    return [name_of(list(key)) for key in product(*domains)]


def _domain(field: "Field[Any, Any]", day: date) -> list[Any]:
    model = field.related_model
    if model is Service:
        services = Service.objects.filter(Q(offered__endswith__isnull=True) | Q(offered__endswith__gt=day))
        return list(services.values_list("pk", flat=True))
    if isinstance(model, type) and issubclass(model, COUNTED_UP):
        return list(model._default_manager.values_list("pk", flat=True))
    return [as_kept(value) for value, _words in choices_of(field)]


def _words(table: DatedTable, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What each part of each name is called; of other rows their own words, asked for together."""
    others: dict[str, dict[Any, str]] = defaultdict(dict)
    for part in table.key:
        field = table.field(part)
        if isinstance(field, ForeignKey):
            keys = {key_fields(table, name)[field.attname] for name in names}
            related: Any = field.related_model
            found = related._default_manager.filter(pk__in=keys)
            if any(own.name == "facility" for own in related._meta.concrete_fields):
                found = found.select_related("facility")  # its name begins with the facility's
            others[part] = {row.pk: str(row) for row in found}
    return {name: tuple(_part(table, others, part, name) for part in table.key) for name in names}


def _part(table: DatedTable, others: dict[str, dict[Any, str]], part: str, name: str) -> str:
    field = table.field(part)
    value = key_fields(table, name)[field.attname]
    return others[part].get(value, "") if isinstance(field, ForeignKey) else in_words(field, value)
