"""The tables of use against SQL written apart from the code, on a made-up history with awkward calendars.

The code groups the days of all periods in one pass; here each cell is a question of its own: so many days, so many
families of whom there is one, so many slots by the guard's own function, day after day.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from bookings.models import BookingDay
from reports.queries import (
    ELSEWHERE,
    coverage_years,
    district_years,
    facility_months,
    facility_periods,
    facility_years,
)
from tests import builders
from tests.reports.factories_long_history import MOVING, OPENED, SUSPENDED, make_history

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
YEARS = [2019, 2020, 2021]
TODAY = date(2021, 10, 9)  # the last of the years is running

CELL = """
  SELECT place.slug,
         (SELECT count(*) FROM bookings_bookingday d, bookings_booking b, facilities_service s
           WHERE d.booking_id = b.id AND b.service_id = s.id AND s.facility_id = place.id AND s.kind = 'short_stay'
             AND d.status = 'used' AND d.day BETWEEN %(first)s AND %(last)s),
         (SELECT count(*) FROM bookings_bookingday d, bookings_booking b, facilities_service s
           WHERE d.booking_id = b.id AND b.service_id = s.id AND s.facility_id = place.id AND s.kind = 'day_care'
             AND d.status = 'used' AND d.day BETWEEN %(first)s AND %(last)s),
         (SELECT count(*) FROM enrollment_family family
           WHERE EXISTS (SELECT FROM bookings_bookingday d, bookings_booking b, facilities_service s,
                                     enrollment_registration r, enrollment_birth birth
                          WHERE d.booking_id = b.id AND b.service_id = s.id AND s.facility_id = place.id
                            AND b.registration_id = r.id AND r.birth_id = birth.id AND birth.family_id = family.id
                            AND d.status = 'used' AND d.day BETWEEN %(first)s AND %(last)s)),
         (SELECT coalesce(sum(facilities_slots_on(pool.id, day::date)), 0)
            FROM facilities_placepool pool, generate_series(%(first)s::date, %(last)s, '1 day') AS day
           WHERE pool.facility_id = place.id)
    FROM facilities_facility place
"""
# Where the family lived on its first used day of the period; where it lived on each of them.
FIRST_HOMES = """
  SELECT (SELECT district.slug FROM enrollment_residence home JOIN facilities_district district
              ON district.id = home.district_id
           WHERE home.family_id = family.id AND home.period @> (
                 SELECT d.day FROM bookings_bookingday d WHERE d.family_id = family.id AND d.status = 'used'
                    AND d.day BETWEEN %(first)s AND %(last)s ORDER BY d.day LIMIT 1)), count(*)
    FROM enrollment_family family
   WHERE EXISTS (SELECT FROM bookings_bookingday d WHERE d.family_id = family.id AND d.status = 'used'
                    AND d.day BETWEEN %(first)s AND %(last)s)
   GROUP BY 1
"""
HOMES_OF_DAYS = """
  SELECT (SELECT district.slug FROM enrollment_residence home JOIN facilities_district district
              ON district.id = home.district_id
           WHERE home.family_id = d.family_id AND home.period @> d.day), count(*)
    FROM bookings_bookingday d WHERE d.status = 'used' AND d.day BETWEEN %(first)s AND %(last)s GROUP BY 1
