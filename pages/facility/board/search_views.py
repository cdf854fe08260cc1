"""検索: a facility finds its own families and bookings by kana, name, telephone or number."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, F, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import note_shown
from accounts.permissions import signed_in
from bookings.models import Booking, BookingState
from bookings.places.queries import bookings_with_days
from bookings.stays.room_queries import room_of
from care.observations import Openness
from care.record_queries import openness_of_all, still_named
from enrollment.family_search import families_found
from enrollment.search_terms import read
from facilities.models import Facility
from facilities.queries import own_facility
from pages.facility.family_badges import show_badges

ON_A_PAGE = 20
LONGEST = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """What is searched for is posted: names and telephone numbers stand in no address."""
    place = own_facility(signed_in(request))
    asked = request.POST.get("asked", "").strip()[:LONGEST]
    context: dict[str, Any] = {"asked": asked}
    if asked:
        page = Paginator(bookings_found(place, asked), ON_A_PAGE).get_page(request.POST.get("page"))
        shown, today = list(page.object_list), timezone.localdate()
        states = openness_of_all(shown, today)
        named = [booking for booking in shown if states[booking.pk] != Openness.CLOSED]
        show_badges(named, today)
        note_shown(request, named)
        rooms = room_of(named)
        context |= {"page": page, "found": [(row, rooms.get(row.pk), row in named) for row in shown]}
    return render(request, "facility/board/search.html", context)


def bookings_found(place: Facility, asked: str) -> "QuerySet[Booking]":
    """Return the facility's own bookings that what was typed finds: in house first, then the latest days.

    A stay that ended too long ago is found by its number alone, and names nobody.
    """
    typed = read(asked)
    found = Q(registration__birth__family__in=families_found(asked)) & still_named(timezone.localdate())
    if typed.number is not None and typed.sign in ("", "B"):
        found |= Q(pk=typed.number)
    own = bookings_with_days().filter(found, service__facility=place).exclude(state=BookingState.OFFERED)
    here = Case(When(state=BookingState.ARRIVED, then=0), default=1)
    return own.order_by(here, F("last_day").desc(nulls_last=True), "-pk")
