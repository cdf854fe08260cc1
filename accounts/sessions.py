"""When a session ends by itself. Sign-out, a new password, a new role and deactivation end it at the next request.

The limits are our own default (docs/decisions/0006): a facility's tablet is shared and lies about; a phone is hers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django_structlog.signals import bind_extra_request_metadata
from structlog.contextvars import bind_contextvars

from sankecare.transactions import in_transaction

from .account_policy import account_policy
from .models import User
from .roles import FACILITY_ROLES, Role

SEEN = "seen_at"
IDLE = "idle_seconds"


@dataclass(frozen=True)
class Limit:
    """``idle``: without any request; ``whole``: however busy."""

    idle: timedelta
    whole: timedelta


MOTHER = Limit(idle=timedelta(days=7), whole=timedelta(days=30))
STAFF = Limit(idle=timedelta(minutes=60), whole=timedelta(hours=12))


def limit_of(person: User, at: datetime) -> Limit:
    """Return how long a session of this person may last; at a facility the night shift, by the accounts' policy."""
    if person.role in FACILITY_ROLES:
        return Limit(STAFF.idle, timedelta(hours=account_policy(timezone.localdate(at)).shift_hours))
    return MOTHER if person.role == Role.MOTHER else STAFF


def begin(sender: Any, request: HttpRequest, user: User, **_signal: Any) -> None:
    """Signed in: write the limits into the session. Its row in the database ends with ``whole``."""
    now = timezone.now()
    limit = limit_of(user, now)
    request.session.set_expiry(now + limit.whole)
    request.session[IDLE] = int(limit.idle.total_seconds())
    request.session[SEEN] = int(now.timestamp())
    request.signed_in_just_now = user  # type: ignore[attr-defined]  # accounts.middleware makes the device known


@in_transaction
def end_sessions(*, person: User, at: datetime) -> None:
    """Sign her out on every device: whoever shows a session from before is asked to sign in."""
    person.sessions_ended_at = at
    person.save(update_fields=["sessions_ended_at"])


def is_over(session: SessionBase, *, by_itself: bool = False) -> bool:
    """Tell whether nothing has been asked for too long; otherwise note, now and then, that something was.

    ``by_itself``: a page asked and nobody touched it, which keeps no session.
    """
    seen, idle = session.get(SEEN), session.get(IDLE)
    if seen is None or idle is None:
        return False
    now = int(timezone.now().timestamp())
    if now - seen > idle:
        return True
    if not by_itself and now - seen > idle // 12:  # not a write for every page
        session[SEEN] = now
    return False


def forget_sessions(*, at: datetime) -> int:
    """Delete the sessions that are over, also those that nobody has used for too long; return how many.

    What was typed in them goes with them: an address that a code was asked for, a new one that was never confirmed.
    """
    now = int(at.timestamp())
    gone, _by_model = Session.objects.filter(expire_date__lt=at).delete()
    idle = []
    for session in Session.objects.iterator(chunk_size=500):
        kept = session.get_decoded()
        if SEEN in kept and IDLE in kept and now - kept[SEEN] > kept[IDLE]:
            idle.append(session.pk)
    return gone + Session.objects.filter(pk__in=idle).delete()[0]


def name_in_log(sender: Any, request: HttpRequest, **_signal: Any) -> None:
    """Put the id of whose session it is on every line that the request writes; nobody's session, no id."""
    if (person := request.session.get(SESSION_KEY)) is not None:
        bind_contextvars(user_id=int(person))


def listen() -> None:
    """Called once the models are there."""
    user_logged_in.connect(begin, dispatch_uid="accounts.sessions")
    bind_extra_request_metadata.connect(name_in_log, dispatch_uid="accounts.sessions.log")
