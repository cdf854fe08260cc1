"""コーディネーター相談 for a mother: what is held on her days, and signing up for it."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from bookings.models import Booking
from bookings.places.queries import bookings_with_days
from care.models import CoordinatorSession, SessionSignUp
from care.session_queries import sessions_for
from care.sessions import sign_up, take_back
from pages.public.availability_views import name_of
from pages.session_page import number_posted
from sankecare.errors import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_booking(request: HttpRequest, pk: int) -> HttpResponse:
    """The sessions on the days of her stay: a mother signs up here, or staff for her on the telephone."""
    booking = shown_or_404(request, Action.BOOKING_CHANGE, bookings_with_days(), pk=pk)
    places = sessions_for(booking, timezone.now())
    if request.method == "POST":
        try:
            with transaction.atomic(durable=True):
                _change_own(request, booking)
        except Refused as refused:
            messages.error(request, refused.detail)
        return redirect("family:sessions", pk)
    context = {"booking": booking, "places": places, "name": name_of(booking.service)}
    return render(request, "mother/sessions.html", context)


def _change_own(request: HttpRequest, booking: Booking) -> None:
    person, now, family = signed_in(request), timezone.now(), booking.registration.birth.family
    if number := number_posted(request, "take_back"):
        rows = SessionSignUp.objects.filter(family=family).select_related("session")
        take_back(sign_up=get_object_or_404(rows, pk=number), by=person, at=now)
        messages.success(request, _("You do not take part any more."))
    elif number := number_posted(request, "sign_up"):
        sessions = CoordinatorSession.objects.filter(facility=booking.service.facility_id)
        sign_up(session=get_object_or_404(sessions, pk=number), family=family, by=person, at=now)
        messages.success(request, _("You are signed up. Please come to the day room at the time."))
