"""列のいま: where a family stands in line, and what is held for it. Reads only, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass

from bookings.models import Booking, BookingState, Turn, WaitingEnd, WaitingEntry


@dataclass(frozen=True)
class PlaceInLine:
    """Of one entry. ``ahead``: how many who stand in line come before it, of ``standing`` in all; ``offer``: what is
    held for it now, to be answered.

    Who is passed over because she may not use the days (the entry's ``away_why``) keeps her place and is counted.
    """

    turn: Turn
    ahead: int
    standing: int
    offer: Booking | None = None

    @property
    def number(self) -> int:
        """Its place: 1 is served first."""
        return self.ahead + 1

    @property
    def stands(self) -> bool:
        """Whether it stands in line, and nothing is held for it now."""
        return self.turn.ended_at is None and self.offer is None

    @property
    def ended_as(self) -> WaitingEnd | None:
        """How it ended: placed, declined, lapsed, left, passed, ended by the ward; None while it stands."""
        return WaitingEnd(self.turn.ended_as) if self.turn.ended_as else None


def places_in_line(entries: Iterable[int]) -> dict[int, PlaceInLine]:
    """Return, by the entry's id, where each of these entries stands in its round's line; missing: it has no turn.

    Two queries.
    """
    turns = list(Turn.objects.filter(entry__in=list(entries)).select_related("entry", "booking"))
    orders: dict[int, list[int]] = {}
    live = Turn.objects.filter(entry__round__in={turn.entry.round_id for turn in turns}, ended_at__isnull=True)
    waits = live.filter(booking__isnull=True, entry__withdrawn_at__isnull=True)
    for draw_round, order in waits.order_by().values_list("entry__round", "order"):
        orders.setdefault(draw_round, []).append(order)
    return {turn.entry_id: _place(turn, orders.get(turn.entry.round_id, [])) for turn in turns}


def _place(turn: Turn, orders: list[int]) -> PlaceInLine:
    held = turn.booking if turn.booking and turn.booking.state == BookingState.OFFERED else None
    return PlaceInLine(turn, sum(order < turn.order for order in orders), len(orders), held)


def ahead_in_waiting(entries: Iterable[WaitingEntry]) -> dict[int, int]:
    """Return, by its id, how many families that wait for places on some of the same days come before each entry.

    Families that may not be offered anything at present are not counted. One query.
    """
    asked = list(entries)
    pools = {entry.service.pool_id for entry in asked}
    live = WaitingEntry.objects.filter(service__pool__in=pools, ended_at__isnull=True, booking__isnull=True)
    rows = list(live.filter(away_since__isnull=True).values_list("service__pool", "period", "joined_at", "pk"))
    return {
        entry.pk: sum(
            pool == entry.service.pool_id
            and (joined, pk) < (entry.joined_at, entry.pk)
            and days.lower < entry.period.upper
            and entry.period.lower < days.upper
            for pool, days, joined, pk in rows
        )
        for entry in asked
    }
