"""What the ward's own tables need besides the usual figures: how many slots a house had, and from when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bookings.places.queries import STAYS
from facilities.calendar import Capacity, PoolCalendar
from facilities.fiscal_year import fiscal_year_days
from facilities.models import PlacePool
from facilities.queries import calendars


@dataclass(frozen=True)
class SlotsFrom:
    """So many slots a day on these days of a fiscal year, both included; 0 is a suspension."""

    first_day: date
    last_day: date
    slots: int


def slots_of_years(facility: str, years: Sequence[int]) -> dict[int, list[SlotsFrom]]:
    """Return each fiscal year's numbers of slots of a facility with one pool of stays, in order. Six queries."""
    pools = list(PlacePool.objects.filter(facility__slug=facility, services__kind__in=STAYS).distinct())
    if not years or len(pools) != 1:
        return {}
    first, last = fiscal_year_days(min(years))[0], fiscal_year_days(max(years))[1]
    calendar = calendars([pools[0].pk], first, last)[pools[0].pk]
    return {year: _in_year(calendar, year) for year in years}


def _in_year(calendar: PoolCalendar, year: int) -> list[SlotsFrom]:
    first, last = fiscal_year_days(year)
    rows = sorted(calendar.capacities, key=lambda row: row.first_day)
    return [
        SlotsFrom(max(row.first_day, first), min(row.last_day or last, last), row.slots)
        for row in rows
        if _overlaps(row, first, last)
    ]


def _overlaps(row: Capacity, first: date, last: date) -> bool:
    return row.first_day <= last and (row.last_day is None or row.last_day >= first)
