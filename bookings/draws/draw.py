"""抽選, pure: the same entries, places and seed give the same result to anybody who computes it.

Each entry has tickets. A ticket's number is the SHA-256 of the round's seed, the entry's sign and the ticket's place;
the smallest number in the hat is served first. So twice the tickets are twice the chance, and nothing else counts:
neither the order of applying nor the name. The seed is the ward's secret, promised by its digest before the deadline,
together with the digest of all entries: nobody can choose it once the entries are known.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Stretch = tuple[date, ...]


@dataclass(frozen=True)
class Wish:
    """An entry in the hat. ``sign``: its public name, no person's.

    ``choices``: stretches of days, the first choice first. ``least_days``: so many days in a row of a choice are taken
    too (None: the whole choice or nothing). ``sibling``: needs a room that takes one.
    """

    sign: str
    choices: tuple[Stretch, ...]
    least_days: int | None = None
    sibling: bool = False
    tickets: int = 1


@dataclass(frozen=True)
class Room:
    """The places of a day that the draw may give; ``for_siblings``: of these with a sibling (None: any)."""

    places: int
    for_siblings: int | None = None


@dataclass(frozen=True)
class Award:
    """What an entry was given: no ``days`` where it lost; ``choice`` counts from 1; ``order``: when it was served."""

    sign: str
    order: int
    days: Stretch = ()
    choice: int | None = None
    is_part: bool = False


@dataclass
class _Left:
    """What is left of each day while entries are served."""

    places: dict[date, int]
    for_siblings: dict[date, int] = field(default_factory=dict)

    def fits(self, days: Iterable[date], sibling: bool) -> bool:
        return all(self.places.get(day, 0) > 0 and (not sibling or self.for_siblings.get(day, 1) > 0) for day in days)

    def take(self, days: Iterable[date], sibling: bool) -> None:
        for day in days:
            self.places[day] -= 1
            if sibling and day in self.for_siblings:
                self.for_siblings[day] -= 1


def commitment(secret: str) -> str:
    """Return what is published before the deadline: the digest of the secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def digest_of(wishes: Iterable[Wish]) -> str:
    """Return the digest of all entries, in the order of their signs, as they are published."""
    rows = [as_published(wish) for wish in sorted(wishes, key=lambda wish: wish.sign)]
    return hashlib.sha256(json.dumps(rows, separators=(",", ":"), sort_keys=True).encode()).hexdigest()


def as_published(wish: Wish) -> dict[str, object]:
    """Return an entry as it is published: days as ISO 8601, nothing of the person."""
    return {
        "sign": wish.sign,
        "choices": [[day.isoformat() for day in choice] for choice in wish.choices],
        "least_days": wish.least_days,
        "sibling": wish.sibling,
        "tickets": wish.tickets,
    }


def from_published(row: Mapping[str, Any]) -> Wish:
    """Return the entry of a published row: the inverse of ``as_published``."""
    return Wish(
        sign=row["sign"],
        choices=tuple(tuple(date.fromisoformat(day) for day in choice) for choice in row["choices"]),
        least_days=row["least_days"],
        sibling=row["sibling"],
        tickets=row["tickets"],
    )


def award_as_published(award: Award) -> dict[str, object]:
    """Return an award as it is published."""
    return {
        "sign": award.sign,
        "order": award.order,
        "days": [day.isoformat() for day in award.days],
        "choice": award.choice,
        "is_part": award.is_part,
    }


def usable_as_published(usable: Mapping[str, Sequence[Stretch]]) -> dict[str, list[list[str]]]:
    """Return what could be given to whom as it is published: by sign, stretches of days as ISO 8601."""
    return {
        sign: [[day.isoformat() for day in stretch] for stretch in stretches] for sign, stretches in usable.items()
    }


