"""What an operation would do, asked of the operation itself: it is done, looked at, and taken back wholly."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from django.db import connection, transaction

R = TypeVar("R")


class _TakenBack(Exception):
    """Ends the rehearsal."""


def rehearsed(operation: Callable[[], R]) -> R:
    """Return what the operation returns; nothing of it stays: no row, no number of a letter, no mail.

    What speaks only at a transaction's end speaks too. Outside of a transaction alone. Errors: the operation's.
    """
    results: list[R] = []
    with suppress(_TakenBack), transaction.atomic(durable=True):
        results.append(operation())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        raise _TakenBack
    return results[0]
