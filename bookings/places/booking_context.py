"""What is known when a family asks for days: its facts, its own days, the limits and draws; and the places, counted.

Asked together, so that a booking takes few trips to the database. Who writes asks under the registration's lock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from bookings.models import Booking
from enrollment.models import Registration
from enrollment.queries import Facts, ask_facts, facts_from
from facilities.models import Service
from sankecare.db import Question, Rows, run_alike, run_batch

from .availability import while_offered
from .day_policies import ask_draws, ask_limits, draws_from, limits_from
from .limits import BookedDay, Limits
from .locking import LOCK_POOLS, lock_registration_and_ask
from .queries import DayPlaces, ask_days_of_family, ask_places, ask_use_of, days_of_family_from, places_from

# Of so many families everything is asked for in one query; of more one after the other.
ASKED_AT_ONCE = 250


@dataclass(frozen=True)
class BookingContext:
    """Of a family and a service. ``limits_on``: in force on each day asked for (day_policies.py); ``to_be_drawn``:
    with the draw's moment.
    """

    registration: Registration
    service: Service
    facts: Facts
    has_used_facility: bool
    limits_on: dict[date, Limits]
    own_days: list[BookedDay]
    to_be_drawn: dict[date, datetime | None]


def load_context(
    registration: Registration,
    service: Service,
    days: Sequence[date],
    *,
    without: Booking | None = None,
) -> BookingContext:
    """Ask for everything at once. ``days``: those asked for, in order.

    ``without``: the booking that is being changed; its days are not counted.
    """
    asked = _questions(registration, service, days, _ids(without))
    return _context_from(run_batch(*asked), registration, service)


def load_contexts(
    asked: Sequence[tuple[Registration, Service, Sequence[date]]], *, without: Iterable[int] = ()
) -> list[BookingContext]:
    """Ask for everything of several families at once, each with its own days. One query for each ``ASKED_AT_ONCE``.

    ``without``: bookings, by their ids, whose days are not counted, of whichever of the families they are.
    """
    left_out, found = list(without), []
    for start in range(0, len(asked), ASKED_AT_ONCE):
        some = asked[start : start + ASKED_AT_ONCE]
        questions = [_questions(registration, service, days, left_out) for registration, service, days in some]
        answers = iter(run_alike([one for several in questions for one in several]))
        found += [
            _context_from(list(islice(answers, len(several))), registration, service)
            for several, (registration, service, _days) in zip(questions, some, strict=True)
        ]
    return found


def load_context_with_places(
    registration: Registration, service: Service, days: Sequence[date], *, without: Booking | None
) -> tuple[BookingContext, list[DayPlaces]]:
    """Ask for everything and for the service's places on the days, closed where it is not offered. One query."""
    asked = _questions(registration, service, days, _ids(without))
    *answers, counted = run_batch(*asked, ask_places([service.pool_id], days))
    places = while_offered(service, places_from(counted).get(service.pool_id, []))
    return _context_from(answers, registration, service), places


def lock_and_load_context(registration: Registration, service: Service, days: Sequence[date]) -> BookingContext:
    """Lock the registration, then ask for everything as ``load_context`` does.

    ``registration`` of the context is as it is now. One query where its birth is read already and is still the same
    family's; else asked anew. Raises DoesNotExist.
    """
    asked = _questions(registration, service, days, ())
    locked, answers = lock_registration_and_ask(registration.pk, *asked)
    if (locked.birth_id, locked.birth.family_id) != (registration.birth_id, registration.birth.family_id):
        return load_context(locked, service, days)
    return _context_from(answers, locked, service)


def _ids(without: Booking | None) -> list[int]:
    return [without.pk] if without else []


def _questions(
    registration: Registration, service: Service, days: Sequence[date], without: Iterable[int]
) -> list[Question]:
    family = registration.birth.family_id
    return [
        *ask_facts(registration, service),
        ask_use_of(family, service.facility_id),
        ask_limits([service], days),
        ask_days_of_family(family, without),
        ask_draws([service], days),
    ]


def _context_from(answers: list[Rows], registration: Registration, service: Service) -> BookingContext:
    *facts, used, limits, own, draws = answers
    return BookingContext(
        registration=registration,
        service=service,
        facts=facts_from(service, facts),
        has_used_facility=bool(used),
        limits_on=limits_from(limits).get(service.pk, {}),
        own_days=days_of_family_from(own, registration),
        to_be_drawn=draws_from(draws).get(service.pk, {}),
    )


def places_under_lock(pool: int, days: Sequence[date]) -> list[DayPlaces]:
    """Lock the pool, then count its places on each day, in order."""
    return places_under_lock_and(pool, days)[0]


def places_under_lock_and(pool: int, days: Sequence[date], *beside: Question) -> tuple[list[DayPlaces], list[Rows]]:
    """Do the same, and ask the questions under the lock. One query."""
    _locked, counted, *answers = run_batch((LOCK_POOLS, [[pool]]), ask_places([pool], days), *beside)
    return places_from(counted).get(pool, []), answers
