"""A ward with use in some years, for tests of figures."""

from datetime import date, timedelta
from typing import Any

from bookings.models import Booking, BookingDay, BookingState, DayStatus
from enrollment.models import Family
from facilities.models import Service, ServiceKind
from tests import builders

DISTRICTS = ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama")


def used(service: Service, first: date, days: int, family: Family | None = None, born: int = 40, **of: Any) -> Booking:
    """A stay of so many days, of a baby that was ``born`` days before."""
    booking = Booking.objects.create(
        registration=builders.registration(family or builders.family(), born=first - timedelta(days=born)),
        service=service,
        state=BookingState.DEPARTED,
        booked_at=builders.at(first),
        **of,
    )
    BookingDay.objects.bulk_create(
        BookingDay(booking=booking, day=first + timedelta(days=number), status=DayStatus.USED)
        for number in range(days)
    )
    return booking


def two_houses() -> tuple[Service, Service]:
    """Short stay of the Ward Centre with 15 slots and day care of Mama's Room with 3, and the five districts."""
    for slug in DISTRICTS:
        builders.district(slug)
    stay = builders.service(ServiceKind.SHORT_STAY, builders.pool(15))
    mamas = builders.facility("mamas-room", "ママズルーム")
    return stay, builders.service(ServiceKind.DAY_CARE, builders.pool(3, mamas, "rooms-m"))
