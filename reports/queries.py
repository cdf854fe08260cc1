"""What happened, counted from the records alone. No published figure is known here (published.py has those).

A fixed number of queries each, whatever the number of years and facilities.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.db import connection
from django.db.models import F, Func, IntegerField, Q

from bookings.models import BookingDay, DayStatus
from bookings.places.queries import STAYS
from facilities.calendar import PoolCalendar
from facilities.fiscal_year import fiscal_year_days
from facilities.models import District, Facility, PlacePool
from facilities.queries import calendars
from facilities.slot_days import slot_days

from .models import BirthsOfYear
from .occupancy import occupancy_percent
from .use_statements import DISTRICTS_OF_PERIODS, FACILITIES_OF_PERIODS, FAMILIES_OF_PERIODS, YEARS_WITH_USE

K = TypeVar("K")
Days = tuple[date, date]  # first and last, both included
Calendars = tuple[PoolCalendar, PoolCalendar | None]  # what is in force; as stated, where some rows are inferred
# The district of a day on which the family lived in none: it had moved out of the ward, or nobody knows.
ELSEWHERE = "elsewhere"
MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
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
    """Return the fiscal years that have a used day, in order. One query, by the index of the used days."""
    with connection.cursor() as cursor:
        cursor.execute(YEARS_WITH_USE)
        return [year for (year,) in cursor.fetchall()]


def used_days_outside(first: date, last: date) -> list[tuple[date, str]]:
    """Return the used days before ``first`` or after ``last``, with their services' codes, in order. One query."""
    used = BookingDay.objects.filter(Q(day__lt=first) | Q(day__gt=last), status=DayStatus.USED)
    return list(used.order_by("day", "booking__service__slug", "pk").values_list("day", "booking__service__slug"))


def facility_years(years: Sequence[int], *, today: date, facility: str = "") -> dict[int, list[FacilityPeriod]]:
    """Return each fiscal year's facilities that had slots or use; a running year counts to ``today``."""
    return facility_periods(_periods_of(years, today), facility=facility)


def facility_months(year: int, *, today: date) -> dict[int, list[FacilityPeriod]]:
    """Return, for April to March (keys 4 … 3), the facilities that had slots or use, up to ``today``."""
    return {first.month: rows for first, rows in months_of_years([year], today=today).items()}


