"""列と待ち: who hopes for which day of which service, in the order in which it is served. Reads only.

First who stands in line after a draw, round after round in the drawn order; then who waits, in the order of joining
(passing_on.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from bookings.models import Booking, BookingDay, BookingState, DrawEntry, Turn, WaitingEntry
from bookings.models.line import STANDS
from bookings.places.queries import DayPlaces, ask_places, places_from
from facilities.models import Service
from sankecare.db import run_batch

from .counting import days_of
from .line import UNREAD

WAITS = {"ended_at__isnull": True, "booking__isnull": True}


@dataclass(frozen=True)
class Hoped:
    """A day of a service. ``in_line``, ``waiting``: families; ``held``: places offered that await an answer."""

    service: Service
    day: date
    places: DayPlaces
    in_line: int = 0
    waiting: int = 0
    held: int = 0


@dataclass(frozen=True)
class InLine:
    """One family's place. ``turn`` after a draw, else ``wait``; ``days``: those that it hopes for of this service."""

    number: int
    days: list[date]
    turn: Turn | None = None
    wait: WaitingEntry | None = None

    @property
    def of(self) -> "DrawEntry | WaitingEntry":
        """The entry in the draw, or in the waiting list."""
        found = self.turn.entry if self.turn is not None else self.wait
        assert found is not None
        return found


def hoped_days(today: date) -> list[Hoped]:
    """Return the days to come of which somebody stands in line, waits or has an offer, by service and day.

    Four queries, and one where there are any.
    """
    counts = {"in_line": _in_line(today), "waiting": _waiting(today), "held": _held(today)}
    keys = {key for found in counts.values() for key in found}
    services = Service.objects.select_related("facility", "pool").in_bulk({service for service, _day in keys})
    places = _places({row.pool_id for row in services.values()}, {day for _service, day in keys})
    ordered = sorted(keys, key=lambda key: (_place_of(services[key[0]]), key[1]))
    return [
        Hoped(
            services[service],
            day,
            places[services[service].pool_id, day],
            **{name: found.get((service, day), 0) for name, found in counts.items()},
        )
        for service, day in ordered
    ]


def families_hoping(today: date) -> int:
    """Return how many families stand in line or wait for a day to come, each counted once. Two queries."""
    family = "registration__birth__family"
    turns = Turn.objects.filter(**STANDS, entry__round__period__endswith__gt=today + timedelta(days=1)).order_by()
    waits = WaitingEntry.objects.filter(**WAITS, period__endswith__gt=today + timedelta(days=1)).order_by()
    return len({*turns.values_list(f"entry__{family}", flat=True), *waits.values_list(family, flat=True)})


def line_of(service: Service, day: date) -> list[InLine]:
    """Return who hopes for a day of a service, in the order of being served. Three queries.

    Who may not use the days now (``away_why``) keeps her place and is passed over.
    """
    turns = [
        (turn, days)
        for turn in standing_turns().filter(
            entry__round__pool=service.pool_id,
            entry__round__period__contains=day,
            entry__choices__contains=[{"service": service.slug, "days": [day.isoformat()]}],
        )
        if (days := _days_wished(turn.entry.choices, service.slug))
    ]
    waits = WaitingEntry.objects.filter(service=service, period__contains=day, **WAITS)
    needed = waits.select_related("registration__birth__family").order_by("joined_at", "pk")
    rows = [InLine(0, days, turn=turn) for turn, days in turns] + [
        InLine(0, days_of(wait), wait=wait) for wait in needed
    ]
    return [InLine(number, row.days, row.turn, row.wait) for number, row in enumerate(rows, 1)]


def standing_turns() -> "QuerySet[Turn]":
    """Return who stands in line, in the order of being served: by the rounds' draws, then as drawn."""
    turns = Turn.objects.filter(**STANDS, entry__round__called_off_at__isnull=True)
    needed = turns.select_related("entry__round__pool__facility", "entry__registration__birth__family")
    return needed.defer(*UNREAD).order_by("entry__round__draw_at", "entry__round", "order")


def offers_of(service: Service, day: date) -> "QuerySet[Booking]":
    """Return what of the day is held for who has to answer: by the draw, by its line or for who waited."""
    held = Booking.objects.filter(
        service=service, state=BookingState.OFFERED, days__in=BookingDay.objects.filter(day=day).kept()
    )
    return held.select_related("registration__birth__family").order_by("offered_until", "pk")


def _in_line(today: date) -> Mapping[tuple[int, date], int]:
    standing = Turn.objects.filter(**STANDS, entry__round__period__endswith__gt=today + timedelta(days=1))
    rows = list(standing.order_by().values_list("entry__round__pool", "entry__choices"))
    pools = {pool for pool, _choices in rows}
    known = Service.objects.filter(pool__in=pools).values_list("pool", "slug", "pk")
    services = {(pool, slug): pk for pool, slug, pk in known}
    found: dict[tuple[int, date], int] = defaultdict(int)
    for pool, choices in rows:
        for slug, day in {(choice["service"], day) for choice in choices for day in choice["days"]}:
            wished = date.fromisoformat(day)
            if wished > today and (pool, slug) in services:
                found[services[pool, slug], wished] += 1
    return found


def _waiting(today: date) -> Mapping[tuple[int, date], int]:
    found: dict[tuple[int, date], int] = defaultdict(int)
    for wait in WaitingEntry.objects.filter(**WAITS, period__endswith__gt=today + timedelta(days=1)).only(
        "service_id", "period"
    ):
        for day in days_of(wait):
            if day > today:
                found[wait.service_id, day] += 1
    return found


def _held(today: date) -> Mapping[tuple[int, date], int]:
    held = BookingDay.objects.filter(booking__state=BookingState.OFFERED, day__gt=today).kept()
    found: dict[tuple[int, date], int] = defaultdict(int)
    for service, day in held.order_by().values_list("booking__service", "day"):
        found[service, day] += 1
    return found


def _places(pools: Iterable[int], days: Iterable[date]) -> dict[tuple[int, date], DayPlaces]:
    if not (ordered := sorted(days)):
        return {}
    (rows,) = run_batch(ask_places(list(pools), ordered))
    return {(pool, row.day): row for pool, found in places_from(rows).items() for row in found}


def _place_of(service: Service) -> tuple[int, int, int, int]:
    return service.facility.position, service.facility_id, service.position, service.pk


def _days_wished(choices: list[dict[str, object]], slug: str) -> list[date]:
    wished = {day for choice in choices if choice["service"] == slug for day in choice["days"]}  # type: ignore[attr-defined]
    return sorted(date.fromisoformat(day) for day in wished)
