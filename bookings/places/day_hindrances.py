"""Which days of a service one family can use, and what stands in the way of the others. Pure.

Each day is looked at by itself; what several days together break (days left, days in a row) is in limits.py.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Hindrance(StrEnum):
    """Why a family cannot choose a day, in the order in which it is said: what nothing can change comes first."""

    PASSED = "passed"
    CLOSED = "closed"
    OWN_BOOKING = "own_booking"
    NOT_ELIGIBLE = "not_eligible"
    NO_DAYS_LEFT = "no_days_left"
    TOO_SHORT_NOTICE = "too_short_notice"
    NOT_OPEN_YET = "not_open_yet"
    BY_LOT = "by_lot"
    FULL = "full"
    NO_SIBLING_ROOM = "no_sibling_room"


@dataclass(frozen=True)
class PlacesOfDay:
    """What the facility has on a day: slots, free ones, and rooms left that take a sibling (None = any room does)."""

    day: date
    slots: int
    free: int
    sibling_rooms_left: int | None = None


@dataclass(frozen=True)
class Standing:
    """What holds for the family on all days of the month.

    ``late_days``: nearer than the period of notice. ``not_open_days``: further ahead than is booked already.
    ``own_days``: on which it has a booking, of any service.
    ``unfit_days``: on which a rule is not met (age, residence, …). ``drawn_days``: given by a draw still to come.
    ``used_up_days``: by whose own limit the birth has no day left.
    """

    today: date
    late_days: Collection[date] = ()
    not_open_days: Collection[date] = ()
    own_days: Collection[date] = ()
    unfit_days: Collection[date] = ()
    drawn_days: Collection[date] = ()
    used_up_days: Collection[date] = ()
    kept_days: Collection[date] = ()
    with_sibling: bool = False


@dataclass(frozen=True)
class FamilyDay:
    """A day of the grid: its places, and what stands in the way, if anything."""

    places: PlacesOfDay
    hindrance: Hindrance | None = field(default=None)

    @property
    def usable(self) -> bool:
        return self.hindrance is None


def family_day(places: PlacesOfDay, standing: Standing) -> FamilyDay:
    """Say whether the family can use the day; ``hindrance`` names the first thing in the way."""
    day, hers = places.day, places.day in standing.kept_days
    in_the_way = {
        Hindrance.PASSED: day < standing.today,
        Hindrance.CLOSED: places.slots == 0,
        Hindrance.OWN_BOOKING: day in standing.own_days,
        Hindrance.NOT_ELIGIBLE: day in standing.unfit_days,
        Hindrance.NO_DAYS_LEFT: day in standing.used_up_days,
        Hindrance.TOO_SHORT_NOTICE: day in standing.late_days and not hers,
        Hindrance.NOT_OPEN_YET: day in standing.not_open_days and not hers,
        Hindrance.BY_LOT: day in standing.drawn_days and not hers,
        Hindrance.FULL: places.free <= 0 and not hers,
        Hindrance.NO_SIBLING_ROOM: standing.with_sibling
        and places.sibling_rooms_left is not None
        and places.sibling_rooms_left <= 0,
    }
    return FamilyDay(places, next((name for name in Hindrance if in_the_way[name]), None))
