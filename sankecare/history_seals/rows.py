"""The digests of rows, as PostgreSQL writes them (COPY): read once, in the order of their numbers, one at a time."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from psycopg import sql

from .tables import CONTEXT_COLUMN, WHO

# The same text for the same rows, whatever a server's or a role's own settings are.
SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    # Years of rows take longer than a page may.
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}


def read_alike() -> None:
    """Have rows written in one way until the transaction ends, however long it takes."""
    with connection.cursor() as cursor:
        for name, value in SETTINGS.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def digests(table: str, columns: Sequence[str], after: int, ends: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield for each end (a number; ascending) how many rows stand after the one before, up to it, and their digest.

    ``columns``: the number first. Inside a transaction, after ``read_alike``.
    """
    made, rows, left = hashlib.sha256(), 0, iter(ends)
    end = next(left)
    for line in _lines(table, columns, after, ends[-1]):
        while int(line[: line.index(b"\t")]) > end:
            yield rows, made.hexdigest()
            made, rows, end = hashlib.sha256(), 0, next(left)
        made.update(line)
        rows += 1
    yield rows, made.hexdigest()
    nothing = hashlib.sha256().hexdigest()
    yield from ((0, nothing) for _end in left)


def _lines(table: str, columns: Sequence[str], after: int, last: int) -> Iterator[bytes]:
    key, named = sql.Identifier("kept", columns[0]), [_column(name) for name in columns]
    who = sql.SQL("LEFT JOIN pghistory_context who ON who.id = kept.{}").format(sql.Identifier(CONTEXT_COLUMN))
    asked = sql.SQL(
        "COPY (SELECT {columns} FROM {table} kept {who} WHERE {key} > {after} AND {key} <= {last} ORDER BY {key})"
        " TO STDOUT"
    ).format(
        columns=sql.SQL(", ").join(named),
        table=sql.Identifier(table),
        who=who if WHO in columns else sql.SQL(""),
        key=key,
        after=sql.Literal(after),
        last=sql.Literal(last),
    )
    with connection.cursor() as cursor, cursor.copy(asked) as copy:
        for line in copy:
            yield bytes(line)


def _column(name: str) -> Any:
    return sql.SQL("who.metadata") if name == WHO else sql.Identifier("kept", name)
