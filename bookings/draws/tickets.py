"""How many tickets an entry has in a draw: one for everybody, more by dated policy. Pure; the numbers are data."""

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
    """What is known of a family. ``days_left``: to the service's age limit; None where there is none."""

    high_need: bool = False
    lost_rounds: int = 0
    days_left: int | None = None


def tickets(standing: Standing, weights: Weights) -> tuple[int, dict[Ground, int]]:
    """Return how many tickets an entry has, and for which grounds more than one."""
    more = {
        Ground.HIGH_NEED: weights.high_need if standing.high_need else 0,
        Ground.LOST_BEFORE: weights.lost_before * min(standing.lost_rounds, weights.most_lost_counted),
        Ground.WINDOW_CLOSES: weights.window
        if standing.days_left is not None and 0 <= standing.days_left <= weights.window_days
        else 0,
    }
    return 1 + sum(more.values()), {ground: number for ground, number in more.items() if number}
