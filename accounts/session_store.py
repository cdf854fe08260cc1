"""Sessions in the database, as Django keeps them, read by a statement worked out once: every page passes here."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from sankecare.db import Prepared

STANDING = Prepared(lambda: Session.objects.filter(expire_date__gt=timezone.now()).filter(session_key=""))


class SessionStore(db.SessionStore):
    """The engine of ``SESSION_ENGINE``."""

    def _get_session_from_db(self) -> Session | None:
        found = STANDING.first(timezone.now(), self.session_key)
        if found is None:
            self._session_key = None
        return found
