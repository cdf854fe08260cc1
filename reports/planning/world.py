"""世界: calendars, services, limits and ways of giving places, as they were or as they might be. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from bookings.draws.tickets import Weights
from bookings.places.limits import Limits
from enrollment.eligibility import ServiceTerms
from facilities.calendar import Capacity, PoolCalendar, WeeklyPattern, days_between, slots_on

# Uses that begin before the period or end after it are looked at whole; only days within are counted.
BESIDE = timedelta(days=31)
NEW_POOL = -1
NEW_HOUSE = "new-house"


@dataclass(frozen=True)
class Offer:
    """A service: of which facility and pool, and whom it takes."""

    slug: str
    kind: str
    pool: int
    facility: str
    terms: Sequence[ServiceTerms]


@dataclass(frozen=True)
class World:
    """What a replay goes by. ``limits``: by service and day. ``sibling_rooms``: by pool and day, where not any room
    takes one. ``limits_before``: those that were changed, as they were. ``high_need_tickets``: None: as drawn.
    ``least_answer``: a place is offered only where so much time is left before its first day. ``new_house_in``: the
    district of a new house.
    """

    first_day: date
    last_day: date
    calendars: Mapping[int, PoolCalendar]
    offers: Mapping[str, Offer]
    limits: Mapping[str, Mapping[date, Limits]]
    sibling_rooms: Mapping[int, Mapping[date, int | None]] = field(default_factory=dict)
    limits_before: Mapping[str, Mapping[date, Limits]] | None = None
    least_answer: timedelta = timedelta(hours=3)
    draws: bool = True
    high_need_tickets: int | None = None
    new_house_in: str = ""

    @cached_property
    def slots(self) -> Mapping[int, Mapping[date, int]]:
        """The slots of each pool on each day of the period and the days beside it."""
        days = days_between(self.first_day - BESIDE, self.last_day + BESIDE)
        return {
            pool: {day: slots_on(day, calendar).slots for day in days} for pool, calendar in self.calendars.items()
        }

    def weights(self, of_round: Weights) -> Weights:
        """Return what counts in a draw of this world."""
        more = self.high_need_tickets
        return of_round if more is None else replace(of_round, high_need=more)


@dataclass(frozen=True)
class NewHouse:
    """A house that there is not: one service of a kind, so many families a day on some weekdays, in a district."""

    name: str
    kind: str
    slots: int
    weekdays: frozenset[int]
    district: str
    keeps_public_holidays: bool = True


@dataclass(frozen=True)
class Changes:
    """What is asked: each left empty is as it was. ``more_slots``, ``weekdays``: by facility."""

    more_slots: Mapping[str, int] = field(default_factory=dict)
    weekdays: Mapping[str, frozenset[int]] = field(default_factory=dict)
    new_house: NewHouse | None = None
    days_per_birth: int | None = None
    without_draw: bool = False
    high_need_tickets: int | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is changed at all."""
        return self == Changes()


@dataclass(frozen=True)
class Assumptions:
    """What no record tells. ``flexible_days``: so many days earlier or later a family would take as well where the
    days asked for are full. ``to_new_house``: percent of the families of its district that ask there first.
    ``more_days``: percent of those who used all days of the birth that would use the days beyond, too.
    """

    flexible_days: int = 0
    to_new_house: int = 50
    more_days: int = 50


def changed(world: World, changes: Changes) -> World:
    """Return the world with the changes. Raises ValueError for a facility, or a kind of service, that there is not."""
    known = {offer.facility for offer in world.offers.values()}
    if unknown := (set(changes.more_slots) | set(changes.weekdays)) - known:
        raise ValueError(", ".join(sorted(unknown)))
    facility_of = {offer.pool: offer.facility for offer in world.offers.values()}
    calendars = {
        pool: _calendar(
            calendar, changes.more_slots.get(facility_of[pool], 0), changes.weekdays.get(facility_of[pool])
        )
        for pool, calendar in world.calendars.items()
    }
    made = replace(
        world,
        calendars=calendars,
        draws=world.draws and not changes.without_draw,
        high_need_tickets=changes.high_need_tickets,
        limits={slug: _limits(of_days, changes.days_per_birth) for slug, of_days in world.limits.items()},
        limits_before=None if changes.days_per_birth is None else world.limits,
    )
    return made if changes.new_house is None else _with_house(made, changes.new_house)


def _calendar(calendar: PoolCalendar, more: int, weekdays: frozenset[int] | None) -> PoolCalendar:
    """So many more on every day that has any; a day that is closed, or a time of suspension, stays so."""
    return replace(
        calendar,
        capacities=[replace(row, slots=_more(row.slots, more)) for row in calendar.capacities],
        overrides=[replace(row, slots=_more(row.slots, more)) for row in calendar.overrides],
        patterns=[row if weekdays is None else replace(row, weekdays=weekdays) for row in calendar.patterns],
    )


def _more(slots: int, more: int) -> int:
    return max(slots + more, 0) if slots else 0


def _limits(of_days: Mapping[date, Limits], days_per_birth: int | None) -> Mapping[date, Limits]:
    if days_per_birth is None:
        return of_days
    return {day: replace(limits, days_per_birth=days_per_birth) for day, limits in of_days.items()}


def _with_house(world: World, house: NewHouse) -> World:
    alike = next((offer for offer in world.offers.values() if offer.kind == house.kind), None)
    if alike is None:
        raise ValueError(house.kind)
    first, last = world.first_day - BESIDE, world.last_day + BESIDE
    calendar = PoolCalendar(
        patterns=[WeeklyPattern(first, last, house.weekdays, house.keeps_public_holidays)],
        capacities=[Capacity(first, last, house.slots)],
        public_holidays=next(iter(world.calendars.values())).public_holidays,
    )
    slug = f"{NEW_HOUSE}/{house.kind}"
    return replace(
        world,
        calendars={**world.calendars, NEW_POOL: calendar},
        offers={**world.offers, slug: Offer(slug, house.kind, NEW_POOL, NEW_HOUSE, alike.terms)},
        limits={**world.limits, slug: world.limits[alike.slug]},
        limits_before=world.limits_before and {**world.limits_before, slug: world.limits_before[alike.slug]},
        new_house_in=house.district,
    )
