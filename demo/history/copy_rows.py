"""New rows written in one COPY a table: triggers, constraints and guards see them as they see any insert."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

# The values of these go to the database as they are.
PLAIN = (
    *(models.BigAutoField, models.BigIntegerField, models.IntegerField, models.PositiveIntegerField),
    *(models.SmallIntegerField, models.PositiveSmallIntegerField, models.BooleanField),
    *(models.CharField, models.TextField, models.DateField, models.DateTimeField, models.TimeField),
)


def copy_rows(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Save the rows that are new; a row's foreign keys follow the objects that were saved before it.

    Their numbers come from the table's sequence, as an insert's do. A COPY passes by what wraps Django's cursor: the
    history's context must be set in this transaction already. Raises ``ValueError`` where a foreign key's object has
    no number yet, or where only some of the rows leave a column to the database.
    """
    fresh = [row for row in rows if row.pk is None]
    if not fresh:
        return
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    _number(model, fresh)
    columns = {str(field.column): values for field in fields if (values := _column(field, fresh)) is not None}
    names = ", ".join(map(connection.ops.quote_name, columns))
    copy = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({names}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(copy) as target:
        for of_row in zip(*columns.values(), strict=True):
            target.write_row(of_row)
    for row in fresh:
        row._state.adding, row._state.db = False, connection.alias


def _number(model: type[models.Model], fresh: Sequence[models.Model]) -> None:
    key = model._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(numbers) FROM generate_series(1, %s),"
            " (SELECT pg_get_serial_sequence(%s, %s)::regclass AS numbers OFFSET 0) AS sequence",
            [len(fresh), connection.ops.quote_name(model._meta.db_table), key.column],
        )
        for row, (number,) in zip(fresh, cursor.fetchall(), strict=True):
            row.pk = number


def _column(field: "models.Field[Any, Any]", rows: Sequence[models.Model]) -> list[Any] | None:
    """Return the field's value of each row; None where the database gives it."""
    if isinstance(field, models.ForeignKey):
        return _keys(field, rows)
    set_on_save = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    if type(field) in PLAIN and not set_on_save:
        values = [row.__dict__[field.attname] for row in rows]
    else:
        values = [field.pre_save(row, add=True) for row in rows]
    if field.has_db_default():
        left = sum(isinstance(value, DatabaseDefault) for value in values)
        if left == len(values):
            return None
        if left:
            raise ValueError(f"{field} is left to the database by some rows only")
    if type(field) in PLAIN:
        return values
    return [field.get_db_prep_save(value, connection) for value in values]


def _keys(field: "models.ForeignKey[Any, Any]", rows: Sequence[models.Model]) -> list[Any]:
    """Return the keys of the objects that the rows refer to, which were perhaps saved after the rows were made."""
    name, attname, target = field.name, field.attname, field.target_field.attname
    keys = []
    for row in rows:
        known = row._state.fields_cache.get(name)
        if known is not None:
            key = getattr(known, target)
            if key is None:
                raise ValueError(f"{field} of a row refers to one that is not saved")
            row.__dict__[attname] = key
        keys.append(row.__dict__[attname])
    return keys
