"""訪問・オンライン相談の記録 on the tablet: one form after the appointment, and the charge follows from it."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from billing.models import Charge
from billing.queries import takes_a_fee
from billing.visit import RecordedVisit, record_visit
from bookings.models import Booking, BookingDay, BookingState
from bookings.places.locking import lock_booking
from bookings.places.queries import VISITS, bookings_with_days
from care.hours.standing import sums_of
from care.models import CareRecord, Mood, VisitRecord
from facilities.models import ServiceKind
from pages.once_form import key_of, posted, submit_once
from sankecare.edits.forms import Standing

from .care_forms import added_up, care_as_typed
from .care_views import whom_to_call
from .closing import ask_why, openness_or_404
from .coupon_form import CouponsForm
from .family_badges import show_badges
from .visit_forms import VisitForm, as_written


class ChargedVisitForm(VisitForm, CouponsForm):
    """A visit with the coupons that are handed over for it; once it is charged, without them."""

    def __init__(self, data: Any = None, *, booking: Booking, **kwargs: Any) -> None:
        super().__init__(data, family=booking.registration.birth.family, **kwargs)
        if "coupons" in self.fields:
            self.fields["coupons"] = self.fields.pop("coupons")  # handed over last
        if booking.state == BookingState.DEPARTED or not takes_a_fee(booking.service):
            self.fields.pop("coupons", None)

    @property
    def values(self) -> dict[str, Any]:
        return super().values | {"coupons": self.handed_over}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Record a visit or consultation that is over, or correct it; then to the charge, where there is one."""
    booking = shown_or_404(request, Action.STAY_RECORD, bookings_with_days(), pk=pk)
    show_badges([booking], timezone.localdate())
    if booking.service.kind not in VISITS:
        messages.error(request, _("%(number)s is a stay, not a visit.") % {"number": booking.number})
        return redirect("operator:stay", pk)
    one, key = _day_or_today(day), key_of(request)
    infants = list(booking.registration.birth.infants.order_by("birth_date", "pk"))
    stay = getattr(booking, "stay", None)
    hidden = added_up(sums_of(stay, one)) if stay else []
    form = ChargedVisitForm(
        posted(request),
        booking=booking,
        day=one,
        booked=_booked(booking, one),
        infants=infants,
        record=_observed(booking, one),
        added_up=hidden,
    )
    ask_why(form, openness_or_404(booking))
    if form.is_valid() and form.cleaned_data.get("mood") == Mood.VERY_LOW:
        whom_to_call(request)
    done: list[RecordedVisit] = []

    def record(**said: Any) -> VisitRecord:
        done.append(record_visit(booking=booking, day=one, **said))
        return done[-1].record

    if submit_once(request, key, form, record, stands=partial(_stands, booking, one, hidden)) is not None:
        messages.success(request, _("The visit is recorded."))
        for recorded in done:
            if recorded.no_charge:
                messages.warning(request, _("No charge yet: %(why)s") % {"why": recorded.no_charge})
        charge = Charge.objects.filter(booking=booking).first()
        to_pay = charge is not None and charge.total > 0
        return redirect("operator:charge", charge.pk) if charge and to_pay else redirect("operator:stay", pk)
    is_outreach = booking.service.kind == ServiceKind.OUTREACH
    title = _("Record of the visit") if is_outreach else _("Record of the consultation")
    context = {"booking": booking, "form": form, "title": title, "key": key, "day": one}
    return render(request, "facility/record.html", context, status=422 if form.errors else 200)


def _stands(booking: Booking, day: date, hidden: list[str]) -> Standing:
    """The record as it stands, under the booking's lock, but for what adds up by itself."""
    kept = lock_booking(booking).days.kept().filter(day=day).select_related("visit_record__recorded_by").first()
    record = getattr(kept, "visit_record", None)
    if record is None:
        return Standing({})
    values = care_as_typed(_observed(booking, day), hidden) | as_written(record, None)
    return Standing(values, record.recorded_by, record.recorded_at)


def _observed(booking: Booking, day: date) -> CareRecord | None:
    """What was looked at on the day of the visit, as far as it is written."""
    return CareRecord.objects.filter(stay__booking=booking, day=day).prefetch_related("infants").first()


def _booked(booking: Booking, day: date) -> BookingDay | None:
    return next((row for row in booking.days.all() if row.day == day and row.is_kept), None)


def _day_or_today(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return timezone.localdate()
