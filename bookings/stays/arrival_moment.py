"""到着時刻の訂正: another moment of an arrival, on the same day or another one of the stay; the days used follow."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingDay, BookingState, DayStatus, Stay, StayStep, StepKind
from bookings.places.locking import lock_booking, lock_pools
from bookings.places.parts import part_off_what_lies_apart
from bookings.places.refusals import days_full
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

from .moments import when_it_happened
from .steps import free_again, note_step, refuse_again, refuse_taken_back


@in_transaction
def move_arrival(*, step: StayStep, moment: datetime, reason: str, by: User, at: datetime) -> Stay:
    """Say that the family arrived at another moment: earlier days that it had missed are used, or others were missed.

    The step is taken back with the reason, and another one noted.

    Errors: Refused ``taken_back_already``, ``day_full`` (another family has a day by now); NotPossible
    ``not_over_yet``, ``another_day`` (no day that the booking had, or after the departure); those of
    ``refuse_again``.
    """
    moment = when_it_happened(moment, at, field="moment")
    locked = lock_booking(step.booking)
    kept = StayStep.objects.select_for_update(no_key=True, of=("self",)).get(pk=step.pk)
    refuse_taken_back(kept)
    stay = Stay.objects.get(booking=locked)
    if stay.departed_at is not None and moment > stay.departed_at:
        sentence = _("The departure lies before the arrival.")
        raise NotPossible("another_day", sentence, {"moment": sentence})
    before, day = timezone.localdate(stay.arrived_at), timezone.localdate(moment)
    if day < before:
        _came_earlier(locked, day, before, at)
    elif day > before:
        _came_later(locked, day, at)
    stay.arrived_at, stay.arrival_recorded_at, stay.arrival_recorded_by = moment, at, by
    stay.save(update_fields=["arrived_at", "arrival_recorded_at", "arrival_recorded_by"])
    kept.taken_back_at, kept.taken_back_by, kept.reason = at, by, reason.strip()
    kept.save(update_fields=["taken_back_at", "taken_back_by", "reason"])
    note_step(locked, StepKind.ARRIVAL, by=by, at=at, happened_at=moment, rows=kept.held)
    return stay


def _came_earlier(locked: Booking, day: date, before: date, at: datetime) -> None:
    """Every day from the arrival on was missed by mistake: it is used, or held, as of a stay that began then."""
    missed = list(locked.days.filter(missed=True, day__gte=day, day__lt=before).order_by("day"))
    if [row.day for row in missed] != _days_between(day, before):
        raise _no_such_day()
    lock_pools({row.pool_id for row in missed})
    if full := {row.day for row in missed} - free_again(missed):
        raise days_full(sorted(full))
    refuse_again(locked, missed, at)
    gone = locked.state == BookingState.DEPARTED
    for row in missed:
        row.status = DayStatus.USED if gone or row.day == day else DayStatus.HELD
        row.released_at, row.missed = None, False
    BookingDay.objects.bulk_update(missed, ["status", "released_at", "missed"])
    if not gone:
        locked.days.filter(status=DayStatus.USED, day__gt=day).update(status=DayStatus.HELD)


def _came_later(locked: Booking, day: date, at: datetime) -> None:
    """The days before were missed."""
    if not locked.days.kept().filter(day=day).exists():
        raise _no_such_day()
    locked.days.kept().filter(day__lt=day).update(status=DayStatus.RELEASED, released_at=at, missed=True)
    locked.days.kept().filter(day=day).update(status=DayStatus.USED)
    if locked.state == BookingState.ARRIVED:
        part_off_what_lies_apart(locked)


def _days_between(first: date, end: date) -> list[date]:
    return [date.fromordinal(number) for number in range(first.toordinal(), end.toordinal())]


def _no_such_day() -> NotPossible:
    sentence = _("This is no day of the booking.")
    return NotPossible("another_day", sentence, {"moment": sentence})
