"""日が離れた予約: a stay is one unbroken run of days; what lies apart of it is a booking of its own."""

from collections.abc import Collection
from datetime import date

from bookings.models import Booking, BookingDay, BookingState, DayStatus
from sankecare.consecutive_days import consecutive_days

from .queries import VISITS


def part_off(locked: Booking, days: Collection[date]) -> Booking | None:
    """Give those of the days that a locked booking holds a booking of their own, in the caller's transaction.

    The family keeps its places, and what it said of party and food. Of the coupons announced each booking has as many
    as it has days for; what is written in her calendar keeps its ids. None where it holds none of the days.
    """
    rows = list(locked.days.order_by("day"))
    own = [row for row in rows if row.status == DayStatus.HELD and row.day in set(days)]
    if not own:
        return None
    left = [row.day for row in rows if row.is_kept and row not in own]
    events = len(left if locked.service.kind in VISITS else consecutive_days(left))
    sequence = calendar_sequence(locked, rows)
    part = Booking.objects.create(
        registration=locked.registration,
        service=locked.service,
        state=BookingState.BOOKED,
        infant_count=locked.infant_count,
        sibling=locked.sibling,
        coupons=max(locked.coupons - len(left), 0),
        food=locked.food,
        booked_at=locked.booked_at,
        booked_by=locked.booked_by,
        part_of_id=locked.part_of_id or locked.pk,
        calendar_from=locked.calendar_from + events,
        calendar_events=max(locked.calendar_events - events, 0),
        calendar_changes=sequence,
    )
    part.options.set(locked.options.all())
    BookingDay.objects.filter(pk__in=[row.pk for row in own]).update(booking=part)
    locked.coupons -= part.coupons
    locked.calendar_events = min(locked.calendar_events, events)
    locked.calendar_changes = sequence
    locked.save(update_fields=["coupons", "calendar_events", "calendar_changes"])
    return part


def part_off_what_lies_apart(locked: Booking, *, without: Collection[date] = ()) -> Booking | None:
    """Leave a stay that has begun the run that it began with; the runs after it are a booking of their own.

    A day missed belongs to the run: who did not come in between is in the same stay. ``without``: days that are about
    to be given back.
    """
    rows = [row for row in locked.days.order_by("day") if row.day not in without]
    runs = consecutive_days(row.day for row in rows if row.is_kept or row.missed)
    begun = next((run for run in runs if any(row.is_kept and row.day in run for row in rows)), None)
    if begun is None:
        return None
    return part_off(locked, [row.day for row in rows if row.day > begun[-1]])


def calendar_sequence(booking: Booking, rows: Collection[BookingDay]) -> int:
    """How often a time of the booking was agreed anew: every row that was added or given up counts. It never falls."""
    return len(rows) + sum(row.status == DayStatus.RELEASED for row in rows) + booking.calendar_changes
