"""訂正: an arrival, an absence or a departure that was not so, or not then; what is owed follows by an adjustment."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, Stay, StayStep, StepKind
from bookings.stays.arrival_moment import move_arrival
from bookings.stays.stays import record_arrival
from care.undo import take_back
from sankecare.database_refusals import constraint_of
from sankecare.errors import NotPossible, refuse_without_reason
from sankecare.transactions import in_transaction

from .check_out import adjust_to_use, check_out
from .models import Charge
from .refusals import month_accepted


@in_transaction
def correct_step(
    *,
    step: StayStep,
    reason: str,
    by: User,
    at: datetime,
    moment: datetime | None = None,
    days: Collection[date] | None = None,
) -> Booking:
    """Correct what was recorded, with the reason: it was not so at all, or it was at another ``moment``.

    An absence with a moment: the family did come, then. ``days``: as ``take_back_step``.

    Errors: NotPossible ``no_reason``, ``not_over_yet``, ``another_day``; Refused ``month_accepted``; those of taking
    it back and of recording it anew.
    """
    refuse_without_reason(reason)
    if moment is not None and moment > at:
        sentence = _("This time has not come yet.")
        raise NotPossible("not_over_yet", sentence, {"moment": sentence})
    try:
        return _corrected(step, moment, reason=reason, by=by, at=at, days=days)
    except IntegrityError as refusal:
        if constraint_of(refusal) != "month_is_accepted":
            raise
        raise month_accepted(timezone.localdate(step.happened_at).replace(day=1)) from refusal


def _corrected(
    step: StayStep, moment: datetime | None, *, reason: str, by: User, at: datetime, days: Collection[date] | None
) -> Booking:
    if moment is not None and step.kind == StepKind.ARRIVAL:
        return _arrived_at(step, moment, reason=reason, by=by, at=at)
    stay = Stay.objects.filter(booking=step.booking_id).first()
    note, summary = (stay.note, stay.summary) if stay else ("", "")
    booking = take_back(step=step, by=by, at=at, reason=reason, days=days)
    if moment is None:
        if step.kind == StepKind.ARRIVAL:
            _owes_what_was_used(booking, by=by, at=at)
        return booking
    if step.kind == StepKind.ABSENCE:
        _refuse_another_day(booking, moment)
        record_arrival(booking=booking, by=by, at=at, happened_at=moment)
    else:
        check_out(booking=booking, by=by, at=at, happened_at=moment, note=note, summary=summary, stops_undecided=False)
    return booking


def _arrived_at(step: StayStep, moment: datetime, *, reason: str, by: User, at: datetime) -> Booking:
    """Another time, perhaps of another day of the stay; what was charged follows by an adjustment."""
    stay = move_arrival(step=step, moment=moment, reason=reason, by=by, at=at)
    _owes_what_was_used(stay.booking, by=by, at=at)
    return stay.booking


def _owes_what_was_used(booking: Booking, *, by: User, at: datetime) -> None:
    """What was charged follows the days used: of who did not come at all, nothing is owed."""
    if issued := Charge.objects.filter(booking=booking).first():
        adjust_to_use(issued, by=by, at=at)


def _refuse_another_day(booking: Booking, moment: datetime) -> None:
    if timezone.localdate(moment) not in booking.days_kept:
        sentence = _("This is no day of the booking.")
        raise NotPossible("another_day", sentence, {"moment": sentence})
