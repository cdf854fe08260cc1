"""時刻を選ぶ: the family chooses the time of a visit or consultation from those that the service offers."""

from datetime import date, datetime, time

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, DayStatus
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

from .locking import lock_booking, lock_pools
from .notices import tell_of_update
from .queries import VISITS
from .refusals import not_changeable
from .release import refuse_too_late
from .times_offered import refuse_other_times


@in_transaction
def choose_time(*, booking: Booking, day: date, starts_at: time, by: User, at: datetime) -> Booking:
    """Let the appointment of the day begin at a time that the service offers; the old one is free.

    Errors: Refused ``not_changeable``, ``time_taken`` (by the database), ``too_late_to_give_back`` (as the day itself;
    the first time is chosen until the day); NotPossible ``no_appointment``, ``no_such_time``.
    """
    locked = lock_booking(booking)
    if locked.state != BookingState.BOOKED:
        raise not_changeable(locked)
    row = locked.days.filter(day=day, status=DayStatus.HELD).first()
    if row is None or locked.service.kind not in VISITS:
        raise NotPossible("no_appointment", _("There is no appointment on this day."))
    if row.starts_at is not None:
        refuse_too_late(locked, [day], by, at)
    refuse_other_times(locked.service, {day: starts_at})
    lock_pools([locked.service.pool_id])
    locked.days.filter(pk=row.pk).update(starts_at=starts_at)
    Booking.objects.filter(pk=locked.pk).update(calendar_changes=F("calendar_changes") + 1)
    tell_of_update(locked, at)
    return locked
