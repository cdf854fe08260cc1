"""The facility's day: who arrives, who is in house, who leaves; a touch records it."""

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from bookings.models import Booking, BookingDay, BookingState, DayStatus
from bookings.places.locking import lock_booking
from bookings.places.queries import (
    CHANGEABLE,
    VISITS,
    booked_together,
    bookings_with_days,
)
from bookings.places.refusals import guarded_transaction
from bookings.stays.stays import record_absence, record_arrival
from bookings.stays.step_queries import told_of
from bookings.stays.words import said
from care.appointments import agree_time
from care.assessing.assessments import scales_on
from care.charts.facts import charts_of
from care.models import Incident, QuestionnaireCode
from care.observations import Openness
from care.photos.keep import photo_policy
from care.planning.plan_queries import plan_of
from care.record_queries import openness_of, records_of
from care.visit_queries import ADDRESS_SHOWN_BEFORE, day_to_visit, visits_of
from enrollment.addresses import address_to_visit
from enrollment.confidential import is_protected
from enrollment.models import Infant
from pages.once_form import form_page, posted, say_changed_meanwhile
from sankecare.consecutive_days import consecutive_days
from sankecare.edits.forms import EditForm, Standing
from sankecare.errors import Refused
from sankecare.forms import DayField, MomentField, OperationForm, moment_said, this_minute

from .closing import openness_or_404
from .family_badges import show_badges
from .family_history import earlier_stays, stated_to
from .visiting.meeting_views import show_meetings


