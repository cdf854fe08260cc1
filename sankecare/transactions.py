"""For operations that write in their caller's transaction: who opens none is told at once."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
R = TypeVar("R")


class NoTransactionError(RuntimeError):
    """An operation was called outside a transaction."""


def is_open() -> bool:
    """Tell whether a transaction is open. In tests it must be the edge's own (tests/conftest.py)."""
    return bool(connection.in_atomic_block)


def in_transaction(operation: Callable[P, R]) -> Callable[P, R]:
    """Refuse to run the operation outside a transaction.

    The edge (page, API, admin, task, command) opens it: ``transaction.atomic(durable=True)``, or
    ``sankecare.idempotency.once`` where a key counts the request once. A batch that must not fall together opens one
    for each thing that it does, and says so. Raises NoTransactionError.
    """

    @wraps(operation)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not is_open():
            message = f"{operation.__name__} writes: open a transaction around it"
            raise NoTransactionError(message)
        return operation(*args, **kwargs)

    return checked
