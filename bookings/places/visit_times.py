"""Which of the times offered are free: one midwife's visits do not overlap, the way between them counted in. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class Taken:
    """An appointment of the day. ``minutes``: until the next one can begin. ``round``: whose it is, from 1."""

    begins: time
    minutes: int
    round: int


@dataclass(frozen=True)
class Lengths:
    """How long an appointment takes, and how far apart one midwife's lie, minutes; how many go at the same time."""

    visit: int = 0
    between: int = 0
    at_once: int = 1

    @property
    def busy(self) -> int:
        """Minutes from the beginning of one until the next can begin; one at least."""
        return max(self.visit + self.between, 1)


def free_times(offered: Iterable[time], taken: Collection[Taken], lengths: Lengths) -> list[time]:
    """Return the times at which another appointment has room, in order. The database asks the same once more."""
    return sorted(one for one in set(offered) if _has_room(one, taken, lengths))


def _has_room(begins: time, taken: Collection[Taken], lengths: Lengths) -> bool:
    first, after = _minute(begins), _minute(begins) + lengths.busy
    full = {row.round for row in taken if _minute(row.begins) < after and first < _minute(row.begins) + row.minutes}
    return any(number not in full for number in range(1, lengths.at_once + 1))


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute
