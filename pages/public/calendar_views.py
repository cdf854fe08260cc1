"""A family's days under their secret address, for its calendar program. Who has the secret needs no sign-in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.places.calendar_feed import read_feed
from bookings.places.calendar_file import Method, media_type


@never_cache
@require_safe
def calendar(_request: HttpRequest, secret: str) -> HttpResponse:
    """The events, without a name; 404 for a secret that was taken back or never was."""
    written = read_feed(secret, at=timezone.now())
    if written is None:
        raise Http404
    return HttpResponse(
        written,
        content_type=f"{media_type(Method.PUBLISH)}; charset=utf-8",
        headers={"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"},
    )
