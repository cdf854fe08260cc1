"""A change of the sealing keys: what is sealed with an older key is sealed anew, some rows at a time.

What nobody ever changes stands in the sealed history as it is (``sankecare.history_seals``), sealed bytes included. It
keeps the key it was sealed with, so that key has to be kept. docs/decisions/0100.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, transaction
from django.db.models import BinaryField, Model, QuerySet

from sankecare.postgresql.rights import kept_from

from . import number_of_key, seal_anew

# Papers and photographs of some megabytes each are in memory at once.
ROWS_AT_A_TIME = 20
# Bytes that are for everybody's eyes.
OPEN = {"facilities.FacilityPicture.content"}
# Texts within JSON that are sealed: what begins as every sealed value does.
WITHIN_JSON = ((Authenticator, "data"),)
BEGINS = "gAAAA"


@dataclass(frozen=True)
class SealedColumn:
    """``stays``: nobody ever changes it."""

    model: type[Model]
    field: str
    stays: bool

    @property
    def name(self) -> str:
        """The name to be printed, such as ``billing.Payee.account``."""
        return f"{self.model._meta.label}.{self.field}"

    @property
    def rows(self) -> QuerySet[Any]:
        """All rows, also those that the model's own manager would leave out."""
        return QuerySet(self.model)


def passes_over_triggers() -> bool:
    """Tell whether who signed in to the database is its owner, or may act as the owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(session_user, datdba, 'MEMBER') FROM pg_database WHERE datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def sealed_columns() -> list[SealedColumn]:
    """Return every column with sealed values, by name."""
    binary = [
        SealedColumn(model, field.name, stays="UPDATE" in kept_from(model))
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, BinaryField)
    ]
    within = [SealedColumn(model, field, stays=False) for model, field in WITHIN_JSON]
    return sorted((each for each in (*binary, *within) if each.name not in OPEN), key=lambda each: each.name)


def keys_of(column: SealedColumn) -> Counter[int | None]:
    """Return how many values of the column each key opens: 1 is the newest; None counts those that none opens."""
    found: Counter[int | None] = Counter()
    values = column.rows.values_list(column.field, flat=True)
    for value in values.iterator(chunk_size=ROWS_AT_A_TIME):
        _each_sealed(value, lambda sealed: found.update([number_of_key(sealed)]) or sealed)
    return found


def seal_column_anew(column: SealedColumn) -> Iterator[int]:
    """Seal with the newest key what an older one sealed; yield the number of rows after each step, which is kept.

    Only for the owner of the tables, who passes over their triggers: no person changed anything, so no history tells
    of it. Broken off, it goes on where it was when called again. What no key opens stays as it is.
    """
    if column.stays:
        return
    last: Any = None
    while True:
        with transaction.atomic():
            rows = column.rows.order_by("pk").select_for_update()
            step = list((rows if last is None else rows.filter(pk__gt=last)).only("pk", column.field)[:ROWS_AT_A_TIME])
            if not step:
                return
            changed = _seal_rows_anew(column, step)
        last = step[-1].pk
        yield changed


def _seal_rows_anew(column: SealedColumn, rows: list[Model]) -> int:
    changed = 0
    table = column.model._meta.db_table
    triggers = [
        f"{model._meta.label}:{trigger.name}"
        for model, trigger in pgtrigger.registered()
        if model._meta.db_table == table  # a proxy's too
    ]
    for row in rows:
        value = getattr(row, column.field)
        anew = _each_sealed(value, _with_the_newest)
        if anew == (bytes(value) if isinstance(value, memoryview) else value):
            continue
        own = column.rows.filter(pk=row.pk)
        if triggers:
            with pgtrigger.ignore(*triggers):
                own.update(**{column.field: anew})
        else:
            own.update(**{column.field: anew})
        changed += 1
    return changed


def _with_the_newest(sealed: bytes) -> bytes:
    return sealed if number_of_key(sealed) in (1, None) else seal_anew(sealed)


def _each_sealed(value: Any, change: Callable[[bytes], bytes]) -> Any:
    """Return the value with ``change`` done to everything sealed in it."""
    if isinstance(value, bytes | memoryview):
        return change(bytes(value)) if value else bytes(value)
    if isinstance(value, dict):
        return {name: _each_sealed(each, change) for name, each in value.items()}
    if isinstance(value, str) and value.startswith(BEGINS):
        return change(value.encode()).decode()
    return value
