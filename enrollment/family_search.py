"""検索: one search for all lists of families and of what is theirs.

Found are kana in whatever script, kanji in old and variant forms (髙/高, 﨑/崎, 𠮷/吉, 邉/辺), with or without space,
numbers as printed, telephone numbers, e-mail addresses, and days in both calendars. Names themselves stay as typed.
"""

from collections.abc import Sequence
from functools import reduce
from operator import and_
from typing import Any, ClassVar

from django.db.models import Q, QuerySet, Value
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.access_log import FAMILY_OF

from .models import Family
from .search_fold import SearchFold
from .search_terms import OF_A_LETTER, Typed, read

# By the letter of a printed number: where from a family it is found. Apps above add theirs in ``ready()``.
NUMBERS: dict[str, list[str]] = {
    "": ["pk"],
    "R": ["births__registrations"],
    OF_A_LETTER: ["births__registrations__letters__serial"],
}
# Days that a family is asked for by.
DAYS = ("mother_birth_date", "births__infants__birth_date", "births__due_date", "siblings__birth_date")


def know_number(sign: str, way: str) -> None:
    """Have families found by a number of another kind: its letter, and the way to it from a family."""
    ways = NUMBERS.setdefault(sign, [])
    if way not in ways:
        ways.append(way)


def families_found(typed: str) -> "QuerySet[Family]":
    """Return the families that what was typed finds; all where nothing was typed. For ``…__in`` as well."""
    if not typed.strip():
        return Family.objects.all()
    return Family.objects.filter(pk__in=Family.objects.filter(family_condition(read(typed))).order_by().values("pk"))


def family_condition(typed: Typed) -> Q:
    """Return what a family must be: named by every word, or of the number, the telephone number or the day."""
    found = named(typed.words)
    if typed.phone:
        found |= Q(phone__contains=typed.phone)
    if typed.address:
        # Hers is that of her sign-in; a family without one has its own.
        found |= Q(email__iexact=typed.address) | Q(account__email__iexact=typed.address)
    if typed.number is not None:
        for way in NUMBERS.get(typed.sign, []):
            found |= Q(**{way: typed.number})
    if typed.day is not None:
        for day in DAYS:
            found |= Q(**{day: typed.day})
    return found


def named(words: Sequence[str]) -> Q:
    """Return the condition that every word is in name or kana, both folded; nobody where there is no word."""
    said = [word for word in words if any(mark.isalnum() for mark in word)]
    if not said:
        return Q(pk__in=())
    return reduce(and_, (Q(search_key__contains=SearchFold(Value(word))) for word in said))


class FindsFamilies:
    """For a ``ModelAdmin`` whose rows are of a family: the one search.

    The way to the family stands in ``FAMILY_OF`` (accounts/access_log.py). ``sign``: the letter of its own numbers.
    ``own_number``: the field that holds the number. ``own_words``: fields that hold what is typed whole.
    ``days``: its own days; ``moments``: its own moments.
    """

    sign = ""
    own_number = "pk"
    own_words: ClassVar[tuple[str, ...]] = ()
    days: ClassVar[tuple[str, ...]] = ()
    moments: ClassVar[tuple[str, ...]] = ()
    search_fields = ("=pk",)  # that there is a search; what it finds is said below
    search_help_text = gettext_lazy("Name, kana, number, telephone, e-mail or day (2026-11-10, R8.11.10)")

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        """Narrow the list to what the term finds; without joins, so that nothing stands in it twice."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(self._found(read(search_term), search_term)), False

    def _found(self, typed: Typed, search_term: str) -> Q:
        model: Any = self.model  # type: ignore[attr-defined]  # the admin's
        found = Q(**{f"{FAMILY_OF[model._meta.label]}__in": families_found(search_term)})
        if typed.number is not None and typed.sign in ("", self.sign):
            found |= Q(**{self.own_number: typed.number})
        for field in self.own_words:
            found |= Q(**{f"{field}__iexact": search_term.strip()})
        if typed.day is not None:
            for day in (*self.days, *(f"{moment}__date" for moment in self.moments)):
                found |= Q(pk__in=model._default_manager.filter(**{day: typed.day}).order_by().values("pk"))
        return found
