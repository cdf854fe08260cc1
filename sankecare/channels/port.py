"""What the outbox asks of a way to tell a person something, whoever's interface is behind it."""

from typing import Protocol


class NotReached(Exception):
    """Not taken just now: away, too busy, wrong credentials. The outbox comes back."""


class NotThere(Exception):
    """Never to be taken there: no such telephone, or she stopped it on her side."""


class Channel(Protocol):
    """A way on which a short text reaches one person."""

    def send(self, *, to: str, text: str, number: str, again: bool) -> None:
        """Send the text. ``number`` is the message's own and always the same; ``again``: it may have been sent before.

        Errors: NotReached, NotThere.
        """
