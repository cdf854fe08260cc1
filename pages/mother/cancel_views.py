"""A place given back: asked once more, then cancelled."""

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.models import User
from bookings.models import BookingState
from bookings.places.cancel import cancel_booking
from bookings.places.queries import bookings_with_days
from pages.public.availability_views import name_of
from sankecare.errors import Refused

from .after_booking import after_booking


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then give the place back."""
    booking = shown_or_404(request, Action.BOOKING_CANCEL, bookings_with_days(), pk=pk)
    if booking.state == BookingState.OFFERED:  # declined there, with time to take it back
        return redirect("family:offer", pk)
    if request.method == "POST":
        try:
            with transaction.atomic(durable=True):
                cancel_booking(booking=booking, by=cast(User, request.user), at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.detail)
        else:
            messages.success(request, _("%(number)s is cancelled.") % {"number": booking.number})
        return after_booking(request, booking)
    days = booking.days_kept
    context = {
        "booking": booking,
        "name": name_of(booking.service),
        "is_today": bool(days) and days[0] == timezone.localdate(),
    }
    return render(request, "mother/cancel.html", context)
