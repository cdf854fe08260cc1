"""How many tickets an entry has in a draw: one for everybody, more by dated policy. Pure; the numbers are data."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Ground(StrEnum):
    HIGH_NEED = "high_need"
    LOST_BEFORE = "lost_before"
    WINDOW_CLOSES = "window_closes"


@dataclass(frozen=True)
class Weights:
    """The policy in force: tickets beside the one that everybody has."""

    high_need: int
    lost_before: int
    most_lost_counted: int
    window: int
    window_days: int


@dataclass(frozen=True)
class Standing:
    """What is known of a family. ``lost_rounds``: that count. ``days_left``: from the first day that is drawn to the
    service's age limit; None where there is none.
    """

    high_need: bool = False
    lost_rounds: int = 0
    days_left: int | None = None


def most(weights: Weights) -> int:
    """Return how many tickets an entry can have at most."""
    return 1 + weights.high_need + weights.lost_before * weights.most_lost_counted + weights.window


def tickets(standing: Standing, weights: Weights) -> tuple[int, dict[Ground, int]]:
    """Return how many tickets an entry has, and for which grounds more than one."""
    more = {
        Ground.HIGH_NEED: weights.high_need if standing.high_need else 0,
        Ground.LOST_BEFORE: weights.lost_before * min(standing.lost_rounds, weights.most_lost_counted),
        Ground.WINDOW_CLOSES: weights.window if is_near(standing, weights) else 0,
    }
    return 1 + sum(more.values()), {ground: number for ground, number in more.items() if number}


def follow(number: int, grounds: Mapping[str, int], *, has_need: bool, weights: Weights) -> bool:
    """Tell whether so many tickets rest on these grounds and on nothing else, each worth what the policy says."""
    lost = grounds.get(Ground.LOST_BEFORE, 0)
    return (
        number == 1 + sum(grounds.values())
        and set(grounds) <= set(Ground)
        and grounds.get(Ground.HIGH_NEED, 0) == (weights.high_need if has_need else 0)
        and lost in range(0, weights.lost_before * weights.most_lost_counted + 1, max(weights.lost_before, 1))
        and grounds.get(Ground.WINDOW_CLOSES, 0) in (0, weights.window)
    )


def is_near(standing: Standing, weights: Weights) -> bool:
    """Tell whether the age limit is near: not passed on the first day that is drawn, and so many days off at most."""
    return standing.days_left is not None and 0 <= standing.days_left <= weights.window_days
