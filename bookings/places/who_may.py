"""利用できる人か: does what a family wishes, waits for or is offered still count; and if not, why. Reads only.

One definition, asked at a draw's deadline, at the draw, when a place is passed on, when an offer is accepted and every
night: what booking these days would be refused for, but for the places and the time of asking (reserve.py).
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from functools import partial

from django.db import transaction

from bookings.models import Booking, DrawEntry, Outcome, Turn, WaitingEntry, WhyAway
from enrollment.models import Family, Sibling
from sankecare.errors import Refused

from .booking_context import BookingContext
from .reserve import refuse_who_may_not


def why_not(
    known: BookingContext,
    days: Sequence[date],
    sibling: Sibling | None,
    *,
    at: datetime,
    closed: Collection[date] = (),
) -> WhyAway | None:
    """Return why the family may not use the service on all of these days; None where it may.

    ``closed``: days on which the facility is closed, which only the calendar knows.
    """
    try:
        refuse_who_may_not(known, list(days), sibling, at)
    except Refused as refused:
        return why_of(refused)
    return WhyAway.CLOSED if any(day in closed for day in days) else None


def why_of(refused: Refused) -> WhyAway:
    """Return the reason of a refusal: its own code, or the first rule that is not met."""
    named = [refused.code, *(refused.fields if refused.code == "not_eligible" else ())]
    return next((WhyAway(name) for name in named if name in WhyAway.values), WhyAway.OTHER)


def note_offer_fallen(booking: Booking, why: WhyAway, at: datetime) -> None:
    """Write behind an offer why she cannot have it: what was won is void, who waited or stood in line still does."""
    DrawEntry.objects.filter(booking=booking).update(outcome=Outcome.VOID, away_since=at, away_why=why)
    WaitingEntry.objects.filter(booking=booking, ended_at__isnull=True).update(
        booking=None, away_since=at, away_why=why
    )
    in_line = Turn.objects.filter(booking=booking, ended_at__isnull=True)
    DrawEntry.objects.filter(turn__in=in_line).update(away_since=at, away_why=why)
    in_line.update(booking=None)


# Set by the app (apps.py): looks again at what a family entered, waits for and is offered.
after_change: list[Callable[[int, datetime], object]] = []


def look_again_later(family: Family, at: datetime) -> None:
    """Have it looked at again whether what the family entered and waits for counts, once the transaction stands."""
    for look_again in after_change:
        transaction.on_commit(partial(look_again, family.pk, at), robust=True)
