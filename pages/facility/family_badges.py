"""The badges at a family's name on every page of the facility: what care knows, and an urgent follow-up request."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from bookings.models import Booking
from care.badges import Badge, badges_of
from referrals.queries import with_urgent_referral


def show_badges(bookings: Iterable[Booking], today: date) -> None:
    """Give each booking its ``badges``, for templates/facility/badges.html. A fixed number of queries."""
    shown: Sequence[Booking] = list(bookings)
    found, urgent = badges_of(shown, today), with_urgent_referral(shown)
    for booking in shown:
        badges = found[booking.pk]
        if booking.pk in urgent:
            badges = [Badge(_("Urgent follow-up request"), "error"), *badges]
        booking.badges = badges  # type: ignore[attr-defined]  # for templates alone
