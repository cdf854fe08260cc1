"""取消し: a touch at the facility taken back: an arrival with its check-in, an absence, a departure, a sleep check."""

from collections.abc import Collection
from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, StayStep, StepKind
from bookings.places.locking import lock_booking
from bookings.stays.steps import UNDO_FOR, take_back_step
from care.models import CheckIn, SleepCheck, SleepCheckTakenBack
from sankecare.errors import Refused, refuse_without_reason
from sankecare.transactions import in_transaction


@in_transaction
def take_back(
    *, step: StayStep, by: User, at: datetime, reason: str = "", days: Collection[date] | None = None
) -> Booking:
    """Take the last step of a booking back, an arrival with what was looked at on it.

    Errors: as ``take_back_step``.
    """
    lock_booking(step.booking)
    if step.kind == StepKind.ARRIVAL:
        CheckIn.objects.filter(stay__booking=step.booking).delete()
    return take_back_step(step=step, by=by, at=at, reason=reason, days=days)


@in_transaction
def take_back_sleep_check(*, check: SleepCheck, by: User, at: datetime, reason: str = "") -> SleepCheckTakenBack:
    """Take a sleep check back: by one touch for ten minutes, later with a reason. It stays, and counts no more.

    Errors: Refused ``taken_back_already``; NotPossible ``no_reason``.
    """
    if at - check.recorded_at > UNDO_FOR:
        refuse_without_reason(reason)
    lock_booking(check.stay.booking)
    taken_back, new = SleepCheckTakenBack.objects.get_or_create(
        check_of=check, defaults={"recorded_at": at, "recorded_by": by, "reason": reason.strip()}
    )
    if not new:
        raise Refused("taken_back_already", _("This has been taken back already."))
    return taken_back
