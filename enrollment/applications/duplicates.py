"""Families that may have been entered twice: two of kana, birth date, telephone, address and a birth agree.

A birth agrees by the nearness of its days: a pregnancy and the newborn of it are one (enrollment/one_birth.py).

Proposed to staff, who look and decide (enrollment/families/merge.py, NotTheSame); nothing is joined by itself.
A protected family's address is not in the open tables, so it never takes part.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import reduce
from itertools import groupby
from operator import itemgetter, or_

from django.db.models import Q, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from enrollment.kana import folded_kana, folded_phone
from enrollment.models import Birth, Family, NotTheSame, Residence
from enrollment.one_birth import BirthDays, may_be_one_birth
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

# One alone is chance: a sister's telephone, a namesake, a neighbour. DEFAULT, docs/rules.md.
LEAST_AGREEING = 2

Place = tuple[int, int | None, int]


class Agrees(StrEnum):
    KANA = "kana"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    ADDRESS = "address"
    BIRTH = "birth"


AGREES_WORDS = {
    Agrees.KANA: gettext_lazy("kana"),
    Agrees.BIRTH_DATE: gettext_lazy("date of birth"),
    Agrees.PHONE: gettext_lazy("telephone"),
    Agrees.ADDRESS: gettext_lazy("address"),
    Agrees.BIRTH: gettext_lazy("the birth"),
}


@dataclass(frozen=True)
class Known:
    """What two entries are compared by; what is not known agrees with nothing."""

    kana: str = ""
    birth_date: date | None = None
    phone: str = ""
    place: Place | None = None
    births: Sequence[BirthDays] = ()


@dataclass(frozen=True)
class Proposed:
    """Another entry that may be the same family, and in what the two agree."""

    family: Family
    agrees: tuple[Agrees, ...]

    @property
    def score(self) -> int:
        return len(self.agrees)

    @property
    def agreeing(self) -> str:
        """In what the two agree, in the reader's language."""
        return "、".join(str(AGREES_WORDS[fact]) for fact in self.agrees)

    @property
    def in_words(self) -> str:
        """The entry by its number and name, and in what it agrees."""
        words = {"number": self.family.pk, "name": self.family.mother_name, "facts": self.agreeing}
        return _("No. %(number)d: %(name)s (%(facts)s agree)") % words


def proposed_for(families: Collection[Family], today: date) -> dict[int, list[Proposed]]:
    """Return for each family (by id) the others it may be the same as, the likeliest first. Six queries."""
    places, births = _places(families, today), _births_of(families)
    known = {family.pk: _known(family, places.get(family.pk), births.get(family.pk, ())) for family in families}
    apart = _said_apart(known)
    found = {
        key: [row for row in rows if frozenset((key, row.family.pk)) not in apart]
        for key, rows in _agreeing(known, today).items()
    }
    return {key: rows for key, rows in found.items() if rows}


def proposed_while_typing(
    *, kana: str, birth_date: date | None, phone: str, place: Place | None, births: Sequence[BirthDays], today: date
) -> list[Proposed]:
    """Return the families that an application may come from, as far as it is typed. Four queries.

    Here the telephone alone is enough: who types asks the paper, or the caller.
    """
    known = Known(_without_spaces(folded_kana(kana)), birth_date, folded_phone(phone), place, births)
    return _agreeing({0: known}, today, enough=_enough_for_who_types).get(0, [])


def place_of(town: int | None, chome: int | None, block: int | None) -> Place | None:
    """Return a place as two entries are compared by it; None where it says too little."""
    return (town, chome, block) if town is not None and block is not None else None


@in_transaction
def say_two_families(*, one: Family, other: Family, by: User, at: datetime) -> NotTheSame:
    """Staff looked: these are two families. They are not proposed again. Saying it twice is once."""
    if one.pk == other.pk:
        raise NotPossible("same_entry", _("This is one and the same entry."))
    first, second = sorted((one, other), key=lambda family: family.pk)
    pair, _new = NotTheSame.objects.get_or_create(first=first, second=second, defaults={"said_by": by, "said_at": at})
    return pair


def _enough(agrees: Sequence[Agrees]) -> bool:
    return len(agrees) >= LEAST_AGREEING


def _enough_for_who_types(agrees: Sequence[Agrees]) -> bool:
    return _enough(agrees) or Agrees.PHONE in agrees


