"""What happened, counted from the records alone. No published figure is known here (published.py has those)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q
from django.db.models.functions import ExtractMonth, ExtractYear
from facilities.calendar import PoolCalendar, slot_days
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from facilities.queries import pool_calendars

from bookings.models import BookingDay, DayStatus
from facilities.models import District, Facility, PlacePool, ServiceKind

from .models import BirthsOfYear
from .occupancy import occupancy_percent

# Occupancy and unduplicated families are counted over the stays (SEED tables); outreach and online apart.
STAY_KINDS = (ServiceKind.SHORT_STAY, ServiceKind.DAY_CARE)


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
    """Unduplicated families by district in a fiscal year; a family that used two facilities counts once."""

    fiscal_year: int
    families: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.families.values())


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
    months = (
        BookingDay.objects.filter(status=DayStatus.USED)
        .annotate(year=ExtractYear("day"), month=ExtractMonth("day"))
        .order_by()
        .values_list("year", "month")
        .distinct()
    )
    return sorted({fiscal_year(date(year, month, 1)) for year, month in months})


def facility_years(years: Iterable[int], *, today: date, facility: str = "") -> dict[int, list[FacilityPeriod]]:
    """Return each fiscal year's facilities that had slots or use; a running year counts to ``today``."""
    found = {}
    for year in years:
        first, last = fiscal_year_days(year)
        found[year] = facility_period(first, min(last, today), facility=facility)
    return found


def facility_period(first: date, last: date, *, facility: str = "") -> list[FacilityPeriod]:
    """Return each facility that had slots or use between two days (inclusive), in a fixed number of queries."""
    pools = PlacePool.objects.filter(services__kind__in=STAY_KINDS).select_related("facility").distinct()
    if facility:
        pools = pools.filter(facility__slug=facility)
    calendars = pool_calendars(list(pools), first, last)
    used = {row["pool__facility"]: row for row in _counted(_used(first, last), "pool__facility")}
    return _periods(list(pools), calendars, used, first, last)


def facility_months(year: int, *, today: date) -> list[list[FacilityPeriod]]:
    """Return twelve lists, April to March: each month's facilities that have slots or use, up to ``today``.

    A month that has not begun is an empty list. A fixed number of queries, whatever the year holds.
    """
    first, last = fiscal_year_days(year)
    last = min(last, today)
    pools = list(PlacePool.objects.filter(services__kind__in=STAY_KINDS).select_related("facility").distinct())
    calendars = pool_calendars(pools, first, last)
    used = {
        (row["pool__facility"], row["month"]): row
        for row in _counted(_used(first, last).annotate(month=ExtractMonth("day")), "pool__facility", "month")
    }
    months = []
    for month_first, month_last in _months_of(first):
        month_last = min(month_last, last)
        of_month = {key[0]: row for key, row in used.items() if key[1] == month_first.month}
        months.append(_periods(pools, calendars, of_month, month_first, month_last))
    return months


def district_years(years: Iterable[int], *, today: date) -> list[DistrictYear]:
    """Return each fiscal year's unduplicated families by the district where they lived at their first used day."""
    return [_district_year(year, today) for year in years]


def coverage_years(years: Sequence[int], *, today: date) -> list[CoverageYear]:
    """Return families beside births; births that nobody published stay None."""
    births = dict(BirthsOfYear.objects.filter(year__in=years).values_list("year", "births"))
    return [
        CoverageYear(row.fiscal_year, row.total, births.get(row.fiscal_year))
        for row in district_years(years, today=today)
    ]


def families_at_two_facilities(year: int) -> int:
    """Return how many families used more than one facility in the fiscal year."""
    first, last = fiscal_year_days(year)
    return (
        _used(first, last)
        .order_by()
        .values("family")
        .annotate(facilities=Count("pool__facility", distinct=True))
        .filter(facilities__gt=1)
        .count()
    )


def _used(first: date, last: date) -> Any:
    return BookingDay.objects.filter(
        status=DayStatus.USED, day__range=(first, last), booking__service__kind__in=STAY_KINDS
    )


def _counted(days: Any, *by: str) -> Any:
    return (
        days.order_by()
        .values(*by)
        .annotate(
            short_stay_days=Count("pk", filter=Q(booking__service__kind=ServiceKind.SHORT_STAY)),
            day_care_days=Count("pk", filter=Q(booking__service__kind=ServiceKind.DAY_CARE)),
            families=Count("family", distinct=True),
        )
    )


def _periods(
    pools: list[PlacePool],
    calendars: Mapping[int, PoolCalendar],
    used: Mapping[int, dict[str, int]],
    first: date,
    last: date,
) -> list[FacilityPeriod]:
    """Put counted days beside the slots of the calendars, one row a facility that has either."""
    rows = []
    for place in sorted({pool.facility for pool in pools}, key=lambda place: place.position):
        of_place = [calendars[pool.pk] for pool in pools if pool.facility == place]
        slots = sum(slot_days(first, last, calendar) for calendar in of_place)
        counted = used.get(place.pk, {})
        if not slots and not counted:
            continue
        stated = sum(slot_days(first, last, _as_stated(calendar)) for calendar in of_place)
        rows.append(
            FacilityPeriod(
                facility=place,
                short_stay_days=counted.get("short_stay_days", 0),
                day_care_days=counted.get("day_care_days", 0),
                families=counted.get("families", 0),
                slot_days=slots,
                inferred_slot_days=slots - stated,
            )
        )
    return rows


def _months_of(first: date) -> list[tuple[date, date]]:
    """The twelve months from ``first`` on, each with its first and last day."""
    starts = [date(first.year + (first.month - 1 + i) // 12, (first.month - 1 + i) % 12 + 1, 1) for i in range(13)]
    return [(start, following - timedelta(days=1)) for start, following in pairwise(starts)]


def _as_stated(calendar: PoolCalendar) -> PoolCalendar:
    """The calendar without the closures and overrides that nobody published."""
    return replace(
        calendar,
        closures=tuple(row for row in calendar.closures if not row.inferred),
        overrides=tuple(row for row in calendar.overrides if not row.inferred),
    )


DISTRICT_OF_FIRST_DAY = """
    SELECT residence.district_id, count(*)
      FROM (
        SELECT used.family_id, min(used.day) AS first_day
          FROM bookings_bookingday used
          JOIN bookings_booking booking ON booking.id = used.booking_id
          JOIN facilities_service service ON service.id = booking.service_id
         WHERE used.status = 'used' AND used.day BETWEEN %s AND %s AND service.kind = ANY (%s)
         GROUP BY used.family_id
      ) AS family
      JOIN enrollment_residence residence
        ON residence.family_id = family.family_id AND residence.period @> family.first_day
     GROUP BY residence.district_id
"""


def _district_year(year: int, today: date) -> DistrictYear:
    first, last = fiscal_year_days(year)
    slugs = dict(District.objects.values_list("pk", "slug"))
    with connection.cursor() as cursor:
        cursor.execute(DISTRICT_OF_FIRST_DAY, [first, min(last, today), [kind.value for kind in STAY_KINDS]])
        counted = {slugs[district]: families for district, families in cursor.fetchall()}
    return DistrictYear(year, {slug: counted.get(slug, 0) for slug in slugs.values()})


def first_used_day() -> date | None:
    """Return the first day that any family used."""
    return BookingDay.objects.filter(status=DayStatus.USED).aggregate(first=Min("day"))["first"]  # type: ignore[no-any-return]
