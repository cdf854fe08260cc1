"""The plain SQL of each table of use, as one would write it by hand, and what ours gives in the same shape."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.queries import coverage_years, district_years, facility_months, facility_years

OF_STAYS = """
    FROM bookings_bookingday used
    JOIN bookings_booking booking ON booking.id = used.booking_id
    JOIN facilities_service service ON service.id = booking.service_id
   WHERE used.status = 'used' AND service.kind IN ('short_stay', 'day_care') AND used.day BETWEEN %s AND %s
"""
YEAR = "extract(year FROM used.day - interval '3 months')::int"
FACILITY_YEARS = f"""
  SELECT {YEAR}, service.facility_id, count(*) FILTER (WHERE service.kind = 'short_stay'),
         count(*) FILTER (WHERE service.kind = 'day_care'), count(DISTINCT used.family_id)
  {OF_STAYS} GROUP BY 1, 2
"""
FACILITY_MONTHS = FACILITY_YEARS.replace(YEAR, "extract(month FROM used.day)::int")
COVERAGE = f"SELECT {YEAR}, count(DISTINCT used.family_id) {OF_STAYS} GROUP BY 1"
# Days by the district of each day; families by that of their first one.
DISTRICT_DAYS = f"""
  SELECT {YEAR}, residence.district_id, count(*)
  {
    OF_STAYS.replace(
        "WHERE",
        "LEFT JOIN enrollment_residence residence"
        " ON residence.family_id = used.family_id AND residence.period @> used.day WHERE",
    )
} GROUP BY 1, 2
"""
DISTRICT_FAMILIES = f"""
  SELECT first_days.year, residence.district_id, count(*)
    FROM (SELECT DISTINCT ON (1, used.family_id) {YEAR} AS year, used.family_id, used.day
          {OF_STAYS} ORDER BY 1, used.family_id, used.day) AS first_days
    LEFT JOIN enrollment_residence residence
      ON residence.family_id = first_days.family_id AND residence.period @> first_days.day
   GROUP BY 1, 2
"""

Figures = set[tuple[Any, ...]]


@dataclass(frozen=True)
class Measured:
    """A table: its statements, and ours, both as sets of rows that must be equal."""

    title: str
    plain: Sequence[str]
    ours: Callable[[list[int], date], Figures]
    of_one_year: bool = False


def _facility_years(years: list[int], today: date) -> Figures:
    return {
        (year, row.facility.pk, row.short_stay_days, row.day_care_days, row.families)
        for year, rows in facility_years(years, today=today).items()
        for row in rows
        if row.total_days
    }


def _facility_months(years: list[int], today: date) -> Figures:
    return {
        (month, row.facility.pk, row.short_stay_days, row.day_care_days, row.families)
        for month, rows in facility_months(years[0], today=today).items()
        for row in rows
        if row.total_days
    }


def _districts(years: list[int], today: date) -> Figures:
    from facilities.models import District

    keys = dict(District.objects.values_list("slug", "pk"))
    return {
        (year.fiscal_year, keys.get(slug), count)
        for year in district_years(years, today=today)
        for figures in (year.families, year.days)
        for slug, count in figures.items()
        if count
    }


def _coverage(years: list[int], today: date) -> Figures:
    return {(row.fiscal_year, row.families) for row in coverage_years(years, today=today)}


TABLES = (
    Measured("facility-year, all years", [FACILITY_YEARS], _facility_years),
    Measured("facility-year, one year", [FACILITY_YEARS], _facility_years, of_one_year=True),
    Measured("months of one year", [FACILITY_MONTHS], _facility_months, of_one_year=True),
    Measured("districts and district-days, all years", [DISTRICT_FAMILIES, DISTRICT_DAYS], _districts),
    Measured("coverage, all years", [COVERAGE], _coverage),
)
