"""A week that is over: its signs become counts, and are gone. Run again it does nothing."""

from datetime import datetime

from django.db import connection

from sankecare.transactions import in_transaction

from .weeks import week_of


@in_transaction
def close_weeks(*, at: datetime) -> int:
    """Count the signs of every week before that of ``at`` and delete them, in one statement; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, [week_of(at)])
        (gone,) = cursor.fetchone() or (0,)
    return int(gone)


CLOSE = """
    WITH gone AS (DELETE FROM bookings_unmetsign WHERE week < %s
                  RETURNING week, kind, code, service_id, day, district_id),
         counted AS (
             INSERT INTO bookings_unmetcount (week, kind, code, service_id, day, district_id, number)
             SELECT week, kind, code, service_id, day, district_id, count(*) FROM gone GROUP BY 1, 2, 3, 4, 5, 6
                 ON CONFLICT (week, kind, code, service_id, day, district_id)
                 DO UPDATE SET number = bookings_unmetcount.number + excluded.number)
    SELECT count(*) FROM gone
"""
