"""取消: a booking given back; its days are free at once."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from sankecare.errors import Refused

from .locking import lock_booking
from .models import Booking, BookingState, DayStatus
from .release import refuse_too_late, release_days


@transaction.atomic(durable=True)
def cancel_booking(*, booking: Booking, by: User, at: datetime, reason: str = "") -> Booking:
    """Cancel a booking whose stay has not begun, and release its days.

    Errors: Refused ``already_cancelled``, ``stay_has_begun``, ``day_passed`` (the facility records the absence),
    ``too_late_to_give_back`` (allocation policy; staff may still).
    """
    return cancel_within_transaction(booking=booking, by=by, at=at, reason=reason)


def cancel_within_transaction(*, booking: Booking, by: User, at: datetime, reason: str = "") -> Booking:
    """Do the same within the transaction of the caller (sankecare.idempotency)."""
    kept = lock_booking(booking)
    if kept.state == BookingState.CANCELLED:
        raise Refused("already_cancelled", _("%(number)s is cancelled already.") % {"number": kept.number})
    if kept.state not in (BookingState.BOOKED, BookingState.OFFERED):
        raise Refused("stay_has_begun", _("The stay has begun; it can be shortened, not cancelled."))
    held = kept.days.filter(status=DayStatus.HELD)
    days = list(held.values_list("day", flat=True))
    if days and min(days) < timezone.localdate(at):
        raise Refused("day_passed", _("The first day has passed. Please call the facility."))
    refuse_too_late(kept, days, by, at)
    kept.state = BookingState.CANCELLED
    kept.ended_reason = reason
    kept.save(update_fields=["state", "ended_reason"])
    release_days(held, at)
    return kept
