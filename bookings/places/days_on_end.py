"""The soonest days that a family could have, from those that it can use at each service. Pure."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

S = TypeVar("S", bound=Hashable)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DaysOnEnd(Generic[S]):
    """Days on end of one service, in order."""

    service: S
    days: tuple[date, ...]


def soonest_run(usable: Mapping[S, Collection[date]], length: int) -> DaysOnEnd[S] | None:
    """Return the first ``length`` days on end of one service; of those that begin on one day the first in order.

    None where no service has so many on end, or ``length`` is less than one.
    """
    found: DaysOnEnd[S] | None = None
    for service, days in usable.items():
        run = _first_run(days, length)
        if run and (found is None or run[0] < found.days[0]):
            found = DaysOnEnd(service, run)
    return found


def _first_run(days: Collection[date], length: int) -> tuple[date, ...]:
    known = set(days)
    for first in sorted(known):
        run = tuple(first + number * A_DAY for number in range(length))
        if known.issuperset(run):
            return run
    return ()
