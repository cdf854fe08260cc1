"""What the pages of coordinator sessions share: a number that was posted, and sign-ups with their family."""

from typing import Any

from django.http import Http404, HttpRequest

from bookings.models import Booking


def with_family() -> Any:
    return Booking.objects.select_related("registration__birth__family")


def number_posted(request: HttpRequest, name: str) -> int | None:
    """Read an id from a button; None where it is not asked for. What is no number is no object: 404."""
    given = request.POST.get(name, "")
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > 15:
        raise Http404
    return int(given)
