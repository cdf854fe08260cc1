"""抽選, pure: the same entries, places and seed give the same result to anybody who computes it.

Entries are served in the order of their tickets, each with the best of its choices that is left. Twice the tickets
are twice the chance to be first, and nothing else counts: neither the order of applying nor the name. What makes the
order of a real draw one that nobody can steer stands in proof.py; ``draw`` tries one out, by a seed of chance.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from .mechanisms import Mechanism, Turn, places_set_aside, turns

Stretch = tuple[date, ...]


@dataclass(frozen=True)
class Choice:
    """Days in a row of one service of the round's places. ``service``: its slug.

    ``alone``: of what can be given, only without the elder child.
    """

    service: str
    days: Stretch
    alone: bool = False

    def within(self, other: "Choice") -> bool:
        """Tell whether this is a part of the other, or the same."""
        return self.service == other.service and set(self.days) <= set(other.days)


@dataclass(frozen=True)
class Wish:
    """An entry in the hat. ``sign``: its public name, no person's.

    ``choices``: the first choice first. ``least_days``: so many days in a row of a choice are taken too (None: the
    whole choice or nothing). ``sibling``: the elder child comes along, so it needs a room that takes one;
    ``or_without``: where there is none for any of the choices, the elder child stays at home. ``is_marked``: what the
    round's mechanism asks about, public in those alone (mechanisms.py).
    """

    sign: str
    choices: tuple[Choice, ...]
    least_days: int | None = None
    sibling: bool = False
    or_without: bool = False
    tickets: int = 1
    is_marked: bool = False


@dataclass(frozen=True)
class Room:
    """The places of a day that the draw may give, for all services that share them.

    ``for_siblings``: of these with a sibling (None: any). ``closed_to``: services that are not offered that day.
    """

    places: int
    for_siblings: int | None = None
    closed_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Award:
    """What an entry was given: no ``days`` where it lost; ``choice`` counts from 1; ``order``: when it was served.

    ``sibling``: the elder child comes along.
    """

    sign: str
    order: int
    service: str = ""
    days: Stretch = ()
    choice: int | None = None
    is_part: bool = False
    sibling: bool = False


@dataclass
class _Left:
    """What is left of each day while entries are served."""

    places: dict[date, int]
    for_siblings: dict[date, int]
    closed_to: dict[date, frozenset[str]]

    @classmethod
    def of(cls, rooms: Mapping[date, Room]) -> "_Left":
        return cls(
            {day: room.places for day, room in rooms.items()},
            {day: room.for_siblings for day, room in rooms.items() if room.for_siblings is not None},
            {day: room.closed_to for day, room in rooms.items()},
        )

    def fits(self, asked: Choice, sibling: bool) -> bool:
        for day in asked.days:  # asked millions of times a draw's odds: plain
            if self.places.get(day, 0) <= 0 or asked.service in self.closed_to[day]:
                return False
            if sibling and self.for_siblings.get(day, 1) <= 0:
                return False
        return True

    def take(self, award: Award, places: int = 1) -> None:
        for day in award.days:
            self.places[day] -= places
            if award.sibling and day in self.for_siblings:
                self.for_siblings[day] -= places

    def give_back(self, award: Award) -> None:
        self.take(award, -1)


def as_published(wish: Wish) -> dict[str, Any]:
    """Return an entry as it is published: days as ISO 8601, nothing of the person, nor how many tickets it has."""
    shown = {
        "sign": wish.sign,
        "choices": [choice_as_published(choice) for choice in wish.choices],
        "least_days": wish.least_days,
        "sibling": wish.sibling,
        "or_without": wish.or_without,
    }
    return shown | {"marked": True} if wish.is_marked else shown


def from_published(row: Mapping[str, Any]) -> Wish:
    """Return the entry of a published row: the inverse of ``as_published``, but for the tickets."""
    return Wish(
        sign=row["sign"],
        choices=tuple(choice_from_published(choice) for choice in row["choices"]),
        least_days=row["least_days"],
        sibling=row["sibling"],
        or_without=row["or_without"],
        is_marked=row.get("marked", False),
    )


def choice_as_published(choice: Choice) -> dict[str, Any]:
    """Return a choice as it is published; ``alone`` only where it holds."""
    shown: dict[str, Any] = {"service": choice.service, "days": [day.isoformat() for day in choice.days]}
    return shown | {"alone": True} if choice.alone else shown


def choice_from_published(row: Mapping[str, Any]) -> Choice:
    """Return the choice of a published row: the inverse of ``choice_as_published``."""
    days = tuple(date.fromisoformat(day) for day in row["days"])
    return Choice(row["service"], days, row.get("alone", False))


def award_as_published(award: Award) -> dict[str, object]:
    """Return an award as it is published."""
    return {
        "sign": award.sign,
        "order": award.order,
        "service": award.service,
        "days": [day.isoformat() for day in award.days],
        "choice": award.choice,
        "is_part": award.is_part,
        "sibling": award.sibling,
    }


def rooms_as_published(rooms: Mapping[date, Room]) -> dict[str, dict[str, Any]]:
    """Return what each day had to give as it is published, by the day as ISO 8601."""
    return {
        day.isoformat(): {
            "places": room.places,
            "for_siblings": room.for_siblings,
            "closed_to": sorted(room.closed_to),
        }
        for day, room in rooms.items()
    }


def rooms_from_published(shown: Mapping[str, Any]) -> dict[date, Room]:
    """Return what each day had to give: the inverse of ``rooms_as_published``."""
    return {
        date.fromisoformat(day): Room(row["places"], row["for_siblings"], frozenset(row["closed_to"]))
        for day, row in shown.items()
    }


def usable_as_published(usable: Mapping[str, Sequence[Choice]]) -> dict[str, list[dict[str, Any]]]:
    """Return what could be given to whom as it is published, by sign."""
    return {sign: [choice_as_published(choice) for choice in choices] for sign, choices in usable.items()}


def usable_from_published(shown: Mapping[str, Any]) -> dict[str, list[Choice]]:
    """Return what could be given to whom: the inverse of ``usable_as_published``."""
    return {sign: [choice_from_published(row) for row in rows] for sign, rows in shown.items()}


def order_of(wishes: Iterable[Wish], seed: str) -> list[Wish]:
    """Return the entries in the order in which they are served: the smallest of one's tickets counts."""
    return sorted(wishes, key=lambda wish: (min(_tickets(wish, seed)), wish.sign))


