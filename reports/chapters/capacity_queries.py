"""Slot-days that houses lost to closures and reductions, walked through their calendars. A fixed number of queries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bookings.places.queries import STAYS
from facilities.calendar import days_between
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from facilities.models import PlacePool
from facilities.queries import calendars

from .lost_slots import Lost, LostSlots, full_days

# Of what is lost: why, the row's own reason, whether nobody published it.
Reason = tuple[Lost, str, bool]


@dataclass
class LostMonth:
    """One house in one month: slot-days at its best, and what was lost of them, by reason."""

    full: int = 0
    lost: Counter[Reason] = field(default_factory=Counter)

    @property
    def slots(self) -> int:
        return self.full - sum(self.lost.values())


@dataclass(frozen=True)
class House:
    """A house as the tables name it, in the ward's order."""

    slug: str
    name: str


def lost_months(years: Sequence[int], *, today: date) -> tuple[list[House], dict[tuple[str, date], LostMonth]]:
    """Return the houses with places for a stay, and each one's months (their first days) up to ``today``.

    Always six queries.
    """
    pools = list(
        PlacePool.objects.filter(services__kind__in=STAYS)
        .select_related("facility")
        .order_by("facility__position", "facility__slug", "slug")
        .distinct()
    )
    houses = list(dict.fromkeys(House(pool.facility.slug, str(pool.facility)) for pool in pools))
    found: dict[tuple[str, date], LostMonth] = {}
    days = [day for year in sorted(set(years)) for day in days_between(*fiscal_year_days(year)) if day <= today]
    if not pools or not days:
        return houses, found
    # From the opening on: what was once in force says what is full.
    of_pool = calendars(
        [pool.pk for pool in pools], min([days[0], *(pool.facility.opened_on for pool in pools)]), days[-1]
    )
    for pool in pools:
        for one in full_days(days, of_pool[pool.pk]):
            if not one.full and not one.lost:
                continue
            month = found.setdefault((pool.facility.slug, one.day.replace(day=1)), LostMonth())
            month.full += one.full
            for row in one.lost:
                month.lost[_reason(row)] += row.slots
    return houses, found


def by_year(months: dict[tuple[str, date], LostMonth]) -> dict[tuple[str, int], LostMonth]:
    """Return the same of each fiscal year."""
    found: dict[tuple[str, int], LostMonth] = {}
    for (slug, first), month in months.items():
        year = found.setdefault((slug, fiscal_year(first)), LostMonth())
        year.full += month.full
        year.lost.update(month.lost)
    return found


def _reason(row: LostSlots) -> Reason:
    return row.why, row.reason, row.inferred
