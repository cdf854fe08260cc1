"""From what differs to the rows to be written: which end, which are taken out, which are new. Writes nothing."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from facilities.models import Source

from .differences import Asked, Kind, RowDifference, differences
from .sheet import Line, lines_on, rows_from
from .tables import DatedTable
from .values import as_taken, cells_of, key_fields


@dataclass(frozen=True)
class Plan:
    """What is to hold from a day on. ``before``: every row of the day and later; ``lines``: the table on the day.

    ``ending``: rows with their period cut at the day, as copies. ``gone``: rows to come that begin on the very day and
    are put instead. ``new``: rows not saved yet.
    """

    table: DatedTable
    day: date
    before: Sequence[Any]
    lines: Sequence[Line]
    found: Sequence[RowDifference]
    ending: list[Any] = field(default_factory=list)
    gone: list[Any] = field(default_factory=list)
    new: list[Any] = field(default_factory=list)

    @property
    def after(self) -> list[Any]:
        """Every row of the day and later as it will be."""
        replaced = {row.pk for row in (*self.ending, *self.gone)}
        return [*(row for row in self.before if row.pk not in replaced), *self.ending, *self.new]

    @property
    def by_name(self) -> Mapping[str, Line]:
        return {line.name: line for line in self.lines}


def plan_for(table: DatedTable, day: date, asked: Asked) -> Plan:
    """Return what would be written. The queries of ``lines_on``."""
    before = rows_from(table, day)
    lines = lines_on(table, day, before)
    lines += _named_anew(table, day, before, lines, asked)
    standing = {line.name: cells_of(table, line.row) for line in lines if line.row is not None}
    plan = Plan(table, day, before, lines, differences(standing, asked))
    of_name = plan.by_name
    for row in plan.found:
        _enter(plan, of_name[row.name], row)
    return plan


def _named_anew(
    table: DatedTable, day: date, before: Sequence[Any], lines: Sequence[Line], asked: Asked
) -> list[Line]:
    """The lines of rows asked for that nobody had before."""
    known = {line.name for line in lines}
    names = [name for name in asked.cells if name not in known]
    return lines_on(table, day, before, names) if names else []


def _enter(plan: Plan, line: Line, row: RowDifference) -> None:
    holding = line.row
    until = line.later.period.lower if line.later is not None else None
    if holding is not None:
        until = holding.period.upper
        if holding.period.lower == plan.day:
            plan.gone.append(holding)
        else:
            ended = copy(holding)
            ended.period = DateRange(holding.period.lower, plan.day)
            plan.ending.append(ended)
    if row.kind != Kind.ENDS:
        plan.new.append(_new_row(plan, line, row, until))


def _new_row(plan: Plan, line: Line, row: RowDifference, until: date | None) -> Any:
    table = plan.table
    fields: dict[str, Any] = dict(key_fields(table, line.name))
    names = {one.name for one in table.model._meta.concrete_fields}
    if line.row is not None:
        fields |= {table.field(cell).attname: getattr(line.row, table.field(cell).attname) for cell in table.cells}
        if "position" in names:
            fields["position"] = line.row.position
    elif "position" in names:
        fields["position"] = max((one.position for one in plan.before), default=-1) + 1
    for cell in row.cells:
        model_field = table.field(cell.field)
        taken = as_taken(model_field, cell.after)
        fields[model_field.attname] = "" if taken is None and not model_field.null else taken
    if "source" in names:
        fields["source"] = Source.STAFF
    return table.model(**fields, period=DateRange(plan.day, until))
