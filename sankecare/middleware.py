"""What every request passes first."""

import re
from collections.abc import Callable

from django.contrib.messages import ERROR
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from sankecare.look import sheet

from .error_handlers import API_PREFIX, refusal
from .person_key import key_of_person

WRITTEN, ANSWERED = "written", "answered"
# A tablet's queue (static/js/queue.js) sends by itself, with the sign of who is to be signed in: it asks what became
# of it, not for a page.
QUEUED = "X-Queue"
LED_TO = "X-Led-To"
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


def is_queued(request: HttpRequest) -> bool:
    """Whether a tablet's queue sends this, and nobody reads the page that comes after it."""
    return QUEUED in request.headers


def _sign_of(request: HttpRequest) -> str:
    """The sign of who is signed in; empty where nobody is."""
    person = request.user
    return key_of_person(person.pk) if person.is_authenticated and person.pk is not None else ""


class SayWritten:
    """Tell the page whether what somebody typed was written, so that it keeps it until then (static/js/keep.js).

    A form carries a number by chance, ``kept_as``. Its answer sets it in a cookie: ``written`` where the form led on
    to another page, ``answered`` where the page shows what is wrong, with everything that was typed. A session that
    has ended, a refused token, a failure: neither, and the page keeps it. ``turned_away``: set by who sends her to
    sign in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_queued(request) and request.headers[QUEUED] != _sign_of(request):
            return HttpResponse(status=401)  # touched by another than who is signed in by now
        response = self.get_response(request)
        if request.method == "POST" and not request.path.startswith(API_PREFIX):
            kept_as = request.POST.get("kept_as", "")
            name = self._outcome(request, response)
            if name and re.fullmatch(r"[0-9a-f-]{8,36}", kept_as):
                response.set_cookie(name, kept_as, max_age=60, secure=request.is_secure(), samesite="Lax")
            if is_queued(request):
                return self._for_queue(request, response)
        return response

    @staticmethod
    def _for_queue(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Tell the queue what became of its form: 204 written, 401 not signed in, 422 with what is wrong."""
        if getattr(request, "turned_away", False):
            return HttpResponse(status=401)
        if not 300 <= response.status_code < 400:
            return response
        stored = getattr(request, "_messages", None)
        said = getattr(stored, "_queued_messages", [])
        wrong = [message for message in said if message.level >= ERROR]
        if not wrong:
            answer = HttpResponse(status=204, headers={LED_TO: response.headers["Location"]})
        else:
            said[:] = [message for message in said if message not in wrong]
            sentences = format_html_join("", "<li>{}</li>", ((str(message),) for message in wrong))
            answer = HttpResponse(format_html('<div class="errors"><ul>{}</ul></div>', sentences), status=422)
        answer.cookies.update(response.cookies)
        return answer

    @staticmethod
    def _outcome(request: HttpRequest, response: HttpResponse) -> str:
        if getattr(request, "turned_away", False):
            return ""
        if 300 <= response.status_code < 400:
            said = getattr(getattr(request, "_messages", None), "_queued_messages", [])
            return "" if any(message.level >= ERROR for message in said) else WRITTEN
        return ANSWERED if response.status_code in (200, 422) else ""


class Policies:
    """What a browser may do with any answer of ours, files too: no device, and no other site may take it in.

    And what it keeps: that it has our style sheet, once it was given to it inside a page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if getattr(request, sheet.SHOWN, False):
            response.set_cookie(
                sheet.COOKIE,
                sheet.VERSION,
                max_age=sheet.KEPT_SECONDS,
                secure=request.is_secure(),
                httponly=True,
                samesite="Lax",
            )
        return response