def months_of_years(years: Sequence[int], *, today: date) -> dict[date, list[FacilityPeriod]]:
    """Return the same of the months of some fiscal years, by their first days, in order. As many queries as of one."""
    months = {
        date(year + (month < 4), month, 1): date(year + (month < 4) + month // 12, month % 12 + 1, 1)
        for year in sorted(set(years))
        for month in MONTHS
    }
    return facility_periods(
        {first: _so_far((first, following - timedelta(days=1)), today) for first, following in months.items()}
    )


def district_years(years: Sequence[int], *, today: date) -> list[DistrictYear]:
    """Return each fiscal year's families by the district of their first used day, days by that of each. Two queries.

    Each used family-day is in exactly one of them: in ``ELSEWHERE`` where no residence in the ward is known for it.
    """
    slugs = [*District.objects.values_list("slug", flat=True), ELSEWHERE]
    found = {year: DistrictYear(year, dict.fromkeys(slugs, 0), dict.fromkeys(slugs, 0)) for year in years}
    for year, slug, families, days in counted_in(_periods_of(years, today), DISTRICTS_OF_PERIODS):
        found[year].families[slug or ELSEWHERE] = families
        found[year].days[slug or ELSEWHERE] = days
    return [found[year] for year in years]


def coverage_years(years: Sequence[int], *, today: date) -> list[CoverageYear]:
    """Return families beside births; births that nobody published stay None. Two queries."""
    births = dict(BirthsOfYear.objects.filter(year__in=years).values_list("year", "births"))
    families = dict(counted_in(_periods_of(years, today), FAMILIES_OF_PERIODS))
    return [CoverageYear(year, families.get(year, 0), births.get(year)) for year in years]


def _periods_of(years: Sequence[int], today: date) -> dict[int, Days]:
    return {year: _so_far(fiscal_year_days(year), today) for year in years}


def _so_far(days: Days, today: date) -> Days:
    """Cut a period at ``today``; one that lies ahead becomes empty (its last day before its first)."""
    return days[0], min(days[1], max(today, days[0] - timedelta(days=1)))


def facility_periods(periods: Mapping[K, Days], *, facility: str = "") -> dict[K, list[FacilityPeriod]]:
    """Return the facilities that had slots or use in each of some periods that do not overlap. Seven queries at most.

    ``periods``: first and last day, both included; one whose last day is before its first is empty.
    """
    if not periods:
        return {}
    first = min(days[0] for days in periods.values())
    last = max((days[1] for days in periods.values() if days[0] <= days[1]), default=first)  # of what has begun
    of_place = calendars_of_places(first, last, facility=facility)
    counted = {(key, place): figures for key, place, *figures in counted_in(periods, FACILITIES_OF_PERIODS)}
    return {
        period: [
            row
            for place in of_place
            if (row := _facility_period(place, of_place[place], counted.get((period, place.pk)), days))
        ]
        for period, days in periods.items()
    }


def calendars_of_places(first: date, last: date, *, facility: str = "") -> dict[Facility, list[Calendars]]:
    """Return the calendars of stays' pools by facility, in the ward's order, complete for the days. Six queries."""
    pools = PlacePool.objects.filter(services__kind__in=STAYS).select_related("facility").distinct()
    if facility:
        pools = pools.filter(facility__slug=facility)
    of_pool = calendars([pool.pk for pool in pools], first, last)
    of_place: dict[Facility, list[Calendars]] = {}
    for pool in sorted(pools, key=lambda pool: pool.facility.position):
        of_place.setdefault(pool.facility, []).append((of_pool[pool.pk], _as_stated(of_pool[pool.pk])))
    return of_place


def counted_in(periods: Mapping[K, Days], statement: str) -> Iterator[tuple[Any, ...]]:
    """Yield the statement's rows, each with its period's key in the place of the number of its stretch. One query.

    The statement numbers the stretches between the borders of all periods, from 1 on; those between two periods are
    nobody's.
    """
    begun = {key: days for key, days in periods.items() if days[0] <= days[1]}
    if not begun:
        return
    borders = sorted({border for first, last in begun.values() for border in (first, last + timedelta(days=1))})
    keys = {borders.index(days[0]) + 1: key for key, days in begun.items()}
    values: dict[str, Any] = {
        "borders": borders,
        "first": borders[0],
        "after": borders[-1],
        "kinds": [kind.value for kind in STAYS],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    for number, *row in rows:
        if number in keys:
            yield keys[number], *row


def _facility_period(
    place: Facility, of_place: list[Calendars], counted: Sequence[int] | None, days: Days
) -> FacilityPeriod | None:
    """Put counted days beside the slots of the calendars; None where the facility had neither."""
    slots = sum(slot_days(*days, calendar) for calendar, _stated in of_place)
    if not slots and not counted:
        return None
    short_stay_days, day_care_days, families = counted or (0, 0, 0)
    return FacilityPeriod(
        facility=place,
        short_stay_days=short_stay_days,
        day_care_days=day_care_days,
        families=families,
        slot_days=slots,
        inferred_slot_days=sum(
            slot_days(*days, calendar) - slot_days(*days, stated) for calendar, stated in of_place if stated
        ),
    )


def _as_stated(calendar: PoolCalendar) -> PoolCalendar | None:
    """The calendar without the closures and overrides that nobody published; None where all are published."""
    if not (any(row.inferred for row in calendar.closures) or any(row.inferred for row in calendar.overrides)):
        return None
    return replace(
        calendar,
        closures=[row for row in calendar.closures if not row.inferred],
        overrides=[row for row in calendar.overrides if not row.inferred],
    )
