"""The draws that can be entered now. Reads only."""

from collections.abc import Iterable
from datetime import date, datetime

from bookings.models import DrawRound
from sankecare.periods import period


def rounds_to_enter(pools: Iterable[int], first: date, last: date, *, at: datetime) -> list[DrawRound]:
    """Return the draws of these pools, of any day from first to last, that are open at a moment. One query."""
    of_days = DrawRound.objects.filter(pool__in=list(pools), period__overlap=period(first, last))
    return list(of_days.filter(opens_at__lte=at, closes_at__gt=at, called_off_at__isnull=True, drawn_at__isnull=True))
