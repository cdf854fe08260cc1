"""Whose rules on which day: from service, day of use and moment of asking to the policies that count. Reads only.

One answer for the month's page, the public page, the API, booking, moving, the waiting list and the draw: each day of
use goes by the rules that are in force on that day, as they are known at the moment of asking. Notice, opening and
giving back are counted between that moment and that day. Nothing of it depends on today's policy or on the first day
of a booking.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone

from bookings.models import LIMIT_GROUP_OF_KIND
from facilities.models import Service, ServiceKind
from sankecare.db import Question, Rows, run_batch

from .limits import LimitCode, Limits, Violation, is_not_open_yet, is_too_late

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
    """Return, of each service, the policies that count on each day of use."""
    found: dict[int, dict[date, Limits]] = {}
    for service, day, *limits in rows:
        found.setdefault(service, {})[day] = Limits(*limits)
    return found


def policies_on(service: Service, days: Sequence[date]) -> dict[date, Limits]:
    """Return the policies that count on each day of use of the service. One query, none without days."""
    return limits_from(run_batch(ask_limits([service], days))[0])[service.pk] if days else {}


def late_days(policies: Mapping[date, Limits], at: datetime) -> set[date]:
    """Return the days of use whose own period of notice is over at a moment."""
    now = timezone.localtime(at)
    return {day for day, known in policies.items() if is_too_late(day, known, now)}


def not_open_days(policies: Mapping[date, Limits], at: datetime) -> set[date]:
    """Return the days of use that lie further ahead, by their own policy, than can be asked for at a moment."""
    now = timezone.localtime(at)
    return {day for day, known in policies.items() if is_not_open_yet(day, known, now)}


LOOKED_AHEAD = 92


def told_exactly(violations: Sequence[Violation], service: Service, at: datetime) -> list[Violation]:
    """Return the violations with the first day from today on that is not too near by its own notice.

    One query where a notice is broken, else none; as it was where all days of three months are too near.
    """
    if not any(row.code == LimitCode.TOO_SHORT_NOTICE for row in violations):
        return list(violations)
    today = timezone.localdate(at)
    ahead = policies_on(service, [today + timedelta(days=number) for number in range(LOOKED_AHEAD)])
    in_time = min(set(ahead) - late_days(ahead, at), default=None)
    return [
        Violation(row.code, {**row.facts, "earliest_day": in_time})
        if in_time and row.code == LimitCode.TOO_SHORT_NOTICE
        else row
        for row in violations
    ]


# Of each day that a booking still holds: until when that day's own policy lets a family give it back.
GIVEN_BACK_UNTIL = """
    SELECT held.booking_id, min(held.day - policy.gives_back_days_before)
      FROM bookings_bookingday held
      JOIN bookings_booking booking ON booking.id = held.booking_id
      JOIN bookings_allocationpolicy policy ON policy.service_id = booking.service_id AND policy.period @> held.day
     WHERE held.booking_id = ANY(%s) AND held.status = 'held' AND policy.gives_back_days_before IS NOT NULL
     GROUP BY held.booking_id
"""


def ask_given_back_until(bookings: Iterable[int]) -> Question:
    """Until when each booking may be given back online: one row a booking with a limit, its id and the day.

    Of several days the first limit counts: what is given back is given back together.
    """
    return GIVEN_BACK_UNTIL, [list(bookings)]


def last_day_given_back(policies: Mapping[date, Limits]) -> date | None:
    """Return until when days may be given back online together; None where no policy of theirs says so."""
    limits = [
        day - timedelta(days=known.gives_back_days)
        for day, known in policies.items()
        if known.gives_back_days is not None
    ]
    return min(limits, default=None)


# Days of a draw still to come, of all services that share its places; and days of places of which a service is given
# by lot that no draw has given yet and staff have not freed (bookings/draws/freeing.py).
TO_BE_DRAWN = """
    SELECT service.id, asked.day, round.draw_at
      FROM facilities_service service CROSS JOIN unnest(%s::date[]) AS asked(day)
      LEFT JOIN bookings_drawround round ON round.pool_id = service.pool_id AND round.period @> asked.day
       AND round.called_off_at IS NULL
     WHERE service.id = ANY(%s) AND round.drawn_at IS NULL
       AND (round.id IS NOT NULL
            OR EXISTS (SELECT 1 FROM bookings_allocationpolicy policy
                         JOIN facilities_service shares ON shares.id = policy.service_id
                        WHERE shares.pool_id = service.pool_id AND policy.period @> asked.day
                          AND policy.method = 'lottery')
               AND NOT EXISTS (SELECT 1 FROM bookings_freeddays freed
                                WHERE freed.pool_id = service.pool_id AND freed.period @> asked.day))
"""


def ask_draws(services: Iterable[Service], days: Sequence[date]) -> Question:
    """What ``draws_from`` reads."""
    return TO_BE_DRAWN, [list(days), [service.pk for service in services]]


def draws_from(rows: Rows) -> dict[int, dict[date, datetime | None]]:
    """Return, of each service, the days that are given by lot first, with the draw's moment once it is announced."""
    found: dict[int, dict[date, datetime | None]] = {}
    for service, day, draw_at in rows:
        found.setdefault(service, {})[day] = draw_at
    return found


def in_stretches(policies: Mapping[date, Limits]) -> list[tuple[date, Limits]]:
    """Return the policies as they follow each other, each with its first day of those given."""
    rows = sorted(policies.items(), key=lambda row: row[0])
    return [next(same) for _known, same in groupby(rows, key=lambda row: row[1])]
