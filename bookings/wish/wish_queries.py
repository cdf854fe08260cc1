"""A family's wish as it stands: how many of its days are still wished, what was made from it. Reads only."""

from collections.abc import Iterable

from bookings.models import BookingDay, BookingState, DayStatus, Wish
from enrollment.models import Registration

COUNTED = (BookingState.BOOKED, BookingState.ARRIVED, BookingState.DEPARTED)


def wish_of(registration: Registration) -> Wish | None:
    """Return the wish that lives, or the last one."""
    return registration.wishes.order_by("ended_at", "-made_at").first() if registration.pk else None


def days_still_wished(wishes: Iterable[Wish]) -> dict[int, int]:
    """Return, by the wish's id, how many days are left of it. One query.

    What the registration has booked since it wished, of a service and until the day of the wish, is taken off; what is
    only held for it is not.
    """
    asked = list(wishes)
    held = BookingDay.objects.filter(
        booking__registration__in={wish.registration_id for wish in asked}, booking__state__in=COUNTED
    ).exclude(status=DayStatus.RELEASED)
    rows = list(
        held.values_list("booking__registration", "booking__service", "booking__booked_at", "day").order_by("pk")
    )
    services = {wish.pk: {row.service_id for row in wish.services.all()} for wish in asked}
    return {
        wish.pk: wish.days
        - sum(
            registration == wish.registration_id
            and service in services[wish.pk]
            and booked_at >= wish.made_at
            and day <= wish.until
            for registration, service, booked_at, day in rows
        )
        for wish in asked
    }
