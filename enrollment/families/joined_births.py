"""Births and children of two entries joined: the same ones are one, and what hangs on them hangs on the one kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from enrollment.kana import folded_kana
from enrollment.models import Birth, Family, Infant, Sibling
from enrollment.one_birth import is_one_birth
from enrollment.queries import days_of_birth
from enrollment.same_children import Child, pairs_of

from .references import point_anew, rows_pointing_at

# Of a baby: what one entry does not know is taken from the other.
INFANT_FACTS = ("name", "name_kana", "gestation_days", "long_hospital_stay", "discharged_on", "rolls_over_since")

# (kind of child, id in the entry kept, id in the entry given up): is it one child?
Answers = Mapping[tuple[str, int, int], bool]


@dataclass(frozen=True)
class SameChild:
    """A child of both entries; ``sure``: nobody need be asked."""

    kept: Infant | Sibling
    given_up: Infant | Sibling
    sure: bool

    @property
    def key(self) -> tuple[str, int, int]:
        return str(self.kept._meta.model_name), self.kept.pk, self.given_up.pk

    @property
    def differs(self) -> list[tuple[str, Any, Any]]:
        """What both know and say otherwise: (name of the field, of the entry kept, of the one given up)."""
        names = ("name", "name_kana", "birth_date", "gestation_days", "discharged_on", "rolls_over_since")
        pairs = [(name, getattr(self.kept, name, None), getattr(self.given_up, name, None)) for name in names]
        return [(name, one, other) for name, one, other in pairs if one and other and one != other]


@dataclass(frozen=True)
class JoinedBirths:
    """``births``: (kept, given up) that are one birth. ``children``: that are, or may be, one child."""

    births: Sequence[tuple[Birth, Birth]] = ()
    children: Sequence[SameChild] = ()

    @property
    def unsure(self) -> list[SameChild]:
        return [child for child in self.children if not child.sure]


def joined_births(kept: Family, given_up: Family, answers: Answers | None = None) -> JoinedBirths:
    """Return what is the same in both entries. A fixed number of queries."""
    births = _same_births(kept, given_up)
    children = [
        child
        for one, other in births
        for child in _same(list(one.infants.all()), list(other.infants.all()), answers or {}, of_one_birth=True)
    ]
    children += _same(list(kept.siblings.all()), list(given_up.siblings.all()), answers or {})
    return JoinedBirths(births, children)


def join_births(same: JoinedBirths) -> None:
    """Join what is the same, in the caller's transaction.

    The row given up stays as it was entered and says which one it is the same as; everything else that points at it
    points at the one kept. A child of the same birth that the entry kept does not know comes along.
    """
    for child in same.children:
        child.given_up.joined_into = child.kept
        child.given_up.save(update_fields=["joined_into"])
    for one, other in same.births:
        _take_over(one, other, ("due_date",))
        other.infants.filter(joined_into__isnull=True).update(birth=one)
        for name, rows in rows_pointing_at(other):
            if rows.model is not Infant:
                rows.update(**{name: one})
        other.joined_into = one
        other.save(update_fields=["joined_into"])
    # Now that the registrations are those of the birth kept: what is recorded of a baby is of a stay of its birth.
    for child in same.children:
        point_anew(given_up=child.given_up, kept=child.kept)
        _take_over(child.kept, child.given_up, INFANT_FACTS if isinstance(child.kept, Infant) else ("name_kana",))


def _take_over(kept: Any, given_up: Any, names: Iterable[str]) -> None:
    """The row kept is right; what it does not know comes from the other one."""
    taken = [name for name in names if not getattr(kept, name) and getattr(given_up, name)]
    for name in taken:
        setattr(kept, name, getattr(given_up, name))
    if taken:
        kept.save(update_fields=taken)


def _same_births(kept: Family, given_up: Family) -> list[tuple[Birth, Birth]]:
    """Each birth stands in one pair at most."""
    mine = list(kept.births.prefetch_related("infants"))
    found = []
    for other in given_up.births.prefetch_related("infants"):
        one = next((row for row in mine if is_one_birth(days_of_birth(row), days_of_birth(other))), None)
        if one is not None:
            mine.remove(one)
            found.append((one, other))
    return found


def _same(
    kept: Sequence[Any], given_up: Sequence[Any], answers: Answers, *, of_one_birth: bool = False
) -> list[SameChild]:
    mine, theirs = {row.pk: row for row in kept}, {row.pk: row for row in given_up}
    kind = "infant" if of_one_birth else "sibling"
    said = {(one, other): is_one for (named, one, other), is_one in answers.items() if named == kind}
    children = [[_child(row) for row in rows] for rows in (kept, given_up)]
    pairs = pairs_of(children[0], children[1], said, of_one_birth=of_one_birth)
    return [SameChild(mine[pair.kept], theirs[pair.given_up], pair.sure) for pair in pairs]


def _child(row: Infant | Sibling) -> Child:
    born: date = row.birth_date
    return Child(row.pk, born, folded_kana(row.name).replace(" ", ""), folded_kana(row.name_kana).replace(" ", ""))
