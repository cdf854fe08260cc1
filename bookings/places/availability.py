"""Which days of a service have room and can be asked for: the one source of page, API, family's calendar and booking.

What stands in the way of a day is said by the same rule for everybody (day_hindrances.py), from the limits and draws
that a booking asks for too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from bookings.models import LIMIT_GROUP_OF_KIND
from facilities.calendar import days_between
from facilities.models import Service, ServiceKind
from facilities.queries import offered_on
from sankecare.db import Question, Rows, run_batch

from .day_hindrances import Hindrance, PlacesOfDay, Standing, family_day
from .limits import Limits, is_not_open_yet, is_too_late
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
    now = timezone.localtime(at)
    return Standing(
        today=now.date(),
        late_days={day for day, known in limits.items() if notice and is_too_late(day, known, now)},
        not_open_days={day for day, known in limits.items() if is_not_open_yet(day, known, now)},
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


# Days of a draw still to come; and days of a service given by lot that lie behind the last draw announced so far.
TO_BE_DRAWN = """
    SELECT service.id, asked.day, round.draw_at
      FROM unnest(%s::bigint[]) AS service(id) CROSS JOIN unnest(%s::date[]) AS asked(day)
      LEFT JOIN bookings_drawround round ON round.service_id = service.id AND round.period @> asked.day
       AND round.drawn_at IS NULL AND round.called_off_at IS NULL
     WHERE round.id IS NOT NULL
        OR asked.day >= (SELECT max(upper(known.period)) FROM bookings_drawround known
                          WHERE known.service_id = service.id)
       AND EXISTS (SELECT 1 FROM bookings_allocationpolicy policy
                    WHERE policy.service_id = service.id AND policy.period @> asked.day AND policy.method = 'lottery')
"""


def ask_draws(services: Iterable[Service], days: Sequence[date]) -> Question:
    """What ``draws_from`` reads."""
    return TO_BE_DRAWN, [[service.pk for service in services], list(days)]


def draws_from(rows: Rows) -> dict[int, dict[date, datetime | None]]:
    """Return, of each service, the days that are given by lot first, with the draw's moment once it is announced."""
    found: dict[int, dict[date, datetime | None]] = {}
    for service, day, draw_at in rows:
        found.setdefault(service, {})[day] = draw_at
    return found


# Of a service given by lot the policy's days before are its draws' (bookings/draws/next_round.py), no limits; what
# no draw gives has its own opening.
LIMITS_ON = """
    SELECT service.id, asked.day, limits.days_per_birth, limits.consecutive_days,
           CASE WHEN policy.method = 'first_come' THEN policy.closes_days_before END,
           CASE WHEN policy.method = 'first_come' THEN policy.opens_days_before
                ELSE policy.undrawn_opens_days_before END,
           policy.notice_hours, coalesce(terms.starts_at, time '00:00'), policy.gives_back_days_before
      FROM unnest(%s::bigint[], %s::text[]) AS service(id, counted_as) CROSS JOIN unnest(%s::date[]) AS asked(day)
      LEFT JOIN bookings_usagelimits limits ON limits."group" = service.counted_as AND limits.period @> asked.day
      LEFT JOIN bookings_allocationpolicy policy ON policy.service_id = service.id AND policy.period @> asked.day
      LEFT JOIN facilities_servicetermsrow terms ON terms.service_id = service.id AND terms.period @> asked.day
"""


def ask_limits(services: Sequence[Service], days: Iterable[date]) -> Question:
    """What ``limits_from`` reads: one row a service and day."""
    groups = [str(LIMIT_GROUP_OF_KIND[ServiceKind(service.kind)]) for service in services]
    return LIMITS_ON, [[service.pk for service in services], groups, list(days)]


def limits_from(rows: Rows) -> dict[int, dict[date, Limits]]:
    """Return, of each service, the limits in force on each day."""
    found: dict[int, dict[date, Limits]] = {}
    for service, day, *limits in rows:
        found.setdefault(service, {})[day] = Limits(*limits)
    return found
