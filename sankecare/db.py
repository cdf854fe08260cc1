"""Statements that are asked together: one way to the database and back instead of one for each.

Each is a statement of its own: it sees what was committed before it began (READ COMMITTED), so what is counted
after a lock is counted after the lock. Parameters are bound on this side (Django's own default with psycopg).
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

Question = tuple[str, Sequence[Any]]
Rows = list[tuple[Any, ...]]


def run_batch(*questions: Question) -> list[Rows]:
    """Run the statements one after the other and return the rows of each; none for one that returns nothing."""
    statement = ";".join(words for words, _values in questions)
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _words, values in questions for value in values])
        # Within a request the history's context is a statement before them and has gone on to the last one.
        cursor.cursor.set_result(-len(questions))
        return [rows.fetchall() if rows.description else [] for rows in cursor.cursor.results()]
