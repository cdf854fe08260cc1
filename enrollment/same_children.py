"""Which children of two entries are the same ones. Pure.

What agrees in name and birth is the same child. What agrees in one of them may be, and is asked: a name written
otherwise, a day mistyped, or twins of whom each entry knows one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Child:
    """A child as it was entered; names folded for comparing, "" where none was entered."""

    key: int
    birth_date: date
    name: str = ""
    kana: str = ""


@dataclass(frozen=True)
class Pair:
    """Two children that are the same, ``sure``, or that may be: then a person says so."""

    kept: int
    given_up: int
    sure: bool


Answers = Mapping[tuple[int, int], bool]


def pairs_of(
    kept: Sequence[Child], given_up: Sequence[Child], answers: Answers | None = None, *, of_one_birth: bool = False
) -> list[Pair]:
    """Return which are, or may be, the same; each child stands in one pair at most.

    ``answers``: what a person said of (kept, given up); a pair said to be two children is left out, one said to be
    one child is sure. ``of_one_birth``: they are babies of one birth, so that even a day mistyped may be the same.
    """
    said = answers or {}
    left, others = list(kept), list(given_up)
    found: list[Pair] = []
    for is_same, sure in (*_WAYS, *(_OF_ONE_BIRTH if of_one_birth else ())):
        for other in list(others):
            one = next((row for row in left if is_same(row, other) and said.get((row.key, other.key), True)), None)
            if one is not None:
                left.remove(one)
                others.remove(other)
                found.append(Pair(one.key, other.key, sure or (one.key, other.key) in said))
    return found


def _named_alike(one: Child, other: Child) -> bool:
    return bool(one.name and one.name == other.name) or bool(one.kana and one.kana == other.kana)


def _name_and_birth(one: Child, other: Child) -> bool:
    return one.birth_date == other.birth_date and _named_alike(one, other)


def _birth_and_no_name(one: Child, other: Child) -> bool:
    """Nobody is called anything yet on one side: nothing speaks against it."""
    unnamed = not (one.name or one.kana) or not (other.name or other.kana)
    return one.birth_date == other.birth_date and unnamed


def _birth(one: Child, other: Child) -> bool:
    return one.birth_date == other.birth_date


# The surest first.
_WAYS: Sequence[tuple[Callable[[Child, Child], bool], bool]] = (
    (_name_and_birth, True),
    (_birth_and_no_name, True),
    (_named_alike, False),
    (_birth, False),
)
_OF_ONE_BIRTH: Sequence[tuple[Callable[[Child, Child], bool], bool]] = ((lambda _one, _other: True, False),)
