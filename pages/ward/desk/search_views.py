"""The search from every page. What is typed is posted; the address that follows carries it sealed."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access_log import note_shown
from accounts.administration.search import opened_words, sealed_words
from accounts.permissions import signed_in

from .found import found_everywhere

LONGEST = 100


@sensitive_post_parameters("words")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Find by name, kana, telephone, e-mail, day or number; which families are shown is written down."""
    page = reverse("desk:search")
    if request.method == "POST":
        words = request.POST.get("words", "").strip()[:LONGEST]
        return redirect(f"{page}?{urlencode({'q': sealed_words(words)})}" if words else page)
    words = opened_words(request.GET["q"])[:LONGEST] if "q" in request.GET else ""
    found = found_everywhere(words, signed_in(request)) if words else []
    note_shown(request, [row for kind in found for row in kind.objects])
    return render(request, "ward/desk/search.html", {"words": words, "found": found})
