"""Up to which row a table can be sealed: no row comes before it any more, however long a transaction takes."""

import time
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import connection
from psycopg import sql

from .tables import Sealed

PATIENCE_SECONDS = 600.0
# Who writes to a table holds this lock from before a row has its number until its transaction ends.
WRITING = """
SELECT virtualtransaction FROM pg_locks
 WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND relation = ANY (%s::regclass[]::oid[])
"""


class StillWriting(Exception):
    """A transaction that writes to a sealed table did not end in time; nothing was sealed."""


def bounds_that_stand(
    tables: Sequence[Sealed],
    *,
    patience: float = PATIENCE_SECONDS,
    settles: float | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, int]:
    """Return the last number of each table that has rows, once nobody can add one at or before it.

    Outside of a transaction. ``settles``: seconds in which requests end whose rows stand before the bounds, so that
    who made a change is known (None: settings). Errors: StillWriting.
    """
    found = _last_numbers(tables)
    names = [each.table for each in tables]
    writing, end = _writing(names), time.monotonic() + patience
    sleep(settings.HISTORY_SETTLES_SECONDS if settles is None else settles)
    while writing := writing & _writing(names):
        if time.monotonic() > end:
            raise StillWriting
        sleep(1.0)
    return found


def _last_numbers(tables: Sequence[Sealed]) -> dict[str, int]:
    """All in one statement: one moment."""
    one = sql.SQL("SELECT {name}, max({key})::bigint FROM {table}")
    parts = [
        one.format(name=sql.Literal(each.table), key=sql.Identifier(each.key), table=sql.Identifier(each.table))
        for each in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        return {table: last for table, last in cursor.fetchall() if last is not None}


def _writing(names: Sequence[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITING, [list(names)])
        return {transaction for (transaction,) in cursor.fetchall()}
