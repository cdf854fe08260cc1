"""Facts of a birth and its children that both entries know: taken one by one, from whom, and who said which is right.

What the rules ask is never overwritten in silence: where both know it and say otherwise, a person says which is right.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from enrollment.models import Birth, Family, Infant, Registration, Sibling
from sankecare.field_words import in_words

# (kind of row, the ids of the two rows, the smaller first, fact): the id of the row that is right.
FactKey = tuple[str, int, int, str]
Chosen = Mapping[FactKey, int]

# Taken from the other entry where the one kept does not know them.
TAKEN: Mapping[type[Model], Sequence[str]] = {
    Family: ("mother_birth_date", "phone"),
    Birth: ("due_date",),
    Infant: (
        *("name", "name_kana", "birth_date", "gestation_days", "long_hospital_stay"),
        *("discharged_on", "rolls_over_since"),
        *("birth_weight_grams", "birth_weight_unknown", "birth_way", "unusual", "unusual_words"),
    ),
    Sibling: ("name_kana", "birth_date"),
    Registration: (
        *("needs_medical_care", "mother_in_ward", "infant_in_ward"),
        *("mother_health", "infant_health"),
    ),
}
# Of these a person says which is right, where both say something and not the same: the rules ask them.
ASKED: Mapping[type[Model], Sequence[str]] = {
    Birth: ("due_date",),
    Infant: ("birth_date", "gestation_days", "discharged_on", "rolls_over_since"),
    Sibling: ("birth_date",),
    Registration: ("needs_medical_care", "mother_in_ward", "infant_in_ward", "mother_health", "infant_health"),
}


@dataclass(frozen=True)
class FactOfBoth:
    """One fact that both entries have a place for, and in which they are not the same."""

    kept: Any
    given_up: Any
    name: str

    @property
    def key(self) -> FactKey:
        low, high = sorted((self.kept.pk, self.given_up.pk))
        return str(self.kept._meta.model_name), low, high, self.name

    @property
    def values(self) -> tuple[Any, Any]:
        """Return what stands in the row kept, and in the one given up."""
        return getattr(self.kept, self.name), getattr(self.given_up, self.name)

    @property
    def is_asked(self) -> bool:
        """Tell whether a person must say which of the two is right."""
        return self.name in ASKED.get(type(self.kept), ()) and all(map(self._is_said, self.values))

    @property
    def entries(self) -> tuple[int, int]:
        """Return the numbers of the entry kept and of the one given up."""
        return _entry_of(self.kept), _entry_of(self.given_up)

    @property
    def whose(self) -> str:
        """Say of whom the fact is, as the entry kept knows it."""
        return str(self.kept)

    @property
    def in_words(self) -> str:
        """Say which fact it is."""
        return str(self.kept._meta.get_field(self.name).verbose_name)

    @property
    def values_in_words(self) -> tuple[str, str]:
        """Return both values in words."""
        field = self.kept._meta.get_field(self.name)
        one, other = (in_words(field, value) or _("none") for value in self.values)
        return one, other

    def _is_said(self, value: Any) -> bool:
        """An answer that a form always has is said; a box not ticked is, of a baby, nothing that was said."""
        return (isinstance(self.kept, Registration) and isinstance(value, bool)) or bool(value)


@dataclass(frozen=True)
class TakenFact:
    """A fact of a row kept that came from the other one, or stayed though that one said otherwise.

    ``before``: what stood in the row kept. ``is_turned``: that row is of the entry given up, as the registration that
    is approved may be.
    """

    fact: FactOfBoth
    from_other: bool
    said_by_person: bool
    before: Any
    is_turned: bool = False

    def as_kept(self) -> dict[str, Any]:
        """Return it as it is kept with what was joined: of which rows, both values, which stands and why."""
        rows = [(self.fact.kept.pk, self.before), (self.fact.given_up.pk, _plain(self.fact.values[1]))]
        (kept_row, kept), (given_up_row, given_up) = reversed(rows) if self.is_turned else rows
        return {
            "row": self.fact.kept._meta.label,
            "kept_row": kept_row,
            "given_up_row": given_up_row,
            "fact": self.fact.name,
            "of_entry_kept": kept,
            "of_entry_given_up": given_up,
            "stands": "given_up" if self.from_other != self.is_turned else "kept",
            "because": "said" if self.said_by_person else "only_one_knew" if self.from_other else "kept_is_right",
        }


def facts_of_both(pairs: Iterable[tuple[Any, Any]]) -> list[FactOfBoth]:
    """Return the facts in which two rows, each pair (kept, given up), differ and the second says something."""
    found = (FactOfBoth(one, other, name) for one, other in pairs for name in TAKEN[type(one)])
    return [fact for fact in found if fact.values[0] != fact.values[1] and (fact.values[1] or fact.is_asked)]


def settle(fact: FactOfBoth, chosen: Chosen, kept: Family) -> TakenFact:
    """Return whose value stands: the one that a person said is right, else the row kept's where it knows one.

    ``kept``: the entry kept. Before anything is written.
    """
    said = fact.is_asked
    from_other = chosen[fact.key] == fact.given_up.pk if said else not fact.values[0]
    return TakenFact(fact, from_other, said, _plain(fact.values[0]), is_turned=fact.entries[0] != kept.pk)


def write(taken: Sequence[TakenFact]) -> None:
    """Write into the rows kept what comes from the others; in the caller's transaction."""
    by_row: dict[int, tuple[Any, list[str]]] = {}
    for row in taken:
        if row.from_other:
            setattr(row.fact.kept, row.fact.name, row.fact.values[1])
            by_row.setdefault(id(row.fact.kept), (row.fact.kept, []))[1].append(row.fact.name)
    for kept, names in by_row.values():
        kept.save(update_fields=names)


def value_in_words(value: Any) -> str:
    """Say a fact's value for a person."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return date_format(value)
    return str(value) if value not in (None, "") else _("none")


def read_value(kept: Any) -> Any:
    """Return a value as it was before it was kept (``TakenFact.as_kept``): days are days again."""
    if isinstance(kept, str):
        with suppress(ValueError):
            return date.fromisoformat(kept)
    return kept


def _entry_of(row: Any) -> int:
    if isinstance(row, Family):
        return row.pk
    family: int = row.family_id if isinstance(row, Birth | Sibling) else row.birth.family_id
    return family


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
