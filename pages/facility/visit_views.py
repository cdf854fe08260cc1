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
from care.models import VisitRecord
from facilities.models import ServiceKind
from pages.once_form import key_of, posted, submit_once
from sankecare.edits.forms import Standing

from .closing import ask_why, openness_or_404
from .coupon_form import CouponsForm
from .visit_forms import VisitForm, as_written


class ChargedVisitForm(VisitForm, CouponsForm):
    """A visit with the coupons that are handed over for it; once it is charged, without them."""

    field_order = (*VisitForm.base_fields, "coupons")

    def __init__(self, data: Any = None, *, booking: Booking, **kwargs: Any) -> None:
        super().__init__(data, family=booking.registration.birth.family, **kwargs)
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
    if booking.service.kind not in VISITS:
        messages.error(request, _("%(number)s is a stay, not a visit.") % {"number": booking.number})
        return redirect("operator:stay", pk)
    one, key = _day_or_today(day), key_of(request)
    form = ChargedVisitForm(posted(request), booking=booking, day=one, booked=_booked(booking, one))
    ask_why(form, openness_or_404(booking))
    done: list[RecordedVisit] = []

    def record(**said: Any) -> VisitRecord:
        done.append(record_visit(booking=booking, day=one, **said))
        return done[-1].record

    if submit_once(request, key, form, record, stands=partial(_stands, booking, one)) is not None:
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


def _stands(booking: Booking, day: date) -> Standing:
    """The record as it stands, under the booking's lock."""
    kept = lock_booking(booking).days.kept().filter(day=day).select_related("visit_record__recorded_by").first()
    record = getattr(kept, "visit_record", None)
    if record is None:
        return Standing({})
    return Standing(as_written(record, None), record.recorded_by, record.recorded_at)


def _booked(booking: Booking, day: date) -> BookingDay | None:
    return next((row for row in booking.days.all() if row.day == day and row.is_kept), None)


def _day_or_today(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return timezone.localdate()
