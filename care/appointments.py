"""予約時刻: the time agreed for a visit at home or an online consultation, told by the facility."""

from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, DayStatus
from bookings.places.locking import lock_booking, lock_pools
from bookings.places.notices import tell_of_update
from bookings.places.queries import VISITS
from bookings.places.refusals import not_changeable
from sankecare.database_refusals import constraint_of, sentence_for
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction


@in_transaction
def agree_time(*, booking: Booking, day: date, starts_at: time | None, by: User, at: datetime) -> Booking:
    """Say at what time of the day the visit or consultation begins (None: not agreed any more).

    Families choose from the times that the service offers (bookings/places/choosing_time.py); the facility may agree
    on any other, too. Two of one midwife never overlap, the way between them counted in.
    Errors: Refused ``not_changeable``, ``time_taken`` (another family has it, or is too near); NotPossible
    ``no_appointment``.
    """
    try:
        with transaction.atomic():
            locked = lock_booking(booking)
            if locked.service.kind not in VISITS:
                raise NotPossible("no_appointment", _("Only visits and online consultations have a time."))
            if locked.state != BookingState.BOOKED:
                raise not_changeable(locked)
            lock_pools([locked.service.pool_id])
            if not locked.days.filter(day=day, status=DayStatus.HELD).update(starts_at=starts_at):
                raise NotPossible("no_appointment", _("There is no appointment on this day."))
            Booking.objects.filter(pk=locked.pk).update(calendar_changes=F("calendar_changes") + 1)
            tell_of_update(locked, at)
            return locked
    except IntegrityError as refusal:
        if constraint_of(refusal) != "booking_day_one_appointment_at_a_time":
            raise
        raise Refused("time_taken", sentence_for(refusal)) from refusal
