"""赤ちゃんのことを知らせる: what is to come is set down at once, without cost or a word; a person calls."""

from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.draws.entering import withdraw_entry
from bookings.models import Booking, BookingState, DrawEntry, Turn, WaitingEnd, WaitingEntry, Wish, WishEnd
from bookings.places.locking import lock_booking, lock_registrations
from bookings.places.queries import days_held
from bookings.places.release import end_booking
from bookings.places.turns import end_turn
from enrollment.hard_news.note import note_hard_news
from enrollment.models import Family, HardNews, HardNewsKind, Registration
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

# 世田谷区に取消料は公表されていない: cancelling costs nothing, and what had to be said in time has not.
SET_DOWN = (BookingState.OFFERED, BookingState.BOOKED)


@in_transaction
def tell_hard_news(*, family: Family, kind: HardNewsKind, wants_call: bool, by: User, at: datetime) -> HardNews:
    """Keep what the family told; cancel what it has booked from today on, and take it out of draws and waiting lists.

    Whatever the last day to give back. No message says so: the page does. A family in house stays: the house is
    with her. An entry whose deadline has passed stays on the published list and is given nothing (``counted``).
    Twice is once.
    """
    registrations = Registration.objects.filter(birth__family=family).values_list("pk", flat=True)
    lock_registrations(registrations)
    mine = {"registration__birth__family": family}
    for entry in DrawEntry.objects.filter(**mine, withdrawn_at__isnull=True, round__closed_at__isnull=True):
        with suppress(Refused):
            withdraw_entry(entry=entry, at=at)
    Wish.objects.filter(**mine, ended_at__isnull=True).update(ended_at=at, ended_as=WishEnd.WITHDRAWN)
    left = {"ended_at": at, "ended_as": WaitingEnd.LEFT}
    for booking in Booking.objects.filter(**mine, state__in=SET_DOWN).order_by("pk"):
        _set_down(lock_booking(booking), at)
    WaitingEntry.objects.filter(**mine, ended_at__isnull=True).update(**left)
    Turn.objects.filter(entry__registration__birth__family=family, ended_at__isnull=True).update(**left)
    return note_hard_news(family=family, kind=kind, wants_call=wants_call, by=by, at=at)


def _set_down(locked: Booking, at: datetime) -> None:
    days = days_held(locked)
    if locked.state not in SET_DOWN or not days or min(days) < timezone.localdate(at):
        return  # of a day that has passed the facility says whether she came
    if locked.state == BookingState.OFFERED:
        end_turn(locked, WaitingEnd.LEFT, at)
    with translation.override(settings.LANGUAGE_CODE):  # the ward's record; the facility reads no more of it
        reason = _("For a reason of the family.")
    end_booking(locked, BookingState.CANCELLED, reason=reason, at=at)
