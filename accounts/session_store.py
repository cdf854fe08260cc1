"""Sessions in the database under a digest of what the browser shows: a table that leaks opens no door.

They are read by a statement worked out once, for every page passes here. docs/decisions/0099.
"""

from hashlib import sha256
from typing import Any, Never

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from sankecare.db import Prepared

STANDING = Prepared(lambda: Session.objects.filter(expire_date__gt=timezone.now()).filter(session_key=""))
# What the column holds: 160 bits, more than the key of 32 signs out of 36 has that it stands for.
SIGNS = 40


def kept_name(session_key: str) -> str:
    """Return under what name the database keeps the session of a browser's key.

    A plain digest is enough: the key is made by chance, so nobody can try the likely ones.
    """
    return sha256(session_key.encode()).hexdigest()[:SIGNS]


class SessionStore(db.SessionStore):
    """The engine of ``SESSION_ENGINE``. The site has no asynchronous views, and this none of their methods."""

    def _get_session_from_db(self) -> Session | None:
        found = STANDING.first(timezone.now(), kept_name(self.session_key)) if self.session_key else None
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        """Tell whether there is a session of this key, whose time may be over."""
        return super().exists(kept_name(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session of this key, or this one; nothing happens where there is none."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(kept_name(key))

    def create_model_instance(self, data: Any) -> AbstractBaseSession:
        """Return the row to be written."""
        row = super().create_model_instance(data)
        row.session_key = kept_name(row.session_key)
        return row

    async def acreate_model_instance(self, data: Any) -> Never:
        """Not here: it would write the key as it is."""
        raise NotImplementedError
