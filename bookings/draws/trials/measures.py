"""What a draw did to the families: how many were served, with what, and who was passed over. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bookings.draws.draw import Award, Choice, Wish, draw

from .made_demand import Demand, Family

LONG_STAY = 4
# What the first, second and third choice are worth to a family (DEFAULT).
WORTH = (1.0, 0.8, 0.6)


@dataclass(frozen=True)
class Way:
    """A mechanism as a round has it; ``set_aside_percent``: of each day's places, where it sets some aside."""

    mechanism: str
    set_aside_percent: int = 0


@dataclass
class Counts:
    """Sums over draws. ``worth``: 1 for a family's whole first choice, less for others and for parts.

    ``passed_over``: families given nothing while one with a later ticket got days that she wished.

    ``served_of``: by group, how many of how many families were served.
    """

    draws: int = 0
    families: int = 0
    served: int = 0
    places: int = 0
    days_given: int = 0
    first_wishes: int = 0
    passed_over: int = 0
    worth: float = 0.0
    served_of: dict[str, tuple[int, int]] = field(default_factory=dict)

    def note(self, group: str, *, is_served: bool) -> None:
        served, of = self.served_of.get(group, (0, 0))
        self.served_of[group] = (served + is_served, of + 1)

    def share_of(self, group: str) -> float | None:
        served, of = self.served_of.get(group, (0, 0))
        return served / of if of else None


def measure(demand: Demand, way: Way, seeds: Sequence[str]) -> Counts:
    """Draw the demand once for each seed, and count."""
    counts = Counts()
    wishes = {family.wish.sign: family.entered(way.mechanism) for family in demand.families}
    for seed in seeds:
        awards = draw(
            list(wishes.values()),
            demand.rooms,
            seed,
            mechanism=way.mechanism,
            set_aside_percent=way.set_aside_percent,
        )
        of_sign = {award.sign: award for award in awards}
        counts.draws += 1
        counts.families += len(wishes)
        counts.places += sum(room.places for room in demand.rooms.values())
        counts.served += sum(bool(award.days) for award in awards)
        counts.days_given += sum(len(award.days) for award in awards)
        counts.first_wishes += sum(award.choice == 1 and not award.is_part for award in awards)
        counts.passed_over += len(passed_over(wishes, awards))
        for family in demand.families:
            counts.worth += worth(family.wish, of_sign[family.wish.sign])
            for group in _groups(family):
                counts.note(group, is_served=bool(of_sign[family.wish.sign].days))
    return counts


def worth(wish: Wish, award: Award) -> float:
    """Return what an award is worth to who means this wish: nothing where it is none of it, or too little."""
    best = 0.0
    for place, choice in enumerate(wish.choices):
        if choice.service != award.service:
            continue
        used = sum(day in award.days for day in choice.days)
        if used == len(choice.days) or (wish.least_days is not None and used >= wish.least_days):
            best = max(best, WORTH[min(place, 2)] * used / len(choice.days))
    return best


def passed_over(wishes: Mapping[str, Wish], awards: Sequence[Award]) -> list[str]:
    """Return who was given nothing while somebody with a later ticket was given days that she had wished."""
    winners = [award for award in awards if award.days]
    return [
        lost.sign
        for lost in awards
        if not lost.days
        and any(later.order > lost.order and _would_have_had(wishes[lost.sign], later) for later in winners)
    ]


def _would_have_had(wish: Wish, award: Award) -> bool:
    """Tell whether the places of an award would have been enough for a wish: all of a choice, or as many as do."""
    if wish.sibling and not wish.or_without and not award.sibling:
        return False
    given = set(award.days)
    return any(_longest_run(choice, given) >= (wish.least_days or len(choice.days)) for choice in wish.choices)


def _longest_run(choice: Choice, given: set[date]) -> int:
    longest = run = 0
    for day in choice.days:
        run = run + 1 if day in given else 0
        longest = max(longest, run)
    return longest


def _groups(family: Family) -> list[str]:
    shortest = min(family.wish.least_days or len(choice.days) for choice in family.wish.choices)
    groups = ["long" if shortest >= LONG_STAY else "short"]
    if family.district:
        groups.append(f"district {family.district}")
    if family.near_limit:
        groups.append("near limit")
    if family.had_before:
        groups.append("had before")
    else:
        groups.append("not before")
    return groups
