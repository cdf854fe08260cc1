"""The locks that every writer of places takes, in the one order that cannot deadlock.

First the registration (a family's limits are counted under it), then the place pools in the order of their ids
(the day's slots are counted under them). ``FOR NO KEY UPDATE``: foreign keys of others' inserts do not collide.
Whoever counts, counts after the lock: a value read before it is not used.
"""

from collections.abc import Iterable

from enrollment.models import Registration
from facilities.models import PlacePool

from .models import Booking


def lock_registration(pk: int) -> Registration:
    """Lock a registration and return it as it is now, with its birth and family. Raises DoesNotExist."""
    return Registration.objects.select_for_update(no_key=True, of=("self",)).select_related("birth__family").get(pk=pk)


def lock_pools(pools: Iterable[int]) -> None:
    """Lock place pools, lowest id first."""
    list(PlacePool.objects.select_for_update(no_key=True).filter(pk__in=set(pools)).order_by("pk").values_list("pk"))


def lock_booking(booking: Booking) -> Booking:
    """Lock the booking's registration, then the booking; return it as it is now, with what operations read.

    A booking keeps its registration (the database refuses to change it), so this much is known before the lock.
    """
    list(Registration.objects.select_for_update(no_key=True).filter(pk=booking.registration_id).values_list("pk"))
    return (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("service__facility", "registration__birth__family", "sibling")
        .get(pk=booking.pk)
    )
