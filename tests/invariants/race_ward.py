"""A ward under race: one pool, as many families as it takes, the jobs of racers, and what the rows say afterwards."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import connection

from bookings.models import Booking, BookingDay
from enrollment.models import Registration
from facilities.models import PlacePool, Service
from tests import builders
from tests.as_owner import as_owner
from tests.invariants.race_jobs import DONE
from tests.invariants.racers import Job

MONDAY = date(2023, 5, 15)
WEEK = [MONDAY + timedelta(days=number) for number in range(7)]
ASKED_AT = builders.at(builders.A_DAY).isoformat()


def booked_on(pool: PlacePool) -> dict[date, int]:
    """Slots held on each day, counted from the rows alone: day, booking, service."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.day, count(*) FROM bookings_bookingday d"
            " JOIN bookings_booking b ON b.id = d.booking_id JOIN facilities_service s ON s.id = b.service_id"
            " WHERE s.pool_id = %s AND d.status IN ('held', 'used') GROUP BY d.day",
            [pool.pk],
        )
        return dict(cursor.fetchall())


GUARDS = ("booking_day_within_slots_insert", "booking_day_within_slots_update")
SIBLING_GUARDS = ("booking_day_within_sibling_rooms_insert", "booking_day_within_sibling_rooms_update")


@contextmanager
def guards_out(guards: tuple[str, ...] = GUARDS) -> Iterator[None]:
    """Take the database's guards out. Its owner may; the role the programme runs as in production may not."""
    with as_owner(), connection.cursor() as cursor:
        for guard in guards:
            cursor.execute(f"ALTER TABLE bookings_bookingday DISABLE TRIGGER {guard}")
    try:
        yield
    finally:
        with as_owner(), connection.cursor() as cursor:
            for guard in guards:
                cursor.execute(f"ALTER TABLE bookings_bookingday ENABLE TRIGGER {guard}")


def over_capacity(pool: PlacePool, slots: dict[date, int]) -> dict[date, int]:
    return {day: booked for day, booked in booked_on(pool).items() if booked > slots.get(day, 0)}


def days_of_successes(jobs: list[Job], ends: list[str]) -> Counter[date]:
    """How many slots the successful requests must hold on each day: all of a request's days or none."""
    return Counter(
        day
        for job, end in zip(jobs, ends, strict=True)
        if job["do"] == "reserve" and end == DONE
        for day in job["days"]
    )


class Ward:
    """One pool of ``slots`` a day, and as many families as a race needs."""

    def __init__(self, slots: int) -> None:
        builders.usage_limits()
        self.pool = builders.pool(slots)
        self.service = builders.service(in_pool=self.pool)
        self.slots = dict.fromkeys(WEEK, slots)
        self.staff = builders.user()

    def wants(self, days: list[date], registration: Registration | None = None, at: Service | None = None) -> Job:
        """A request of a family, a new one unless told."""
        return {
            "do": "reserve",
            "registration": (registration or builders.registration()).pk,
            "service": (at or self.service).pk,
            "days": days,
            "by": self.staff.pk,
            "at": ASKED_AT,
        }

    def booked(self, days: list[date]) -> Booking:
        """A booking that stands already, written straight to the tables."""
        booking = Booking.objects.create(
            registration=builders.registration(),
            service=self.service,
            booked_at=builders.at(builders.A_DAY),
        )
        BookingDay.objects.bulk_create(BookingDay(booking=booking, day=day) for day in days)
        return booking

    def gives_back(self, booking: Booking) -> Job:
        return {"do": "cancel", "booking": booking.pk, "by": self.staff.pk, "at": ASKED_AT}

    def cut(self, how: str, day: date, slots: int = 0) -> Job:
        return {"do": "cut", "pool": self.pool.pk, "day": day, "slots": slots, "how": how}

    def after_cut(self, cut: Job) -> None:
        """Keep in mind what an accepted cut leaves."""
        for day in WEEK:
            if day == cut["day"] or (cut["how"] == "capacity" and day >= cut["day"]):
                self.slots[day] = min(self.slots[day], cut["slots"])

    def does(self, what: str, **asked: Any) -> Job:
        """Any other job of staff."""
        return {"do": what, "by": self.staff.pk, "at": ASKED_AT, **asked}
