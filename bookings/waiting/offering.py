"""お知らせ: a family hears that a place is held for her: a link by a mail."""

from datetime import datetime

from bookings.models import Booking
from enrollment.models import Registration
from sankecare import outbox

OFFER_MAIL = "place_offered"


def tell_of_offer(booking: Booking, registration: Registration, at: datetime) -> None:
    """Have a mail sent that the place is held, once, in the caller's transaction."""
    account = registration.birth.family.account_id
    if account is not None:
        outbox.enqueue(
            kind=OFFER_MAIL,
            recipient=f"user:{account}",
            dedupe_key=f"{OFFER_MAIL}:{booking.pk}",
            payload={"booking": booking.pk},
            at=at,
        )
