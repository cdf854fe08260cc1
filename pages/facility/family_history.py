"""What the house is to know of a family before it acts: what was stated, and how often it was here."""

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may
from bookings.models import Booking, BookingState
from bookings.places.queries import bookings_with_days
from enrollment.stated import Stated, stated_of

NOT_IN_ITS_CARE = (BookingState.OFFERED, BookingState.CANCELLED)


def stated_to(person: User, booking: Booking) -> Stated | None:
    """Return what the family wrote on its application, for a booking that the person sees; None where she may not.

    Nor of a place that the family has not taken yet, or that it gave back: the house does not care for it then.
    """
    if not may(person, Action.STATED_READ) or booking.state in NOT_IN_ITS_CARE:
        return None
    return stated_of(booking.registration, list(booking.registration.birth.infants.all()))


def earlier_stays(booking: Booking) -> list[Booking]:
    """Return the family's other stays and visits at the same facility that are over, newest first. Two queries."""
    family, here = booking.registration.birth.family_id, booking.service.facility_id
    over = bookings_with_days().filter(
        registration__birth__family=family, service__facility=here, state=BookingState.DEPARTED
    )
    return list(over.exclude(pk=booking.pk).order_by("-stay__departed_at", "-pk"))
