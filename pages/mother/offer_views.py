"""A place that is held for her: what of her wish it is, what it costs, until when; taken, declined, thought over."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from bookings.models import Booking, BookingState, DrawEntry
from bookings.places.offers import accept_offer, decline_offer, take_no_back
from bookings.places.queries import bookings_with_days
from bookings.places.refusals import guarded_transaction
from pages.booking_calendar import price_of_booking, sibling_in_words
from pages.booking_forms import babies_in_words
from pages.public.availability_views import name_of
from sankecare.errors import Refused
from sankecare.moments import clock_time, moment_in_words
from sankecare.periods import days_in_words

from .draw_words import how_it_ended, what_of_the_wish


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """A place that is held for her: take it, leave it, and take a no back while it is still held."""
    booking = shown_or_404(request, Action.BOOKING_CHANGE, bookings_with_days(), pk=pk)
    now = timezone.now()
    if request.method == "POST":
        return _answered(request, booking, now)
    is_held = booking.state == BookingState.OFFERED
    thinks_again = is_held and booking.given_on_at is not None and booking.given_on_at > now
    context = {
        "booking": booking,
        "is_open": is_held and booking.given_on_at is None,
        "is_declined": thinks_again,
        "undo_until": booking.given_on_at and clock_time(booking.given_on_at),
        "facts": _facts(booking),
        "ended": how_it_ended(booking),
        **(price_of_booking(booking) if is_held else {}),
    }
    return render(request, "mother/offer.html", context)


def _answered(request: HttpRequest, booking: Booking, now: datetime) -> HttpResponse:
    person = signed_in(request)
    try:
        if "accept" in request.POST:
            with guarded_transaction():
                accept_offer(booking=booking, by=person, at=now)
            messages.success(request, _("It is yours: %(number)s is booked.") % {"number": booking.number})
            return redirect("accounts:landing")
        if "decline" in request.POST:
            with guarded_transaction():
                declined = decline_offer(booking=booking, by=person, at=now)
            if declined.given_on_at is None:
                messages.success(request, _("The place goes to another family. Thank you for telling us."))
                return redirect("accounts:landing")
        elif "undo" in request.POST:
            with guarded_transaction():
                take_no_back(booking=booking, by=person, at=now)
            messages.success(request, _("The place is held for you again."))
    except Refused as refused:
        messages.error(request, refused.detail)
    return redirect("family:offer", booking.pk)


def _facts(booking: Booking) -> list[tuple[str, object]]:
    days = booking.days_kept
    facts: list[tuple[str, object]] = [(_("Service"), name_of(booking.service))]
    if days:
        facts.append((_("Days"), days_in_words(days, weekdays=True)))
    if entry := DrawEntry.objects.filter(Q(booking=booking) | Q(turn__booking=booking)).first():
        facts.append((_("Of your wishes"), what_of_the_wish(entry, booking.service.slug, days)))
    if booking.state == BookingState.OFFERED:
        along = [row.day for row in booking.days.all() if row.is_kept and row.with_sibling]
        facts.append((_("Who comes"), _who(booking, sibling_in_words(booking.sibling, along, days) if along else "")))
        assert booking.offered_until is not None
        facts.append((_("Please answer by"), moment_in_words(booking.offered_until)))
    return facts


def _who(booking: Booking, sibling: str) -> str:
    """Say who comes: mother, babies, and the sibling where there is a room for it."""
    people: list[Any] = [_("you"), babies_in_words(booking.infant_count), sibling]
    return _(", ").join(filter(None, people))
