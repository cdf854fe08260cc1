"""The guide of each role; every page of the staff leads to what is said of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.permissions import signed_in

from .sections import GUIDE_OF_ROLE, GUIDES, guide


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """To the guide of the person's role."""
    return redirect("guide:of", GUIDE_OF_ROLE[signed_in(request).role])


@require_safe
def of(request: HttpRequest, slug: str) -> HttpResponse:
    """One guide, all its sections, and the way to the others."""
    if slug not in GUIDES:
        raise Http404
    return render(request, "guide/guide.html", {"guide": guide(slug), "guides": [guide(one) for one in GUIDES]})
