"""ケア記録 on the tablet. Every form carries a key: sent twice over a poor network, it is written once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
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
from care.models import Assessment, CareRecord, CheckIn, Mood
from care.proposals import dismiss_proposal
from care.records import (
    leave_handover_note,
    record_assessment,
    record_check_in,
    sell_option,
    write_care_record,
)
from enrollment.eligibility import YEARS_JUDGED
from enrollment.help_now import mark, words_for_staff
from enrollment.models import Infant
from facilities.queries import own_facility
from pages.mother.life_event_forms import RollingOverForm
from pages.mother.listed_report import ListChanged, digest_of, in_lines, shown
from pages.once_form import form_page, posted
from sankecare.edits.forms import Standing
from sankecare.errors import Refused
from sankecare.forms import OperationForm, show_refusal
from sankecare.rehearsal import rehearsed

from .care_forms import (
    AssessmentForm,
    CareForm,
    CheckInForm,
    DismissalForm,
    HandoverForm,
    SaleForm,
    care_as_typed,
)
from .closing import ask_when, ask_why, openness_or_404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The arrival, with what is looked at; opened again it corrects what was written."""
    booking = _booking(request, pk)
    known = getattr(getattr(booking, "stay", None), "check_in", None)
    form = CheckInForm(posted(request), initial=_checked(booking, known).values)
    ask_when(form, booking)
    ask_why(form, openness_or_404(booking))

    done = _("The arrival of %(number)s is recorded.") % {"number": booking.number}
    today = timezone.localdate()
    ahead = [row.day for row in booking.days.all() if row.status == DayStatus.HELD and row.day >= today]
    against = why_unfit(booking, ahead)
    operation = partial(record_check_in, booking=booking)
    return record_page(
        request,
        booking,
        form,
        operation,
        title=_("Check-in"),
        done=done,
        stands=partial(_check_in_stands, booking),
        against=against,
        is_arrival=True,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rolling_over(request: HttpRequest, pk: int) -> HttpResponse:
    """The facility sees that a baby rolls over: what is not allowed any more is listed, then given back at once."""
    booking = _booking(request, pk)
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
    booking = _booking(request, pk)
    one = _day_or_today(day)
    record = _care_record(booking, one)
    infants = list(booking.registration.birth.infants.order_by("birth_date", "pk"))
    form = CareForm(posted(request), infants=infants, record=record)
    ask_why(form, openness_or_404(booking))

    if form.is_valid() and form.cleaned_data["mood"] == Mood.VERY_LOW:
        _whom_to_call(request)
    operation, done = partial(write_care_record, booking=booking, day=one), _("The care record is written.")
    stands = partial(_care_stands, booking, one)
    return record_page(request, booking, form, operation, title=_("Care record"), done=done, stands=stands, day=one)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """The scores of an EPDS."""
    booking = _booking(request, pk)
    form = AssessmentForm(posted(request), initial={"assessed_on": timezone.localdate()})
    if form.is_valid() and form.cleaned_data["item_10"]:
        _whom_to_call(request)

    operation = partial(record_assessment, booking=booking)
    return record_page(request, booking, form, operation, title=_("EPDS"), done=_("The scores are written."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dismissal(request: HttpRequest, pk: int, assessment: int) -> HttpResponse:
    """No follow-up request is raised on an EPDS that proposes one, and why."""
    booking = _booking(request, pk)
    scores = get_object_or_404(Assessment, pk=assessment, stay__booking=booking)
    form = DismissalForm(posted(request))

    title, done = _("No follow-up request on this EPDS"), _("It is written that no follow-up request is raised.")
    operation = partial(dismiss_proposal, assessment=scores)
    return record_page(request, booking, form, operation, title=title, done=done, day=scores.assessed_on)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """A note on one family for the next shift."""
    booking = _booking(request, pk)
    form = HandoverForm(posted(request))

    operation = partial(leave_handover_note, facility=booking.service.facility, booking=booking)
    title, done = _("For the next shift"), _("The note is left for the next shift.")
    return record_page(request, booking, form, operation, title=title, done=done)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sale(request: HttpRequest, pk: int) -> HttpResponse:
    """An option sold by the facility."""
    booking = _booking(request, pk)
    form = SaleForm(posted(request), facility=booking.service.facility, today=timezone.localdate())

    operation = partial(sell_option, booking=booking)
    return record_page(request, booking, form, operation, title=_("Option sold"), done=_("It is written."))


@require_safe
def weeks(request: HttpRequest) -> HttpResponse:
    """Two weeks of the house: places by days."""
    first = _day_or_today(request.GET.get("from", ""))
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
    return records.select_related("recorded_by").prefetch_related("infants").first()


def _care_stands(booking: Booking, day: date) -> Standing:
    """The care record as it stands, under the booking's lock."""
    record = _care_record(lock_booking(booking), day)
    if record is None:
        return Standing({})
    return Standing(care_as_typed(record), record.recorded_by, record.recorded_at)


def _check_in_stands(booking: Booking) -> Standing:
    """The check-in as it stands, under the booking's lock."""
    locked = lock_booking(booking)
    return _checked(locked, CheckIn.objects.filter(stay__booking=locked).select_related("recorded_by").first())


def _checked(booking: Booking, known: CheckIn | None) -> Standing:
    if known is None:
        return Standing({"food": booking.food})
    values = {name: getattr(known, name) for name in CheckInForm.base_fields}
    return Standing(values, known.recorded_by, known.recorded_at)


def _roll_over(*, infant: Infant, since: date, by: User, at: datetime, seen: str) -> Infant:
    """As ``report_rolling_over``, where it does what was listed; what is written down is the infant."""
    listed = in_lines(report_rolling_over(infant=infant, since=since, by=by, at=at))
    if listed and digest_of(listed) != seen:
        raise ListChanged
    return infant


def _whom_to_call(request: HttpRequest) -> None:
    """What was ticked says despair: the page that comes after it says whom to call now."""
    mark(request)
    messages.warning(request, words_for_staff())


def _booking(request: HttpRequest, pk: int) -> Booking:
    bookings = bookings_with_days().select_related("stay__check_in")
    booking: Booking = shown_or_404(request, Action.STAY_RECORD, bookings, pk=pk)
    openness_or_404(booking)
    return booking


def _day_or_today(given: str) -> date:
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return timezone.localdate()
    return day if day.year in YEARS_JUDGED else timezone.localdate()
