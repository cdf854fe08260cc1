"""利用: what happens at the facility: a family arrives, does not come, or leaves. Each frees what is not used."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, DayStatus, Stay, StepKind
from bookings.places.locking import lock_booking
from bookings.places.queries import VISITS, days_held
from bookings.places.release import refuse_code_as_reason
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

from .steps import note_step


@in_transaction
def record_arrival(
    *, booking: Booking, by: User, at: datetime, is_visit: bool = False, recorded_at: datetime | None = None
) -> Stay:
    """Record that the family has arrived; the day is used, days missed before it are released.

    ``is_visit``: the arrival is that of a visit, which is corrected in its record. ``recorded_at``: now, where the
    family arrived before (None: at once).

    Errors: Refused ``not_expected_today`` (not a day of the booking), ``already_arrived``, ``not_booked``.
    """
    kept = lock_booking(booking)
    _refuse_unless_booked(kept)
    today = timezone.localdate(at)
    if not kept.days.filter(status=DayStatus.HELD, day=today).exists():
        raise Refused("not_expected_today", _("Today is not a day of %(number)s.") % {"number": kept.number})
    if not is_visit:
        note_step(kept, StepKind.ARRIVAL, by=by, at=recorded_at or at)
    kept.days.filter(status=DayStatus.HELD, day__lt=today).update(status=DayStatus.RELEASED, released_at=at)
    kept.days.filter(status=DayStatus.HELD, day=today).update(status=DayStatus.USED)
    kept.state = BookingState.ARRIVED
    kept.save(update_fields=["state"])
    return Stay.objects.create(booking=kept, arrived_at=at, arrival_recorded_by=by)


@in_transaction
def record_absence(*, booking: Booking, by: User, at: datetime, reason: str = "") -> Booking:
    """Record that the family did not come (連絡の有無は理由に); its days are released once it cannot be undone.

    Errors: Refused ``not_due_yet`` (before the first day), ``already_arrived``, ``not_booked``; NotPossible
    ``reason_is_a_code``.
    """
    refuse_code_as_reason(reason)
    locked = lock_booking(booking)
    _refuse_unless_booked(locked)
    held = days_held(locked)
    if not held or held[0] > timezone.localdate(at):
        raise Refused("not_due_yet", _("The first day of %(number)s has not come yet.") % {"number": locked.number})
    note_step(locked, StepKind.ABSENCE, by=by, at=at)
    locked.state, locked.ended_reason = BookingState.NO_SHOW, reason
    locked.save(update_fields=["state", "ended_reason"])
    return locked


@in_transaction
def record_departure(
    *,
    booking: Booking,
    by: User,
    at: datetime,
    note: str = "",
    summary: str = "",
    recorded_at: datetime | None = None,
) -> Stay:
    """Record that the family has left: days up to today are used (the day of leaving counts).

    Later ones are released once the departure cannot be undone any more. A visit is used by having begun: what is
    still held of visits did not take place. ``recorded_at``: now, where the family left before (None: at once).

    Errors: Refused ``not_in_house``, ``already_departed``, ``departure_before_arrival``.
    """
    kept = lock_booking(booking)
    if kept.state == BookingState.DEPARTED:
        raise Refused("already_departed", _("The departure of %(number)s is recorded.") % {"number": kept.number})
    if kept.state != BookingState.ARRIVED:
        raise Refused("not_in_house", _("The family of %(number)s is not in house.") % {"number": kept.number})
    stay = Stay.objects.get(booking=kept)
    if at < stay.arrived_at:
        raise Refused("departure_before_arrival", _("The departure lies before the arrival."))
    today = timezone.localdate(at)
    note_step(kept, StepKind.DEPARTURE, by=by, at=recorded_at or at)
    if kept.service.kind not in VISITS:
        kept.days.filter(status=DayStatus.HELD, day__lte=today).update(status=DayStatus.USED)
    kept.state = BookingState.DEPARTED
    kept.save(update_fields=["state"])
    stay.departed_at = at
    stay.departure_recorded_by = by
    stay.note, stay.summary = note, summary
    stay.save(update_fields=["departed_at", "departure_recorded_by", "note", "summary"])
    return stay


def _refuse_unless_booked(booking: Booking) -> None:
    if booking.state in (BookingState.ARRIVED, BookingState.DEPARTED):
        raise Refused("already_arrived", _("The arrival of %(number)s is recorded.") % {"number": booking.number})
    if booking.state != BookingState.BOOKED:
        raise Refused(
            "not_booked",
            _("%(number)s is no longer booked: %(state)s.")
            % {"number": booking.number, "state": booking.get_state_display()},
        )
