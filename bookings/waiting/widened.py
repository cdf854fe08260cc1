"""枠が増えたとき: days that a calendar opens again go first to who hopes for them, as places given back do.

A calendar is changed in the admin, by a cut, by a ward's files. Whatever writes the row, what it opens is held until
it has been passed on (bookings/waiting/passing_on.py).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bookings.models import Turn, WaitingEnd, WaitingEntry
from bookings.places.notices import tell_who_counts
from bookings.places.queries import places_on
from bookings.places.release import notify_waiting_list
from enrollment.models import Registration
from facilities.models import Capacity, Closure, DayOverride, WeeklyPattern
from sankecare.transactions import in_transaction

from .counting import days_of

CALENDARS = (Capacity, Closure, DayOverride, WeeklyPattern)

# Every day to come for which somebody waits or stands in line, with what is free of it and not on its way already.
HOLD = """
    INSERT INTO bookings_freedplace (pool_id, day, freed_at)
    SELECT %(pool)s, hoped.day, %(at)s
      FROM (SELECT generate_series(greatest(lower(waiting.period), %(today)s::date), upper(waiting.period) - 1,
                                   interval '1 day')::date AS day
              FROM bookings_waitingentry waiting
              JOIN facilities_service service ON service.id = waiting.service_id
             WHERE service.pool_id = %(pool)s AND upper(waiting.period) > %(today)s
               AND waiting.ended_at IS NULL AND waiting.booking_id IS NULL
             UNION
            SELECT wished.day::date
              FROM bookings_drawround round
              JOIN bookings_drawentry entry ON entry.round_id = round.id
              JOIN bookings_turn turn ON turn.entry_id = entry.id
             CROSS JOIN jsonb_path_query(entry.choices, '$[*].days[*]') AS listed(said)
             CROSS JOIN LATERAL (SELECT listed.said #>> '{}' AS day) AS wished
             WHERE round.pool_id = %(pool)s AND upper(round.period) > %(today)s
               AND turn.ended_at IS NULL AND turn.booking_id IS NULL AND entry.withdrawn_at IS NULL
               AND wished.day::date >= %(today)s) AS hoped
     CROSS JOIN LATERAL generate_series(1, facilities_slots_on(%(pool)s, hoped.day)
            - (SELECT count(*) FROM bookings_bookingday taken
                WHERE taken.pool_id = %(pool)s AND taken.day = hoped.day AND taken.status <> 'released')::integer
            - (SELECT count(*) FROM bookings_freedplace freed
                WHERE freed.pool_id = %(pool)s AND freed.day = hoped.day
                  AND freed.passed_on_at IS NULL)::integer)
"""


def calendar_changed(sender: type, instance: Any, **_signal: Any) -> None:
    """Take a row of a calendar that was written or deleted: what it opens goes to who hopes for it first."""
    with transaction.atomic():
        hold_what_opened(pool=instance.pool_id, at=timezone.now())


@in_transaction
def hold_what_opened(*, pool: int, at: datetime) -> bool:
    """Hold what is free of a pool for who hopes for it, until it has been passed on; tell whether anything is.

    Who was taken out because the ward closed the days has her turn back where they are open again (DEFAULT).
    """
    _turns_back(pool, at)
    with connection.cursor() as cursor:
        cursor.execute(HOLD, {"pool": pool, "at": at, "today": timezone.localdate(at)})
        is_held = bool(cursor.rowcount > 0)
    if is_held:
        notify_waiting_list([pool], at)
    return is_held


def _turns_back(pool: int, at: datetime) -> None:
    today = timezone.localdate(at)
    ended = {"ended_as": WaitingEnd.WARD, "booking__isnull": True}
    turns = Turn.objects.filter(entry__round__pool=pool, entry__round__period__endswith__gt=today, **ended)
    waits = WaitingEntry.objects.filter(service__pool=pool, period__startswith__gt=today, **ended)
    back: list[tuple[Turn | WaitingEntry, int]] = [
        (turn, turn.entry.registration_id)
        for turn in turns.select_related("entry")
        if any(_are_open(pool, choice["days"], today) for choice in turn.entry.choices)
    ]
    back += [
        (wait, wait.registration_id)
        for wait in waits
        if _are_open(pool, days_of(wait), today) and not _waits_anew(wait)
    ]
    for row, _registration in back:
        row.ended_at, row.ended_as = None, ""
        row.save(update_fields=["ended_at", "ended_as"])
    told = {registration for _row, registration in back}
    for registration in Registration.objects.filter(pk__in=told).select_related("birth__family").order_by("pk"):
        tell_who_counts(registration, at)


def _are_open(pool: int, days: Sequence[date | str], today: date) -> bool:
    wished = [day if isinstance(day, date) else date.fromisoformat(day) for day in days]
    return min(wished) > today and all(row.slots > 0 for row in places_on(pool, wished))


def _waits_anew(wait: WaitingEntry) -> bool:
    same = WaitingEntry.objects.filter(
        registration=wait.registration_id, service=wait.service_id, period=wait.period, ended_at__isnull=True
    )
    return bool(same.exists())
