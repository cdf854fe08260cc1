"""再現: recorded demand, in order of time, given places anew by the rules of the live system in a world. Pure.

The same demand, world, assumptions and seed give the same placements to anybody. Without a seed each draw is served in
the order that was drawn, so that the world as it was gives what happened. What a replay assumes: docs/planning.md.
"""

import hashlib
import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from bookings.draws.draw import Award, Choice, Wish, order_of, serve, usable_either_way
from bookings.draws.tickets import tickets
from bookings.waiting.whose_turn import can_be_offered

from .demand import Ask, Demand, Entry, Household, Round, Wait
from .places import Places, Why, along_on, begins
from .tally import Tally
from .world import NEW_HOUSE, Assumptions, World

# Families who use days beyond the old limit come again so many days after, within so many weeks.
COMES_AGAIN, COMES_WITHIN = timedelta(days=7), 28
# At one moment: first what comes free, then draws, then who asks and who begins to wait.
GIVEN_BACK, DRAWN, ASKED, WAITED = range(4)


@dataclass
class _InLine:
    """Who stands in line after a draw, until a place was given."""

    entry: Entry
    placed: bool = False


@dataclass
class Replay:
    """One replay. ``run`` goes through it once; what came of it is in ``tally`` and ``places``."""

    demand: Demand
    world: World
    assumed: Assumptions = field(default_factory=Assumptions)
    seed: str | None = None
    places: Places = field(init=False)
    tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        self.places, self.tally = Places(self.world, self.demand), Tally()
        self._events: list[tuple[datetime, int, int, Any]] = []
        self._numbers = count()
        self._lines: list[tuple[Round, list[_InLine]]] = []
        self._waiting: list[Wait] = []
        self._to_come: dict[int, list[tuple[datetime, tuple[date, ...]]]] = {}
        for one in self.demand.rounds if self.world.draws else ():
            self._to_come.setdefault(one.pool, []).append((one.at, one.days))
        self._came_again: set[int] = set()

    def run(self) -> "Replay":
        """Go through the demand from the first moment to the last."""
        for ask in self.demand.asks:
            self._at(ask.at, ASKED, ask)
        for wait in self.demand.waits:
            self._at(wait.at, WAITED, wait)
        for draw_round in self.demand.rounds:
            if self.world.draws:
                self._at(draw_round.at, DRAWN, draw_round)
            else:
                for entry in draw_round.entries:
                    self._at(entry.entered_at, ASKED, (draw_round, entry))
        while self._events:
            moment, kind, _number, what = heapq.heappop(self._events)
            self._take(moment, kind, what)
        return self

    # ---- What happens -----------------------------------------------------------------------------------------------

    def _take(self, moment: datetime, kind: int, what: Any) -> None:
        if kind == GIVEN_BACK:
            pool = self.places.give_back(*what)
            if pool is not None:
                self._pass_on(pool, moment)
        elif kind == DRAWN:
            self._draw(what)
        elif kind == WAITED:
            self._wait(what)
        elif isinstance(what, Ask):
            self._ask(what)
        else:
            self._enter_first_come(*what)

    def _ask(self, ask: Ask) -> None:
        household = self._household(ask)
        self.tally.asks(household, ask.service, ask.days)
        why = self._given_somewhere(ask)
        if why in (Why.RULES, Why.TOO_MANY, Why.CLOSED):
            self.tally.refuses(household, ask.days, why)

    def _wait(self, wait: Wait) -> None:
        """Who asks for days that are free by now books them; the others wait."""
        household = self._household(wait)
        self.tally.asks(household, wait.service, wait.days)
        why = self._given_somewhere(wait)
        if why in (Why.FULL, Why.BY_LOT):
            self._waiting.append(wait)
        elif why is not None:
            self.tally.refuses(household, wait.days, why)

    def _enter_first_come(self, draw_round: Round, entry: Entry) -> None:
        """Without draws a wish is asked for at the moment at which it was entered; else she waits for her first."""
        household, first = self.demand.households[entry.household], entry.wish.choices[0]
        self.tally.asks(household, first.service, first.days)
        if self._served_alone(entry, draw_round, entry.entered_at):
            return
        wait = _as_wait(entry, first)
        why = self._given_somewhere(wait)
        if why is not None and entry.stays_in_line:
            self._waiting.append(wait)

    def _draw(self, draw_round: Round) -> None:
        entered = []
        for entry in draw_round.entries:
            household, first = self.demand.households[entry.household], entry.wish.choices[0]
            self.tally.asks(household, first.service, first.days)
            if entry.order is None and self.seed is None:
                continue
            asked = _as_wait(entry, first, at=draw_round.at)
            if not (self._prefers_new_house(household, first.service) and self._given_in_new_house(asked)):
                entered.append(entry)
        wishes, by_sign = self._weighed(draw_round, entered), {entry.wish.sign: entry for entry in entered}
        usable = {entry.wish.sign: self._usable(entry) for entry in entered}
        rooms = self.places.rooms(draw_round.pool, draw_round.days)
        way = {"mechanism": draw_round.mechanism, "set_aside_percent": draw_round.set_aside_percent}
        line = []
        for award in serve(wishes, rooms, usable, **way):  # type: ignore[arg-type]
            entry = by_sign[award.sign]
            if award.days:
                self._award(entry, award, draw_round.at)
            elif entry.stays_in_line:
                line.append(_InLine(entry))
        self._lines.append((draw_round, line))
        for lost in line:
            first = lost.entry.wish.choices[0]
            lost.placed = self._given_elsewhere(_as_wait(lost.entry, first, at=draw_round.at))

    # ---- Who is given what ------------------------------------------------------------------------------------------

    def _given_somewhere(self, ask: Ask) -> Why | None:
        """Give what was asked for, or what else she would take; return why not, None where something was given."""
        household = self._household(ask)
        if self._prefers_new_house(household, ask.service) and self._given_in_new_house(ask):
            return None
        days = self._as_many_as_allowed(ask)
        why = self._why_not(ask, ask.service, days)
        if why is None:
            self._give(ask, ask.service, days, along_on(days, ask.sibling_born))
            return None
        return None if why is not Why.RULES and self._given_elsewhere(ask) else why

    def _given_elsewhere(self, ask: Ask) -> bool:
        """In the new house of her district, or some days earlier or later."""
        if self._given_in_new_house(ask):
            return True
        for shift in range(1, self.assumed.flexible_days + 1):
            for step in (shift, -shift):
                days = tuple(day + timedelta(days=step) for day in ask.days)
                if begins(days[0], ask.at) > ask.at and self._why_not(ask, ask.service, days) is None:
                    self._give(ask, ask.service, days, along_on(days, ask.sibling_born))
                    return True
        return False

    def _given_in_new_house(self, ask: Ask) -> bool:
        service = self._new_house_for(self._household(ask), ask.service)
        if service is None or self._why_not(ask, service, ask.days) is not None:
            return False
        self._give(ask, service, ask.days, along_on(ask.days, ask.sibling_born))
        return True

    def _why_not(self, ask: Ask, service: str, days: Sequence[date]) -> Why | None:
        household, along = self._household(ask), along_on(days, ask.sibling_born)
        if (why := self.places.why_not(household, service, days, ask.sibling_born)) is not None:
            return why
        if self._by_lot(self.world.offers[service].pool, ask.at).intersection(days):
            return Why.BY_LOT
        return None if self.places.are_free(service, days, along) else Why.FULL

    def _give(self, ask: Ask, service: str, days: Sequence[date], along: Sequence[date]) -> None:
        household = self._household(ask)
        self.places.hold(household, service, days, along)
        self.tally.gives(household, ask.days, days)
        for day in days:
            if (at := ask.afterwards.given_back_at(day)) is not None:
                self._at(max(at, ask.at), GIVEN_BACK, (household, day))
        self._may_come_again(ask, service, days)

    def _as_many_as_allowed(self, ask: Ask) -> tuple[date, ...]:
        """Fewer days where the limit was lowered: the first of them that it still allows."""
        if self.world.limits_before is None:
            return ask.days
        household = self._household(ask)
        for length in range(len(ask.days), 0, -1):
            days = ask.days[:length]
            if self.places.why_not(household, ask.service, days, ask.sibling_born) is not Why.TOO_MANY:
                return days
        return ask.days

    def _may_come_again(self, ask: Ask, service: str, days: Sequence[date]) -> None:
        """Of those who have used up the old limit some use what the new one allows beyond it, at the same place."""
        before = self.world.limits_before and self.world.limits_before[service].get(days[0])
        household = self._household(ask)
        if not before or before.days_per_birth is None or household.birth in self._came_again:
            return
        more = (self.world.limits[service][days[0]].days_per_birth or 0) - before.days_per_birth
        own = sum(row.same_birth for row in self.places.own_days(household))
        if more <= 0 or own < before.days_per_birth or self._chance(household, "more") >= self.assumed.more_days:
            return
        self._came_again.add(household.birth)
        for length in range(more, 0, -1):
            for start in range(COMES_WITHIN):
                first = days[-1] + COMES_AGAIN + timedelta(days=start)
                wanted = tuple(first + timedelta(days=number) for number in range(length))
                again = Ask(ask.at, ask.household, service, wanted)
                if self._why_not(again, service, wanted) is None:
                    self._give(again, service, wanted, ())
                    return

    # ---- What comes free --------------------------------------------------------------------------------------------

    def _pass_on(self, pool: int, at: datetime) -> None:
        """First who stands in line, in the drawn order, then who waits, in the order of joining, as live."""
        least = at + self.world.least_answer
        for draw_round, line in self._lines:
            for turn in line if draw_round.pool == pool else ():
                gone = turn.entry.left_at is not None and turn.entry.left_at <= at
                if not turn.placed and not gone:
                    turn.placed = self._served_alone(turn.entry, draw_round, at, least)
        for wait in list(self._waiting):
            if self.world.offers[wait.service].pool != pool:
                continue
            if begins(wait.days[0], at) < least or (wait.left_at is not None and wait.left_at <= at):
                continue
            free = {day for day in wait.days if self.places.places_left(pool, day)}
            if can_be_offered(wait.days, free=free, given_by_lot=self._by_lot(pool, at)):
                asked = replace(wait, at=at)
                if self._why_not(asked, wait.service, wait.days) is None:
                    self._give(asked, wait.service, wait.days, along_on(wait.days, wait.sibling_born))
                    self._waiting.remove(wait)

    def _served_alone(self, entry: Entry, draw_round: Round, at: datetime, least: datetime | None = None) -> bool:
        """Give an entry the best of its wishes that is free, as the line does."""
        days = [day for day in draw_round.days if begins(day, at) >= (least or at)]
        rooms = self.places.rooms(draw_round.pool, days)
        (award,) = serve([entry.wish], rooms, {entry.wish.sign: self._usable(entry)})
        if award.days:
            self._award(entry, award, at)
        return bool(award.days)

    # ---- What is known ----------------------------------------------------------------------------------------------

    def _weighed(self, draw_round: Round, entered: Sequence[Entry]) -> list[Wish]:
        """The wishes in the order of their tickets: by the seed, or as they were drawn."""
        if self.seed is None:
            return [entry.wish for entry in sorted(entered, key=lambda entry: entry.order or 0)]
        weights = self.world.weights(draw_round.weights)
        wishes = [replace(entry.wish, tickets=tickets(entry.standing, weights)[0]) for entry in entered]
        return order_of(wishes, f"{self.seed}:{draw_round.at.timestamp():.0f}:{draw_round.pool}")

    def _award(self, entry: Entry, award: Award, at: datetime) -> None:
        along = along_on(award.days, entry.sibling_born) if award.sibling else []
        self._give(_as_wait(entry, entry.wish.choices[0], at=at), award.service, award.days, along)

    def _usable(self, entry: Entry) -> list[Choice]:
        household = self.demand.households[entry.household]
        return usable_either_way(
            entry.wish,
            lambda choice, along: self.places.may_choose(household, choice, entry.sibling_born if along else None),
        )

    def _by_lot(self, pool: int, at: datetime) -> set[date]:
        """The days that a draw to come gives first."""
        return {day for moment, days in self._to_come.get(pool, ()) if moment > at for day in days}

    def _new_house_for(self, household: Household, service: str) -> str | None:
        """The service of a new house that stands in her district and is of the kind that she asks for."""
        slug = f"{NEW_HOUSE}/{self.world.offers[service].kind}"
        stands = slug in self.world.offers and household.district == self.world.new_house_in
        return slug if stands and slug != service else None

    def _prefers_new_house(self, household: Household, service: str) -> bool:
        here = self._new_house_for(household, service) is not None
        return here and self._chance(household, "house") < self.assumed.to_new_house

    def _chance(self, household: Household, what: str) -> float:
        """A number from 0 to below 100 that is the same for a seed and a family."""
        drawn = hashlib.sha256(f"{self.seed}:{what}:{household.key}".encode()).digest()
        return int.from_bytes(drawn[:4], "big") / 2**32 * 100

    def _household(self, ask: Ask) -> Household:
        return self.demand.households[ask.household]

    def _at(self, moment: datetime, kind: int, what: Any) -> None:
        heapq.heappush(self._events, (moment, kind, next(self._numbers), what))


def _as_wait(entry: Entry, choice: Choice, *, at: datetime | None = None) -> Wait:
    """An entry as one who asks for a choice of it."""
    return Wait(
        at=at or entry.entered_at,
        household=entry.household,
        service=choice.service,
        days=choice.days,
        sibling_born=entry.sibling_born if entry.wish.sibling else None,
        afterwards=entry.afterwards,
        left_at=entry.left_at,
    )


def is_left_to_chance(demand: Demand, was: World, would_be: World, assumed: Assumptions) -> bool:
    """Tell whether another seed can give anything else: draws, or families of whom some but not all do something."""
    drawn = any(world.draws for world in (was, would_be)) and any(len(one.entries) > 1 for one in demand.rounds)
    to_house = bool(would_be.new_house_in) and 0 < assumed.to_new_house < 100
    more = would_be.limits_before is not None and 0 < assumed.more_days < 100
    return drawn or to_house or more
