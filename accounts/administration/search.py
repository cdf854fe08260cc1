"""What is searched for in the admin's lists does not stand in the address: a name there stays in histories and logs.

The words are sent by POST. The address that follows, and every link of the list, carries them sealed.
"""

from typing import Any

from django.contrib.admin.views.main import SEARCH_VAR, ChangeListSearchForm
from django.http import HttpRequest, HttpResponseRedirect
from unfold.views import ChangeList

from sankecare.sealing import CannotOpen, seal, unseal

# What a form carries besides: as a filter of the list it would make no sense, and the words would be lost over it.
NO_FILTER = ("csrfmiddlewaretoken", "kept_as")


def sealed_words(words: str) -> str:
    """Return the words as an address may carry them: unreadable without the sealing key."""
    return seal(words.encode()).decode()


def opened_words(carried: str) -> str:
    """Return the words that an address carries; what was not sealed by us is taken as typed."""
    try:
        return unseal(carried.encode()).decode()
    except CannotOpen:
        return carried


class SealedSearchForm(ChangeListSearchForm):
    """Reads the words from the address."""

    def clean_q(self) -> str:
        return opened_words(self.cleaned_data[SEARCH_VAR])


class SealedChangeList(ChangeList):  # type: ignore[misc]  # unfold ships no types
    """A list whose links carry the words sealed, however they came."""

    search_form_class = SealedSearchForm

    def get_queryset(self, *args: Any, **kwargs: Any) -> Any:
        if self.query:
            self.params[SEARCH_VAR] = sealed_words(self.query)
            self.filter_params[SEARCH_VAR] = [self.params[SEARCH_VAR]]
        return super().get_queryset(*args, **kwargs)


def searched(request: HttpRequest) -> HttpResponseRedirect | None:
    """Return the way to the list of what was searched for; None where the request is no search."""
    if request.method != "POST" or SEARCH_VAR not in request.POST:
        return None
    asked = request.POST.copy()
    for of_the_page in NO_FILTER:
        asked.pop(of_the_page, None)
    words = str(asked.pop(SEARCH_VAR)[-1]).strip()
    if words:
        asked[SEARCH_VAR] = sealed_words(words)
    return HttpResponseRedirect(f"{request.path}?{asked.urlencode()}" if asked else request.path)
