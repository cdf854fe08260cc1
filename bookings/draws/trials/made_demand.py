"""Demand made up by chance, the same for the same seed, and demand recorded in published files of rounds. Pure.

What is assumed of families is our own (DEFAULT): how long they stay, which days they want, who brings a child. The
days that everybody wants are wanted twice as often; two of five name one choice alone, half are content with fewer
days. It tells how ways of drawing differ on the same families, not how many will come.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bookings.draws.draw import Choice, Room, Wish, from_published, rooms_from_published
from bookings.draws.mechanisms import Mechanism

STAY, DAY_CARE = "house/short-stay", "house/day-care"
FIRST = date(2026, 12, 7)  # a Monday
ROOMS_FOR_SIBLINGS = 2
# Of 100 families with a new child so many live in each district, and so many of these wish for day care.
DISTRICTS = {
    "setagaya": (26, 35),
    "kitazawa": (16, 30),
    "tamagawa": (24, 30),
    "kinuta": (20, 20),
    "karasuyama": (14, 10),
}
# How many days of a stay are wished, with how many families of 100.
LENGTHS = {1: 10, 2: 15, 3: 25, 4: 15, 5: 10, 6: 5, 7: 20}


@dataclass(frozen=True)
class Family:
    """An entry as it is meant, with what a round may ask of it besides. ``district``: empty where it is not known."""

    wish: Wish
    district: str = ""
    near_limit: bool = False
    had_before: bool = False

    def entered(self, mechanism: str) -> Wish:
        """Return the wish as it stands in a round of this mechanism: marked where that asks for it."""
        marks = {Mechanism.ONCE_EACH: self.had_before, Mechanism.NEAR_LIMIT: self.near_limit}
        return replace(self.wish, is_marked=marks.get(Mechanism(mechanism), False))


@dataclass(frozen=True)
class Demand:
    """Who wishes what, and what there is to give."""

    families: Sequence[Family]
    rooms: Mapping[date, Room]


def made_demand(seed: int, *, families: int, places: int, days: int = 14) -> Demand:
    """Make up a round of so many families, with so many places on each of its days."""
    chance = random.Random(seed)  # noqa: S311 - made up, and no draw
    all_days = [FIRST + timedelta(days=number) for number in range(days)]
    rooms = {day: Room(places, min(ROOMS_FOR_SIBLINGS, places)) for day in all_days}
    return Demand([_family(chance, number, all_days) for number in range(families)], rooms)


def recorded_demand(shown: Mapping[str, Any]) -> Demand:
    """Return the demand of a round from its published file; a mark counts for the mechanism that it was drawn by.

    Raises KeyError, TypeError, ValueError where it is no published draw.
    """
    way = shown["promise"]["mechanism"]
    families = [
        Family(
            replace(wish, is_marked=False),
            near_limit=wish.is_marked and way == Mechanism.NEAR_LIMIT,
            had_before=wish.is_marked and way == Mechanism.ONCE_EACH,
        )
        for wish in map(from_published, shown["list"]["entries"])
    ]
    return Demand(families, rooms_from_published(shown["rooms"]))


def _family(chance: random.Random, number: int, days: Sequence[date]) -> Family:
    district = chance.choices(list(DISTRICTS), [share for share, _care in DISTRICTS.values()])[0]
    choices = [
        _choice(chance, days, DISTRICTS[district][1]) for _ in range(chance.choices((1, 2, 3), (40, 30, 30))[0])
    ]
    longest, brings = max(len(choice.days) for choice in choices), chance.random() < 0.15
    near, had = chance.random() < 0.15, chance.random() < 0.25
    lost = 0 if had else chance.choices((0, 1, 2, 3), (70, 18, 8, 4))[0]
    need = 2 if chance.random() < 0.05 else 0
    wish = Wish(
        sign=f"F{number:04}",
        choices=tuple(dict.fromkeys(choices)),
        least_days=chance.randint(1, longest - 1) if longest > 1 and chance.random() < 0.5 else None,
        sibling=brings,
        or_without=brings and chance.random() < 0.5,
        tickets=1 + lost + need + near,
    )
    return Family(wish, district, near, had)


def _choice(chance: random.Random, days: Sequence[date], day_care: int) -> Choice:
    service = DAY_CARE if chance.random() * 100 < day_care else STAY
    length = 1 if service == DAY_CARE else min(chance.choices(list(LENGTHS), list(LENGTHS.values()))[0], len(days))
    starts = range(len(days) - length + 1)
    # Who stays over a Saturday is wanted at home; so Saturday and Sunday are twice as much in demand.
    weights = [sum(1 + (days[start + number].weekday() >= 5) for number in range(length)) / length for start in starts]
    start = chance.choices(list(starts), weights)[0]
    return Choice(service, tuple(days[start : start + length]))
