"""The facility's day: who arrives, who is in house, who leaves; a touch records it."""

import hashlib
import secrets
from datetime import date, timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Max, Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from bookings.models import Booking, BookingDay, BookingState, DayStatus
from bookings.places.locking import lock_booking
from bookings.places.queries import (
    CHANGEABLE,
    VISITS,
    FacilityDay,
    booked_together,
    bookings_with_days,
    coming_bookings,
    due_visit,
    facility_day,
    food_noted,
    meals_on,
    places_on,
)
from bookings.places.refusals import guarded_transaction
from bookings.stays.stays import record_absence, record_arrival
from bookings.stays.step_queries import steps_to_undo, told_of
from care.appointments import agree_time
from care.models import HandoverNote, Incident, SleepCheck
from care.observations import Openness
from care.record_queries import days_without_record, handover_of, openness_of, proposals_of, records_of
from care.visit_queries import ADDRESS_SHOWN_BEFORE, day_to_visit, visits_of
from enrollment.addresses import address_to_visit
from enrollment.confidential import is_protected
from enrollment.models import Infant
from facilities.models import Facility, PlacePool, ServiceKind
from facilities.queries import own_facility
from pages.once_form import form_page, posted, say_changed_meanwhile
from sankecare.consecutive_days import consecutive_days
from sankecare.edits.forms import EditForm, Standing
from sankecare.errors import Refused
from sankecare.forms import DayField, OperationForm

from .closing import openness_or_404
from .sleep_forms import Sleeper
from .sleep_views import round_form, sleepers_of

DAYS_SHOWN_AHEAD = 42
KINDS_IN_HOUSE = (ServiceKind.SHORT_STAY, ServiceKind.DAY_CARE)


class AbsenceForm(OperationForm):
    """Why a family did not come, as far as it is known."""

    reason = forms.CharField(
        label=gettext_lazy("What is known of the reason"),
        help_text=gettext_lazy("For example: called in the morning, baby has a fever. Leave it empty if nothing."),
        max_length=200,
        required=False,
    )


