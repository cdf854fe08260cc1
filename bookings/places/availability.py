"""Which days of a service have room and can be asked for: the one source of page, API, family's calendar and booking.

What stands in the way of a day is said by the same rule for everybody (day_hindrances.py), from the limits and draws
that a booking asks for too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from facilities.calendar import days_between
from facilities.models import Service
from facilities.queries import offered_on
from sankecare.db import run_batch

from .day_hindrances import Hindrance, PlacesOfDay, Standing, family_day
from .day_policies import ask_draws, ask_limits, draws_from, late_days, limits_from, not_open_days
from .limits import Limits
from .queries import DayPlaces, Mark, ask_places, places_from, places_on


@dataclass(frozen=True)
class ServiceDay:
    """A service's day as everybody sees it: its places, and what stands in the way of asking for it now, if anything.

    Nothing of a family is known here: days of her own, age and days left come on top (family_calendar.py).
    """

    places: DayPlaces
    hindrance: Hindrance | None

    @property
    def day(self) -> date:
        return self.places.day

    @property
    def mark(self) -> Mark:
        """○ △ where it can be booked now, × full, ☆ given by lot first; - closed, past, too near or too far ahead."""
        if self.hindrance is None:
            return self.places.mark
        return {Hindrance.FULL: Mark.FULL, Hindrance.BY_LOT: Mark.BY_LOT}.get(self.hindrance, Mark.CLOSED)


@dataclass(frozen=True)
class Availability:
    """Days of services, by their ids, in order, with the limits in force on each; ``to_be_drawn``: with the draw's
    moment, once it is announced; and the public holidays among the days.
    """

    days: dict[int, list[ServiceDay]]
    limits: dict[int, dict[date, Limits]]
    to_be_drawn: dict[int, dict[date, datetime | None]]
    holidays: dict[date, str]


HOLIDAYS = "SELECT day, name FROM facilities_publicholiday WHERE day = ANY(%s::date[])"


def availability_of(services: Sequence[Service], first: date, last: date, *, at: datetime) -> Availability:
    """Return the days of each service from first to last, both included, as they can be asked for at a moment.

    One query.
    """
    days = days_between(first, last)
    places, drawn, limits, holidays = run_batch(
        ask_places({service.pool_id for service in services}, days),
        ask_draws(services, days),
        ask_limits(services, days),
        (HOLIDAYS, [days]),
    )
    of_pool, to_be_drawn, in_force = places_from(places), draws_from(drawn), limits_from(limits)
    found = {}
    for service in services:
        standing = standing_of(in_force[service.pk], to_be_drawn.get(service.pk, {}), at)
        rows = while_offered(service, of_pool[service.pool_id])
        found[service.pk] = [
            ServiceDay(row, family_day(PlacesOfDay(row.day, row.slots, row.free), standing).hindrance) for row in rows
        ]
    return Availability(found, in_force, to_be_drawn, dict(holidays))


def standing_of(
    limits: Mapping[date, Limits], to_be_drawn: Iterable[date], at: datetime, *, notice: bool = True
) -> Standing:
    """Return what holds for everybody on these days at a moment. ``notice``: whether its period is asked for."""
    return Standing(
        today=timezone.localdate(at),
        late_days=late_days(limits, at) if notice else set(),
        not_open_days=not_open_days(limits, at),
        drawn_days=set(to_be_drawn),
    )


def while_offered(service: Service, places: list[DayPlaces]) -> list[DayPlaces]:
    """Return the places, closed on days on which the service is not offered."""
    return [row if offered_on(service, row.day) else DayPlaces(row.day, 0, 0) for row in places]


def places_of(service: Service, first: date, last: date) -> list[DayPlaces]:
    """Return the service's places from first to last, both included; closed where it is not offered. One query.

    Places alone: whether a day can be asked for now is said by ``availability_of``.
    """
    return while_offered(service, places_on(service.pool_id, days_between(first, last)))
