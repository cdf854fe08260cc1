"""The suite works as the application's role; a scene that the application may not set is set as the tables' owner."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    """Act as who signed in, the owner of the tables, and as before again at the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        before, owner = cursor.fetchone()
        cursor.execute(f'SET ROLE "{owner}"')
        yield
        cursor.execute(f'SET ROLE "{before}"')
