"""What is measured on: one pool of 15 slots, of which 12 are given on every day of a month, and families who book."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingDay
from enrollment.models import Registration
from facilities.models import Service
from tests import builders

SLOTS = 15
GIVEN = 12
DAYS = 30
CLIENTS = 8
FAMILIES_A_CLIENT = 10
CROWD = 64


@dataclass(frozen=True)
class World:
    """``first``: the month's first day. ``registrations``: each client's own, so that only places are contended.

    ``crowd``: families who all want the same week.
    """

    service: Service
    first: date
    registrations: list[list[Registration]]
    crowd: list[Registration]
    mothers: list[User]
    sessions: list[str]

    def over_capacity(self) -> int:
        """Days that were given more often than there are slots, counted from the rows."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM (SELECT day FROM bookings_bookingday WHERE status <> 'released'"
                " GROUP BY day HAVING count(*) > %s) AS over_booked",
                [SLOTS],
            )
            return int(cursor.fetchone()[0])


def build() -> World:
    """Write the rows, as a ward that has been running for a while would hold them."""
    builders.usage_limits()
    today = timezone.localdate()
    first, born = today + timedelta(days=7), today - timedelta(days=30)
    service = builders.service(slots=SLOTS)
    for _ in range(GIVEN):
        registration = builders.registration(born=born)
        booking = Booking.objects.create(registration=registration, service=service, booked_at=timezone.now())
        BookingDay.objects.bulk_create(
            BookingDay(booking=booking, day=first + timedelta(days=number)) for number in range(DAYS)
        )
    mothers = [builders.user(Role.MOTHER) for _ in range(CLIENTS)]
    registrations = [
        [
            builders.registration(builders.family(account=mother if number == 0 else None), born=born)
            for number in range(FAMILIES_A_CLIENT)
        ]
        for mother in mothers
    ]
    crowd = [builders.registration(born=born) for _ in range(CROWD)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return World(service, first, registrations, crowd, mothers, [session_of(mother) for mother in mothers])


def session_of(person: User) -> str:
    """Sign a person in; return the session's key."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)
