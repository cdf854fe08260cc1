"""A cell's value as a draft keeps it, as the model takes it, and as people read it."""

import json
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Field, ForeignKey, Model
from django.utils.translation import gettext as _

from sankecare.field_words import choices_of, in_words

from .tables import DatedTable


def as_kept(value: Any) -> Any:
    """Return the value as JSON holds it."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list | tuple):
        return list(value)
    return value


def as_taken(field: "Field[Any, Any]", kept: Any) -> Any:
    """Return a kept value as the model's field takes it; of another row its number."""
    if kept is None or isinstance(field, ArrayField):
        return kept
    target = field.target_field if isinstance(field, ForeignKey) else field
    return target.to_python(kept)


def row_name(table: DatedTable, row: Any) -> str:
    """Return the name of a row among those of one day: the values of its key."""
    return name_of([as_kept(getattr(row, table.field(part).attname)) for part in table.key])


def name_of(key: list[Any]) -> str:
    """Return the name of a row by its key as a draft keeps it."""
    return json.dumps(key, ensure_ascii=False)


def key_fields(table: DatedTable, name: str) -> dict[str, Any]:
    """Return the model's fields of a row's name."""
    fields = [table.field(part) for part in table.key]
    return {field.attname: as_taken(field, kept) for field, kept in zip(fields, json.loads(name), strict=True)}


def cells_of(table: DatedTable, row: Any) -> dict[str, Any]:
    """Return a row's cells as a draft keeps them."""
    return {cell: as_kept(getattr(row, table.field(cell).attname)) for cell in table.cells}


def words_of(field: "Field[Any, Any]", kept: Any) -> str:
    """Write a kept value for people. Of another row it asks for that row."""
    if isinstance(field, ForeignKey) and kept is not None:
        return str(field.related_model._default_manager.get(pk=kept))
    taken = as_taken(field, kept)
    if isinstance(taken, int) and not isinstance(taken, bool) and not choices_of(field):
        return f"{taken:,}"  # yen, days, minutes: of 1000000 nobody counts the noughts
    return in_words(field, taken) or _("nothing")
