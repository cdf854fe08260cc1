"""What was known at a past moment: within the block every query answers as it would have answered then.

A table that a query names is laid over by a temporary one of the same name, filled from its history up to the moment:
PostgreSQL looks there first, so no query is written a second time. The block is rolled back, and refuses to write.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sankecare.errors import NotPossible
from sankecare.periods import midnight

from .histories import AS_TODAY, FILLED, ONCE, STOOD, Filled

READS = re.compile(r"\s*[(\s]*(select|with|savepoint|release|rollback|explain|set constraints)\b", re.IGNORECASE)
COMPLETE_WHEN_OVER = gettext_lazy("What is known of a day is complete when it is over: up to yesterday.")
# What a column holds where neither the history nor another table knows it.
EMPTY = {"text": "''", "varchar": "''", "bytea": "''", "integer": "0", "smallint": "0", "bigint": "0"}
BEGINNINGS = ("facilities_serviceevent", "enrollment_familyevent")


class KnownAt:
    """Lays tables over as queries come to name them. ``told``: the tables that were, in order."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self.told: list[str] = []
        self.as_today: set[str] = set()

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Wrap one statement: refuse one that writes, lay over what it reads."""
        words = str(sql)
        if many or not READS.match(words):
            raise RuntimeError("as known on a past day: nothing is written here")
        for table in dict.fromkeys(_names().findall(words)):
            self._lay_over(table)
        return execute(sql, params, many, context)

    def _lay_over(self, table: str) -> None:
        if table in self.told or table in self.as_today:
            return
        if table in AS_TODAY:
            self.as_today.add(table)
            return
        self._refuse_unknown(table)
        for needed in _needs(table):
            self._lay_over(needed)
        with connection.cursor() as cursor:
            # Past the wrapper: this one writes. The names are those of our own tables.
            plain = cursor.cursor
            plain.execute(f"CREATE TEMP TABLE {table} ON COMMIT DROP AS {_as_known(table)}", {"moment": self.moment})
            # Groups by the key may name the other columns only where the database knows that it is one.
            key = _models()[table]._meta.pk.column
            plain.execute(f"ALTER TABLE pg_temp.{table} ADD PRIMARY KEY ({key})")
            plain.execute(f"ANALYZE pg_temp.{table}")
        self.told.append(table)

    def _refuse_unknown(self, table: str) -> None:
        model = _models()[table]
        history = getattr(model, "pgh_event_model", None)
        begins = ""
        if table in ONCE:
            begins = ONCE[table].begins
        elif history is not None:
            begins = f"SELECT min(pgh_created_at) FROM public.{history._meta.db_table} WHERE pgh_label = '{STOOD}'"  # noqa: S608
        if table not in ONCE and history is None and not _is_history(model):
            raise NotPossible(
                "no_history",
                _("This table reads “%(records)s”, of which no history is kept: it cannot be told as of a past day.")
                % {"records": model._meta.verbose_name_plural},
            )
        if not begins:
            return
        with connection.cursor() as cursor:
            plain = cursor.cursor
            plain.execute(begins)
            (begun,) = plain.fetchone()
        if begun is not None and begun >= self.moment:
            raise NotPossible(
                "before_history",
                _("The history of “%(records)s” begins on %(day)s: how they stood before is not known.")
                % {"records": model._meta.verbose_name_plural, "day": date_format(timezone.localdate(begun))},
            )


def end_of(day: date) -> datetime:
    """Return the moment up to which a day's knowledge goes: the midnight that ends it, by the ward's clock."""
    return midnight(date.fromordinal(day.toordinal() + 1))


def as_known_in_words(day: date) -> str:
    """Write the note under a table that is told as of a day."""
    return _("As it was known at the end of %(day)s.") % {"day": date_format(day)}


def records_begin() -> date | None:
    """Return the first day on which anything was recorded; None where nothing is. One query."""
    asked = " UNION ALL ".join(f"SELECT min(pgh_created_at) AS at FROM {table}" for table in BEGINNINGS)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(at) FROM ({asked}) AS beginnings")  # noqa: S608
        (first,) = cursor.fetchone()
    return timezone.localdate(first) if first else None


@contextmanager
def known_on(day: date, *, today: date) -> Iterator[KnownAt]:
    """Answer every query as at the end of ``day``. Errors: as ``known_at``; NotPossible ``to_come``."""
    if day >= today:
        raise NotPossible("to_come", str(COMPLETE_WHEN_OVER))
    with known_at(end_of(day)) as known:
        yield known


@contextmanager
def known_at(moment: datetime) -> Iterator[KnownAt]:
    """Answer every query of the block as at the moment; nothing that happens in it stays.

    Events count by the beginning of the transaction that wrote them. What the block reads must be read to its end in
    it: a queryset that is still to be asked answers as of now.

    Errors: NotPossible ``before_records``; of a query whose table has no past ``no_history``, ``before_history``.
    """
    begin = records_begin()
    if begin is None or moment <= midnight(begin):
        words = _("Nothing was recorded here before %(day)s.") % {"day": date_format(begin)} if begin else None
        raise NotPossible("before_records", words or _("Nothing is recorded here yet."))
    known = KnownAt(moment)
    with transaction.atomic():
        _forget_plans()
        with connection.execute_wrapper(known):
            yield known
        transaction.set_rollback(True)


def _forget_plans() -> None:
    """A plan that PostgreSQL keeps (of a function) names the tables that it was made for."""
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")


def _as_known(table: str) -> str:
    """Return the statement that gives a table's rows as of ``%(moment)s``."""
    model = _models()[table]
    if _is_history(model):
        return f"SELECT * FROM public.{table} WHERE pgh_created_at < %(moment)s"  # noqa: S608
    if table in ONCE:
        return _written_by_then(table, model)
    filled = FILLED.get(table, Filled({}))
    history = model.pgh_event_model._meta  # type: ignore[attr-defined]  # pghistory
    kept = {column.column for column in history.concrete_fields}
    columns = ", ".join(
        f"{_column(column, kept, filled.columns)} AS {connection.ops.quote_name(str(column.column))}"
        for column in model._meta.concrete_fields
    )
    return (
        f"SELECT {columns} FROM public.{history.db_table} known {filled.joins}"  # noqa: S608
        f" WHERE known.pgh_id IN (SELECT max(pgh_id) FROM public.{history.db_table}"
        " WHERE pgh_created_at < %(moment)s GROUP BY pgh_obj_id) AND known.pgh_label <> 'delete'"
    )


