"""抽選の方式: who is asked when, once the tickets have put the entries in order. Pure.

Few named ways, of which the ward's dated policy names one; the round keeps it from its announcement on, and the
published file names it. All of them ask in the order of the tickets; they differ in what is asked for first.
What each does to families is measured by ``manage.py compare_draws`` (docs/odds.md).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar


class Mechanism(StrEnum):
    """``serial``: one after the other, each the best that is left of her wishes, in her order.

    ``first_wishes``: first everybody's first choice, then the second choices, then the third, then parts.
    ``fewest_days``: first what is shortest, then longer; who took fewer days gets more of them where they are left.
    ``once_each``: who has had a place before comes after all who have not (marked: has had one).
    ``near_limit``: a share of each day's places first for those near the age limit (marked: near), then all.
    """

    SERIAL = "serial"
    FIRST_WISHES = "first_wishes"
    FEWEST_DAYS = "fewest_days"
    ONCE_EACH = "once_each"
    NEAR_LIMIT = "near_limit"


# In these it is public of an entry whether it is marked; in the others nothing is asked and nothing shown.
MARKED = (Mechanism.ONCE_EACH, Mechanism.NEAR_LIMIT)


class Entry(Protocol):
    """What a way of giving asks of an entry (``draw.Wish``)."""

    @property
    def choices(self) -> Sequence[Any]: ...
    @property
    def least_days(self) -> int | None: ...
    @property
    def is_marked(self) -> bool: ...


E = TypeVar("E", bound=Entry)


@dataclass(frozen=True)
class Turn(Generic[E]):
    """An entry is asked once. Who was given something is not asked again, but where ``again`` says so.

    ``choice``: which of its choices alone counts, from 1 (None: each). ``parts``: fewer days count too, where she
    said so. ``length``: only stretches of so many days. ``set_aside``: only of the places that are set aside.
    ``again``: what it has is looked at anew together with what is left; it never gets less.
    """

    entry: E
    choice: int | None = None
    parts: bool = True
    length: int | None = None
    set_aside: bool = False
    again: bool = False


def turns(mechanism: Mechanism, ordered: Sequence[E]) -> Iterator[Turn[E]]:
    """Return who is asked for what, one after the other. ``ordered``: the entries in the order of their tickets."""
    return _WAYS[mechanism](ordered)


def places_set_aside(places: int, percent: int) -> int:
    """Return how many of a day's places are set aside: rounded up, but never the last one."""
    return max(min(-(-places * percent // 100), places - 1), 0)


def _serial(ordered: Sequence[E]) -> Iterator[Turn[E]]:
    return (Turn(entry) for entry in ordered)


def _first_wishes(ordered: Sequence[E]) -> Iterator[Turn[E]]:
    for number in range(1, max((len(entry.choices) for entry in ordered), default=0) + 1):
        yield from (Turn(entry, choice=number, parts=False) for entry in ordered if number <= len(entry.choices))
    yield from (Turn(entry) for entry in ordered if entry.least_days is not None)


def _fewest_days(ordered: Sequence[E]) -> Iterator[Turn[E]]:
    for length in range(1, max((_longest(entry) for entry in ordered), default=0) + 1):
        yield from (Turn(entry, length=length) for entry in ordered if length <= _longest(entry))
    yield from (Turn(entry, again=True) for entry in ordered)
    yield from _serial(ordered)  # what came free where somebody got other days instead


def _once_each(ordered: Sequence[E]) -> Iterator[Turn[E]]:
    return (Turn(entry) for entry in sorted(ordered, key=lambda entry: entry.is_marked))


def _near_limit(ordered: Sequence[E]) -> Iterator[Turn[E]]:
    yield from (Turn(entry, set_aside=True) for entry in ordered if entry.is_marked)
    # Who was given fewer days of what is set aside is asked anew in her own turn, with what she has.
    yield from (Turn(entry, again=entry.is_marked) for entry in ordered)
    yield from _serial(ordered)  # what came free where somebody got other days instead


def _longest(entry: Entry) -> int:
    return max((len(choice.days) for choice in entry.choices), default=0)


_WAYS: dict[Mechanism, Callable[[Sequence[Any]], Iterator[Turn[Any]]]] = {
    Mechanism.SERIAL: _serial,
    Mechanism.FIRST_WISHES: _first_wishes,
    Mechanism.FEWEST_DAYS: _fewest_days,
    Mechanism.ONCE_EACH: _once_each,
    Mechanism.NEAR_LIMIT: _near_limit,
}
