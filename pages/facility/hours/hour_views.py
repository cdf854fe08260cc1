"""時間ごとの記録: the house in a row a baby, a family's day, and the one touch that both send."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import signed_in
from accounts.roles import FACILITY_ROLES
from bookings.models import Booking, BookingState
from bookings.places.queries import bookings_with_days, facility_day
from bookings.stays.steps import UNDO_FOR
from care.hours.record import record_observation, take_back_observation
from care.hours.standing import observations_of, sums_of
from care.models import Observation
from care.observations import Openness
from facilities.models import Facility
from facilities.queries import own_facility
from pages.facility.closing import openness_or_404
from pages.facility.family_badges import show_badges
from pages.once_form import key_of, write_once
from sankecare.errors import Refused
from sankecare.forms import line_sent, show_refusal, this_minute
from sankecare.middleware import is_queued
from sankecare.moments import clock_time
from sankecare.person_key import key_of_person

from .buttons import INFANTS_TOUCHES, MOTHERS_TOUCHES
from .rows import in_words, just_noted, rows_of
from .touch_form import TouchForm, as_typed, said


@never_cache
@require_safe
def house(request: HttpRequest) -> HttpResponse:
    """Every baby of the house in a row, with the touches that a round or a night needs."""
    today, place = timezone.localdate(), own_facility(signed_in(request))
    shown = facility_day(place, today)
    here = [*shown.in_house, *shown.departures]
    noted = just_noted(place, timezone.now())
    note_shown(request, [*here, *(row.stay for row in noted)])
    show_badges(here, today)
    context = {
        "rows": rows_of(here, today),
        "noted": [(row, in_words(row)) for row in noted],
        "key": key_of(request),
        "latest": this_minute(),
    }
    return render(request, "facility/hours/house.html", context)


@never_cache
@require_safe
def family(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """A family's day by the hour: each touch, what was noted, what it adds up to."""
    booking = _booking(request, pk)
    try:
        one = date.fromisoformat(day)
    except ValueError as wrong:
        raise Http404 from wrong
    stay = getattr(booking, "stay", None)
    if stay is None or one not in booking.days_kept:
        raise Http404
    infants = list(booking.registration.birth.infants.order_by("birth_date", "pk"))
    sums = sums_of(stay, one)
    beside = [shown for shown in (one - timedelta(days=1), one + timedelta(days=1)) if shown in booking.days_kept]
    context = {
        "booking": booking,
        "day": one,
        "is_today": one == timezone.localdate(),
        "beside": [shown for shown in beside if shown <= timezone.localdate()],
        "infants": [(infant, sums.infants.get(infant.pk)) for infant in infants],
        "mother": sums.mother,
        "infants_touches": INFANTS_TOUCHES,
        "mothers_touches": MOTHERS_TOUCHES,
        "noted": [(row, in_words(row), _is_fresh(row)) for row in observations_of(booking, one, one)],
        "key": key_of(request),
        "latest": this_minute(),
    }
    return render(request, "facility/hours/family.html", context)


@never_cache
@require_POST
def observe(request: HttpRequest, pk: int) -> HttpResponse:
    """One touch: noted once for its key. What is to be asked again, or cannot be, comes back as a form."""
    booking = _booking(request, pk)
    given = said(request.POST, pk)
    form = _form(given, booking, given.get("kind", ""))
    done = _write(request, booking, form, given)
    return done or _asked(request, booking, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int, touch: str) -> HttpResponse:
    """Put an observation right: another stands for it from then on, and it stays readable."""
    booking = _booking(request, pk)
    row = get_object_or_404(
        Observation.objects.select_related("taken_back", "corrected_by"), touch=touch, stay__booking=booking
    )
    asks_why = not _is_fresh(row) or openness_or_404(booking) == Openness.CORRECTIONS
    posted = said(request.POST, pk) | {"kind": row.kind, "infant": str(row.infant_id or "")}
    given = posted if request.method == "POST" else None
    form = _form(given, booking, row.kind, initial=as_typed(row), asks_why=asks_why)
    done = _write(request, booking, form, posted, corrects=row) if given is not None else None
    return done or _asked(request, booking, form, corrects=row, asks_why=asks_why)


