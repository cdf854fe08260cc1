"""The suite works as the application's role; a scene that the application may not set is set as the tables' owner."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    """Act as who signed in, the owner of the tables, and as before again at the end.

    What fails within a transaction takes the role back with all else that is rolled back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        before, owner = cursor.fetchone()
    _take(owner)
    try:
        yield
    except BaseException:
        if not connection.in_atomic_block:
            _take(before)
        raise
    _take(before)


def _take(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{role}"')
