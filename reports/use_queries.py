"""Use of the facilities in any days, each facility by itself and all together, a family counted once in each.

A fixed number of queries, whatever the number of months, years and facilities.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from bookings.places.queries import STAYS
from facilities.calendar import PoolCalendar
from facilities.models import Facility, PlacePool
from facilities.queries import calendars
from facilities.slot_days import slot_days

from .like_months import Days
from .occupancy import occupancy_percent

BY_MONTH = "to_char(used.day, 'YYYY-MM')"
BY_FISCAL_YEAR = "extract(year FROM used.day - interval '3 months')::int::text"
BY_YEAR = "extract(year FROM used.day)::int::text"
ALL = 0  # of all facilities together

USED = """
    SELECT {key}, coalesce(pool.facility_id, 0),
           count(*) FILTER (WHERE service.kind = 'short_stay'), count(*) FILTER (WHERE service.kind = 'day_care'),
           count(DISTINCT used.family_id)
      FROM bookings_bookingday used
      JOIN bookings_booking booking ON booking.id = used.booking_id
      JOIN facilities_service service ON service.id = booking.service_id
      JOIN facilities_placepool pool ON pool.id = used.pool_id
     WHERE used.status = 'used' AND service.kind = ANY (%s) AND ({days})
     GROUP BY GROUPING SETS ((1, pool.facility_id), (1))
"""


@dataclass(frozen=True)
class Use:
    """Family-days, families counted once, and slot-days of a facility, or of all (``facility`` None), in some days."""

    facility: Facility | None
    short_stay_days: int = 0
    day_care_days: int = 0
    families: int = 0
    slot_days: int = 0
    inferred_slot_days: int = 0

    @property
    def total_days(self) -> int:
        return self.short_stay_days + self.day_care_days

    @property
    def occupancy_percent(self) -> Decimal | None:
        return occupancy_percent(self.total_days, self.slot_days)

    @property
    def is_empty(self) -> bool:
        return not self.slot_days and not self.total_days


def use_in(windows: Mapping[str, Days], key: str) -> dict[str, list[Use]]:
    """Return of each window the use of each facility that had slots or use, and last that of all. Seven queries.

    ``key``: the SQL that gives a window's name from a day in it (``BY_MONTH`` …).
    """
    begun = {name: days for name, days in windows.items() if days[0] <= days[1]}
    if not begun:
        return {name: [Use(None)] for name in windows}
    counted = _counted(begun.values(), key)
    of_place = _calendars(begun.values())
    found: dict[str, list[Use]] = {}
    for name in windows:
        uses = [_use(place, rows, begun.get(name), counted.get((name, place.pk))) for place, rows in of_place.items()]
        together = counted.get((name, ALL), (0, 0, 0))
        slots, inferred = sum(use.slot_days for use in uses), sum(use.inferred_slot_days for use in uses)
        found[name] = [use for use in uses if not use.is_empty]
        found[name].append(Use(None, *together, slots, inferred))
    return found


def _use(
    place: Facility, of_place: list[PoolCalendar], days: Days | None, counted: tuple[int, int, int] | None
) -> Use:
    if days is None:
        return Use(place)
    slots = sum(slot_days(*days, calendar) for calendar in of_place)
    # Only where somebody inferred a closure is there another number to compare with.
    stated = sum(slot_days(*days, as_stated(calendar)) for calendar in of_place) if _infers(of_place) else slots
    return Use(place, *(counted or (0, 0, 0)), slots, slots - stated)


def as_stated(calendar: PoolCalendar) -> PoolCalendar:
    """Return the calendar without the closures and overrides that nobody published."""
    return replace(
        calendar,
        closures=[row for row in calendar.closures if not row.inferred],
        overrides=[row for row in calendar.overrides if not row.inferred],
    )


def _infers(of_place: list[PoolCalendar]) -> bool:
    closures = any(row.inferred for calendar in of_place for row in calendar.closures)
    return closures or any(row.inferred for calendar in of_place for row in calendar.overrides)


def _calendars(windows: Iterable[Days]) -> dict[Facility, list[PoolCalendar]]:
    """The calendars of the pools of stays by facility, in the ward's order, complete for all windows."""
    days = [day for window in windows for day in window]
    pools = PlacePool.objects.filter(services__kind__in=STAYS).select_related("facility").distinct()
    of_pool = calendars([pool.pk for pool in pools], min(days), max(days))
    found: dict[Facility, list[PoolCalendar]] = {}
    for pool in sorted(pools, key=lambda pool: pool.facility.position):
        found.setdefault(pool.facility, []).append(of_pool[pool.pk])
    return found


def _counted(windows: Iterable[Days], key: str) -> dict[tuple[str, int], tuple[int, int, int]]:
    spans = _joined(windows)
    within = " OR ".join(["used.day BETWEEN %s AND %s"] * len(spans))
    asked: list[Any] = [[kind.value for kind in STAYS], *(day for span in spans for day in span)]
    with connection.cursor() as cursor:
        cursor.execute(USED.format(key=key, days=within), asked)
        return {(name, place): (short, care, families) for name, place, short, care, families in cursor.fetchall()}


def _joined(windows: Iterable[Days]) -> list[Days]:
    """The same days as few spans: windows that follow each other are one."""
    spans: list[Days] = []
    for first, last in sorted(windows):
        if spans and (first - spans[-1][1]).days <= 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((first, last))
    return spans


def of_whole_years(years: Iterable[int], today: date) -> dict[str, Days]:
    """Return the fiscal years as windows, a running one up to ``today``."""
    spans = {str(year): (date(year, 4, 1), min(date(year + 1, 3, 31), today)) for year in years}
    return {name: days for name, days in spans.items() if days[0] <= days[1]}
