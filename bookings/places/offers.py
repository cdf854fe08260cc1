"""A place held for a family until it answers: what was won in a draw, or came free. Unanswered it goes on."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, WaitingEnd, WaitingEntry
from sankecare.errors import Refused
from sankecare.isolation import isolated
from sankecare.moments import moment_in_words

from .locking import lock_booking
from .release import EndCode, end_booking
from .reserve import tell_of_booking


@transaction.atomic(durable=True)
def accept_offer(*, booking: Booking, by: User, at: datetime) -> Booking:
    """Take the place that is held: from now on it is a booking. Accepting twice is once.

    Errors: Refused ``offer_lapsed``, ``not_offered``.
    """
    kept = lock_booking(booking)
    if kept.state == BookingState.BOOKED and kept.offered_until is not None:
        return kept
    _refuse_unless_offered(kept)
    if kept.offered_until is not None and kept.offered_until < at:
        until = moment_in_words(kept.offered_until)
        raise Refused("offer_lapsed", _("This place was held for you until %(moment)s.") % {"moment": until})
    kept.state, kept.booked_by = BookingState.BOOKED, by
    kept.save(update_fields=["state", "booked_by"])
    tell_of_booking(kept, at)
    WaitingEntry.objects.filter(booking=kept, ended_at__isnull=True).update(ended_at=at, ended_as=WaitingEnd.PLACED)
    return kept


@transaction.atomic(durable=True)
def decline_offer(*, booking: Booking, by: User, at: datetime) -> Booking:
    """Give the place that is held to somebody else. Errors: Refused ``not_offered``."""
    locked = lock_booking(booking)
    _refuse_unless_offered(locked)
    return _given_back(locked, EndCode.DECLINED, at)


def lapse_offers(*, at: datetime) -> list[Booking]:
    """Give back every place that was not accepted in time, each in its own transaction; run again it does nothing.

    One that cannot be given back keeps no other.
    """
    found = Booking.objects.filter(state=BookingState.OFFERED, offered_until__lt=at).order_by("pk")
    lapsed = []
    for booking in list(found):
        with isolated("offer_not_given_back", booking.pk):
            lapsed.append(_lapse(booking, at))
    return [booking for booking in lapsed if booking is not None]


@transaction.atomic(durable=True)
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
