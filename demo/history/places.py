"""Places still free while a history is planned: no day ever holds more families than the calendar's slots. Pure."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

TRIES = 16
# January to December, made up: most children are born in late summer, and families come some weeks after; at the turn
# of the year and of the fiscal year fewer do.
SEASON = (0.82, 0.94, 0.97, 0.84, 0.88, 0.96, 1.02, 1.06, 1.14, 1.2, 1.16, 0.98)
UPS_AND_DOWNS = 0.3


class NoRoom(Exception):
    """The days asked for do not fit the calendar: the targets contradict the slots."""


class Places:
    """The free slots of one pool over a period."""

    def __init__(self, random: Random, first: date, last: date, slots_on: Callable[[date], int]) -> None:
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        self.free = {day: slots_on(day) for day in days}
        self.open_days = [day for day in days if self.free[day] > 0]
        self.slots = dict(self.free)
        self.wanted = dict(zip(days, _wanted(random, days), strict=True))

    def take_run(self, random: Random, length: int, latest: date | None = None) -> list[date]:
        """Take ``length`` days in a row where there is most room. Raises NoRoom."""
        starts = [day for day in self.open_days if latest is None or day <= latest]
        for _attempt in range(3):
            found = [run for day in random.sample(starts, min(TRIES, len(starts))) if (run := self._run(day, length))]
            if found:
                return self._take(max(found, key=self._room))
        for day in starts:
            if run := self._run(day, length):
                return self._take(run)
        raise NoRoom(f"no {length} days in a row are left")

    def take_days(self, random: Random, count: int, within: Sequence[date]) -> list[date]:
        """Take ``count`` single days among ``within``, the emptiest of a handful first. Raises NoRoom."""
        free = [day for day in within if self.free.get(day, 0) > 0]
        if len(free) < count:
            raise NoRoom(f"{count} days asked for, {len(free)} free")
        chosen: list[date] = []
        for _number in range(count):
            day = max(random.sample(free, min(TRIES // 2, len(free))), key=lambda one: self._room([one]))
            free.remove(day)
            chosen.append(day)
        return self._take(sorted(chosen))

    def _run(self, first: date, length: int) -> list[date]:
        days = [first + timedelta(days=number) for number in range(length)]
        return days if all(self.free.get(day, 0) > 0 for day in days) else []

    def _room(self, days: Sequence[date]) -> float:
        return min(self.free[day] / self.slots[day] * self.wanted[day] for day in days)

    def _take(self, days: list[date]) -> list[date]:
        for day in days:
            self.free[day] -= 1
        return days


def _wanted(random: Random, days: Sequence[date]) -> list[float]:
    """How much each day is wanted, about 1 on average: the season of its month, and weeks when more or fewer ask."""
    weeks = [random.uniform(1 - UPS_AND_DOWNS, 1 + UPS_AND_DOWNS) for _week in range(len(days) // 7 + 2)]
    return [
        SEASON[day.month - 1] * (weeks[number // 7] + (weeks[number // 7 + 1] - weeks[number // 7]) * (number % 7) / 7)
        for number, day in enumerate(days)
    ]
