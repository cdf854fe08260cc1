"""枠と持ち日: while demand is replayed, who holds which days, and whether the rules and the places allow more. Pure.

The rules are those of the live system: who may use a service, how many days, which slots a day has.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from bookings.draws.draw import Choice, Room
from bookings.places.limits import BookedDay, LimitCode, check_days
from enrollment.age import days_before_school
from enrollment.eligibility import Application, NotJudgeable, judge

from .demand import Demand, Household
from .world import World


class Why(StrEnum):
    """Why days cannot be given."""

    RULES = "rules"
    TOO_MANY = "too_many"
    CLOSED = "closed"
    FULL = "full"
    BY_LOT = "by_lot"


@dataclass
class Held:
    """A day that a household holds."""

    household: int
    service: str
    pool: int
    with_sibling: bool


@dataclass
class Places:
    """The days of a replay. ``held``: by family and day."""

    world: World
    demand: Demand
    taken: dict[int, Counter[date]] = field(default_factory=dict)
    with_sibling: dict[int, Counter[date]] = field(default_factory=dict)
    held: dict[tuple[int, date], Held] = field(default_factory=dict)
    _days_of: dict[int, set[date]] = field(default_factory=dict)
    _judged: dict[tuple[int, str, date, date, date | None], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.taken = {pool: Counter() for pool in self.world.calendars}
        self.with_sibling = {pool: Counter() for pool in self.world.calendars}

    def own_days(self, household: Household) -> list[BookedDay]:
        """Return what the family holds and has used, as the limits take it."""
        households = self.demand.households
        return [
            *household.days_before,
            *(
                BookedDay(
                    day, same_birth=households[self.held[household.family, day].household].birth == household.birth
                )
                for day in sorted(self._days_of.get(household.family, ()))
            ),
        ]

    def why_not(
        self, household: Household, service: str, days: Sequence[date], sibling_born: date | None = None
    ) -> Why | None:
        """Return what rule or closed day forbids the days, whatever places are left; None: nothing."""
        offer = self.world.offers[service]
        if not self._may(household, service, days, sibling_born):
            return Why.RULES
        limits = self.world.limits[service]
        if any(day not in limits for day in days):
            return Why.CLOSED
        violations = check_days(days, self.own_days(household), limits, notice_for=(), opening_for=())
        if violations:
            too_many = all(row.code == LimitCode.TOO_MANY_DAYS for row in violations)
            return Why.TOO_MANY if too_many else Why.RULES
        slots = self.world.slots[offer.pool]
        return Why.CLOSED if any(not slots.get(day) for day in days) else None

    def are_free(self, service: str, days: Sequence[date], sibling_days: Collection[date] = ()) -> bool:
        """Tell whether each day has a place left, and on ``sibling_days`` a room that takes the elder child."""
        pool = self.world.offers[service].pool
        return all(self.places_left(pool, day) > 0 for day in days) and all(
            (left := self.sibling_rooms_left(pool, day)) is None or left > 0 for day in sibling_days
        )

    def places_left(self, pool: int, day: date) -> int:
        """Return how many families the pool can still take on the day; never below 0."""
        return max(self.world.slots[pool].get(day, 0) - self.taken[pool][day], 0)

    def sibling_rooms_left(self, pool: int, day: date) -> int | None:
        """Return how many rooms for a sibling are left on the day; None: any room takes one."""
        rooms = self.world.sibling_rooms.get(pool, {}).get(day)
        return None if rooms is None else max(rooms - self.with_sibling[pool][day], 0)

    def rooms(self, pool: int, days: Collection[date]) -> dict[date, Room]:
        """Return what can be given of a pool on each day, as a draw takes it."""
        return {day: Room(self.places_left(pool, day), self.sibling_rooms_left(pool, day)) for day in sorted(days)}

    def may_choose(self, household: Household, choice: Choice, sibling_born: date | None) -> bool:
        """Tell whether rules and calendar allow a choice of a draw."""
        known = choice.service in self.world.offers
        return known and self.why_not(household, choice.service, choice.days, sibling_born) is None

    def hold(
        self, household: Household, service: str, days: Sequence[date], sibling_days: Collection[date] = ()
    ) -> None:
        """Give the days. Raises ValueError where a place is missing: no replay gives more than there is."""
        pool = self.world.offers[service].pool
        if not self.are_free(service, days):
            raise ValueError(f"no place left: {service}")
        for day in days:
            self.taken[pool][day] += 1
            self.with_sibling[pool][day] += day in sibling_days
            self.held[household.family, day] = Held(household.key, service, pool, day in sibling_days)
            self._days_of.setdefault(household.family, set()).add(day)

    def give_back(self, household: Household, day: date) -> int | None:
        """Take a day back; return the pool of which it came free, None where the family does not hold it."""
        held = self.held.pop((household.family, day), None)
        if held is None:
            return None
        self.taken[held.pool][day] -= 1
        self.with_sibling[held.pool][day] -= held.with_sibling
        self._days_of[household.family].discard(day)
        return held.pool

    def _may(self, household: Household, service: str, days: Sequence[date], sibling_born: date | None) -> bool:
        """Asked once for the same days: what is known of a family is the same through a replay."""
        asked = (household.key, service, days[0], days[-1], sibling_born)
        if asked not in self._judged:
            facts = household.facts_on(days[-1])
            along = along_on(days, sibling_born)
            self._judged[asked] = self._judge(
                replace(
                    facts,
                    first_day=days[0],
                    last_day=days[-1],
                    sibling_birth_date=sibling_born,
                    sibling_days=along if sibling_born else None,
                ),
                service,
            )
        return self._judged[asked]

    def _judge(self, application: Application, service: str) -> bool:
        try:
            return judge(application, self.world.offers[service].terms).eligible
        except NotJudgeable:
            return False


def along_on(days: Sequence[date], sibling_born: date | None) -> list[date]:
    """Return the days on which the elder child comes along."""
    return days_before_school(days, sibling_born) if sibling_born else []


def begins(day: date, moment: datetime) -> datetime:
    """Return when the day begins, by the clock of the moment."""
    return datetime(day.year, day.month, day.day, tzinfo=moment.tzinfo)
