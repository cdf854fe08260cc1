"""A place held for a family until it answers: what was won in a draw, or came free. Unanswered it goes on."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, WaitingEnd, WaitingEntry
from sankecare.errors import Refused
from sankecare.isolation import isolated
from sankecare.moments import moment_in_words
from sankecare.transactions import in_transaction

from .booking_context import load_context
from .locking import lock_booking
from .queries import days_held
from .refusals import guarded_transaction
from .release import EndCode, end_booking
from .reserve import refuse_who_may_not, tell_of_booking


@in_transaction
def accept_offer(*, booking: Booking, by: User, at: datetime) -> Booking:
    """Take the place that is held: from now on it is a booking. Accepting twice is once.

    Errors: Refused ``offer_lapsed``, ``not_offered``; as ``refuse_who_may_not`` where the family may not use the days
    any more.
    """
    locked = lock_booking(booking)
    if locked.state == BookingState.BOOKED and locked.offered_until is not None:
        return locked
    _refuse_unless_offered(locked)
    if locked.offered_until is not None and locked.offered_until < at:
        until = moment_in_words(locked.offered_until)
        raise Refused("offer_lapsed", _("This place was held for you until %(moment)s.") % {"moment": until})
    days = days_held(locked)
    known = load_context(locked.registration, locked.service, days, without=locked)
    refuse_who_may_not(known, days, locked.sibling, at)
    locked.state, locked.booked_by = BookingState.BOOKED, by
    locked.save(update_fields=["state", "booked_by"])
    tell_of_booking(locked, at)
    WaitingEntry.objects.filter(booking=locked, ended_at__isnull=True).update(ended_at=at, ended_as=WaitingEnd.PLACED)
    return locked


@in_transaction
def decline_offer(*, booking: Booking, by: User, at: datetime) -> Booking:
    """Give the place that is held to somebody else. Errors: Refused ``not_offered``."""
    locked = lock_booking(booking)
    _refuse_unless_offered(locked)
    return _given_back(locked, EndCode.DECLINED, at)


def lapse_offers(*, at: datetime) -> list[Booking]:
    """Give back every place that was not accepted in time; run again it does nothing.

    A batch: it opens a transaction for each, so that one that cannot be given back keeps no other. Call it outside
    of one.
    """
    unanswered = Booking.objects.filter(state=BookingState.OFFERED, offered_until__lt=at).order_by("pk")
    lapsed = []
    for booking in list(unanswered):
        with isolated("offer_not_given_back", booking.pk), guarded_transaction():
            lapsed.append(_lapse(booking, at))
    return [booking for booking in lapsed if booking is not None]


def _lapse(booking: Booking, at: datetime) -> Booking | None:
    locked = lock_booking(booking)
    if locked.state != BookingState.OFFERED or locked.offered_until is None or locked.offered_until >= at:
        return None
    return _given_back(locked, EndCode.LAPSED, at)


def _given_back(locked: Booking, reason: EndCode, at: datetime) -> Booking:
    ended = WaitingEnd.LAPSED if reason == EndCode.LAPSED else WaitingEnd.DECLINED
    WaitingEntry.objects.filter(booking=locked, ended_at__isnull=True).update(ended_at=at, ended_as=ended)
    end_booking(locked, BookingState.CANCELLED, reason=reason, at=at)
    return locked


def _refuse_unless_offered(locked: Booking) -> None:
    if locked.state != BookingState.OFFERED:
        raise Refused(
            "not_offered",
            _("%(number)s is not waiting for an answer: %(state)s.")
            % {"number": locked.number, "state": locked.get_state_display()},
        )
