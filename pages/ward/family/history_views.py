"""変更の履歴: every change of a family's rows as a sentence, with what stood before and after."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from enrollment.models import Family
from pages.page_words import address_in_words
from reports.audit import changes_of_family, people_of
from reports.people_words import told_apart
from reports.sentences import sentence

ON_A_PAGE = 50


@never_cache
@require_safe
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Every change, newest first. One query a kind of row."""
    found = shown_or_404(request, Action.FAMILY_FILE, Family.objects.all(), pk=pk)
    page = Paginator(changes_of_family(found), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    names = told_apart(people_of(shown).values())
    rows = [
        {
            "at": change.at,
            "words": sentence(change, names.get(change.by or 0, "")),
            "where": address_in_words(change.page),
            "fields": change.fields,
        }
        for change in shown
    ]
    return render(request, "ward/family/changes.html", {"family": found, "page": page, "rows": rows})
