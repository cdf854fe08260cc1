"""合計の一致: the ward's tables against each other and against a plain count; where a family is lost, they part.

One count of the days used, in SQL of its own, beside every table that counts them: by facility, by month, by district
and over births. Looked at every night (reports.invariants).
"""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from facilities.fiscal_year import fiscal_year

from .queries import fiscal_years_with_use, months_of_years
from .tables import Row, Table, coverage_table, district_day_table, district_table, facility_year_table

# Every day of short stay and day care that was used, and whose, by fiscal year: no residence, no facility, no pool.
PLAIN_COUNT = """
    SELECT extract(year FROM used.day - interval '3 months')::int, count(*), count(DISTINCT used.family_id)
      FROM bookings_bookingday used
      JOIN bookings_booking booking ON booking.id = used.booking_id
      JOIN facilities_service service ON service.id = booking.service_id
     WHERE used.status = 'used' AND used.day <= %s AND service.kind IN ('short_stay', 'day_care')
     GROUP BY 1
"""


def tables_that_disagree(today: date) -> list[str]:
    """Return "year table" for each table whose total is not that of the plain count, or not that of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(PLAIN_COUNT, [today])
        plain = {year: (days, families) for year, days, families in cursor.fetchall()}
    years = sorted({*plain, *fiscal_years_with_use()})
    of_facility = facility_year_table(years, today=today)
    days_of_facilities = {
        year: sum(row["total_days"] for row in of_facility.rows if row["fiscal_year"] == year) for year in years
    }
    days = {
        "facility-year": days_of_facilities,
        "facility-months": _of_months(years, today),
        "district-days": _totals(district_day_table(years, today=today)),
    }
    families = {
        "districts": _totals(district_table(years, today=today)),
        "coverage": {row["fiscal_year"]: row["families"] for row in coverage_table(years, today=today).rows},
    }
    found = [
        f"{year} {table}"
        for place, counted in enumerate((days, families))
        for table, totals in counted.items()
        for year in years
        if totals[year] != plain.get(year, (0, 0))[place]
    ]
    return sorted(found)


def _of_months(years: Sequence[int], today: date) -> dict[int, int]:
    """The days of each year's months."""
    found = dict.fromkeys(years, 0)
    for first, rows in months_of_years(years, today=today).items():
        found[fiscal_year(first)] += sum(row.total_days for row in rows)
    return found


def _totals(table: Table) -> dict[int, int | None]:
    """The total of each year's row; None where its columns do not make it: it agrees with nothing then."""
    return {row["fiscal_year"]: row["total"] if _adds_up(table, row) else None for row in table.rows}


def _adds_up(table: Table, row: Row) -> bool:
    return bool(row["total"] == sum(row[key] for key in table.compared if key != "total"))