def draw(
    wishes: Sequence[Wish],
    rooms: Mapping[date, Room],
    seed: str,
    usable: Mapping[str, Sequence[Choice]] | None = None,
    *,
    mechanism: str = Mechanism.SERIAL,
    set_aside_percent: int = 0,
) -> list[Award]:
    """Serve the entries in the order of their tickets, as the mechanism says; the awards stand in that order.

    ``usable``: by sign, within what an entry can be given days at all, where that is not all that it wished (its
    family may not use the others by now); an entry with none keeps its turn and takes nothing.
    Raises ValueError for a mechanism that there is not.
    """
    ordered = order_of(wishes, seed)
    return serve(ordered, rooms, usable, mechanism=mechanism, set_aside_percent=set_aside_percent)


def serve(
    ordered: Sequence[Wish],
    rooms: Mapping[date, Room],
    usable: Mapping[str, Sequence[Choice]] | None = None,
    *,
    mechanism: str = Mechanism.SERIAL,
    set_aside_percent: int = 0,
    trying: Collection[str] = (),
) -> list[Award]:
    """Give each entry, when its turn comes, the best of its choices that is left; the awards stand in this order.

    A whole choice goes before a part of one; of parts the longest counts, then the earlier choice, then the earlier
    day. With the elder child goes before without it. Nobody is given more than one stretch, and no day more than its
    places, whichever of the services that share them it is given to.

    ``trying``: signs that are asked like the others and take nothing from anybody (odds.py).
    """
    within, left = usable or {}, _Left.of(rooms)
    aside = _Left.of(
        {day: replace(room, places=places_set_aside(room.places, set_aside_percent)) for day, room in rooms.items()}
    )
    given = {wish.sign: Award(wish.sign, number) for number, wish in enumerate(ordered, start=1)}
    for turn in turns(Mechanism(mechanism), ordered):
        sign = turn.entry.sign
        had, takes = given[sign], sign not in trying
        if had.days and not turn.again:
            continue
        if takes:
            left.give_back(had)
        found = _served(turn, had.order, left, aside if turn.set_aside else None, within.get(sign))
        given[sign] = found if found.days else had
        if takes:
            left.take(given[sign])
            if turn.set_aside:
                aside.take(given[sign])
    return list(given.values())


