"""What happened, counted from the records alone. No published figure is known here (published.py has those).

A fixed number of queries each, whatever the number of years and facilities.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Count, F, Func, IntegerField, Q, QuerySet
from django.db.models.functions import ExtractMonth

from bookings.models import BookingDay, DayStatus
from bookings.places.queries import STAYS
from facilities.calendar import PoolCalendar, slot_days
from facilities.fiscal_year import fiscal_year_days
from facilities.models import District, Facility, PlacePool, ServiceKind
from facilities.queries import calendars

from .models import BirthsOfYear
from .occupancy import occupancy_percent

# The district of a day on which the family lived in none: it had moved out of the ward, or nobody knows.
ELSEWHERE = "elsewhere"
FISCAL_YEAR = Func(
    F("day"), template="extract(year FROM %(expressions)s - interval '3 months')::int", output_field=IntegerField()
)


@dataclass(frozen=True)
class FacilityPeriod:
    """One facility over one period: days are family-days, slots are slot-days."""

    facility: Facility
    short_stay_days: int
    day_care_days: int
    families: int
    slot_days: int
    inferred_slot_days: int

    @property
    def total_days(self) -> int:
        return self.short_stay_days + self.day_care_days

    @property
    def occupancy_percent(self) -> Decimal | None:
        return occupancy_percent(self.total_days, self.slot_days)


@dataclass(frozen=True)
class DistrictYear:
    """Unduplicated families and family-days by district in a fiscal year; ``ELSEWHERE`` is one of the districts.

    A family that used two facilities counts once, where it lived at its first used day; each day where it lived on it.
    """

    fiscal_year: int
    families: dict[str, int] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.families.values())

    @property
    def total_days(self) -> int:
        return sum(self.days.values())


@dataclass(frozen=True)
class CoverageYear:
    """Families of the fiscal year beside the births of the calendar year that it begins in."""

    fiscal_year: int
    families: int
    births: int | None

    @property
    def coverage_percent(self) -> Decimal | None:
        return occupancy_percent(self.families, self.births) if self.births else None


def fiscal_years_with_use() -> list[int]:
    """Return the fiscal years that have a used day, in order."""
    used = BookingDay.objects.filter(status=DayStatus.USED).order_by()
    return sorted(used.annotate(fiscal_year=FISCAL_YEAR).values_list("fiscal_year", flat=True).distinct())


def facility_years(years: Sequence[int], *, today: date, facility: str = "") -> dict[int, list[FacilityPeriod]]:
    """Return each fiscal year's facilities that had slots or use; a running year counts to ``today``."""
    periods = {year: _so_far(fiscal_year_days(year), today) for year in years}
    return _by_period(periods, "fiscal_year", FISCAL_YEAR, facility)


