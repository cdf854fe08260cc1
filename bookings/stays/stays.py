"""利用: what happens at the facility: a family arrives, does not come, or leaves. Each frees what is not used.

Each has the moment at which it happened (``happened_at``: at ``at`` unless said, never later, not before its booking
begins) and that at which it was written (``at``). Which days are used follows from the first.
"""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, DayStatus, Stay, StepKind
from bookings.places.locking import lock_booking
from bookings.places.parts import part_off
from bookings.places.queries import VISITS, booked_together, days_held
from bookings.places.refusals import in_words
from bookings.places.release import refuse_code_as_reason, release_days
from sankecare.consecutive_days import consecutive_days
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .moments import when_it_happened
from .steps import note_step


@in_transaction
def record_arrival(
    *, booking: Booking, by: User, at: datetime, is_visit: bool = False, happened_at: datetime | None = None
) -> Stay:
    """Record that the family has arrived: the day is used, days of the booking before it were missed.

    The stay is the unbroken run of that day; the days that lie apart of it are a booking of their own from now on.
    ``is_visit``: the arrival is that of a visit, which is corrected in its record. ``happened_at``: when it came,
    where that is written later: after midnight for the evening before.

    Errors: Refused ``not_expected_today`` (not a day of the booking), ``already_arrived``, ``not_booked``;
    NotPossible ``not_over_yet``.
    """
    moment = when_it_happened(happened_at, at)
    kept = lock_booking(booking)
    _refuse_unless_booked(kept)
    day = timezone.localdate(moment)
    held = days_held(kept)
    if day not in held:
        raise _not_expected(kept, held, said=happened_at is not None)
    run = next(run for run in consecutive_days(held) if day in run)
    part_off(kept, [one for one in held if one > run[-1]])
    if not is_visit:
        note_step(kept, StepKind.ARRIVAL, by=by, at=at, happened_at=moment)
    before = kept.days.filter(status=DayStatus.HELD, day__lt=day)
    before.update(status=DayStatus.RELEASED, released_at=at, missed=True)
    kept.days.filter(status=DayStatus.HELD, day=day).update(status=DayStatus.USED)
    kept.state = BookingState.ARRIVED
    kept.save(update_fields=["state"])
    return Stay.objects.create(booking=kept, arrived_at=moment, arrival_recorded_at=at, arrival_recorded_by=by)


@in_transaction
def record_absence(
    *, booking: Booking, by: User, at: datetime, reason: str = "", happened_at: datetime | None = None
) -> Booking:
    """Record that the family did not come (連絡の有無は理由に); the days are released once it cannot be undone.

    Only those of the first unbroken run: what lies apart of it stays booked, as a booking of its own.
    ``happened_at``: when it was clear that it does not come, where that is written later.

    Errors: Refused ``not_due_yet`` (before the first day), ``already_arrived``, ``not_booked``; NotPossible
    ``reason_is_a_code``, ``not_over_yet``.
    """
    refuse_code_as_reason(reason)
    moment = when_it_happened(happened_at, at)
    locked = lock_booking(booking)
    _refuse_unless_booked(locked)
    held = days_held(locked)
    if not held or held[0] > timezone.localdate(moment):
        sentence = _("The first day of %(number)s has not come yet.") % {"number": locked.number}
        raise Refused("not_due_yet", sentence, {"happened_at": sentence} if happened_at else {})
    part_off(locked, [day for day in held if day > consecutive_days(held)[0][-1]])
    note_step(locked, StepKind.ABSENCE, by=by, at=at, happened_at=moment)
    locked.state, locked.ended_reason = BookingState.NO_SHOW, reason
    locked.save(update_fields=["state", "ended_reason"])
    return locked


