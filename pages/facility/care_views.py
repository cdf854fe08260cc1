"""ケア記録 on the tablet. Every form carries a key: sent twice over a poor network, it is written once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from bookings.models import Booking, DayStatus
from bookings.places.family_calendar import why_unfit
from bookings.places.queries import bookings_with_days
from bookings.places.rolling_over import report_rolling_over
from bookings.stays.plan_queries import plans_of
from care.models import Assessment, CareRecord, ProposalDecision, SleepCheck
from care.proposals import dismiss_proposal
from care.records import (
    leave_handover_note,
    note_sleep_check,
    record_assessment,
    record_check_in,
    sell_option,
    write_care_record,
)
from enrollment.eligibility import YEARS_JUDGED
from enrollment.models import Infant
from facilities.queries import own_facility
from pages.mother.life_event_forms import RollingOverForm
from pages.once_form import key_of, posted, submit_once

from .care_forms import AssessmentForm, CareForm, CheckInForm, DismissalForm, HandoverForm, LookForm, SaleForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The arrival, with what is looked at; opened again it corrects what was written."""
    booking = _booking(request, pk)
    known = getattr(getattr(booking, "stay", None), "check_in", None)
    initial = {name: getattr(known, name) for name in CheckInForm.base_fields} if known else {"food": booking.food}
    form = CheckInForm(posted(request), initial=initial)

    def write() -> Model:
        return record_check_in(booking=booking, facts=form.facts, by=signed_in(request), at=timezone.now())

    done = _("The arrival of %(number)s is recorded.") % {"number": booking.number}
    today = timezone.localdate()
    ahead = [row.day for row in booking.days.all() if row.status == DayStatus.HELD and row.day >= today]
    against = why_unfit(booking, ahead)
    return record_page(request, booking, form, write, title=_("Check-in"), done=done, against=against, is_arrival=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rolling_over(request: HttpRequest, pk: int) -> HttpResponse:
    """The facility sees that a baby rolls over: days that are not allowed any more are given back at once."""
    booking = _booking(request, pk)
    family = booking.registration.birth.family
    form = RollingOverForm(posted(request), family=family, initial={"since": timezone.localdate()})

    def write() -> Model:
        cleaned = form.cleaned_data
        report_rolling_over(by=signed_in(request), at=timezone.now(), **cleaned)
        infant: Infant = cleaned["infant"]
        return infant

    words = _("Days from today on that only the corrected age allows are given back at once; in house, from tomorrow.")
    return record_page(
        request, booking, form, write, title=_("The baby rolls over"), done=_("It is entered."), words=words
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def care(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """The care record of one day, new or corrected."""
    booking = _booking(request, pk)
    one = _day_or_today(day)
    record = CareRecord.objects.filter(stay__booking=booking, day=one).prefetch_related("infants").first()
    infants = list(booking.registration.birth.infants.order_by("birth_date", "pk"))
    form = CareForm(posted(request), infants=infants, record=record)

    def write() -> Model:
        return write_care_record(
            booking=booking,
            day=one,
            mother=form.mother,
            infants=form.of_infants,
            by=signed_in(request),
            at=timezone.now(),
        )

    return record_page(
        request, booking, form, write, title=_("Care record"), done=_("The care record is written."), day=one
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """The scores of an EPDS."""
    booking = _booking(request, pk)
    form = AssessmentForm(posted(request), initial={"assessed_on": timezone.localdate()})

    def write() -> Model:
        return record_assessment(booking=booking, by=signed_in(request), at=timezone.now(), **form.cleaned_data)

    return record_page(request, booking, form, write, title=_("EPDS"), done=_("The scores are written."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dismissal(request: HttpRequest, pk: int, assessment: int) -> HttpResponse:
    """No follow-up request is raised on an EPDS that proposes one, and why."""
    booking = _booking(request, pk)
    scores = get_object_or_404(Assessment, pk=assessment, stay__booking=booking)
    form = DismissalForm(posted(request))

    def write() -> ProposalDecision:
        return dismiss_proposal(assessment=scores, by=signed_in(request), at=timezone.now(), **form.cleaned_data)

    title, done = _("No follow-up request on this EPDS"), _("It is written that no follow-up request is raised.")
    return record_page(request, booking, form, write, title=title, done=done, day=scores.assessed_on)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """A note on one family for the next shift."""
    booking = _booking(request, pk)
    form = HandoverForm(posted(request))

    def write() -> Model:
        return leave_handover_note(
            facility=booking.service.facility,
            booking=booking,
            text=form.cleaned_data["text"],
            by=signed_in(request),
            at=timezone.now(),
        )

    return record_page(
        request, booking, form, write, title=_("For the next shift"), done=_("The note is left for the next shift.")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sale(request: HttpRequest, pk: int) -> HttpResponse:
    """An option sold by the facility."""
    booking = _booking(request, pk)
    form = SaleForm(posted(request), facility=booking.service.facility, today=timezone.localdate())

    def write() -> Model:
        return sell_option(booking=booking, by=signed_in(request), at=timezone.now(), **form.cleaned_data)

    return record_page(request, booking, form, write, title=_("Option sold"), done=_("It is written."))


@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """One touch on the board: how an infant lies. Touched twice with the board's key it is written once."""
    booking = _booking(request, pk)
    form = LookForm(request.POST)

    def write() -> Model:
        return note_sleep_check(booking=booking, by=signed_in(request), at=timezone.now(), **form.cleaned_data)

    written = submit_once(request, key_of(request), form, write)
    if written is None:
        said = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
        messages.error(request, " ".join(said))
    else:
        check = SleepCheck.objects.get(pk=written)
        words = {"position": check.get_position_display(), "time": time_format(timezone.localtime(check.recorded_at))}
        messages.success(request, _("Looked at: %(position)s, %(time)s.") % words)
    return redirect("operator:day")


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
    form: forms.Form,
    write: Callable[[], Model],
    *,
    title: str,
    done: str,
    day: date | None = None,
    **more: Any,
) -> HttpResponse:
    """Show the form, or write what it says once for its key and go back to the stay. Nothing typed is lost."""
    key = key_of(request)
    if submit_once(request, key, form, write) is not None:
        messages.success(request, done)
        return redirect("operator:stay", booking.pk)
    context = {"booking": booking, "form": form, "title": title, "key": key, "day": day, **more}
    return render(request, "facility/record.html", context, status=422 if form.errors else 200)


def _booking(request: HttpRequest, pk: int) -> Booking:
    return shown_or_404(request, Action.STAY_RECORD, bookings_with_days().select_related("stay__check_in"), pk=pk)


def _day_or_today(given: str) -> date:
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return timezone.localdate()
    return day if day.year in YEARS_JUDGED else timezone.localdate()
