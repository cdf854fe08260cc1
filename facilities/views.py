"""Public pages of the programme and its facilities."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from .queries import facilities_on


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the programme is, in a mother's words, and the way to it."""
    return render(request, "public/home.html", {"facilities": facilities_on(timezone.localdate())})


@require_safe
def facilities(request: HttpRequest) -> HttpResponse:
    """Each facility with its address in force today, what it offers, and for whom."""
    return render(request, "public/facilities.html", {"facilities": facilities_on(timezone.localdate())})
