"""Into her own calendar: one booking as a file, or all of them under a secret address that she can take back."""

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import signed_in
from bookings.models import CalendarFeed, PlaceInCalendar
from bookings.places.calendar_events import as_file, note_handed_out, shows_place
from bookings.places.calendar_feed import choose_place_in_calendar, end_feed, make_feed
from bookings.places.calendar_file import media_type, method_of
from bookings.places.queries import bookings_with_days
from sankecare.errors import Refused
from sankecare.mails import link_to


@never_cache
@require_safe
def of_booking(request: HttpRequest, pk: int) -> HttpResponse:
    """The days of a booking as a calendar file, the same events as in its mails; cancelled ones are struck out."""
    booking = shown_or_404(request, Action.BOOKING_CHANGE, bookings_with_days(), pk=pk)
    shown = shows_place(booking.registration.birth.family)
    written, events = as_file([booking], with_place=shown, at=timezone.now(), reader=signed_in(request))
    note_handed_out(booking, events)
    return HttpResponse(
        written,
        content_type=f"{media_type(method_of(events))}; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="booking.ics"'},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: HttpRequest) -> HttpResponse:
    """Make, renew or take back the address under which her calendar reads her days; the address is shown once."""
    person, address = cast(User, request.user), ""
    if request.method == "POST":
        try:
            with transaction.atomic(durable=True):
                if place := request.POST.get("place"):
                    choose_place_in_calendar(account=person, is_shown=place == "yes", at=timezone.now())
                elif "end" in request.POST:
                    end_feed(account=person)
                else:
                    address = link_to(reverse("public:calendar", args=[make_feed(account=person, at=timezone.now())]))
        except Refused as refused:
            messages.error(request, refused.detail)
            return redirect("family:calendar-feed")
        if place:
            messages.success(request, _("It is changed. Calendars take it over the next time they look."))
            return redirect("family:calendar-feed")
        if not address:
            messages.success(request, _("The calendar address is ended. Calendars that have it get nothing any more."))
            return redirect("family:calendar-feed")
    context = {
        "address": address,
        "subscribe": address.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1),
        "place_shown": PlaceInCalendar.objects.filter(account=person).exists(),
        "feed": CalendarFeed.objects.filter(account=person).first(),
    }
    return render(request, "mother/calendar_feed.html", context)
