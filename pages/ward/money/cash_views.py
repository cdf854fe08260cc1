"""The cash sheets of the facilities, for the ward to read and print."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import signed_in
from facilities.models import Facility
from pages.facility.cash.sheet import day_asked, sheet_of


@never_cache
@require_safe
def cash(request: HttpRequest) -> HttpResponse:
    """One facility's day. No family stands on it."""
    places = list(Facility.objects.order_by("position"))
    asked = request.GET.get("facility", "")
    place = next((row for row in places if row.slug == asked), None if asked else next(iter(places), None))
    if place is None:
        raise Http404
    day = day_asked(request.GET.get("day", ""), timezone.localdate())
    context = sheet_of(signed_in(request), place, day)
    return render(request, "facility/cash.html", {**context, "facilities": places, "here": reverse("money:cash")})
