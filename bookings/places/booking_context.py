"""What is known when a family asks for days: its facts, its own days, the limits and draws; and the places, counted.

Asked together, so that a booking takes few trips to the database. Who writes asks under the registration's lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bookings.models import Booking
from enrollment.models import Registration
from enrollment.queries import Facts, ask_facts, facts_from
from facilities.models import Service
from sankecare.db import run_batch

from .limits import BookedDay, Limits
from .locking import LOCK_POOLS
from .queries import (
    DayPlaces,
    ask_days_of_family,
    ask_draws,
    ask_limits,
    ask_places,
    ask_use_of,
    days_of_family_from,
    draws_from,
    places_from,
)


@dataclass(frozen=True)
class BookingContext:
    """Of a family and a service. ``limits``: in force on the day named; ``to_be_drawn``: with the draw's moment."""

    registration: Registration
    service: Service
    facts: Facts
    has_used_facility: bool
    limits: Limits
    own_days: list[BookedDay]
    to_be_drawn: dict[date, datetime | None]


def load_context(
    registration: Registration,
    service: Service,
    days: Sequence[date],
    *,
    limits_on: date | None = None,
    without: Booking | None = None,
) -> BookingContext:
    """Ask for everything at once. ``days``: those asked for, in order. ``limits_on``: the first of them unless told.

    ``without``: the booking that is being changed; its days are not counted.
    """
    family = registration.birth.family_id
    *facts, used, limits, own, draws = run_batch(
        *ask_facts(registration, service),
        ask_use_of(family, service.facility_id),
        ask_limits(service, limits_on or days[0]),
        ask_days_of_family(family, without),
        ask_draws([service], days),
    )
    return BookingContext(
        registration=registration,
        service=service,
        facts=facts_from(service, facts),
        has_used_facility=bool(used),
        limits=Limits(*limits[0]),
        own_days=days_of_family_from(own, registration),
        to_be_drawn=draws_from(draws).get(service.pk, {}),
    )


def places_under_lock(pool: int, days: Sequence[date]) -> list[DayPlaces]:
    """Lock the pool, then count its places on each day, in order."""
    _locked, counted = run_batch((LOCK_POOLS, [[pool]]), ask_places([pool], days))
    return places_from(counted).get(pool, [])