def _column(column: Any, kept: set[str], filled: dict[str, str]) -> str:
    name = str(column.column)
    if name in filled:
        return filled[name]
    if name in kept:
        return f"known.{connection.ops.quote_name(name)}"
    if column.primary_key:
        return "known.pgh_obj_id"
    kind = str(column.db_type(connection))
    empty = "NULL" if column.null else EMPTY.get(kind.partition("(")[0], "NULL")
    return f"{empty}::{kind}"


def _written_by_then(table: str, model: type[models.Model]) -> str:
    once = ONCE[table]
    until = {column: moment for moment, empty in once.later.items() for column in (moment, *empty)}
    columns = []
    for column in model._meta.concrete_fields:
        own = str(column.column)
        name = connection.ops.quote_name(own)
        plain = once.filled.get(own, f"known.{name}")
        if own in until:
            empty = "NULL" if column.null else "''"
            plain = f"CASE WHEN known.{until[own]} < %(moment)s THEN {plain} ELSE {empty} END"
        columns.append(f"{plain} AS {name}")
    return (
        f"SELECT {', '.join(columns)} FROM public.{table} known {once.joins}"  # noqa: S608
        f" WHERE {once.written} < %(moment)s"
    )


def _needs(table: str) -> tuple[str, ...]:
    if table in ONCE:
        return ONCE[table].needs
    return FILLED[table].needs if table in FILLED else ()


def _is_history(model: type[models.Model]) -> bool:
    return getattr(model, "pgh_tracked_model", None) is not None


@cache
def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


@cache
def _names() -> "re.Pattern[str]":
    return re.compile(r"\b(" + "|".join(sorted(_models(), key=len, reverse=True)) + r")\b")
