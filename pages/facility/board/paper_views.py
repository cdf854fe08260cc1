"""The papers of the house as PDF, made when they are touched; each look is written down."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access_log import note_shown
from accounts.permissions import signed_in
from bookings.places.queries import facility_day
from bookings.stays.house_day import house_on
from facilities.queries import own_facility
from pages.facility.family_badges import show_badges

from .day_views import day_or
from .papers import evacuation_pdf, shift_pdf
from .rows import house_of


@never_cache
@require_safe
def shift(request: HttpRequest) -> HttpResponse:
    """The day on one A4 landscape: today, or another one (``day``)."""
    now, place = timezone.now(), own_facility(signed_in(request))
    today = timezone.localdate(now)
    asked = day_or(request.GET.get("day", ""), today)
    shown = facility_day(place, today) if asked == today else house_on(place, asked)
    show_badges(shown.bookings, today)
    note_shown(request, shown.bookings)
    return _pdf(shift_pdf(place, house_of(place, shown, asked, now), shown, asked, now), "shift.pdf")


@never_cache
@require_safe
def evacuation(request: HttpRequest) -> HttpResponse:
    """Who is in which room now, on one A4 landscape."""
    now, place = timezone.now(), own_facility(signed_in(request))
    today = timezone.localdate(now)
    shown = facility_day(place, today)
    show_badges(shown.bookings, today)
    note_shown(request, shown.bookings)
    return _pdf(evacuation_pdf(place, house_of(place, shown, today, now), now), "evacuation.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
