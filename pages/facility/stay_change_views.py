"""滞在の変更: a booking or a stay in house made shorter or longer, or with other people; the fee is seen before."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may_on, signed_in
from billing.quotes import refuse_unusable_coupons
from bookings.models import Booking, BookingState, DayStatus
from bookings.places.change import extend_booking, give_back_days, last_days_possible, shorten_booking
from bookings.places.locking import lock_booking
from bookings.places.participants import change_party
from bookings.places.queries import CHANGEABLE, VISITS, bookings_with_days
from bookings.places.refusals import db_errors_as_refusals, not_changeable
from bookings.stays.stays import record_missed_day
from pages.booking_calendar import price_of_booking
from pages.booking_forms import BookingPartyForm, party_as_it_stands
from pages.once_form import key_of, submit_once
from sankecare.edits.forms import EditForm, Standing
from sankecare.errors import Refused
from sankecare.forms import DayField, show_refusal
from sankecare.periods import days_in_words

from .family_badges import show_badges


class LastDayForm(EditForm):
    """On which day the stay ends: earlier or later than now."""

    last_day = DayField(label=gettext_lazy("New last day"))

    def __init__(self, *args: Any, booking: Booking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.booking, self.range = booking, last_days_possible(booking, timezone.localdate())
        self.fields["last_day"].help_text = _range_in_words(*self.range)

    def clean_last_day(self) -> date:
        chosen: date = self.cleaned_data["last_day"]
        first, last = self.range
        if chosen < first or (last is not None and chosen > last):
            raise forms.ValidationError(_range_in_words(first, last))
        return chosen


def _range_in_words(first: date, last: date | None) -> str:
    """Say how far the last day can go, both ways."""
    if last is None:
        sentence = _("From %(first)s on, as far as there is a place. To give up every day, cancel the booking.")
        return sentence % {"first": date_format(first)}
    sentence = _(
        "From %(first)s to %(last)s, by the days that the family has left; later than now where there is a place. "
        "To give up every day, cancel the booking."
    )
    return sentence % {"first": date_format(first), "last": date_format(last)}


class OneDayForm(EditForm):
    """One day of the booking that is not used: not come to, or given back before it comes."""

    day = forms.TypedChoiceField(
        label=gettext_lazy("Which day"),
        help_text=gettext_lazy(
            "A day that has come counts as not come, one to come is given back. Neither is charged."
        ),
        coerce=date.fromisoformat,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, booking: Booking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["day"]
        assert isinstance(choice, forms.TypedChoiceField)
        choice.choices = [(day.isoformat(), date_format(day)) for day in _may_go(booking)]


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
    show_badges([booking], timezone.localdate())
    back = _back(request, booking)
    if booking.service.kind in VISITS or booking.state not in CHANGEABLE or not booking.days_kept:
        messages.warning(request, not_changeable(booking).detail)
        return redirect(*back)
    forms_shown = _forms(request, booking)
    asked = next((form for form in forms_shown.values() if form.is_bound), None)
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
        "forms": forms_shown.items(),
        "now": price_of_booking(booking),
        "key": key_of(request),
        "at_facility": back[0] == "operator:stay",
        **shown,
    }
    return render(request, "facility/change.html", context, status=422 if asked and asked.errors else 200)


Asked = LastDayForm | OneDayForm | StayPartyForm


def _forms(request: HttpRequest, booking: Booking) -> dict[str, Asked]:
    what = request.POST.get("what", "")
    sent = {name: request.POST if what == name else None for name in ("last_day", "one_day", "party")}
    shown: dict[str, Asked] = {
        "last_day": LastDayForm(sent["last_day"], booking=booking, initial={"last_day": booking.days_kept[-1]})
    }
    if _may_go(booking):
        shown["one_day"] = OneDayForm(sent["one_day"], booking=booking)
    shown["party"] = StayPartyForm(sent["party"], booking=booking, initial=party_as_it_stands(booking))
    return shown


def _may_go(booking: Booking) -> list[date]:
    """The days of which one can go by itself: of a booking of several those not used, once in house past ones too."""
    first = date.min if booking.state == BookingState.ARRIVED else timezone.localdate()
    days = [row.day for row in booking.days.all() if row.status == DayStatus.HELD and row.day >= first]
    return days if len(booking.days_kept) > 1 else []


def _stands(booking: Booking, asked: Asked) -> Standing:
    """What the form is about as it stands, under the booking's lock."""
    locked = lock_booking(booking)
    if isinstance(asked, OneDayForm):
        return Standing({})
    if isinstance(asked, StayPartyForm):
        return Standing(party_as_it_stands(locked))
    return Standing({"last_day": max(locked.days.kept().values_list("day", flat=True), default=None)})


def _operation(booking: Booking, asked: Asked) -> Callable[..., Booking]:
    """What a valid form asks for: the stay longer or shorter, without one day, or with other people."""
    if isinstance(asked, OneDayForm):
        return partial(_without, booking=booking)
    return partial(_other_people if isinstance(asked, StayPartyForm) else _end_on, booking=booking)


def _without(*, booking: Booking, day: date, by: User, at: datetime) -> Booking:
    if booking.state == BookingState.ARRIVED and day <= timezone.localdate(at):
        return record_missed_day(booking=booking, day=day, by=by, at=at)
    return give_back_days(booking=booking, days=[day], by=by, at=at)


def _other_people(*, booking: Booking, coupons: int, **asked: Any) -> Booking:
    refuse_unusable_coupons(booking.registration.birth.family, booking.service, booking.days_kept, coupons)
    return change_party(booking=booking, coupons=coupons, **asked)


def _end_on(*, booking: Booking, last_day: date, by: User, at: datetime) -> Booking:
    change = extend_booking if last_day > booking.days_kept[-1] else shorten_booking
    return change(booking=booking, last_day=last_day, by=by, at=at)


def _looked_over(request: HttpRequest, booking: Booking, asked: Asked) -> dict[str, Any]:
    """What the change would make of days and fee: it is done, read and taken back; a refusal stands in the form."""
    try:
        with db_errors_as_refusals(), transaction.atomic():
            change = _operation(booking, asked)
            changed = change(by=signed_in(request), at=timezone.now(), **asked.values)
            after = {
                "days_after": days_in_words(changed.days_kept),
                "apart": _parted(changed),
                "after": price_of_booking(changed),
            }
            transaction.set_rollback(True)
    except Refused as refused:
        show_refusal(asked, refused)
        return {}
    again = [(name, asked.data.get(name, "")) for name in (*asked.fields, asked.opened_name)]
    return after | {"again": [("what", asked.data["what"]), *again]}


def _parted(booking: Booking) -> list[date]:
    """The days to come that lie apart of this booking now, and have one of their own."""
    coming = booking.parts.filter(state=BookingState.BOOKED)
    return sorted(day for row in coming for day in row.days_kept)


def _back(request: HttpRequest, booking: Booking) -> tuple[str, int]:
    """To the stay at the facility; staff who change it for a caller to the booking's page."""
    at_facility = may_on(signed_in(request), Action.STAY_RECORD, booking)
    return ("operator:stay" if at_facility else "family:booking"), booking.pk
