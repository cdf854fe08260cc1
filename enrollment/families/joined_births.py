"""Births and children of two entries joined: the same ones are one, and what hangs on them hangs on the one kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from enrollment.applications.application_data import born_apart_sentence, due_date_sentence
from enrollment.kana import folded_kana
from enrollment.models import LIVE_STATES, Birth, Family, Infant, Registration, RegistrationState, Sibling
from enrollment.one_birth import is_one_birth
from enrollment.plausible import born_apart, due_date_fits
from enrollment.queries import days_of_birth
from enrollment.same_children import Child, pairs_of
from sankecare.errors import Refused

from .joined_facts import FactOfBoth, TakenFact, facts_of_both, write
from .references import point_anew, rows_pointing_at

# (kind of child, id in the entry kept, id in the entry given up): is it one child?
Answers = Mapping[tuple[str, int, int], bool]
UNDECIDED = (RegistrationState.APPLIED, RegistrationState.RETURNED)


@dataclass(frozen=True)
class SameChild:
    """A child of both entries; ``sure``: nobody need be asked."""

    kept: Infant | Sibling
    given_up: Infant | Sibling
    sure: bool

    @property
    def key(self) -> tuple[str, int, int]:
        return str(self.kept._meta.model_name), self.kept.pk, self.given_up.pk


@dataclass(frozen=True)
class JoinedBirths:
    """``births``: (kept, given up) that are one birth. ``children``: that are, or may be, one child.

    ``families``: the two entries; ``registrations``: (that stays, that is withdrawn) of one birth.
    """

    families: tuple[Family, Family]
    births: Sequence[tuple[Birth, Birth]] = ()
    children: Sequence[SameChild] = ()
    registrations: Sequence[tuple[Registration, Registration]] = ()

    @property
    def facts(self) -> list[FactOfBoth]:
        """In what both differ, or the entry kept knows nothing."""
        children = [(child.kept, child.given_up) for child in self.children if child.sure]
        return facts_of_both([self.families, *self.births, *children, *self.registrations])

    @property
    def contradictions(self) -> list[FactOfBoth]:
        """The facts of which a person says which is right."""
        return [fact for fact in self.facts if fact.is_asked]

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
    return JoinedBirths((kept, given_up), births, children, withdrawals(births))


def withdrawals(same_births: Sequence[tuple[Birth, Birth]]) -> list[tuple[Registration, Registration]]:
    """Return of two live registrations for one birth (that stays, that is withdrawn): of the entry given up first.

    The one withdrawn is not decided. Errors: Refused ``both_approved``.
    """
    found = []
    for one, other in same_births:
        live = Registration.objects.filter(state__in=LIVE_STATES).select_related("birth__family")
        mine, theirs = live.filter(birth=one).first(), live.filter(birth=other).first()
        if mine is None or theirs is None:
            continue
        undecided = [row for row in (theirs, mine) if row.state in UNDECIDED]
        if not undecided:
            numbers = {"one": mine.number, "other": theirs.number}
            raise Refused(
                "both_approved",
                _("Both %(one)s and %(other)s are approved for the same birth. End one of them first.") % numbers,
            )
        found.append((mine if undecided[0] is theirs else theirs, undecided[0]))
    return found


def refuse_babies_that_do_not_fit(births: Iterable[Birth]) -> None:
    """Raise Refused ``facts_do_not_fit`` where due date and babies of one birth cannot all be right.

    For births that were joined, as they stand now.
    """
    for birth in births:
        born = list(birth.infants.filter(joined_into__isnull=True).values_list("birth_date", flat=True))
        apart = born_apart(born)
        if apart is not None:
            raise Refused("facts_do_not_fit", born_apart_sentence(born[apart]))
        if birth.due_date is not None:
            for day in born:
                if not due_date_fits(birth.due_date, day):
                    raise Refused("facts_do_not_fit", due_date_sentence(birth.due_date, day))


def join_births(same: JoinedBirths, taken: Sequence[TakenFact]) -> None:
    """Join what is the same, in the caller's transaction.

    The row given up stays as it was entered and says which one it is the same as; everything else that points at it
    points at the one kept. A child of the same birth that the entry kept does not know comes along. ``taken``: whose
    fact stands of those that both have.
    """
    for child in same.children:
        child.given_up.joined_into = child.kept
        child.given_up.save(update_fields=["joined_into"])
    for one, other in same.births:
        other.infants.filter(joined_into__isnull=True).update(birth=one)
        for name, rows in rows_pointing_at(other):
            if rows.model is not Infant:
                rows.update(**{name: one})
        other.joined_into = one
        other.save(update_fields=["joined_into"])
    # Now that the registrations are those of the birth kept: what is recorded of a baby is of a stay of its birth.
    for child in same.children:
        point_anew(given_up=child.given_up, kept=child.kept)
    write(taken)


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
