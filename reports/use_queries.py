"""Use of the facilities in any days, each facility by itself and all together, a family counted once in each.

A fixed number of queries, whatever the number of months, years and facilities.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from facilities.models import Facility
from facilities.slot_days import slot_days

from .like_months import Days
from .occupancy import occupancy_percent
from .queries import Calendars, calendars_of_places, counted_in
from .use_statements import FACILITIES_AND_ALL_OF_PERIODS

ALL = 0  # of all facilities together
NOTHING = (0, 0, 0)  # days of each kind, families


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


def use_in(windows: Mapping[str, Days]) -> dict[str, list[Use]]:
    """Return of each window the use of each facility that had slots or use, and last that of all. Seven queries.

    The windows do not overlap.
    """
    begun = {name: days for name, days in windows.items() if days[0] <= days[1]}
    if not begun:
        return {name: [Use(None)] for name in windows}
    counted = {(name, place): figures for name, place, *figures in counted_in(begun, FACILITIES_AND_ALL_OF_PERIODS)}
    of_place = calendars_of_places(min(days[0] for days in begun.values()), max(days[1] for days in begun.values()))
    found: dict[str, list[Use]] = {}
    for name in windows:
        uses = [_use(place, rows, begun.get(name), counted.get((name, place.pk))) for place, rows in of_place.items()]
        short_stay_days, day_care_days, families = counted.get((name, ALL), NOTHING)
        slots, inferred = sum(use.slot_days for use in uses), sum(use.inferred_slot_days for use in uses)
        found[name] = [use for use in uses if not use.is_empty]
        found[name].append(Use(None, short_stay_days, day_care_days, families, slots, inferred))
    return found


def _use(place: Facility, of_place: list[Calendars], days: Days | None, counted: Sequence[int] | None) -> Use:
    if days is None:
        return Use(place)
    slots = sum(slot_days(*days, calendar) for calendar, _stated in of_place)
    inferred = sum(slot_days(*days, calendar) - slot_days(*days, stated) for calendar, stated in of_place if stated)
    short_stay_days, day_care_days, families = counted or NOTHING
    return Use(place, short_stay_days, day_care_days, families, slots, inferred)


def of_whole_years(years: Iterable[int], today: date) -> dict[str, Days]:
    """Return the fiscal years as windows, a running one up to ``today``."""
    spans = {str(year): (date(year, 4, 1), min(date(year + 1, 3, 31), today)) for year in years}
    return {name: days for name, days in spans.items() if days[0] <= days[1]}
