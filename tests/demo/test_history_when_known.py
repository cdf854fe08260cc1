"""The made-up history was entered when a ward would have entered it: as known on a past day it stands as it stood."""

from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection

from reports.known.at import known_on
from reports.known.changes import changed_since
from reports.queries import facility_years
from reports.tables import facility_year_table
from sankecare.errors import NotPossible

from .test_history_written import TODAY, loaded  # noqa: F401  the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
DAYS = 50
# Written apart from the code: who had arrived by the evening of the day, less what is noted twelve days late.
USED_BY = """
    SELECT facility.slug, count(*) FILTER (WHERE mod(day.id, 61) <> 0 OR day.day + 12 <= %(day)s), count(*)
      FROM bookings_bookingday day
      JOIN bookings_booking booking ON booking.id = day.booking_id
      JOIN facilities_service service ON service.id = booking.service_id
      JOIN facilities_facility facility ON facility.id = service.facility_id
     WHERE day.status = 'used' AND service.kind IN ('short_stay', 'day_care')
       AND day.day BETWEEN %(first)s AND %(day)s
     GROUP BY 1 ORDER BY 1
"""


def counted(day: date, first: date) -> dict[str, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(USED_BY, {"day": day, "first": first})
        return {slug: (known, in_all) for slug, known, in_all in cursor.fetchall()}


def test_fifty_random_days_stand_as_they_stood() -> None:
    random, late = Random(18), 0
    for _number in range(DAYS):
        year = random.choice((2022, 2022, 2026))
        first = date(year, 4, 1)
        last = min(date(year + 1, 3, 31), TODAY - timedelta(days=1))
        day = first + timedelta(days=random.randrange((last - first).days))
        apart = counted(day, first)
        with known_on(day, today=TODAY):
            told = {
                row.facility.slug: row.total_days for row in facility_years([year], today=day)[year] if row.total_days
            }
        assert told == {slug: known for slug, (known, _in_all) in apart.items() if known}, day
        late += sum(in_all - known for known, in_all in apart.values())
    assert late > DAYS


def test_what_was_noted_late_is_told_as_what_changed() -> None:
    day = date(2022, 9, 30)
    changed = changed_since(facility_year_table, [2022], day=day, today=TODAY)
    assert changed.explained
    assert all(part.adds_up for part in changed.explained)
    late = sum(in_all - known for known, in_all in counted(day, date(2022, 4, 1)).values())
    assert len(changed.days) == late


def test_every_made_up_row_has_its_history_and_none_is_of_a_moment_to_come() -> None:
    for table in ("bookings_booking", "bookings_bookingday", "bookings_stay", "enrollment_family", "care_visitrecord"):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {table} told"
                f" WHERE NOT EXISTS (SELECT 1 FROM {table}event event WHERE event.pgh_obj_id = told.id)"
            )
            assert cursor.fetchone() == (0,), table
            cursor.execute(f"SELECT count(*) FROM {table}event WHERE pgh_created_at > now()")
            assert cursor.fetchone() == (0,), table


def test_before_the_programme_nothing_is_known() -> None:
    with pytest.raises(NotPossible), known_on(date(2018, 2, 1), today=TODAY):
        pass
