"""The admin's search for a family: kana in whatever script, telephone numbers however they are typed."""

from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from .kana import folded_kana, folded_phone

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as Base
else:
    Base = object

FEWEST_DIGITS = 4


class FindsFolded(Base):  # type: ignore[type-arg]  # not subscriptable at run time
    """For a ``ModelAdmin`` that searches a folded column. What is typed is searched as it is, too: names are."""

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Model]", bool]:
        """Find what the term finds as typed, as folded kana, or as a telephone number."""
        terms = {search_term, folded_kana(search_term)}
        if len(number := folded_phone(search_term)) >= FEWEST_DIGITS:
            terms.add(number)
        found, duplicates = super().get_search_results(request, queryset, search_term)
        for term in sorted(terms - {search_term}):
            also, more = super().get_search_results(request, queryset, term)
            found, duplicates = found | also, duplicates or more
        return found, duplicates
