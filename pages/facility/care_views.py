"""ケア記録 on the tablet. Every form carries a key: sent twice over a poor network, it is written once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import signed_in
from bookings.models import Booking, DayStatus
from bookings.places.family_calendar import why_unfit
from bookings.places.locking import lock_booking
from bookings.places.queries import bookings_with_days
from bookings.places.refusals import db_errors_as_refusals
from bookings.places.rolling_over import report_rolling_over
from bookings.stays.plan_queries import plans_of
from bookings.stays.words import said, word
from care.handover import leave_handover_note
from care.hours.standing import sums_of
from care.models import CareRecord, CheckIn, Mood
from care.records import (
    record_check_in,
    sell_option,
    write_care_record,
)
from enrollment.eligibility import YEARS_JUDGED
from enrollment.help_now import mark, words_for_staff
from enrollment.models import Infant
from enrollment.stated import stated_of
from facilities.queries import own_facility
from pages.mother.life_event_forms import RollingOverForm
from pages.mother.listed_report import ListChanged, digest_of, in_lines, shown
from pages.once_form import form_page, posted
from sankecare.edits.forms import Standing
from sankecare.errors import Refused
from sankecare.forms import OperationForm, show_refusal
from sankecare.rehearsal import rehearsed

from .board.note_views import family_note_stands, note_stands
from .board.room_forms import ask_room
from .care_forms import (
    CareForm,
    CheckInForm,
    HandoverForm,
    SaleForm,
    added_up,
    care_as_typed,
)
from .closing import ask_when, ask_why, openness_or_404
from .family_badges import show_badges
from .family_history import NOT_IN_ITS_CARE, stated_to


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The arrival, with what is looked at; opened again it corrects what was written."""
    booking = booking_to_record(request, pk)
    known = getattr(getattr(booking, "stay", None), "check_in", None)
    form = CheckInForm(posted(request), initial=_checked(booking, known).values)
    ask_when(form, booking)
    ask_room(form, booking, timezone.localdate())
    ask_why(form, openness_or_404(booking))

    done = said("arrival_done", booking)
    today = timezone.localdate()
    ahead = [row.day for row in booking.days.all() if row.status == DayStatus.HELD and row.day >= today]
    against = why_unfit(booking, ahead)
    operation = partial(record_check_in, booking=booking)
    return record_page(
        request,
        booking,
        form,
        operation,
        title=word("checked_in", booking),
        done=done,
        stands=partial(_check_in_stands, booking),
        against=against,
        is_arrival=True,
        stated=stated_to(signed_in(request), booking),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rolling_over(request: HttpRequest, pk: int) -> HttpResponse:
    """The facility sees that a baby rolls over: what is not allowed any more is listed, then given back at once."""
    booking = booking_to_record(request, pk)
    family = booking.registration.birth.family
    form = RollingOverForm(posted(request), family=family, initial={"since": timezone.localdate()})
    title, seen = _("The baby rolls over"), request.POST.get("seen", "")
    if form.is_bound and not seen and "edit" not in request.POST and form.is_valid():
        asked = partial(report_rolling_over, by=signed_in(request), at=timezone.now(), **form.values)
        try:
            with db_errors_as_refusals():
                listed = in_lines(rehearsed(asked))
        except Refused as refused:
            show_refusal(form, refused)
        else:
            if listed:
                context = {"form": form, "family": family, "title": title, **shown(form, listed)}
                return render(request, "mother/life_event_list.html", context)
    if "edit" in request.POST:
        form = RollingOverForm(family=family, initial=request.POST.dict())
    words = _("Days from today on that only the corrected age allows are given back at once; in house, from tomorrow.")
    operation = partial(_roll_over, seen=seen)
    return record_page(request, booking, form, operation, title=title, done=_("It is entered."), words=words)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def care(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """The care record of one day, new or corrected."""
    booking = booking_to_record(request, pk)
    one = day_or_today(day)
    record = _care_record(booking, one)
    infants = list(booking.registration.birth.infants.order_by("birth_date", "pk"))
    stay = getattr(booking, "stay", None)
    sums = sums_of(stay, one) if stay else None
    hidden = added_up(sums) if sums else []
    form = CareForm(posted(request), infants=infants, record=record, added_up=hidden)
    ask_why(form, openness_or_404(booking))

    if form.is_valid() and form.cleaned_data.get("mood") == Mood.VERY_LOW:
        whom_to_call(request)
    operation, done = partial(write_care_record, booking=booking, day=one), _("The care record is written.")
    stands = partial(_care_stands, booking, one, hidden)
    context = {"by_the_hour": record if hidden else None, "has_hours": stay is not None}
    title = _("Care record")
    return record_page(request, booking, form, operation, title=title, done=done, stands=stands, day=one, **context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """A note on one family for the next shift."""
    booking = booking_to_record(request, pk)
    house = booking.service.facility
    form = HandoverForm(posted(request), initial=note_stands(house, booking).values)

    operation = partial(leave_handover_note, facility=house, booking=booking)
    title, done = _("For the next shift"), _("The note is left for the next shift.")
    stands = partial(family_note_stands, house, booking)
    return record_page(request, booking, form, operation, title=title, done=done, stands=stands)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sale(request: HttpRequest, pk: int) -> HttpResponse:
    """An option sold by the facility."""
    booking = booking_to_record(request, pk)
    form = SaleForm(posted(request), facility=booking.service.facility, today=timezone.localdate())

    operation = partial(sell_option, booking=booking)
    return record_page(request, booking, form, operation, title=_("Option sold"), done=_("It is written."))


@require_safe
def weeks(request: HttpRequest) -> HttpResponse:
    """Two weeks of the house: places by days."""
    first = day_or_today(request.GET.get("from", ""))
    days, plans = plans_of(own_facility(signed_in(request)), first)
    note_shown(request, [booking for plan in plans for booking in plan.bookings])
    context = {
        "days": days,
        "plans": plans,
        "before": (first - timedelta(days=7)).isoformat(),
        "after": (first + timedelta(days=7)).isoformat(),
        "today": timezone.localdate(),
    }
    return render(request, "facility/weeks.html", context)


def record_page(
    request: HttpRequest,
    booking: Booking,
    form: OperationForm,
    operation: Callable[..., Model],
    *,
    title: str,
    done: str,
    day: date | None = None,
    stands: Callable[[], Standing] | None = None,
    **more: Any,
) -> HttpResponse:
    """Show a form about the stay, or do what it says once for its key and go back to the stay.

    ``stands``: as ``once_form.submit_once``.
    """
    return form_page(
        request,
        form,
        operation,
        template="facility/record.html",
        context={"booking": booking, "title": title, "day": day, **more},
        back=reverse("operator:stay", args=[booking.pk]),
        done=done,
        stands=stands,
    )


def _care_record(booking: Booking, day: date) -> CareRecord | None:
    records = CareRecord.objects.filter(stay__booking=booking, day=day)
    return records.select_related("recorded_by").prefetch_related("infants__infant").first()


def _care_stands(booking: Booking, day: date, added_up: list[str]) -> Standing:
    """The care record as it stands, under the booking's lock, but for what adds up by itself."""
    record = _care_record(lock_booking(booking), day)
    if record is None:
        return Standing({})
    return Standing(care_as_typed(record, added_up), record.recorded_by, record.recorded_at)


def _check_in_stands(booking: Booking) -> Standing:
    """The check-in as it stands, under the booking's lock."""
    locked = lock_booking(booking)
    return _checked(locked, CheckIn.objects.filter(stay__booking=locked).select_related("recorded_by").first())


def _checked(booking: Booking, known: CheckIn | None) -> Standing:
    if known is None:
        if booking.state in NOT_IN_ITS_CARE:
            return Standing({"food": "", "health": ""})
        stated = stated_of(booking.registration, list(booking.registration.birth.infants.all()))
        return Standing({"food": booking.food, "health": stated.health})
    values = {name: getattr(known, name) for name in CheckInForm.base_fields}
    return Standing(values, known.recorded_by, known.recorded_at)


def _roll_over(*, infant: Infant, since: date, by: User, at: datetime, seen: str) -> Infant:
    """As ``report_rolling_over``, where it does what was listed; what is written down is the infant."""
    listed = in_lines(report_rolling_over(infant=infant, since=since, by=by, at=at))
    if listed and digest_of(listed) != seen:
        raise ListChanged
    return infant


def whom_to_call(request: HttpRequest) -> None:
    """What was ticked says despair: the page that comes after it says whom to call now."""
    mark(request)
    messages.warning(request, words_for_staff())


def booking_to_record(request: HttpRequest, pk: int) -> Booking:
    """Return the facility's own booking as long as its stay can be written on, with its badges; 404 otherwise."""
    bookings = bookings_with_days().select_related("stay__check_in")
    booking: Booking = shown_or_404(request, Action.STAY_RECORD, bookings, pk=pk)
    openness_or_404(booking)
    show_badges([booking], timezone.localdate())
    return booking


def day_or_today(given: str) -> date:
    """Return the day that an address names; today for what is none."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return timezone.localdate()
    return day if day.year in YEARS_JUDGED else timezone.localdate()
