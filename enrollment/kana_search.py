"""The admin's search for a family: kana in whatever script, telephone numbers however they are typed."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from enrollment.kana import folded_kana, folded_phone

FEWEST_DIGITS = 4


class FindsFolded:
    """For a ``ModelAdmin`` that searches a folded column. What is typed is searched as it is, too: names are."""

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        """Find what the term finds as typed, as folded kana, or as a telephone number."""
        terms = {search_term, folded_kana(search_term)}
        if len(number := folded_phone(search_term)) >= FEWEST_DIGITS:
            terms.add(number)
        search = super().get_search_results  # type: ignore[misc]  # the admin's, which stands behind it
        found, duplicates = search(request, queryset, search_term)
        for term in sorted(terms - {search_term}):
            also, more = search(request, queryset, term)
            found, duplicates = found | also, duplicates or more
        return found, duplicates
