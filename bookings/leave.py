"""A family leaves: it moves out of the ward, or gives its registration up. What it had booked after is given back."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.life import ends, moves_away
from enrollment.models import Family, Registration
from sankecare.errors import Refused

from .cancel import cancel_within_transaction
from .change import shorten_within_transaction
from .models import Booking, BookingState, DayStatus


@transaction.atomic(durable=True)
def leave_ward(*, family: Family, last_day: date, by: User, at: datetime) -> list[Booking]:
    """The family moves out: usable days end with ``last_day``. Returns the bookings cancelled or shortened.

    Errors: NotPossible ``day_impossible``; Refused ``days_used_after`` where a stay was used after that day.
    """
    registrations = moves_away(family=family, last_day=last_day, by=by, at=at)
    return _give_back(registrations, last_day, by=by, at=at)


@transaction.atomic(durable=True)
def end_registration(*, registration: Registration, reason: str, by: User, at: datetime) -> list[Booking]:
    """End an approved registration today. Returns the bookings cancelled or shortened.

    Errors: Refused ``registration_not_live``, NotPossible ``no_reason``.
    """
    ended = ends(registration=registration, reason=reason, by=by, at=at)
    return _give_back([ended], timezone.localdate(at), by=by, at=at)


def _give_back(registrations: list[Registration], last_day: date, *, by: User, at: datetime) -> list[Booking]:
    changed = []
    live = (BookingState.OFFERED, BookingState.BOOKED, BookingState.ARRIVED)
    for booking in Booking.objects.filter(registration__in=registrations, state__in=live).order_by("pk"):
        days = list(booking.days.exclude(status=DayStatus.RELEASED).order_by("day"))
        after = [day for day in days if day.day > last_day]
        if any(day.status == DayStatus.USED for day in after):
            raise Refused("days_used_after", _("%(number)s was used after this day.") % {"number": booking.number})
        if not after:
            continue
        if len(after) == len(days):
            with translation.override(settings.LANGUAGE_CODE):  # the ward's record, whoever enters it
                why = _("The family left.")
            cancel_within_transaction(booking=booking, by=by, at=at, reason=why)
        else:
            shorten_within_transaction(booking=booking, last_day=days[-len(after) - 1].day, by=by, at=at)
        changed.append(booking)
    return changed
