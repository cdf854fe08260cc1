"""What was recorded of stays, for those who may take it back, and which days a stay had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bookings.models import Booking, BookingState, StayStep, StepKind, last_standing
from facilities.models import Facility


@dataclass(frozen=True)
class Told:
    """What was recorded of one booking, newest first, and its days: those that count, those given up, and those
    on which it did not come.

    ``last``: the step that can be taken back or corrected; ``undo``: by one touch still.
    """

    steps: Sequence[StayStep]
    last: StayStep | None
    undo: bool
    given_up: Sequence[date]
    missed: Sequence[date] = ()


def steps_to_undo(facility: Facility, now: datetime) -> list[StayStep]:
    """Return what was recorded at the facility and one touch still takes back, newest first. One query."""
    steps = (
        StayStep.objects.filter(booking__service__facility=facility, taken_back_at__isnull=True, undo_until__gte=now)
        .exclude(kind=StepKind.ARRIVAL, booking__state=BookingState.DEPARTED)
        .select_related("booking__registration__birth__family", "booking__service", "recorded_by")
    )
    of_booking: dict[int, list[StayStep]] = {}
    for step in steps:
        of_booking.setdefault(step.booking_id, []).append(step)
    return [last for rows in of_booking.values() if (last := last_standing(rows))]


def told_of(booking: Booking, now: datetime) -> Told:
    """Return what was recorded of a booking. One query after ``bookings_with_days``."""
    steps = list(booking.steps.select_related("recorded_by", "taken_back_by"))
    last = last_standing(steps)
    kept = set(booking.days_kept)
    missed = {row.day for row in booking.days.all() if row.missed} - kept
    given_up = {row.day for row in booking.days.all()} - kept - missed
    undo = last is not None and now <= last.undo_until
    return Told(steps, last, undo, sorted(given_up), sorted(missed))