class TimeForm(EditForm):
    """When a visit or an online consultation begins."""

    day = DayField(widget=forms.HiddenInput)
    starts_at = forms.TimeField(
        label=gettext_lazy("Time agreed"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


@never_cache
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """Today at the person's own facility."""
    today = timezone.localdate()
    place = own_facility(signed_in(request))
    shown = facility_day(place, today)
    handover = handover_of(place, timezone.now())
    proposals = proposals_of(place)
    note_shown(request, [*shown.bookings, *(note.stay for note in handover if note.stay), *proposals])
    places, sleepers = _places(place, today), sleepers_of(shown, today)
    person = signed_in(request)
    context = {
        "pulse": _pulse(shown, place, places, sleepers),
        "today": today,
        "facility": place,
        "day": shown,
        "places": places,
        "meals": meals_on(shown, today),
        "sleepers": sleepers,
        "round": round_form(None, sleepers, place, person) if sleepers else None,
        "key": secrets.token_urlsafe(24),
        "steps": steps_to_undo(place, timezone.now()),
        "handover": handover,
        "proposals": proposals,
        "missing": set(days_without_record(shown.bookings, today)),
        "visit_kinds": VISITS,
        "visits": [(booking, *_visit_of(booking, today), day_to_visit(booking, today)) for booking in shown.visits],
    }
    return render(request, "facility/day.html", context)


@require_safe
def pulse(request: HttpRequest) -> HttpResponse:
    """A sign that changes with the board, and nothing of any family: asked every minute, so that it renews itself."""
    place, today = own_facility(signed_in(request)), timezone.localdate()
    shown = facility_day(place, today)
    return JsonResponse({"pulse": _pulse(shown, place, _places(place, today), sleepers_of(shown, today))})


@require_safe
def coming(request: HttpRequest) -> HttpResponse:
    """What is booked for the coming weeks, from the moment that it is booked."""
    today = timezone.localdate()
    shown = list(coming_bookings(own_facility(signed_in(request)), today, today + timedelta(days=DAYS_SHOWN_AHEAD)))
    note_shown(request, shown)
    return render(request, "facility/coming.html", {"bookings": shown, "days_ahead": DAYS_SHOWN_AHEAD})


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
    held = booking.days_kept
    context = {
        "booking": booking,
        "today": today,
        "family": booking.registration.birth.family,
        "infants": booking.registration.birth.infants.all(),
        "days": held,
        "told": told_of(booking, timezone.now()),
        "may_write": openness == Openness.OPEN,
        "options": booking.options.all(),
        "records": records_of(booking, today),
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
        messages.success(request, _("The arrival of %(number)s is recorded.") % {"number": booking.number})
    return redirect("operator:day")


@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the family did not come; asked once more, since the days of the stay are given up."""
    booking = _booking(request, pk)
    openness_or_404(booking)
    runs = consecutive_days(booking.days_kept)
    return form_page(
        request,
        AbsenceForm(posted(request)),
        partial(record_absence, booking=booking),
        template="facility/absence.html",
        context={
            "booking": booking,
            "is_visit": booking.service.kind in VISITS,
            "days": runs[0] if runs else [],
            "stays": [day for run in runs[1:] for day in run],
        },
        back=reverse("operator:day"),
        done=_("%(number)s: recorded as not come.") % {"number": booking.number},
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


def _visit_of(booking: Booking, today: date) -> tuple[BookingDay | None, bool]:
    """The visit that the board shows, and whether it is still to be recorded; a departed one is over either way."""
    due = due_visit(booking, today)
    counting = [row for row in booking.days.all() if row.is_kept and row.day <= today]
    return due or (counting[-1] if counting else None), due is not None


def _appointments(booking: Booking, today: date) -> list[tuple[date, TimeForm]]:
    """Of a visit that is still to come: each day with the form for its time."""
    if booking.service.kind not in VISITS or booking.state != BookingState.BOOKED:
        return []
    return [
        (row.day, TimeForm(initial={"day": row.day, "starts_at": row.starts_at}, auto_id=f"id_%s_{row.day}"))
        for row in booking.days.all()
        if row.status == DayStatus.HELD and row.day >= today
    ]


def _booking(request: HttpRequest, pk: int) -> Booking:
    bookings = bookings_with_days().prefetch_related(
        Prefetch("registration__birth__infants", Infant.objects.order_by("birth_date", "pk"))
    )
    return shown_or_404(request, Action.STAY_RECORD, bookings, pk=pk)


def _pulse(shown: FacilityDay, place: Facility, places: list[Any], sleepers: list[Sleeper]) -> str:
    """A digest of all that the board shows: what it leaves out would stay on the screen until somebody reloads it."""
    states = [_standing(row) for row in shown.bookings]
    overdue = sorted((row.booking.pk, row.infant.pk) for row in sleepers if row.state.overdue)
    newest = [
        SleepCheck.objects.filter(stay__booking__service__facility=place).aggregate(
            newest=Max("pk"), back=Max("taken_back__pk")
        ),
        [step.pk for step in steps_to_undo(place, timezone.now())],
        HandoverNote.objects.filter(facility=place).aggregate(newest=Max("pk")),
        [row.pk for row in proposals_of(place)],
    ]
    return hashlib.sha256(repr((states, places, overdue, newest, timezone.localdate())).encode()).hexdigest()[:16]


def _standing(booking: Booking) -> tuple[Any, ...]:
    """What a card of the board says of a booking."""
    days = [(row.day, row.status, row.starts_at, row.with_sibling) for row in booking.days.all()]
    infants = [(infant.pk, infant.rolls_over_since) for infant in booking.registration.birth.infants.all()]
    party = (booking.infant_count, booking.sibling_id, food_noted(booking), [row.pk for row in booking.options.all()])
    checked_in = hasattr(getattr(booking, "stay", None), "check_in")
    return booking.pk, booking.state, checked_in, days, infants, party


def _places(place: Facility, today: date) -> list[tuple[str, int, int]]:
    """Free and all slots of today and tomorrow, for each pool of stays."""
    pools = PlacePool.objects.filter(facility=place, services__kind__in=KINDS_IN_HOUSE).distinct()
    return [
        (date_format(row.day, "MONTH_DAY_FORMAT"), row.free, row.slots)
        for pool in pools
        for row in places_on(pool.pk, [today, today + timedelta(days=1)])
    ]
