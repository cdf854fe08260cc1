"""Where one goes once it is done: the mother to her own pages, a helper to what a helper sees, staff to the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.permissions import may_open, signed_in
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
    return desk_or(request, family, "family:booking", booking.pk)


def desk_or(request: HttpRequest, family: Family, view: str, *args: int) -> HttpResponse:
    """Go to the family's page at the ward's desk, or, who has none, to the view."""
    if may_open(signed_in(request), "ward_family"):
        return redirect("ward_family", family.pk)
    return redirect(view, *args)
