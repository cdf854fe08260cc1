"""滞在の変更: a booking or a stay in house made shorter or longer, or with other people; the fee is seen before."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may_on, signed_in
from billing.quotes import refuse_unusable_coupons
from bookings.models import Booking, BookingState
from bookings.places.change import extend_booking, shorten_booking
from bookings.places.locking import lock_booking
from bookings.places.participants import change_party
from bookings.places.queries import CHANGEABLE, VISITS, bookings_with_days
from bookings.places.refusals import db_errors_as_refusals, not_changeable
from pages.booking_calendar import price_of_booking
from pages.booking_forms import BookingPartyForm, party_as_it_stands
from pages.once_form import key_of, submit_once
from sankecare.edits.forms import EditForm, Standing
from sankecare.errors import Refused
from sankecare.forms import DayField, show_refusal
from sankecare.periods import days_in_words


class LastDayForm(EditForm):
    """On which day the stay ends: earlier or later than now."""

    last_day = DayField(label=gettext_lazy("New last day"))


class StayPartyForm(BookingPartyForm):
    """Who takes part; in house the babies who came are counted for the whole stay."""

    def __init__(self, *args: Any, booking: Booking, **kwargs: Any) -> None:
        super().__init__(*args, booking=booking, **kwargs)
        if booking.state == BookingState.ARRIVED:
            del self.fields["infants"]

    @property
    def values(self) -> dict[str, Any]:
        self.cleaned_data.setdefault("infants", self.booking.infant_count)
        return super().values


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another last day, or other people: looked over with the fee before and after, then written once."""
    booking = shown_or_404(request, Action.STAY_CHANGE, bookings_with_days(), pk=pk)
    back = _back(request, booking)
    if booking.service.kind in VISITS or booking.state not in CHANGEABLE or not booking.days_kept:
        messages.warning(request, not_changeable(booking).detail)
        return redirect(*back)
    lasts, party = _forms(request, booking)
    asked = next((form for form in (lasts, party) if form.is_bound), None)
    shown: dict[str, Any] = {}
    if asked is not None and asked.is_valid():
        if "confirm" in request.POST:
            operation, stands = _operation(booking, asked), partial(_stands, booking, asked)
            if submit_once(request, key_of(request), asked, operation, stands=stands) is not None:
                messages.success(request, _("It is changed."))
                return redirect(*back)
        else:
            shown = _looked_over(request, booking, asked)
    context = {
        "booking": booking,
        "days": days_in_words(booking.days_kept),
        "forms": [("last_day", lasts), ("party", party)],
        "now": price_of_booking(booking),
        "key": key_of(request),
        "at_facility": back[0] == "operator:stay",
        **shown,
    }
    return render(request, "facility/change.html", context, status=422 if asked and asked.errors else 200)


def _forms(request: HttpRequest, booking: Booking) -> tuple[LastDayForm, StayPartyForm]:
    what = request.POST.get("what", "")
    return (
        LastDayForm(request.POST if what == "last_day" else None, initial={"last_day": booking.days_kept[-1]}),
        StayPartyForm(request.POST if what == "party" else None, booking=booking, initial=party_as_it_stands(booking)),
    )


def _stands(booking: Booking, asked: LastDayForm | StayPartyForm) -> Standing:
    """What the form is about as it stands, under the booking's lock."""
    locked = lock_booking(booking)
    if isinstance(asked, StayPartyForm):
        return Standing(party_as_it_stands(locked))
    return Standing({"last_day": max(locked.days.kept().values_list("day", flat=True), default=None)})


def _operation(booking: Booking, asked: LastDayForm | StayPartyForm) -> Callable[..., Booking]:
    """What a valid form asks for: the stay made longer or shorter, or with other people."""
    return partial(_other_people if isinstance(asked, StayPartyForm) else _end_on, booking=booking)


def _other_people(*, booking: Booking, coupons: int, **asked: Any) -> Booking:
    refuse_unusable_coupons(booking.registration.birth.family, booking.service, booking.days_kept, coupons)
    return change_party(booking=booking, coupons=coupons, **asked)


def _end_on(*, booking: Booking, last_day: date, by: User, at: datetime) -> Booking:
    change = extend_booking if last_day > booking.days_kept[-1] else shorten_booking
    return change(booking=booking, last_day=last_day, by=by, at=at)


def _looked_over(request: HttpRequest, booking: Booking, asked: LastDayForm | StayPartyForm) -> dict[str, Any]:
    """What the change would make of days and fee: it is done, read and taken back; a refusal stands in the form."""
    try:
        with db_errors_as_refusals(), transaction.atomic():
            change = _operation(booking, asked)
            changed = change(by=signed_in(request), at=timezone.now(), **asked.values)
            after = {"days_after": days_in_words(changed.days_kept), "after": price_of_booking(changed)}
            transaction.set_rollback(True)
    except Refused as refused:
        show_refusal(asked, refused)
        return {}
    again = [(name, asked.data.get(name, "")) for name in (*asked.fields, asked.opened_name)]
    return after | {"again": [("what", asked.data["what"]), *again]}


def _back(request: HttpRequest, booking: Booking) -> tuple[str, int]:
    """To the stay at the facility; staff who change it for a caller to the booking's page."""
    at_facility = may_on(signed_in(request), Action.STAY_RECORD, booking)
    return ("operator:stay" if at_facility else "family:booking"), booking.pk
