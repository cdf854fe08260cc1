"""Django's engine for PostgreSQL; a kept connection that was in use a moment ago is not asked whether it lives.

Asking costs every request one way to the database. A server that ends a connection says so on it, and that is looked
for each time; only a connection that has rested, had an error or holds unread words is asked as Django asks.
"""

import select
import time

from django.db.backends.postgresql import base

# Seconds. A machine that vanishes without a word is away for longer than that.
IN_USE = 0.5


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, but for ``is_usable``."""

    answered_at = float("-inf")
    health_check_done: bool

    def close_if_unusable_or_obsolete(self) -> None:
        """Called as a request begins and ends: one that used the connection without an error vouches for it."""
        if self.connection is not None and self.health_check_done and not self.errors_occurred:
            self.answered_at = time.monotonic()
        super().close_if_unusable_or_obsolete()

    def is_usable(self) -> bool:
        """Tell whether the connection lives; asked only where it may not."""
        in_use = time.monotonic() - self.answered_at < IN_USE
        if in_use and not self.errors_occurred and not self._has_unread_words():
            return True
        return super().is_usable()

    def _has_unread_words(self) -> bool:
        """Tell whether something came that nobody asked for, such as the server's farewell."""
        if self.connection is None or self.connection.closed:
            return True
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))
