"""The entry of the outbox that is being done just now, when, and on which way ("" where that is not laid down)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sankecare.models import OutboxEntry


class NotNow(Exception):
    """Raised in a handler: nothing has failed, the entry waits until a moment."""

    def __init__(self, until: datetime) -> None:
        super().__init__("waits")
        self.until = until


@dataclass(frozen=True)
class InHand:
    entry: "OutboxEntry"
    at: datetime
    way: str = ""


_in_hand: ContextVar[InHand | None] = ContextVar("outbox_in_hand", default=None)


def in_hand() -> InHand | None:
    """Return what is being done; None outside of the outbox."""
    return _in_hand.get()


@contextmanager
def holding(held: InHand) -> Iterator[None]:
    """Do something for an entry."""
    token = _in_hand.set(held)
    try:
        yield
    finally:
        _in_hand.reset(token)