def _agreeing(
    known: Mapping[int, Known], today: date, *, enough: Callable[[Sequence[Agrees]], bool] = _enough
) -> dict[int, list[Proposed]]:
    """Two facts must agree, so one at least is not the kana: the candidates come from the other ones.

    A birth alone would propose everybody of a month: it counts for those found by another fact, the kana too.
    """
    by_person = Q(pk__in=_living_at({row.place for row in known.values() if row.place}, today))
    if own_births := {row.birth_date for row in known.values() if row.birth_date}:
        by_person |= Q(mother_birth_date__in=own_births)
    if phones := {row.phone for row in known.values() if row.phone}:
        by_person |= Q(phone__in=phones)
    if kana := {row.kana for row in known.values() if row.kana and row.births}:
        by_person |= Q(kana_alone__in=kana)
    without_spaces = Replace("mother_name_kana", Value(" "), Value(""))
    entries = Family.objects.filter(merged_into__isnull=True).alias(kana_alone=without_spaces)
    candidates = list(entries.filter(by_person))
    places, of_family = _places(candidates, today), _births_of(candidates)
    # By what they may agree in, so that many families against many candidates stay few comparisons.
    others = [(family, _known(family, places.get(family.pk), of_family.get(family.pk, ()))) for family in candidates]
    by_fact: dict[object, list[tuple[Family, Known]]] = {}
    for family, facts in others:
        for fact in _facts(facts):
            by_fact.setdefault(fact, []).append((family, facts))
    proposed: dict[int, list[Proposed]] = {}
    for key, mine in known.items():
        near = {family.pk: (family, facts) for fact in _facts(mine) for family, facts in by_fact.get(fact, ())}
        rows = [Proposed(family, _agree(mine, facts)) for pk, (family, facts) in near.items() if pk != key]
        rows = [row for row in rows if enough(row.agrees)]
        proposed[key] = sorted(rows, key=lambda row: (-row.score, row.family.pk))
    return proposed


def _facts(known: Known) -> list[tuple[Agrees, object]]:
    facts = (
        (Agrees.KANA, known.kana),
        (Agrees.BIRTH_DATE, known.birth_date),
        (Agrees.PHONE, known.phone),
        (Agrees.ADDRESS, known.place),
    )
    return [(name, fact) for name, fact in facts if fact]


def _agree(one: Known, other: Known) -> tuple[Agrees, ...]:
    pairs = (
        (Agrees.KANA, one.kana, other.kana),
        (Agrees.BIRTH_DATE, one.birth_date, other.birth_date),
        (Agrees.PHONE, one.phone, other.phone),
        (Agrees.ADDRESS, one.place, other.place),
    )
    agree = tuple(name for name, mine, theirs in pairs if mine and mine == theirs)
    near = any(may_be_one_birth(mine, theirs) for mine in one.births for theirs in other.births)
    return (*agree, Agrees.BIRTH) if near else agree


def _known(family: Family, place: Place | None, births: Sequence[BirthDays]) -> Known:
    return Known(
        _without_spaces(folded_kana(family.mother_name_kana)),
        family.mother_birth_date,
        folded_phone(family.phone),
        place,
        births,
    )


def _births_of(families: Iterable[Family]) -> dict[int, list[BirthDays]]:
    """The births of each family, by its id. One query."""
    births = Birth.objects.filter(family__in=[family.pk for family in families], joined_into__isnull=True)
    rows = births.order_by("pk").values_list("family", "pk", "due_date", "infants__birth_date")
    found: dict[int, list[BirthDays]] = {}
    for (family, _birth, due_date), infants in groupby(rows, key=itemgetter(0, 1, 2)):
        found.setdefault(family, []).append(BirthDays(due_date, [born for *_known, born in infants if born]))
    return found


def _without_spaces(kana: str) -> str:
    return kana.replace(" ", "")


def _places(families: Iterable[Family], today: date) -> dict[int, Place]:
    """Where families live today, as far as it stands in the open. One query."""
    rows = Residence.objects.filter(
        family__in=[family.pk for family in families], period__contains=today, town__isnull=False
    ).values_list("family", "town", "chome", "block")
    return {family: place for family, *where in rows if (place := place_of(*where))}


def _living_at(places: set[Place], today: date) -> list[int]:
    if not places:
        return []
    there = reduce(or_, (Q(town=town, chome=chome, block=block) for town, chome, block in places))
    return list(Residence.objects.filter(there, period__contains=today).values_list("family", flat=True))


def _said_apart(known: Iterable[int]) -> set[frozenset[int]]:
    keys = list(known)
    rows = NotTheSame.objects.filter(Q(first__in=keys) | Q(second__in=keys)).values_list("first", "second")
    return {frozenset(pair) for pair in rows}
