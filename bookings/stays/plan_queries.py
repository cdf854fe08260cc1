"""二週間の枠: the places of each pool by days, with who is in them. A fixed number of queries a pool."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import zip_longest

from django.db.models import Q

from bookings.models import Booking, BookingDay, BookingState
from bookings.places.queries import VISITS, DayPlaces, ask_places, places_from, sibling_rooms_on
from facilities.calendar import days_between
from facilities.models import Facility, PlacePool, Room, Service
from sankecare.db import run_batch

from .place_rows import Run, rows_in_rooms
from .room_queries import rooms_by_day, rooms_of_pools

PLAN_DAYS = 14
# Days before the plan that are packed with it, so that a stay keeps its row from week to week.
LEAD = timedelta(days=31)
HERE = (BookingState.ARRIVED, BookingState.DEPARTED)


@dataclass(frozen=True)
class Cell:
    """So many days of a place: a stay (``booking``), free, ``closed`` that day, or ``missing``: fewer places.

    ``room``: that in which the family is (None: none yet, or a house without rooms).
    """

    span: int = 1
    booking: Booking | None = None
    closed: bool = False
    missing: bool = False
    room: Room | None = None

    @property
    def here(self) -> bool:
        return self.booking is not None and self.booking.state in HERE


@dataclass(frozen=True)
class Plan:
    """A pool's places by days. ``siblings``: of each day how many come and how many rooms take one (None = any).

    ``rooms``: whose the first rows are; empty where the house keeps none.
    """

    pool: PlacePool
    rows: list[list[Cell]]
    siblings: list[tuple[int, int | None]]
    rooms: list[Room] = field(default_factory=list)

    @property
    def headed(self) -> list[tuple[Room | None, list[Cell]]]:
        """Each row with its room; None for what stands below the rooms."""
        return list(zip_longest(self.rooms, self.rows))

    @property
    def takes_siblings(self) -> bool:
        return any(coming or rooms for coming, rooms in self.siblings)

    @property
    def bookings(self) -> list[Booking]:
        """Those that are shown."""
        return [cell.booking for row in self.rows for cell in row if cell.booking]


def plans_of(facility: Facility, first: date) -> tuple[list[date], list[Plan]]:
    """Return two weeks of a facility: the days, and the plan of each pool of stays, by its rooms where it has any."""
    days = days_between(first, first + timedelta(days=PLAN_DAYS - 1))
    of_stays = Service.objects.exclude(kind__in=VISITS)
    pools = list(PlacePool.objects.filter(facility=facility, services__in=of_stays).distinct().order_by("pk"))
    places = places_from(run_batch(ask_places([pool.pk for pool in pools], days))[0])
    stays = _stays(facility, days)
    rooms = rooms_of_pools([pool.pk for pool in pools], days[0], days[-1])
    packed = days_between(days[0] - LEAD, days[-1])
    given = rooms_by_day([booking for of in stays.values() for booking in of], packed) if rooms else {}
    return days, [
        Plan(
            pool,
            _rows(stays.get(pool.pk, {}), places[pool.pk], rooms.get(pool.pk, []), given),
            _siblings(pool, places[pool.pk]),
            rooms.get(pool.pk, []),
        )
        for pool in pools
    ]


def _stays(facility: Facility, days: Sequence[date]) -> dict[int, dict[Booking, list[date]]]:
    """By pool, each booking with its days that count. One query."""
    rows = (
        BookingDay.objects.filter(pool__facility=facility, day__range=(days[0] - LEAD, days[-1]))
        .kept()
        .exclude(Q(booking__service__kind__in=VISITS) | Q(booking__state=BookingState.NO_SHOW))
        .select_related("booking__registration__birth__family", "booking__service", "booking__sibling")
        .order_by("day", "booking")
    )
    found: dict[int, dict[Booking, list[date]]] = {}
    for row in rows:
        found.setdefault(row.pool_id, {}).setdefault(row.booking, []).append(row.day)
    return found


def _rows(
    stays: Mapping[Booking, list[date]],
    places: Sequence[DayPlaces],
    rooms: Sequence[Room],
    given: Mapping[int, Mapping[date, Room]],
) -> list[list[Cell]]:
    bookings = {booking.pk: booking for booking in stays}
    number = {room.pk: row for row, room in enumerate(rooms)}
    rows_of = {
        booking: {day: number[room.pk] for day, room in by_day.items() if room.pk in number}
        for booking, by_day in given.items()
    }
    shown = [
        (row, run)
        for row, run in rows_in_rooms({booking.pk: days for booking, days in stays.items()}, rows_of)
        if run.last >= places[0].day
    ]
    count = max([row + 1 for row, _run in shown] + [day.slots for day in places] + [len(rooms)])
    return [_cells(row, [run for at, run in shown if at == row], places, bookings, given) for row in range(count)]


def _cells(
    row: int,
    runs: list[Run],
    places: Sequence[DayPlaces],
    bookings: Mapping[int, Booking],
    given: Mapping[int, Mapping[date, Room]],
) -> list[Cell]:
    cells: list[Cell] = []
    ahead = list(places)
    while ahead:
        day = ahead[0]
        run = next((run for run in runs if run.first <= day.day <= run.last), None)
        if run is None:
            cells.append(Cell(closed=day.slots == 0, missing=0 < day.slots <= row))
        else:
            span = sum(run.first <= one.day <= run.last for one in ahead)
            cells.append(Cell(span, bookings[run.key], room=given.get(run.key, {}).get(day.day)))
        ahead = ahead[cells[-1].span :]
    return cells


def _siblings(pool: PlacePool, places: Sequence[DayPlaces]) -> list[tuple[int, int | None]]:
    rooms = sibling_rooms_on(pool.pk, [day.day for day in places])
    return [(day.with_sibling, rooms[day.day]) for day in places]
