"""予定表の購読: made, read and taken back. It names nobody, and holds no more than days, times and places."""

import hashlib
import secrets
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import CalendarFeed, PlaceInCalendar
from enrollment.models import Protection
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

from .calendar_events import IN_CALENDAR, as_file
from .queries import bookings_of

SECRET_BYTES = 32


@in_transaction
def make_feed(*, account: User, at: datetime) -> str:
    """Make the account's feed, an earlier one ends; return the secret, which is kept nowhere.

    Errors: Refused ``no_feed``: the whereabouts of a family under protection stand under no address. Its sentence does
    not say so: somebody else may hold her telephone.
    """
    if _is_protected(account):
        words = _(
            "No calendar address can be made just now. On its page each booking goes into your calendar by itself."
        )
        raise Refused("no_feed", words)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    CalendarFeed.objects.update_or_create(account=account, defaults={"digest": _digest(secret), "made_at": at})
    return secret


@in_transaction
def end_feed(*, account: User) -> None:
    """Take the feed back: its address answers nothing any more."""
    CalendarFeed.objects.filter(account=account).delete()


@in_transaction
def choose_place_in_calendar(*, account: User, is_shown: bool, at: datetime) -> None:
    """Have the address of the house stand in the account's calendar, or no longer. Errors: Refused ``no_place``."""
    if not is_shown:
        PlaceInCalendar.objects.filter(account=account).delete()
    elif _is_protected(account):
        raise Refused("no_place", _("The address cannot be put into the calendar just now."))
    else:
        PlaceInCalendar.objects.get_or_create(account=account, defaults={"chosen_at": at})


def read_feed(secret: str, *, at: datetime) -> bytes | None:
    """Return the calendar behind the secret; None where there is none, or the family is protected by now."""
    feed = CalendarFeed.objects.select_related("account").filter(digest=_digest(secret)).first()
    if feed is None or not feed.account.is_active or _is_protected(feed.account):
        return None
    booked = bookings_of(feed.account).filter(state__in=IN_CALENDAR)
    written, _events = as_file(
        list(booked),
        with_place=PlaceInCalendar.objects.filter(account=feed.account).exists(),
        at=at,
        reader=feed.account,
    )
    return written


def _is_protected(account: User) -> bool:
    return Protection.in_force.filter(family__account=account).exists()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