"""


def asked(statement: str, first: date, last: date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"first": first, "last": last})
        return list(cursor.fetchall())


def year_days(year: int) -> tuple[date, date]:
    return date(year, 4, 1), min(date(year + 1, 3, 31), TODAY)


def cells(rows: list[Any]) -> dict[str, tuple[int, ...]]:
    return {
        row.facility.slug: (row.short_stay_days, row.day_care_days, row.families, row.slot_days)
        for row in rows
        if row.total_days or row.slot_days
    }


def expected(first: date, last: date) -> dict[str, tuple[int, ...]]:
    return {slug: tuple(figures) for slug, *figures in asked(CELL, first, last) if any(figures)}


@pytest.fixture
def history() -> None:
    make_history(1)


@pytest.fixture(params=[1, 2])
def histories(request: Any) -> None:
    make_history(request.param)


@pytest.fixture
def calendars_alone() -> None:
    make_history(1, families=0)


@pytest.mark.usefixtures("histories")
class TestEachTableIsWhatSqlOfItsOwnCounts:
    def test_by_facility_and_year(self) -> None:
        found = facility_years(YEARS, today=TODAY)
        for year in YEARS:
            assert cells(found[year]) == expected(*year_days(year))

    def test_by_facility_and_month_with_a_leap_day(self) -> None:
        for year in YEARS:
            for month, rows in facility_months(year, today=TODAY).items():
                first = date(year + (month < 4), month, 1)
                last = min(date(first.year + month // 12, month % 12 + 1, 1) - DAY, TODAY)
                assert cells(rows) == (expected(first, last) if first <= TODAY else {})

    def test_families_by_district(self) -> None:
        for row in district_years(YEARS, today=TODAY):
            by_sql = dict(asked(FIRST_HOMES, *year_days(row.fiscal_year)))
            assert {slug: count for slug, count in row.families.items() if count} == {
                slug or ELSEWHERE: count for slug, count in by_sql.items()
            }

    def test_days_by_district(self) -> None:
        for row in district_years(YEARS, today=TODAY):
            by_sql = dict(asked(HOMES_OF_DAYS, *year_days(row.fiscal_year)))
            assert {slug: count for slug, count in row.days.items() if count} == {
                slug or ELSEWHERE: count for slug, count in by_sql.items()
            }

    def test_coverage(self) -> None:
        for row in coverage_years(YEARS, today=TODAY):
            families = sum(count for _slug, count in asked(FIRST_HOMES, *year_days(row.fiscal_year)))
            assert row.families == families > 0
            assert row.births == {2019: 8019, 2021: 8021}.get(row.fiscal_year)


@pytest.mark.usefixtures("history")
class TestPartsAddUpToWholes:
    def test_months_make_the_year_and_districts_its_days(self) -> None:
        of_years = facility_years(YEARS, today=TODAY)
        for row in district_years(YEARS, today=TODAY):
            of_months = facility_months(row.fiscal_year, today=TODAY).values()
            for figure in ("short_stay_days", "day_care_days", "slot_days", "inferred_slot_days"):
                in_months = sum(getattr(place, figure) for places in of_months for place in places)
                assert in_months == sum(getattr(place, figure) for place in of_years[row.fiscal_year])
            assert row.total_days == sum(place.total_days for place in of_years[row.fiscal_year])

    def test_a_family_counts_once_in_the_ward_and_once_at_each_facility(self) -> None:
        for row in district_years(YEARS, today=TODAY):
            first, last = year_days(row.fiscal_year)
            used = BookingDay.objects.filter(status="used", day__range=(first, last))
            at_places = set(used.values_list("family", "pool__facility"))
            assert row.total == len({family for family, _place in at_places})
            places = facility_years([row.fiscal_year], today=TODAY)[row.fiscal_year]
            assert sum(place.families for place in places) == len(at_places)

    def test_any_cut_of_a_year_makes_the_year(self) -> None:
        """Periods need be neither months nor years: to date, and what is left."""
        cut = date(2020, 9, 25)  # within the move of the house
        parts = facility_periods({"to date": (date(2020, 4, 1), cut), "after": (date(2020, 9, 26), date(2021, 3, 31))})
        whole = {row.facility.slug: row for row in facility_years([2020], today=TODAY)[2020]}
        for slug, row in whole.items():
            both = [part for rows in parts.values() for part in rows if part.facility.slug == slug]
            assert sum(part.total_days for part in both) == row.total_days
            assert sum(part.slot_days for part in both) == row.slot_days

    def test_years_that_lie_apart_are_not_mixed_with_those_between(self) -> None:
        apart = facility_years([2019, 2021], today=TODAY)
        every = facility_years(YEARS, today=TODAY)
        assert apart == {year: every[year] for year in (2019, 2021)}


@pytest.mark.usefixtures("calendars_alone")
class TestAwkwardMonths:
    def of(self, slug: str, year: int, month: int) -> Any:
        found = facility_months(year, today=TODAY)[month]
        return next((row for row in found if row.facility.slug == slug), None)

    def test_a_facility_that_was_suspended_has_fewer_slots_and_in_a_whole_month_none(self) -> None:
        assert (date(2020, 4, 17), date(2020, 6, 1)) == SUSPENDED
        assert self.of("mamas-room", 2020, 4).slot_days == 19 * 9  # its open days up to the sixteenth
        assert self.of("mamas-room", 2020, 5) is None
        assert self.of("mamas-room", 2020, 6).slot_days == 18 * 18

    def test_a_facility_that_moved_has_no_slots_while_it_moved(self) -> None:
        assert (date(2020, 9, 19), date(2020, 10, 5)) == MOVING
        assert self.of("ward-centre", 2020, 9).slot_days == 25 * 18
        assert self.of("ward-centre", 2020, 10).slot_days == 25 * 27

    def test_a_facility_that_opened_in_the_middle_has_slots_from_that_day(self) -> None:
        assert date(2020, 1, 15) == OPENED
        assert self.of("shiseikai", 2019, 12) is None
        assert self.of("shiseikai", 2019, 1).slot_days == 17 * 17

    def test_a_leap_day_is_a_day(self) -> None:
        assert self.of("shiseikai", 2019, 2).slot_days == 17 * 29
        assert self.of("shiseikai", 2020, 2).slot_days == 17 * 28
        # Closed from 28 February to 1 March of every year: the leap day goes with them.
        assert self.of("ward-centre", 2019, 2).slot_days == self.of("ward-centre", 2020, 2).slot_days == 25 * 27


@pytest.mark.usefixtures("calendars_alone")
def test_a_family_that_moves_in_the_year_counts_where_it_lived_first_and_its_days_where_they_were() -> None:
    family = builders.family(district_slug="kinuta")
    home = family.residences.get()
    home.period = (home.period.lower, date(2021, 5, 3))
    home.save()
    family.residences.create(period=(date(2021, 5, 3), None), district=builders.district("tamagawa"))
    stay = builders.facility("shiseikai").services.get()
    registration = builders.registration(family, born=date(2021, 4, 10))
    booking = stay.bookings.create(
        registration=registration, state="departed", booked_at=builders.at(date(2021, 4, 20))
    )
    BookingDay.objects.bulk_create(
        BookingDay(booking=booking, day=date(2021, 5, day), status="used") for day in (1, 2, 3, 4, 5)
    )
    (row,) = district_years([2021], today=TODAY)
    assert (row.families["kinuta"], row.families["tamagawa"], row.total) == (1, 0, 1)
    assert (row.days["kinuta"], row.days["tamagawa"], row.total_days) == (2, 3, 5)