class AbsenceForm(OperationForm):
    """When it was clear that a family does not come, and why, as far as it is known."""

    happened_at = MomentField(
        label=gettext_lazy("When this was clear"),
        help_text=gettext_lazy("Past midnight, enter the evening before, as it was: this day is told."),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("What is known of the reason"),
        help_text=gettext_lazy("For example: called in the morning, baby has a fever. Leave it empty if nothing."),
        max_length=200,
        required=False,
    )

    @property
    def values(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"], "happened_at": moment_said(self, "happened_at")}


class TimeForm(EditForm):
    """When a visit or an online consultation begins."""

    day = DayField(widget=forms.HiddenInput)
    starts_at = forms.TimeField(
        label=gettext_lazy("Time agreed"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


@require_safe
def stay(request: HttpRequest, pk: int) -> HttpResponse:
    """One booking at the facility: the family, its days, and what was recorded.

    One that ended too long ago says its number and days alone.
    """
    booking = _booking(request, pk)
    openness = openness_of(booking, timezone.localdate())
    if openness == Openness.CLOSED:
        closed = {"booking": booking, "told": told_of(booking, timezone.now())}
        return render(request, "facility/stay_closed.html", closed)
    today = timezone.localdate()
    show_badges([booking], today)
    held = booking.days_kept
    show_meetings(booking.days.all())
    context = {
        "booking": booking,
        "today": today,
        "family": booking.registration.birth.family,
        "infants": booking.registration.birth.infants.all(),
        "stated": stated_to(signed_in(request), booking),
        "earlier": earlier_stays(booking),
        "days": held,
        "told": told_of(booking, timezone.now()),
        "may_write": openness == Openness.OPEN,
        "options": booking.options.all(),
        "records": records_of(booking, today),
        "plan": plan_of(booking, today),
        "questionnaires": [(code, QuestionnaireCode(code).label) for code in scales_on(today)],
        "charts": charts_of(booking),
        "photos_on": photo_policy(today) is not None,
        "incidents": Incident.objects.filter(stay__booking=booking),
        "is_visit": booking.service.kind in VISITS,
        "visits": visits_of(booking) if booking.service.kind in VISITS else [],
        "appointments": _appointments(booking, today),
        "day_to_visit": day_to_visit(booking, today),
        "may_arrive": booking.state == BookingState.BOOKED and bool(held) and held[0] <= today,
        "may_be_absent": booking.state == BookingState.BOOKED and bool(held) and held[0] <= today,
        "may_leave": booking.state == BookingState.ARRIVED,
        "may_change": booking.state in CHANGEABLE and booking.service.kind not in VISITS and bool(held),
        "together": booked_together(booking),
        "may_be_referred": booking.state in (BookingState.ARRIVED, BookingState.DEPARTED, BookingState.NO_SHOW),
    }
    return render(request, "facility/stay.html", context)


@never_cache
@require_safe
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the family of a visit lives, from a week before until the day is over; each look is written down."""
    booking = shown_or_404(request, Action.VISIT_ADDRESS, bookings_with_days(), pk=pk)
    openness_or_404(booking)
    show_badges([booking], timezone.localdate())
    family, day = booking.registration.birth.family, day_to_visit(booking, timezone.localdate())
    context = {
        "booking": booking,
        "family": family,
        "day": day,
        "days_before": ADDRESS_SHOWN_BEFORE.days,
        "is_protected": is_protected(family),
        "address": address_to_visit(family, day) if day else None,
    }
    return render(request, "facility/address.html", context)


@require_POST
def arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the arrival; a second touch says that it is recorded. After a missed day it is asked when it came."""
    booking = _booking(request, pk)
    if booking.state == BookingState.BOOKED and any(day < timezone.localdate() for day in booking.days_kept):
        return redirect("operator:check-in", pk)
    try:
        with transaction.atomic(durable=True):
            record_arrival(booking=booking, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.detail)
    else:
        messages.success(request, said("arrival_done", booking))
    return redirect("operator:day")


@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the family did not come; asked once more, since the days of the stay are given up."""
    booking = _booking(request, pk)
    openness_or_404(booking)
    show_badges([booking], timezone.localdate())
    runs = consecutive_days(booking.days_kept)
    return form_page(
        request,
        AbsenceForm(posted(request), initial={"happened_at": this_minute()}),
        partial(record_absence, booking=booking),
        template="facility/absence.html",
        context={
            "booking": booking,
            "is_visit": booking.service.kind in VISITS,
            "days": runs[0] if runs else [],
            "stays": [day for run in runs[1:] for day in run],
        },
        back=reverse("operator:day"),
        done=said("absence_done", booking),
    )


@require_POST
def appointment_time(request: HttpRequest, pk: int) -> HttpResponse:
    """The time agreed with a family for a visit or an online consultation."""
    booking = _booking(request, pk)
    form = TimeForm(request.POST)
    if form.is_valid():
        try:
            with guarded_transaction():
                say_changed_meanwhile(request, form, _time_agreed(booking, form.cleaned_data["day"]))
                agree_time(booking=booking, by=signed_in(request), at=timezone.now(), **form.values)
        except Refused as refused:
            messages.error(request, " ".join([refused.detail, *refused.fields.values()]))
        else:
            messages.success(request, _("The time is entered; the family sees it on her page."))
    else:
        messages.error(request, _("Please enter a time such as 10:30."))
    return redirect("operator:stay", pk)


def _time_agreed(booking: Booking, day: date) -> Standing:
    """The time as it is agreed by now, under the booking's lock."""
    row = lock_booking(booking).days.kept().filter(day=day).first()
    return Standing({"starts_at": row.starts_at} if row else {})


def _appointments(booking: Booking, today: date) -> list[tuple[BookingDay, TimeForm]]:
    """Of a visit that is still to come: each day with the form for its time."""
    if booking.service.kind not in VISITS or booking.state != BookingState.BOOKED:
        return []
    return [
        (row, TimeForm(initial={"day": row.day, "starts_at": row.starts_at}, auto_id=f"id_%s_{row.day}"))
        for row in booking.days.all()
        if row.status == DayStatus.HELD and row.day >= today
    ]


def _booking(request: HttpRequest, pk: int) -> Booking:
    bookings = bookings_with_days().prefetch_related(
        Prefetch("registration__birth__infants", Infant.objects.order_by("birth_date", "pk"))
    )
    return shown_or_404(request, Action.STAY_RECORD, bookings, pk=pk)
