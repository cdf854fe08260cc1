"""What refers to a row, found from the models themselves: a table added above moves along without being named."""

from collections.abc import Iterator
from typing import Any

from django.db.models import ForeignKey, Model, QuerySet
from pghistory.models import Event

from accounts.models import AccessLogEntry
from enrollment.models import FamilyMerge, NotTheSame, Protection

# What is said of an entry, and stays said of it: who looked at it, what was joined, that it is protected.
STAYS: tuple[type[Model], ...] = (AccessLogEntry, FamilyMerge, NotTheSame, Protection, Event)


def references_to(model: type[Model]) -> Iterator["ForeignKey[Any, Any]"]:
    """Return every foreign key that points at rows of the model and is pointed anew when two of them are joined."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        if not issubclass(relation.related_model, STAYS):  # type: ignore[arg-type]  # no string once apps are loaded
            yield relation.field  # type: ignore[union-attr,misc]  # a reverse relation


def rows_pointing_at(row: Model) -> Iterator[tuple[str, "QuerySet[Any]"]]:
    """Return the rows that point at this one: (the field that points at it, the rows)."""
    for field in references_to(type(row)):
        yield field.name, field.model._default_manager.filter(**{field.name: row})


def point_anew(*, given_up: Model, kept: Model) -> None:
    """Let everything that points at the row given up point at the row kept."""
    for field, rows in rows_pointing_at(given_up):
        rows.update(**{field: kept})
