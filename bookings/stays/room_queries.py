"""部屋の今: the rooms of a house with who is in them. Each in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from bookings.models import Booking, BookingState, RoomUse
from facilities.models import Facility, Room, RoomOutOfOrder


@dataclass(frozen=True)
class RoomNow:
    """A room of today: who is in it (None: nobody), or why nobody is led into it."""

    room: Room
    booking: Booking | None = None
    out_of_order: str = ""

    @property
    def is_free(self) -> bool:
        return self.booking is None and not self.out_of_order


def rooms_now(facility: Facility, today: date) -> list[RoomNow]:
    """Return the rooms that the house has today, by name; none where it keeps none. Three queries."""
    rooms = list(Room.objects.filter(pool__facility=facility, period__contains=today).order_by("pool", "name"))
    if not rooms:
        return []
    taken = RoomUse.objects.filter(room__in=rooms, during__endswith__isnull=True)
    who = {row.room_id: row.stay.booking for row in taken.select_related("stay__booking__registration__birth__family")}
    closed = RoomOutOfOrder.objects.filter(room__in=rooms, period__contains=today)
    why = dict(closed.values_list("room", "reason"))
    return [RoomNow(room, who.get(room.pk), why.get(room.pk, "")) for room in rooms]


def rooms_to_give(rooms: Iterable[RoomNow], booking: Booking) -> list[Room]:
    """Return the free rooms that fit the family, the one to propose first.

    For a family with a sibling those that take one; for the others these come last. No query after
    ``bookings_with_days``.
    """
    along = any(row.is_kept and row.with_sibling for row in booking.days.all())
    free = [row.room for row in rooms if row.is_free and row.room.pool_id == booking.service.pool_id]
    if along:
        return [room for room in free if room.takes_sibling]
    return sorted(free, key=lambda room: room.takes_sibling)


def fitting_rooms(pool: int, today: date) -> list[Room]:
    """Return the pool's rooms of today that take a sibling, by name. One query."""
    return list(Room.objects.filter(pool=pool, period__contains=today, takes_sibling=True).order_by("name"))


def room_of(bookings: Iterable[Booking]) -> dict[int, Room]:
    """Return, by booking, the room in which the family is now. One query."""
    uses = RoomUse.objects.filter(stay__booking__in=list(bookings), during__endswith__isnull=True)
    return {row.stay.booking_id: row.room for row in uses.select_related("stay", "room")}


def room_on(bookings: Iterable[Booking], day: date) -> dict[int, Room]:
    """Return, by booking, the room in which the family was last on the day. One query."""
    found = rooms_by_day(bookings, [day])
    return {booking: rooms[day] for booking, rooms in found.items() if day in rooms}


def rooms_by_day(bookings: Iterable[Booking], days: Collection[date]) -> dict[int, dict[date, Room]]:
    """Return, by booking and day, the room of the family; of days to come the one in which it is. One query.

    On a day on which it was moved, the room in which it was last.
    """
    uses = RoomUse.objects.filter(stay__booking__in=list(bookings)).order_by("during__startswith")
    found: dict[int, dict[date, Room]] = {}
    for use in uses.select_related("stay", "room"):
        first = timezone.localdate(use.during.lower)
        last = timezone.localdate(use.during.upper) if use.during.upper else None
        rooms = found.setdefault(use.stay.booking_id, {})
        rooms |= {day: use.room for day in days if first <= day and (last is None or day <= last)}
    return found


def rooms_of_pools(pools: Collection[int], first: date, last: date) -> Mapping[int, list[Room]]:
    """Return, by pool, the rooms that it has at any time from the first to the last day, by name. One query."""
    there = Q(period__startswith__isnull=True) | Q(period__startswith__lte=last)
    still = Q(period__endswith__isnull=True) | Q(period__endswith__gt=first)
    found: dict[int, list[Room]] = {}
    for room in Room.objects.filter(there, still, pool__in=pools).order_by("name", "period"):
        found.setdefault(room.pool_id, []).append(room)
    return found


def without_room(bookings: Iterable[Booking], rooms: Collection[RoomNow]) -> set[int]:
    """Return the bookings in house that have no room, where the house keeps rooms. No query."""
    if not rooms:
        return set()
    placed = {row.booking.pk for row in rooms if row.booking}
    return {row.pk for row in bookings if row.state == BookingState.ARRIVED and row.pk not in placed}
