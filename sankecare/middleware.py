"""What every request passes first."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext as _

from .error_handlers import API_PREFIX, refusal

# What our pages never use, they may not ask for; a passkey is the one thing that they do.
PERMISSIONS = ", ".join(
    [
        *(
            f"{name}=()"
            for name in (
                *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"),
                *("geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb", "serial", "hid"),
                *("idle-detection", "screen-wake-lock", "xr-spatial-tracking", "browsing-topics"),
            )
        ),
        *(f"publickey-credentials-{name}=(self)" for name in ("get", "create")),
    ]
)
NUL_MARKS = ("\x00", "%00")


class RefuseNulBytes:
    """PostgreSQL stores no NUL: refuse it at the door, once, instead of failing wherever the text is saved.

    Bodies are looked at where they are parsed (``sankecare.forms``, the API's fields): DRF and Django's
    CharField refuse NUL themselves. The address and the query string pass through neither.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.get_full_path() + request.META.get("HTTP_COOKIE", "")
        if any(mark in address for mark in NUL_MARKS):
            words = _("The address holds a character that cannot be used.")
            if request.path.startswith(API_PREFIX):
                return refusal("invalid", words, 400)
            return HttpResponseBadRequest(words, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class Policies:
    """What a browser may do with any answer of ours, files too: no device, and no other site may take it in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
