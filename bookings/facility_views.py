"""The facility's day: who arrives, who is in house, who leaves; a touch records it."""

from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.looks import note_shown, shown_or_404
from accounts.permissions import signed_in
from enrollment.models import Infant
from facilities.models import Facility, PlacePool, ServiceKind
from sankecare.errors import Refused

from .models import Booking, BookingState
from .queries import bookings_with_days, facility_day, places_on
from .stays import record_absence, record_arrival

KINDS_IN_HOUSE = (ServiceKind.SHORT_STAY, ServiceKind.DAY_CARE)


class AbsenceForm(forms.Form):
    """Why a family did not come, as far as it is known."""

    reason = forms.CharField(
        label=gettext_lazy("What is known of the reason"),
        help_text=gettext_lazy("For example: called in the morning, baby has a fever. Leave it empty if nothing."),
        max_length=200,
        required=False,
    )


@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """Today at the person's own facility."""
    today = timezone.localdate()
    place = _own_facility(request)
    shown = facility_day(place, today)
    note_shown(request, shown.bookings)
    context = {
        "today": today,
        "facility": place,
        "day": shown,
        "places": _places(place, today),
    }
    return render(request, "operator/day.html", context)


@require_safe
def stay(request: HttpRequest, pk: int) -> HttpResponse:
    """One booking at the facility: the family, its days, and what was recorded."""
    booking = _booking(request, pk)
    today = timezone.localdate()
    held = [row.day for row in booking.days.all() if row.status != "released"]
    context = {
        "booking": booking,
        "today": today,
        "family": booking.registration.birth.family,
        "infants": booking.registration.birth.infants.all(),
        "days": held,
        "may_arrive": booking.state == BookingState.BOOKED and today in held,
        "may_be_absent": booking.state == BookingState.BOOKED and bool(held) and held[0] <= today,
        "may_leave": booking.state == BookingState.ARRIVED,
        "was_here": booking.state in (BookingState.ARRIVED, BookingState.DEPARTED),
    }
    return render(request, "operator/stay.html", context)


@require_POST
def arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the arrival; a second touch says that it is recorded."""
    booking = _booking(request, pk)
    try:
        record_arrival(booking=booking, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.detail)
    else:
        messages.success(request, _("The arrival of %(number)s is recorded.") % {"number": booking.number})
    return redirect("operator:day")


@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the family did not come; asked once more, since every day of the booking is given up."""
    booking = _booking(request, pk)
    form = AbsenceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            record_absence(
                booking=booking, by=signed_in(request), at=timezone.now(), reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_error(None, refused.detail)
        else:
            messages.success(request, _("%(number)s: recorded as not come.") % {"number": booking.number})
            return redirect("operator:day")
    return render(request, "operator/absence.html", {"booking": booking, "form": form})


def _own_facility(request: HttpRequest) -> Facility:
    place = signed_in(request).facility
    if place is None:
        raise Http404
    return place


def _booking(request: HttpRequest, pk: int) -> Booking:
    bookings = bookings_with_days().prefetch_related(
        Prefetch("registration__birth__infants", Infant.objects.order_by("birth_date", "pk"))
    )
    return shown_or_404(request, "stay.record", bookings, pk=pk)


def _places(place: Facility, today: date) -> list[tuple[str, int, int]]:
    """Free and all slots of today and tomorrow, for each pool of stays."""
    pools = PlacePool.objects.filter(facility=place, services__kind__in=KINDS_IN_HOUSE).distinct()
    return [
        (date_format(row.day, "MONTH_DAY_FORMAT"), row.free, row.slots)
        for pool in pools
        for row in places_on(pool.pk, [today, today + timedelta(days=1)])
    ]
