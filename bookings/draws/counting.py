"""Which entries of a round count: whose family may use the service, on which of the days wished. Reads only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bookings.models import DrawEntry, WaitingEntry, WhyAway
from bookings.places.availability import places_of
from bookings.places.booking_context import BookingContext, load_contexts
from bookings.places.who_may import why_not
from enrollment.models import Sibling

from .draw import Stretch, Wish, usable_stretches


@dataclass(frozen=True)
class Counted:
    """``usable``: the stretches within which the entry can be given days; none: ``why`` says what is against it."""

    usable: list[Stretch]
    why: WhyAway | None = None


def wish_of(entry: DrawEntry) -> Wish:
    """Return the entry as the draw takes it: nothing of the person."""
    return Wish(
        sign=entry.sign,
        choices=tuple(tuple(date.fromisoformat(day) for day in choice) for choice in entry.choices),
        least_days=entry.least_days,
        sibling=entry.sibling_id is not None,
        tickets=entry.tickets or 1,
    )


def counted(entries: Sequence[DrawEntry], at: datetime) -> dict[int, Counted]:
    """Return of each entry of one round, by its id, what of it counts at a moment. Two queries.

    Takes entries with their round's service, their registration's family and their sibling.
    """
    if not entries:
        return {}
    draw_round = entries[0].round
    first, last = draw_round.period.lower, draw_round.period.upper - timedelta(days=1)
    closed = {row.day for row in places_of(draw_round.service, first, last) if row.slots == 0}
    wishes = {entry.pk: wish_of(entry) for entry in entries}
    known = load_contexts([(row.registration, draw_round.service, _days(wishes[row.pk])) for row in entries])
    return {
        entry.pk: _counted(wishes[entry.pk], context, entry.sibling, closed, at)
        for entry, context in zip(entries, known, strict=True)
    }


def note_away(entry: DrawEntry | WaitingEntry, why: WhyAway | None, at: datetime) -> bool:
    """Let the entry count or not from now on, without saving it; tell whether that is new."""
    if (why or "") == entry.away_why:
        return False
    entry.away_since, entry.away_why = (at, why) if why else (None, "")
    return True


def _counted(
    wish: Wish, known: BookingContext, sibling: Sibling | None, closed: Collection[date], at: datetime
) -> Counted:
    def against(days: Stretch) -> WhyAway | None:
        return why_not(known, days, sibling, at=at, closed=closed)

    usable = usable_stretches(wish, lambda days: against(days) is None)
    return Counted(usable, None if usable else against(wish.choices[0]))


def _days(wish: Wish) -> list[date]:
    return sorted({day for choice in wish.choices for day in choice})
