"""取消: a booking given back; its days are free at once."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, WaitingEnd
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

from .locking import lock_booking_and_ask
from .notices import update_entry
from .queries import ask_days_held
from .refusals import is_helper_of, is_self_service, only_she_answers
from .release import EndCode, ask_to_give_back, end_booking, refuse_too_late
from .turns import end_turn


@in_transaction
def cancel_booking(*, booking: Booking, by: User, at: datetime, reason: str = "") -> Booking:
    """Cancel a booking whose stay has not begun, and release its days.

    A helper gives back what is booked, never what is only held: that is the mother's answer.

    Errors: Refused ``already_cancelled``, ``stay_has_begun``, ``day_passed`` (the facility records the absence),
    ``too_late_to_give_back`` (allocation policy; staff may still), ``offer_is_hers``.
    """
    locked, (held, gives_back) = lock_booking_and_ask(booking, ask_days_held(booking), ask_to_give_back(booking))
    if locked.state == BookingState.CANCELLED:
        raise Refused("already_cancelled", _("%(number)s is cancelled already.") % {"number": locked.number})
    if locked.state not in (BookingState.BOOKED, BookingState.OFFERED):
        raise Refused("stay_has_begun", _("The stay has begun; it can be shortened, not cancelled."))
    if locked.state == BookingState.OFFERED and is_helper_of(locked.registration, by):
        raise only_she_answers()
    days = [day for (day,) in held]
    if days and min(days) < timezone.localdate(at):
        raise Refused("day_passed", _("The first day has passed. Please call the facility."))
    refuse_too_late(locked, days, by, at, known=gives_back)
    if locked.state == BookingState.OFFERED:
        end_turn(locked, WaitingEnd.DECLINED, at)
        if is_self_service(by):  # an offer that she does not want is no place given back
            reason = EndCode.DECLINED
    told = update_entry(locked, at) if locked.state == BookingState.BOOKED else []
    end_booking(locked, BookingState.CANCELLED, reason=reason, at=at, told=told)
    return locked