@in_transaction
def record_missed_day(*, booking: Booking, day: date, by: User, at: datetime) -> Booking:
    """Record that a family in house was not there on one of the days of its stay: it is not used and not charged.

    The stay goes on: the days after it stay the family's. Who does not come any more is recorded as having left.

    Errors: Refused ``not_in_house``, ``day_used`` (the day of arrival, or one of a stay that is over); NotPossible
    ``not_due_yet`` (a day to come is given back), ``another_day``.
    """
    locked = lock_booking(booking)
    if locked.state != BookingState.ARRIVED:
        raise _not_in_house(locked)
    if day > timezone.localdate(at):
        sentence = _("This day has not come yet.")
        raise NotPossible("not_due_yet", sentence, {"day": sentence})
    row = locked.days.kept().filter(day=day).first()
    if row is None:
        sentence = _("This is no day of the booking.")
        raise NotPossible("another_day", sentence, {"day": sentence})
    if row.status == DayStatus.USED:
        sentence = _("The family was here on this day. If that is wrong, correct the arrival.")
        raise Refused("day_used", sentence, {"day": sentence})
    note_step(locked, StepKind.MISSED, by=by, at=at, happened_at=at, rows=[row.pk])
    release_days(locked, [day], at, missed=True)
    return locked


@in_transaction
def record_departure(
    *,
    booking: Booking,
    by: User,
    at: datetime,
    note: str = "",
    summary: str = "",
    happened_at: datetime | None = None,
) -> Stay:
    """Record that the family has left: its days up to that day are used (the day of leaving counts).

    Later ones are released once the departure cannot be undone any more. A visit is used by having begun: what is
    still held of visits did not take place. ``happened_at``: when it left, where that is written later.

    Errors: Refused ``not_in_house``, ``already_departed``, ``departure_before_arrival``; NotPossible
    ``not_over_yet``.
    """
    moment = when_it_happened(happened_at, at)
    kept = lock_booking(booking)
    if kept.state == BookingState.DEPARTED:
        raise Refused("already_departed", _("The departure of %(number)s is recorded.") % {"number": kept.number})
    if kept.state != BookingState.ARRIVED:
        raise _not_in_house(kept)
    stay = Stay.objects.get(booking=kept)
    moment = _not_before_arrival(stay, moment)
    note_step(kept, StepKind.DEPARTURE, by=by, at=at, happened_at=moment)
    if kept.service.kind not in VISITS:
        kept.days.filter(status=DayStatus.HELD, day__lte=timezone.localdate(moment)).update(status=DayStatus.USED)
    kept.state = BookingState.DEPARTED
    kept.save(update_fields=["state"])
    stay.departed_at, stay.departure_recorded_at = moment, at
    stay.departure_recorded_by = by
    stay.note, stay.summary = note, summary
    stay.save(update_fields=["departed_at", "departure_recorded_at", "departure_recorded_by", "note", "summary"])
    return stay


def _not_before_arrival(stay: Stay, moment: datetime) -> datetime:
    """Return the moment of a departure; one typed by the minute of the arrival is not before it."""
    if moment < stay.arrived_at.replace(second=0, microsecond=0):
        sentence = _("The departure lies before the arrival.")
        raise Refused("departure_before_arrival", sentence, {"happened_at": sentence})
    return max(moment, stay.arrived_at)


def _refuse_unless_booked(booking: Booking) -> None:
    if booking.state in (BookingState.ARRIVED, BookingState.DEPARTED):
        sentence = _("The arrival of %(number)s is recorded.") % {"number": booking.number}
        if coming := [row.number for row in booked_together(booking) if row.state == BookingState.BOOKED]:
            apart = _("The days that lie apart of it are %(numbers)s.") % {"numbers": _(", ").join(coming)}
            sentence = f"{sentence} {apart}"
        raise Refused("already_arrived", sentence)
    if booking.state != BookingState.BOOKED:
        raise Refused(
            "not_booked",
            _("%(number)s is no longer booked: %(state)s.")
            % {"number": booking.number, "state": booking.get_state_display()},
        )


def _not_expected(booking: Booking, held: list[date], *, said: bool) -> Refused:
    if not said:
        return Refused("not_expected_today", _("Today is not a day of %(number)s.") % {"number": booking.number})
    sentence = _("This is no day of %(number)s. It is expected on %(days)s.") % {
        "number": booking.number,
        "days": in_words(held),
    }
    return Refused("not_expected_today", sentence, {"happened_at": sentence})


def _not_in_house(booking: Booking) -> Refused:
    return Refused("not_in_house", _("The family of %(number)s is not in house.") % {"number": booking.number})