def usable_from_published(shown: Mapping[str, Any]) -> dict[str, list[Stretch]]:
    """Return what could be given to whom: the inverse of ``usable_as_published``."""
    return {
        sign: [tuple(date.fromisoformat(day) for day in stretch) for stretch in stretches]
        for sign, stretches in shown.items()
    }


def seed_of(secret: str, wishes: Iterable[Wish]) -> str:
    """Return the seed: of the ward's secret and of all entries, so that neither alone decides."""
    return hashlib.sha256(f"{secret}:{digest_of(wishes)}".encode()).hexdigest()


def order_of(wishes: Iterable[Wish], seed: str) -> list[Wish]:
    """Return the entries in the order in which they are served: the smallest of one's tickets counts."""
    return sorted(wishes, key=lambda wish: (min(_tickets(wish, seed)), wish.sign))


def draw(
    wishes: Sequence[Wish],
    rooms: Mapping[date, Room],
    seed: str,
    usable: Mapping[str, Sequence[Stretch]] | None = None,
) -> list[Award]:
    """Serve the entries in the order of their tickets; each gets the best of its choices that is left.

    A whole choice goes before a part of one; of parts the longest counts, then the earlier choice, then the earlier
    day. Nobody is given more than one stretch, and no day more than its places.

    ``usable``: by sign, the stretches within which an entry can be given days at all, where that is not all that it
    wished (its family may not use the others by now); an entry with none keeps its turn and takes nothing.
    """
    within = usable or {}
    left = _Left(
        {day: room.places for day, room in rooms.items()},
        {day: room.for_siblings for day, room in rooms.items() if room.for_siblings is not None},
    )
    awards = []
    for number, wish in enumerate(order_of(wishes, seed), start=1):
        choice, days = _served(wish, left, within.get(wish.sign))
        left.take(days, wish.sibling)
        is_part = bool(choice) and len(days) < len(wish.choices[choice - 1])
        awards.append(Award(wish.sign, number, days, choice or None, is_part))
    return awards


def usable_stretches(wish: Wish, may: Callable[[Stretch], bool]) -> list[Stretch]:
    """Return the longest stretches of the choices that the entry can be given, the earlier choice first.

    ``may``: whether all days of a stretch can be used together; what holds of a stretch holds of each part of it.
    """
    found: list[Stretch] = []
    for choice in filter(None, wish.choices):
        if may(choice):
            found.append(choice)
        elif wish.least_days is not None:
            parts = [part for part in _parts(choice, max(wish.least_days, 1)) if may(part)]
            found += [part for part in parts if not any(set(part) < set(other) for other in parts)]
    return list(dict.fromkeys(found))


def _served(wish: Wish, left: _Left, usable: Sequence[Stretch] | None) -> tuple[int, Stretch]:
    """Return which choice (from 1; 0 for none) and which of its days the entry gets."""

    def fits(days: Stretch) -> bool:
        given = usable is None or any(set(days) <= set(stretch) for stretch in usable)
        return given and left.fits(days, wish.sibling)

    for number, choice in enumerate(wish.choices, start=1):
        if choice and fits(choice):
            return number, choice
    if wish.least_days is None:
        return 0, ()
    parts = [
        (len(part), -number, -part[0].toordinal(), number, part)
        for number, choice in enumerate(wish.choices, start=1)
        for part in _parts(choice, max(wish.least_days, 1))
        if fits(part)
    ]
    if not parts:
        return 0, ()
    *_order, number, part = max(parts)
    return number, part


def _parts(choice: Stretch, least: int) -> list[Stretch]:
    """Return every run of days next to each other in a choice, shorter than it and at least so long."""
    return [
        choice[start : start + length]
        for length in range(least, len(choice))
        for start in range(len(choice) - length + 1)
        if choice[start + length - 1].toordinal() - choice[start].toordinal() == length - 1
    ]


def _tickets(wish: Wish, seed: str) -> list[bytes]:
    return [hashlib.sha256(f"{seed}:{wish.sign}:{number}".encode()).digest() for number in range(max(wish.tickets, 1))]
