"""秘匿 where counts stand in several sums: rows and columns, or a total over parts that are totals themselves. Pure.

Within each sum the rule of small_cells.py hides. Then the reader is played who has all sums at once: what is hidden is
a net of ways between them, on which a count may grow by what another one loses. A hidden count through which no such
round leads could be worked out; so the cheapest round through others is hidden too, until none is left.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Any

from .small_cells import SMALL, hidden_in, is_small

Cell = Hashable
MOST = 10**9
# From a place: to which place, by which count.
Ways = dict[int, list[tuple[int, Cell]]]


@dataclass(frozen=True)
class Sum:
    """A count and the counts that add up to it. A count may be part of one sum and the total or a part of another."""

    total: Cell
    parts: tuple[Cell, ...]


def hidden_among(counts: Mapping[Cell, int], sums: Sequence[Sum]) -> frozenset[Cell]:
    """Return which counts are hidden so that the sums give none of them, also to who knows which ones are small.

    Each count stands in two sums at most.
    """
    net = _Net(counts, sums)
    hidden = {cell for cell, number in counts.items() if is_small(number)}
    unknown: set[Cell] = set()  # of these also the empty ones are hidden
    while hidden:
        hidden = _within_each_sum(counts, sums, hidden)
        before = len(hidden), len(unknown)
        for closed in net.closed(hidden, unknown):
            way = net.cheapest_round(closed, hidden, unknown)
            if way - hidden:
                hidden |= way
            else:
                whole = net.around(closed)
                hidden |= whole
                unknown |= whole
        if (len(hidden), len(unknown)) == before:
            break
    return frozenset(hidden)


def open_to_readers(
    counts: Mapping[Cell, int], sums: Sequence[Sum], hidden: Iterable[Cell]
) -> tuple[frozenset[Cell], frozenset[Cell]]:
    """Return the hidden counts that could be another number, and those that the sums give away."""
    net, those = _Net(counts, sums), set(hidden)
    closed = frozenset(net.closed(those, those))
    return frozenset(those - closed), closed


def _within_each_sum(counts: Mapping[Cell, int], sums: Sequence[Sum], hidden: set[Cell]) -> set[Cell]:
    """Hide in each sum until nothing is added: hidden in one, a count needs a partner in the other."""
    while True:
        before = len(hidden)
        for one in sums:
            parts = {cell: counts[cell] for cell in one.parts}
            if one.total not in hidden:
                hidden = hidden | hidden_in(parts, hidden & set(parts))
            elif is_small(counts[one.total]):
                hidden = hidden | set(parts)
            elif not hidden & set(parts):
                smallest = min(filter(parts.get, parts), key=lambda cell: parts[cell], default=None)
                hidden = hidden | (set(parts) if smallest is None else hidden_in(parts, [smallest]))
        if len(hidden) == before:
            return hidden


class _Net:
    """Sums as places, counts as ways between them; a way leads from where its count adds to where it takes away."""

    def __init__(self, counts: Mapping[Cell, int], sums: Sequence[Sum]) -> None:
        self.counts = counts
        self.ends: dict[Cell, tuple[int, int]] = {}
        self.sums = sums
        stands: dict[Cell, list[tuple[int, int]]] = defaultdict(list)
        for place, one in enumerate(sums):
            stands[one.total].append((place, -1))
            for cell in one.parts:
                stands[cell].append((place, 1))
        turned = _turned(stands, len(sums))
        for cell, of in stands.items():
            ends = {sign * turned[place]: place for place, sign in of}
            self.ends[cell] = (ends.get(1, -1), ends.get(-1, -1))

    def closed(self, hidden: set[Cell], unknown: set[Cell]) -> list[Cell]:
        """Return the hidden counts that must be what they are, the smallest first.

        A small one that is known to be small must have room to be the other one.
        """
        ways = self._ways(hidden, unknown)
        reached = _together(ways)
        found = [cell for cell in hidden & set(self.ends) if not self._is_open(cell, ways, reached, unknown)]
        return sorted(found, key=lambda cell: (self.counts[cell], repr(cell)))

    def _is_open(self, cell: Cell, ways: Ways, together: Mapping[int, int], unknown: set[Cell]) -> bool:
        steps = self._steps(cell, unknown)
        if not steps:
            return True  # nothing is told of nobody
        begin, end = self.ends[cell]
        if together.get(begin, begin) != together.get(end, end):
            return False
        if len(steps) == 1:
            return True  # its own way leads in one direction alone: another one leads back
        return any(self._round(cell, step, ways) is not None for step in steps)

    def cheapest_round(self, cell: Cell, hidden: set[Cell], unknown: set[Cell]) -> set[Cell]:
        """Return the counts of the round through the cell that hides least; none where there is no round."""
        ways = self._ways(set(self.ends), unknown)
        found = [
            way
            for step in self._steps(cell, unknown)
            if (way := self._round(cell, step, ways, cheap=hidden)) is not None
        ]
        return min(found, key=lambda way: sum(self.counts[one] for one in way - hidden), default=set())

    def around(self, cell: Cell) -> set[Cell]:
        """Return every count that hangs together with the cell by sums, but for the totals of all."""
        places, cells = {place for place in self.ends[cell] if place >= 0}, {cell}
        for place in places:
            cells |= set(self.sums[place].parts)
        return cells

    def _steps(self, cell: Cell, unknown: set[Cell]) -> list[int]:
        """Whether the count may grow and whether it may shrink."""
        low, high = self._bounds(cell, unknown)
        number = self.counts[cell]
        return [step for step, may in ((1, number < high), (-1, number > low)) if may]

    def _bounds(self, cell: Cell, unknown: set[Cell]) -> tuple[int, int]:
        """What the reader knows of a hidden count: which are small, which are empty, that the others are neither."""
        number = self.counts[cell]
        if cell in unknown:
            return 0, MOST
        if number in SMALL:
            return min(SMALL), max(SMALL)
        return (max(SMALL) + 1, MOST) if number else (0, 0)

    def _round(self, cell: Cell, step: int, ways: Ways, cheap: set[Cell] | None = None) -> set[Cell] | None:
        """Return the counts on the cheapest way from where a step of the count leads back to where it began."""
        begin, end = self.ends[cell] if step == 1 else self.ends[cell][::-1]
        order = count()
        queue: list[tuple[int, int, int, tuple[Any, ...]]] = [(0, next(order), end, (cell, None))]
        seen: set[int] = set()
        while queue:
            cost, _turn, place, over = heappop(queue)
            if place == begin:
                return set(_along(over))
            if place in seen:
                continue
            seen.add(place)
            for following, one in ways.get(place, ()):
                if one != cell and following not in seen:
                    more = 0 if cheap is None or one in cheap else self.counts[one] or MOST
                    heappush(queue, (cost + more, next(order), following, (one, over)))
        return None

    def _ways(self, usable: set[Cell], unknown: set[Cell]) -> Ways:
        """The steps that usable counts may take, by the place from which they lead."""
        ways: Ways = defaultdict(list)
        for one in usable & set(self.ends):
            first, last = self.ends[one]
            for step in self._steps(one, unknown):
                begin, end = (first, last) if step == 1 else (last, first)
                ways[begin].append((end, one))
        return ways


def _along(over: tuple[Any, ...] | None) -> Iterator[Cell]:
    while over is not None:
        yield over[0]
        over = over[1]


def _together(ways: Ways) -> dict[int, int]:
    """Return the places by the group of those that lead to each other and back (after Kosaraju)."""
    back: dict[int, list[int]] = defaultdict(list)
    for place, following in ways.items():
        for other, _cell in following:
            back[other].append(place)
    left: list[int] = []
    seen: set[int] = set()
    for start in list(ways):
        stack = [(start, iter(ways[start]))] if start not in seen else []
        seen.add(start)
        while stack:
            place, onward = stack[-1]
            further = next((other for other, _cell in onward if other not in seen), None)
            if further is None:
                left.append(stack.pop()[0])
            else:
                seen.add(further)
                stack.append((further, iter(ways.get(further, ()))))
    group: dict[int, int] = {}
    for start in reversed(left):
        reached = [start] if start not in group else []
        while reached:
            place = reached.pop()
            if place not in group:
                group[place] = start
                reached += back[place]
    return group


def _turned(stands: Mapping[Cell, Sequence[tuple[int, int]]], places: int) -> list[int]:
    """Return for each sum whether it is read the other way round, so that a count adds in one and takes in the other.

    Errors: ValueError where a count stands in more than two sums, or they cannot be read so.
    """
    beside: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for cell, of in stands.items():
        if len(of) > 2:
            raise ValueError(f"in more than two sums: {cell!r}")
        if len(of) == 2:
            (one, sign), (other, its) = of
            beside[one].append((other, -sign * its))
            beside[other].append((one, -sign * its))
    turned = [0] * places
    for start in range(places):
        if turned[start]:
            continue
        turned[start], reached = 1, [start]
        while reached:
            place = reached.pop()
            for other, sign in beside[place]:
                if not turned[other]:
                    turned[other] = turned[place] * sign
                    reached.append(other)
                elif turned[other] != turned[place] * sign:
                    raise ValueError("the sums cannot be read as a net")
    return turned
