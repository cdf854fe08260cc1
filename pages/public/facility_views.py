"""The public page of the facilities."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from facilities.queries import facilities_on


@require_safe
def facilities(request: HttpRequest) -> HttpResponse:
    """Each facility with its address in force today, what it offers, and for whom."""
    return render(request, "public/facilities.html", {"facilities": facilities_on(timezone.localdate())})
