"""Operations as an edge calls them: each in a durable transaction of its own."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")


def alone(operation: Callable[P, R]) -> Callable[P, R]:
    @wraps(operation)
    def done(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(durable=True):
            return operation(*args, **kwargs)

    return done