@never_cache
@require_POST
def undo(request: HttpRequest, pk: int, touch: str) -> HttpResponse:
    """Take an observation back; after ten minutes with a reason, which its page asks for."""
    booking = _booking(request, pk)
    try:
        reason = line_sent(request.POST.get("reason", ""), most=400)
        with transaction.atomic(durable=True):
            take_back_observation(
                booking=booking, touch=touch, by=signed_in(request), at=timezone.now(), reason=reason
            )
    except Refused as refused:
        messages.error(request, refused.detail)
        if refused.code == "no_reason":
            return redirect("operator:observation-correct", pk, touch)
    else:
        _say(request, _("It is taken back."))
    return redirect(_back(request, booking, timezone.now()))


def _write(
    request: HttpRequest,
    booking: Booking,
    form: TouchForm,
    given: dict[str, str],
    *,
    corrects: Observation | None = None,
) -> HttpResponse | None:
    """Do what a valid form says once for its key, and lead back; None where it is to be shown again."""
    if not form.is_valid():
        return None
    key, now = key_of(request), timezone.now()
    moment = form.moment(now)
    place = booking.service.facility
    operation = partial(
        record_observation,
        booking=booking,
        touch=key,
        happened_at=moment,
        touched_by=_person_of(place, form.cleaned_data["for_person"]),
        corrects=corrects,
        **form.values,
    )
    asked = [request.path, sorted((name, value) for name, value in given.items() if name != "sure")]
    try:
        written = write_once(request, key, asked, operation)
    except Refused as refused:
        show_refusal(form, refused)
        return None
    row = Observation.objects.select_related("infant").get(pk=written)
    _say(request, _("Noted: %(what)s, %(time)s.") % {"what": in_words(row), "time": clock_time(row.happened_at)})
    return redirect(_back(request, booking, row.happened_at))


def _asked(request: HttpRequest, booking: Booking, form: TouchForm, **more: Any) -> HttpResponse:
    """The touch as a form, with what is wrong, or with what is asked once more."""
    if form.asked_kind is None:
        raise BadRequest
    asks_again = "sure" in form.errors
    if not asks_again:
        form.fields.pop("sure", None)
    infant = form.infant_field.queryset.filter(pk=form["infant"].value() or 0).first()
    context = {
        "booking": booking,
        "form": form,
        "key": key_of(request),
        "kind": dict(Observation._meta.get_field("kind").flatchoices)[form.asked_kind],
        "infant": infant,
        "asks_again": asks_again,
        "day": timezone.localdate(),
        **more,
    }
    return render(request, "facility/hours/touch.html", context, status=422 if form.errors else 200)


def _form(given: Any, booking: Booking, kind: str, **how: Any) -> TouchForm:
    return TouchForm(given, kind=kind, infants=booking.registration.birth.infants.all(), **how)


def _say(request: HttpRequest, words: str) -> None:
    """Say what was done on the page that comes next; what a tablet sends by itself leads to none."""
    if not is_queued(request):
        messages.success(request, words)


def _back(request: HttpRequest, booking: Booking, at: datetime) -> str:
    if request.POST.get("back") == "house":
        return reverse("operator:hours")
    day = timezone.localdate(at)
    days = booking.days_kept
    shown = day if day in days else max((one for one in days if one <= day), default=days[0])
    return reverse("operator:hours-of", args=[booking.pk, shown.isoformat()])


def _person_of(place: Facility, key: str) -> User | None:
    """Who of the house touched it, by the sign that the tablet kept; None: who sends it."""
    if not key:
        return None
    people = User.objects.filter(facility=place, role__in=FACILITY_ROLES)
    found = next((person for person in people if key_of_person(person.pk) == key), None)
    if found is None:
        raise Http404
    return found


def _is_fresh(row: Observation) -> bool:
    """Whether one touch can still take it back."""
    return timezone.now() - row.recorded_at <= UNDO_FOR


def _booking(request: HttpRequest, pk: int) -> Booking:
    bookings = bookings_with_days().select_related("stay", "service__facility")
    booking: Booking = shown_or_404(request, Action.STAY_RECORD, bookings, pk=pk)
    openness_or_404(booking)
    if booking.state not in (BookingState.ARRIVED, BookingState.DEPARTED):
        raise Http404
    show_badges([booking], timezone.localdate())
    return booking