def could_win(wish: Wish, rooms: Mapping[date, Room], usable: Sequence[Choice] | None = None) -> bool:
    """Tell whether an entry drawn alone would have been given anything; ``usable``: as ``draw``, its own."""
    within = None if usable is None else {wish.sign: usable}
    return bool(serve([wish], rooms, within)[0].days)


def usable_choices(wish: Wish, may: Callable[[Choice], bool]) -> list[Choice]:
    """Return the longest stretches of the choices that the entry can be given, the earlier choice first.

    ``may``: whether all days of a choice can be used together; what holds of a stretch holds of each part of it.
    """
    found: list[Choice] = []
    for choice in wish.choices:
        if choice.days and may(choice):
            found.append(choice)
        elif wish.least_days is not None:
            parts = [part for part in _parts(choice, max(wish.least_days, 1)) if may(part)]
            found += [part for part in parts if not any(part != other and part.within(other) for other in parts)]
    return list(dict.fromkeys(found))


def usable_either_way(wish: Wish, may: Callable[[Choice, bool], bool]) -> list[Choice]:
    """Return what the entry can be given: with the elder child, and, where that may stay at home, what only without.

    ``may``: as ``usable_choices``, and whether the elder child comes along.
    """
    usable = usable_choices(wish, lambda choice: may(choice, wish.sibling))
    if wish.sibling and wish.or_without:
        alone = usable_choices(wish, lambda choice: may(choice, False))
        usable += [replace(one, alone=True) for one in alone if not any(one.within(other) for other in usable)]
    return usable


def _served(turn: Turn[Wish], order: int, left: _Left, aside: _Left | None, usable: Sequence[Choice] | None) -> Award:
    """Return what the entry gets of what is left: with the elder child where it comes and can, else without."""
    wish = turn.entry
    for sibling in (True, False) if wish.sibling and wish.or_without else (wish.sibling,):

        def fits(asked: Choice, sibling: bool = sibling) -> bool:
            may = usable is None or any(asked.within(one) and not (sibling and one.alone) for one in usable)
            return may and left.fits(asked, sibling) and (aside is None or aside.fits(asked, sibling))

        number, given = _best(turn, fits)
        if given is not None:
            is_part = len(given.days) < len(wish.choices[number - 1].days)
            return Award(wish.sign, order, given.service, given.days, number, is_part, sibling)
    return Award(wish.sign, order)


def _best(turn: Turn[Wish], fits: Callable[[Choice], bool]) -> tuple[int, Choice | None]:
    """Return which choice (from 1; 0 for none) and what of it the entry gets in this turn."""
    wish = turn.entry
    asked = [(n, choice) for n, choice in enumerate(wish.choices, start=1) if turn.choice in (None, n)]
    for number, choice in asked:
        if choice.days and turn.length in (None, len(choice.days)) and fits(choice):
            return number, choice
    if wish.least_days is None or not turn.parts:
        return 0, None
    least = max(wish.least_days, 1)
    parts = [
        (len(part.days), -number, -part.days[0].toordinal(), number, part)
        for number, choice in asked
        if _has_days_that_fit(choice, least, fits)
        for part in _parts(choice, least)
        if turn.length in (None, len(part.days)) and fits(part)
    ]
    if not parts:
        return 0, None
    *_order, number, part = max(parts, key=lambda row: row[:3])
    return number, part


def _has_days_that_fit(choice: Choice, least: int, fits: Callable[[Choice], bool]) -> bool:
    """Whether so many single days of the choice fit: of fewer no part can be given."""
    wanting, left = least, len(choice.days)
    for day in choice.days:
        if wanting > left:
            return False
        wanting, left = wanting - fits(Choice(choice.service, (day,), choice.alone)), left - 1
        if wanting <= 0:
            return True
    return wanting <= 0


@lru_cache(maxsize=4096)
def _parts(choice: Choice, least: int) -> tuple[Choice, ...]:
    """Return every run of days next to each other in a choice, shorter than it and at least so long."""
    days = choice.days
    return tuple(
        Choice(choice.service, days[start : start + length])
        for length in range(least, len(days))
        for start in range(len(days) - length + 1)
        if days[start + length - 1].toordinal() - days[start].toordinal() == length - 1
    )


def _tickets(wish: Wish, seed: str) -> list[bytes]:
    return [hashlib.sha256(f"{seed}:{wish.sign}:{number}".encode()).digest() for number in range(max(wish.tickets, 1))]
