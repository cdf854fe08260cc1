"""Where one goes once a place is booked or given back: the mother to her booking, a helper to what a helper sees."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.permissions import signed_in
from accounts.roles import Role
from bookings.models import Booking
from enrollment.models import Family


def is_helper(request: HttpRequest, family: Family) -> bool:
    """Tell whether somebody acts for the family whom the mother invited: neither she herself nor the ward."""
    person = signed_in(request)
    return person.role == Role.MOTHER and family.account_id != person.pk


def after_booking(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Go where the person may look at it."""
    family = booking.registration.birth.family
    if is_helper(request, family):
        return redirect("family:helping", family.pk)
    return redirect("family:booking", booking.pk)
