"""A family leaves: it moves out of the ward, or gives its registration up. What it had booked after is given back."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, DayStatus, WaitingEnd, WaitingEntry
from enrollment.families.life_events import ends, moves_away
from enrollment.models import Family, Registration
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

from .locking import lock_booking
from .release import end_booking, release_days


@in_transaction
def leave_ward(*, family: Family, last_day: date, by: User, at: datetime) -> list[Booking]:
    """The family moves out: usable days end with ``last_day``. Returns the bookings cancelled or shortened.

    Errors: NotPossible ``day_impossible``; Refused ``days_used_after`` where a stay was used after that day,
    ``day_passed`` where nobody recorded yet whether the family came, ``stay_has_begun``.
    """
    registrations = moves_away(family=family, last_day=last_day, by=by, at=at)
    return _give_back(registrations, last_day, by=by, at=at)


@in_transaction
def end_registration(*, registration: Registration, reason: str, by: User, at: datetime) -> list[Booking]:
    """End an approved registration today. Returns the bookings cancelled or shortened.

    Errors: Refused ``registration_not_live``, NotPossible ``no_reason``.
    """
    ended = ends(registration=registration, reason=reason, by=by, at=at)
    return _give_back([ended], timezone.localdate(at), by=by, at=at)


def _give_back(registrations: list[Registration], last_day: date, *, by: User, at: datetime) -> list[Booking]:
    """Who leaves gives back late, too: the day until which a family may give back is no reason to keep a place."""
    live = (BookingState.OFFERED, BookingState.BOOKED, BookingState.ARRIVED)
    bookings = Booking.objects.filter(registration__in=registrations, state__in=live).order_by("pk")
    return [booking for booking in map(lock_booking, bookings) if _given_back_after(booking, last_day, at)]


def _given_back_after(booking: Booking, last_day: date, at: datetime) -> bool:
    days = list(booking.days.kept().order_by("day"))
    after = [day for day in days if day.day > last_day]
    if not after:
        return False
    if any(day.status == DayStatus.USED for day in after):
        raise Refused("days_used_after", _("%(number)s was used after this day.") % {"number": booking.number})
    if after[0].day < timezone.localdate(at):
        raise Refused("day_passed", _("%(number)s: the facility first records who came.") % {"number": booking.number})
    if len(after) < len(days):
        release_days(booking, [day.day for day in after], at)
        return True
    if booking.state == BookingState.ARRIVED:
        raise Refused("stay_has_begun", _("The family of %(number)s is in house.") % {"number": booking.number})
    declined = {"ended_at": at, "ended_as": WaitingEnd.DECLINED}
    WaitingEntry.objects.filter(booking=booking, ended_at__isnull=True).update(**declined)
    with translation.override(settings.LANGUAGE_CODE):  # the ward's record, whoever enters it
        end_booking(booking, BookingState.CANCELLED, reason=_("The family left."), at=at)
    return True