def facility_months(year: int, *, today: date) -> dict[int, list[FacilityPeriod]]:
    """Return, for April to March (keys 4 … 3), the facilities that had slots or use, up to ``today``."""
    starts = [date(year + (3 + i) // 12, (3 + i) % 12 + 1, 1) for i in range(13)]
    months = [(first, following - timedelta(days=1)) for first, following in pairwise(starts)]
    periods = {first.month: _so_far((first, last), today) for first, last in months}
    return _by_period(periods, "month", ExtractMonth("day"), "")


def district_years(years: Sequence[int], *, today: date) -> list[DistrictYear]:
    """Return each fiscal year's families by the district of their first used day, days by that of each. Two queries.

    Each used family-day is in exactly one of them: in ``ELSEWHERE`` where no residence in the ward is known for it.
    """
    slugs = [*District.objects.values_list("slug", flat=True), ELSEWHERE]
    found = {year: DistrictYear(year, dict.fromkeys(slugs, 0), dict.fromkeys(slugs, 0)) for year in years}
    if not years:
        return []
    first, last = fiscal_year_days(min(years))[0], min(fiscal_year_days(max(years))[1], today)
    with connection.cursor() as cursor:
        cursor.execute(DISTRICT_OF_DAYS, [ELSEWHERE, first, last, [kind.value for kind in STAYS]])
        for year, slug, families, days in cursor.fetchall():
            if year in found:
                found[year].families[slug], found[year].days[slug] = families, days
    return [found[year] for year in years]


def coverage_years(years: Sequence[int], *, today: date) -> list[CoverageYear]:
    """Return families beside births; births that nobody published stay None."""
    births = dict(BirthsOfYear.objects.filter(year__in=years).values_list("year", "births"))
    return [
        CoverageYear(row.fiscal_year, row.total, births.get(row.fiscal_year))
        for row in district_years(years, today=today)
    ]


def _so_far(days: tuple[date, date], today: date) -> tuple[date, date]:
    """Cut a period at ``today``; one that lies ahead becomes empty (its last day before its first)."""
    return days[0], min(days[1], max(today, days[0] - timedelta(days=1)))


def _used(first: date, last: date) -> QuerySet[BookingDay]:
    return BookingDay.objects.filter(status=DayStatus.USED, day__range=(first, last), booking__service__kind__in=STAYS)


def _by_period(
    periods: Mapping[int, tuple[date, date]], key: str, expression: Any, facility: str
) -> dict[int, list[FacilityPeriod]]:
    if not periods:
        return {}
    first = min(days[0] for days in periods.values())
    last = max((days[1] for days in periods.values() if days[0] <= days[1]), default=first)  # of what has begun
    pools = PlacePool.objects.filter(services__kind__in=STAYS).select_related("facility").distinct()
    if facility:
        pools = pools.filter(facility__slug=facility)
    of_pool = calendars([pool.pk for pool in pools], first, last)
    of_place: dict[Facility, list[PoolCalendar]] = {}
    for pool in pools:
        of_place.setdefault(pool.facility, []).append(of_pool[pool.pk])
    places = sorted(of_place, key=lambda place: place.position)
    counted = {
        (row[key], row["pool__facility"]): row
        for row in _used(first, last)
        .annotate(**{key: expression})
        .order_by()
        .values(key, "pool__facility")
        .annotate(
            short_stay_days=Count("pk", filter=Q(booking__service__kind=ServiceKind.SHORT_STAY)),
            day_care_days=Count("pk", filter=Q(booking__service__kind=ServiceKind.DAY_CARE)),
            families=Count("family", distinct=True),
        )
    }
    return {
        period: [
            row
            for place in places
            if (row := _facility_period(place, of_place[place], counted.get((period, place.pk), {}), days))
        ]
        for period, days in periods.items()
    }


def _facility_period(
    place: Facility, of_place: list[PoolCalendar], counted: Mapping[str, int], days: tuple[date, date]
) -> FacilityPeriod | None:
    """Put counted days beside the slots of the calendars; None where the facility had neither."""
    slots = sum(slot_days(*days, calendar) for calendar in of_place) if days[0] <= days[1] else 0
    if not slots and not counted:
        return None
    stated = sum(slot_days(*days, _as_stated(calendar)) for calendar in of_place)
    return FacilityPeriod(
        facility=place,
        short_stay_days=counted.get("short_stay_days", 0),
        day_care_days=counted.get("day_care_days", 0),
        families=counted.get("families", 0),
        slot_days=slots,
        inferred_slot_days=slots - stated,
    )


def _as_stated(calendar: PoolCalendar) -> PoolCalendar:
    """The calendar without the closures and overrides that nobody published."""
    return replace(
        calendar,
        closures=[row for row in calendar.closures if not row.inferred],
        overrides=[row for row in calendar.overrides if not row.inferred],
    )


# The joins to the residence are outer ones: a day without a residence is a day all the same.
DISTRICT_OF_DAYS = """
    SELECT used.fiscal_year, coalesce(district.slug, %s), count(*) FILTER (WHERE used.number = 1), count(*)
      FROM (
        SELECT used.family_id, used.day, extract(year FROM used.day - interval '3 months')::int AS fiscal_year,
               row_number() OVER (
                   PARTITION BY used.family_id, extract(year FROM used.day - interval '3 months')
                   ORDER BY used.day, used.id) AS number
          FROM bookings_bookingday used
          JOIN bookings_booking booking ON booking.id = used.booking_id
          JOIN facilities_service service ON service.id = booking.service_id
         WHERE used.status = 'used' AND used.day BETWEEN %s AND %s AND service.kind = ANY (%s)
      ) AS used
      LEFT JOIN enrollment_residence residence
        ON residence.family_id = used.family_id AND residence.period @> used.day
      LEFT JOIN facilities_district district ON district.id = residence.district_id
     GROUP BY 1, 2
"""
