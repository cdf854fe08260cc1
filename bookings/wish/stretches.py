"""Which days on end a wish asks for: the soonest of each service in turn, in her order. Pure."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import Generic, TypeVar

S = TypeVar("S", bound=Hashable)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked(Generic[S]):
    """Days on end of one service, in order."""

    service: S
    days: tuple[date, ...]


def runs_apart(days: Collection[date], length: int, wanted: Collection[date] | None = None) -> list[tuple[date, ...]]:
    """Return stretches of ``length`` days on end, the soonest first, none of which shares a day with another.

    ``wanted``: days of which each stretch has one at least; all days unless told.
    """
    known, found, free_from = set(days), [], date.min
    for first in sorted(known):
        run = tuple(first + number * A_DAY for number in range(length))
        if first >= free_from and known.issuperset(run) and (wanted is None or set(run) & set(wanted)):
            found.append(run)
            free_from = run[-1] + A_DAY
    return found


def in_turn(runs: Mapping[S, list[tuple[date, ...]]], most: int) -> list[Asked[S]]:
    """Return ``most`` stretches at most: the soonest of the first service, of the second, …, then the next of each."""
    rounds = zip_longest(*([Asked(service, run) for run in found] for service, found in runs.items()))
    return [asked for one in rounds for asked in one if asked is not None][: max(most, 0)]
