"""The locks that every writer of places takes, in the one order that cannot deadlock.

First the registration (a family's limits are counted under it), then the booking, then the place pools in the
order of their ids (the day's slots are counted under them). ``FOR NO KEY UPDATE``: foreign keys of others'
inserts do not collide. Whoever counts, counts after the lock: a value read before it is not used.
"""

from collections.abc import Iterable

from django.db import connection

from bookings.models import Booking
from enrollment.models import Registration
from sankecare.db import Prepared, Question, Rows, run_batch

# Plain SQL where every booking passes: it costs a tenth of what the ORM takes to write the same.
LOCK_POOLS = "SELECT id FROM facilities_placepool WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
LOCK_REGISTRATION = "SELECT id FROM enrollment_registration WHERE id = %s FOR NO KEY UPDATE"
LOCK_REGISTRATIONS = "SELECT id FROM enrollment_registration WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
REGISTRATION = Prepared(
    lambda: (
        Registration.objects.select_for_update(no_key=True, of=("self",)).select_related("birth__family").filter(pk=0)
    )
)
BOOKING = Prepared(
    lambda: (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("service", "registration__birth__family")
        .filter(pk=0)
    )
)


def lock_registration(pk: int) -> Registration:
    """Lock a registration and return it as it is now, with its birth and family. Raises DoesNotExist."""
    return lock_registration_and_ask(pk)[0]


def lock_registration_and_ask(pk: int, *beside: Question) -> tuple[Registration, list[Rows]]:
    """Do the same, and ask the questions under the lock. One query."""
    found, *answers = run_batch(REGISTRATION.ask(pk), *beside)
    for registration in REGISTRATION.read(found):
        return registration, answers
    raise Registration.DoesNotExist


def lock_pools(pools: Iterable[int]) -> None:
    """Lock place pools, lowest id first."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_POOLS, [list(pools)])


def lock_registrations(registrations: Iterable[int]) -> None:
    """Lock registrations, lowest id first; what was read of them before is not used."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_REGISTRATIONS, [sorted(set(registrations))])


def lock_booking(booking: Booking) -> Booking:
    """Lock the booking's registration, then the booking; return it as it is now, with what operations read.

    A booking keeps its registration (the database refuses to change it), so this much is known before the lock.
    """
    return lock_booking_and_ask(booking)[0]


def lock_booking_and_ask(booking: Booking, *beside: Question) -> tuple[Booking, list[Rows]]:
    """Do the same, and ask the questions under the locks. One query."""
    locked = (LOCK_REGISTRATION, [booking.registration_id])
    _registration, found, *answers = run_batch(locked, BOOKING.ask(booking.pk), *beside)
    for kept in BOOKING.read(found):
        return kept, answers
    raise Booking.DoesNotExist
