"""What a mother takes home of a stay or a visit: on her page and as PDF; the house prints it before she leaves."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from accounts.roles import Role
from bookings.models import Booking, BookingState
from bookings.places.queries import bookings_with_days
from care.charts.facts import charts_of
from care.observations import Openness
from care.planning.take_home import take_home_of
from care.planning.take_home_file import take_home_pdf
from care.record_queries import openness_of
from care.survey.answering import may_answer
from enrollment.hard_news.note import open_news

from .survey.consultation import consultations_open


@never_cache
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The summary, what became of the aims, next steps and whom to call."""
    booking = _booking(request, pk)
    if not _is_there(request, booking):
        return _not_yet(request, booking)
    taken = take_home_of(booking, timezone.now(), timezone.localdate())
    context: dict[str, Any] = {
        "booking": booking,
        "taken": taken,
        "days": booking.days_kept,
        "charts": charts_of(booking),
    }
    if signed_in(request).role == Role.MOTHER and open_news(booking.registration.birth.family) is None:
        today = timezone.localdate()
        context["asks"] = may_answer(booking, today)
        context["consultations"] = consultations_open(booking.registration, today)
    return render(request, "mother/take_home.html", context)


@never_cache
@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same on paper, in the language of the page."""
    booking, now = _booking(request, pk), timezone.now()
    if not _is_there(request, booking):
        return _not_yet(request, booking)
    taken = take_home_of(booking, now, timezone.localdate(now))
    return HttpResponse(
        take_home_pdf(booking, taken, now),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{booking.number}.pdf"'},
    )


def _booking(request: HttpRequest, pk: int) -> Booking:
    """At the facility as long as the stay can be read there; hers for ever."""
    booking: Booking = shown_or_404(request, Action.TAKE_HOME_READ, bookings_with_days().select_related("stay"), pk=pk)
    is_hers = signed_in(request).role == Role.MOTHER
    if not is_hers and openness_of(booking, timezone.localdate()) == Openness.CLOSED:
        raise Http404
    return booking


def _is_there(request: HttpRequest, booking: Booking) -> bool:
    """Whether there is something to take home: of a stay that has begun; for her, of one that is over."""
    is_hers = signed_in(request).role == Role.MOTHER
    return booking.state == BookingState.DEPARTED or (not is_hers and booking.state == BookingState.ARRIVED)


def _not_yet(request: HttpRequest, booking: Booking) -> HttpResponse:
    messages.info(request, _("What is taken home is ready once the stay is over."))
    is_hers = signed_in(request).role == Role.MOTHER
    return redirect("family:booking" if is_hers else "operator:stay", booking.pk)
