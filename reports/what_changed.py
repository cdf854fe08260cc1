"""三つの文: what changed, what moved most, and what to look at, chosen from figures. Pure: codes and facts, no words.

Every comparison is of the same days of two years.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# A movement is told from so many families or days on, and where so many were there before (own default).
LEAST_CHANGE, LEAST_BEFORE = 5, 10


@dataclass(frozen=True)
class Measure:
    """A figure that may move: what it is called, now and in the same days of the year before."""

    name: str
    unit: str
    now: int
    before: int

    @property
    def change(self) -> int:
        return self.now - self.before

    @property
    def percent(self) -> int:
        """The change in percent of what was before, halves away from 0."""
        doubled = 200 * abs(self.change) + self.before
        return doubled // (2 * self.before) * (1 if self.change >= 0 else -1)


@dataclass(frozen=True)
class Overdue:
    """Something late: what it is called, and how many."""

    name: str
    count: int


@dataclass(frozen=True)
class Sentence:
    """Which sentence is said, with its facts."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def three_sentences(whole: Measure | None, parts: Sequence[Measure], late: Sequence[Overdue]) -> list[Sentence]:
    """Return what changed (``whole``), which part moved most, and what to look at; always three.

    ``whole``: None on a year's first day, which is not over: it would stand beside a whole day of the year before.
    """
    if whole is None:
        return [Sentence("year_begun"), Sentence("no_mover_yet"), _late(late)]
    return [_whole(whole), _mover(parts), _late(late)]


def _whole(whole: Measure) -> Sentence:
    if not whole.before:
        return Sentence("nothing_before", {"now": whole.now})
    facts = {"now": whole.now, "before": whole.before, "change": abs(whole.change), "percent": abs(whole.percent)}
    if not whole.change:
        return Sentence("same", facts)
    return Sentence("more" if whole.change > 0 else "fewer", facts)


def _mover(parts: Sequence[Measure]) -> Sentence:
    """The part whose change is the largest share of what was before; the first of equal ones."""
    moved = [part for part in parts if abs(part.change) >= LEAST_CHANGE and part.before >= LEAST_BEFORE]
    begun = [part for part in parts if part.before == 0 and part.now >= LEAST_BEFORE]
    if begun:
        most = max(begun, key=lambda part: part.now)
        return Sentence("new_part", {"name": most.name, "unit": most.unit, "now": most.now})
    if not moved:
        return Sentence("nothing_moved", {"least": LEAST_CHANGE})
    most = max(moved, key=lambda part: abs(part.change) / part.before)
    facts = {
        "name": most.name,
        "unit": most.unit,
        "now": most.now,
        "before": most.before,
        "change": abs(most.change),
        "percent": abs(most.percent),
    }
    return Sentence("part_more" if most.change > 0 else "part_fewer", facts)


def _late(late: Sequence[Overdue]) -> Sentence:
    found = [row for row in late if row.count]
    if not found:
        return Sentence("nothing_late")
    return Sentence("late", {"found": tuple((row.name, row.count) for row in found)})
