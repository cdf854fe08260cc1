"""当たりやすさ: how often a wish would be given something, from the entries so far. Pure.

The places are given by the code that draws (``draw.serve``), many times, each time in another order; wishes that are
only tried out are asked like the others and take nothing from anybody. In every repetition each of them is tried with
several tickets spread evenly over the hat, so that few repetitions tell much.

In an order of chance an entry with n tickets stands at the smallest of n even numbers: exactly as with the digests of
n tickets, and computed without them. The seed of the draw is no part of it.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from .draw import Award, Room, Wish, serve
from .mechanisms import Mechanism

# How many tickets each wish is tried with in one repetition, spread evenly.
SPREAD = 8
# Percent: what is shown where a wish is given nothing or next to it.
BELOW_ALL = 0


@dataclass(frozen=True)
class Odds:
    """How often each wish that was tried was given something, 0 to 1, by its sign; ``repeated``: in so many draws."""

    shares: Mapping[str, float]
    repeated: int


def something(_wish: Wish, award: Award) -> float:
    """Whether a wish was given anything."""
    return float(bool(award.days))


def odds_of(
    tried: Sequence[Wish],
    wishes: Sequence[Wish],
    rooms: Mapping[date, Room],
    *,
    mechanism: str = Mechanism.SERIAL,
    set_aside_percent: int = 0,
    repeat: int = 100,
    seed: str = "",
    go_on: Callable[[], bool] = lambda: True,
    worth: Callable[[Wish, Award], float] = something,
) -> Odds:
    """Try wishes out beside the entries so far; the same input gives the same result.

    In a repetition all stand at the same places in the hat: of two wishes the one that asks for less is never told the
    smaller share by chance. ``go_on``: asked before each repetition but the first. ``worth``: what is counted instead
    of whether something was given.
    """
    chance = random.Random(seed)  # noqa: S311 - an estimate, and no draw
    copies = [replace(wish, sign=f"?{place}.{copy}") for place, wish in enumerate(tried) for copy in range(SPREAD)]
    everybody, trying = [*wishes, *copies], {wish.sign for wish in copies}
    sums, repeated = [0.0] * len(tried), 0
    while repeated < repeat and (repeated == 0 or go_on()):
        spread = [(copy + chance.random()) / SPREAD for copy in range(SPREAD)]
        numbers = [_smallest_of(wish.tickets, chance.random()) for wish in wishes]
        numbers += [_smallest_of(wish.tickets, spread[place % SPREAD]) for place, wish in enumerate(copies)]
        ordered = [everybody[place] for place in sorted(range(len(everybody)), key=numbers.__getitem__)]
        awards = serve(ordered, rooms, mechanism=mechanism, set_aside_percent=set_aside_percent, trying=trying)
        given = {award.sign: award for award in awards if award.sign in trying}
        for place, copy in enumerate(copies):
            sums[place // SPREAD] += worth(tried[place // SPREAD], given[copy.sign])
        repeated += 1
    tries = repeated * SPREAD
    return Odds({wish.sign: sums[place] / tries for place, wish in enumerate(tried)}, repeated)


def band_of(share: float, bands: Sequence[int]) -> int:
    """Return the band in which a share (0 to 1) is shown: the nearest, percent; 0 below half of the smallest."""
    percent = share * 100
    if percent < min(bands) / 2:
        return BELOW_ALL
    return min(bands, key=lambda band: (abs(band - percent), -band))


def _smallest_of(tickets: int, even: float) -> float:
    """Return the smallest of so many even numbers (0 to 1), from one: its distribution turned round."""
    return even if tickets <= 1 else 1.0 - float((1.0 - even) ** (1.0 / tickets))
