"""確保: the days of many families held at once, under locks that the caller has taken, by few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from bookings.models import Booking, BookingDay, BookingState
from enrollment.models import Registration, Sibling
from facilities.models import Service
from sankecare.transactions import in_transaction

from .reserve import days_along


@dataclass(frozen=True)
class Held:
    """Days to be held for a family until it answers, by the service's slug what they are of."""

    registration: Registration
    service: Service
    days: Sequence[date]
    infant_count: int
    sibling: Sibling | None
    by: User
    offered_until: datetime


@in_transaction
def hold_several(*, asked: Sequence[Held], at: datetime) -> list[Booking]:
    """Hold what was drawn, all of it, in the order asked.

    The caller has locked the registrations and the pool, and has asked under these locks who may use what and what is
    free; the database's guard counts again. Errors: as the guard refuses (refusals.py).
    """
    bookings = Booking.objects.bulk_create(
        Booking(
            registration=one.registration,
            service=one.service,
            infant_count=one.infant_count,
            sibling=one.sibling,
            booked_at=at,
            booked_by=one.by,
            state=BookingState.OFFERED,
            offered_until=one.offered_until,
        )
        for one in asked
    )
    rows = []
    for booking, one in zip(bookings, asked, strict=True):
        along = days_along(one.days, one.sibling)
        rows += [BookingDay(booking=booking, day=day, with_sibling=day in along) for day in one.days]
    BookingDay.objects.bulk_create(rows)
    return bookings
