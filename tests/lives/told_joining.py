"""What is told of a family that was entered twice: fact by fact one of both, and a person where both say otherwise."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from .told_rules import A_DAY, Baby, Family, Home, in_ward
from .told_uses import UNDECIDED, Life

Facts = list[str]


def pairs(kept: Family, other: Family) -> Iterator[tuple[Baby, Baby]]:
    """The babies of both, by their names."""
    for baby in kept.babies:
        for same in other.babies:
            if baby.name == same.name:
                yield baby, same


def asked(kept: Family, other: Family) -> Facts:
    """In what both say something and not the same: a person is asked before they are joined."""
    found = ["due_date"] if kept.due and other.due and kept.due != other.due else []
    for one, same in pairs(kept, other):
        for name, mine, theirs in (
            ("birth_date", one.born, same.born),
            ("gestation_days", one.weeks, same.weeks),
            ("rolls_over_since", one.rolls_since, same.rolls_since),
        ):
            if mine and theirs and mine != theirs:
                found.append(name)
    return sorted([*found, *(["leaves"] if leaving(kept, other) else [])])


def unsure(kept: Family, other: Family) -> int:
    """How many babies are of one name and two days of birth: whether they are one is asked."""
    return sum(one.born != same.born for one, same in pairs(kept, other))


def leaving(kept: Family, other: Family) -> tuple[bool, date, date | None] | None:
    """Where one leaves the ward and the other lives on: whether it is the kept one, the first day away, until when."""
    for is_kept, leaver, stayer in ((True, kept, other), (False, other, kept)):
        for _first, last in in_ward(leaver):
            for begun, on in in_ward(stayer):
                if last != date.max and begun <= last and on > last:
                    return is_kept, last + A_DAY, None if on == date.max else on
    return None


def joined(kept: Life, other: Life, *, kept_is_right: bool) -> Family:
    """The family of both. ``kept_is_right``: what a person says wherever it is asked."""
    mine, theirs = kept.family, other.family
    stands = standing(kept, other).family

    def taken(one, same):
        return (one if kept_is_right or not same else same) if one else same

    babies = []
    for baby in mine.babies:
        same = next((row for row in theirs.babies if row.name == baby.name), None)
        babies.append(
            replace(baby)
            if same is None
            else Baby(
                taken(baby.born, same.born),
                taken(baby.weeks, same.weeks),
                baby.long_stay or same.long_stay,
                taken(baby.rolls_since, same.rolls_since),
                baby.name,
            )
        )
    names = {baby.name for baby in babies}
    babies += [replace(baby) for baby in theirs.babies if baby.name not in names]
    return Family(
        mine.name,
        taken(mine.due, theirs.due),
        sorted(babies, key=lambda baby: baby.born),
        _homes(mine, theirs, kept_is_right=kept_is_right),
        _classes(mine, theirs),
        stands.worry,
        stands.lacks_support,
        stands.medical,
        mine.child or theirs.child,
        stands.excepted,
    )


def standing(kept: Life, other: Life) -> Life:
    """Whose registration stands: the one approved, else the one in force, of two undecided ones that of the kept."""
    for state in ("approved", *UNDECIDED):
        for life in (kept, other):
            if life.state == state:
                return life
    return kept


def _classes(mine: Family, theirs: Family) -> list[tuple[date, str]]:
    """The kept one is right; the other one for the days before it knows anything."""
    first = min((row[0] for row in mine.classes), default=date.max)
    return [*(row for row in theirs.classes if row[0] < first), *mine.classes]


def _homes(mine: Family, theirs: Family, *, kept_is_right: bool) -> list[Home]:
    """The kept one is right; the other one on days of which it knows nothing, and was not away."""
    homes = [replace(home) for home in mine.homes]
    runs = in_ward(mine)
    away = [(one[1] + A_DAY, other[0] - A_DAY) for one, other in pairwise(runs)]
    told = leaving(mine, theirs)
    if told is not None:
        is_kept, first_away, until = told
        if is_kept == kept_is_right:
            away.append((first_away, until or date.max))
            if not is_kept:
                coming = min((first for first, _last in runs if first >= first_away), default=date.max)
                homes = [home for home in homes if home.first < first_away or home.first >= coming]
                left = max((home for home in homes if home.first < first_away), key=lambda home: home.first)
                left.last = first_away - A_DAY
    known = [(home.first, home.last or date.max) for home in homes]
    for home in theirs.homes:
        for first, last in without((home.first, home.last or date.max), [*known, *away]):
            homes.append(Home(first, None if last == date.max else last, home.district, home.door))
    return sorted(homes, key=lambda home: home.first)


def without(days: tuple[date, date], others: list[tuple[date, date]]) -> list[tuple[date, date]]:
    """What is left of a time without others; each its first and its last day."""
    left = [days]
    for first, last in others:
        cut = []
        for one, end in left:
            if end < first or one > last:
                cut.append((one, end))
                continue
            if one < first:
                cut.append((one, first - A_DAY))
            if end > last:
                cut.append((last + A_DAY, end))
        left = cut
    return left
