"""The facility's leave-taking and its till: the departure with its charge, coupons, payments, receipts."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may_on, signed_in
from accounts.roles import Role
from billing.check_out import check_out
from billing.desk.refunds import give_back, needs_two
from billing.issue import issue_charge
from billing.models import Charge, Payment, PaymentMethod, RideDirection, TransportPolicy
from billing.pay import receive_payment, refund_payment
from billing.queries import owed, paid, transport_policy
from billing.receipt import receipt_pdf
from billing.rides import MOST_FARE, day_of_ride
from bookings.models import Booking, BookingState, Stay
from bookings.places.queries import VISITS, bookings_with_days
from bookings.stays.words import said, who, word
from care.planning.plan_queries import plan_of
from care.record_queries import undecided_of
from enrollment.letters.font_coverage import missing_in
from enrollment.models import Family
from pages.once_form import form_page, key_of, posted, submit_once
from sankecare.forms import MomentField, OperationForm, moment_said, this_minute

from .closing import openness_or_404
from .coupon_form import CouponsForm
from .family_badges import show_badges
from .planning.forms import ClosingForm

FARES = {"fare_to": RideDirection.TO, "fare_from": RideDirection.FROM}


class DepartureForm(CouponsForm, ClosingForm):
    """What the mother takes along, what the facility remembers, and the coupons that she hands over."""

    happened_at = MomentField(
        label=gettext_lazy("When the family left"),
        help_text=gettext_lazy("Past midnight, enter the evening before: the days that are charged go by this time."),
        required=False,
    )
    summary = forms.CharField(
        label=gettext_lazy("For the mother"),
        help_text=gettext_lazy("She reads it on her page: how it went, what to go on with at home."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    fare_to = forms.IntegerField(
        label=gettext_lazy("Ride to the facility, yen"),
        help_text=gettext_lazy("The ward bears the rides of this household. Leave it empty if there was none."),
        min_value=1,
        max_value=MOST_FARE,
        required=False,
    )
    fare_from = forms.IntegerField(
        label=gettext_lazy("Ride back home, yen"), min_value=1, max_value=MOST_FARE, required=False
    )
    note = forms.CharField(
        label=gettext_lazy("Note of the facility"),
        help_text=gettext_lazy("Only your facility reads it. To hand a worry on, raise a follow-up request."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self,
        *args: Any,
        family: Family,
        borne: Mapping[RideDirection, TransportPolicy | None],
        is_visit: bool,
        left_at: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, family=family, **kwargs)
        self.fields["happened_at"].label = left_at
        if is_visit:
            del self.fields["happened_at"]
        for name, direction in FARES.items():
            if borne.get(direction) is None:
                del self.fields[name]
        aims = [f"aim_{aim.pk}" for aim in self.aims]
        self.order_fields(["happened_at", *aims, "summary", "next_steps", "next_words", "coupons", *FARES, "note"])
        if policy := borne.get(RideDirection.FROM):
            self.fields["fare_from"].help_text = policy.conditions

    @property
    def values(self) -> dict[str, Any]:
        words = {name: self.cleaned_data[name] for name in ("note", "summary")}
        fares = {way: self.cleaned_data[field] for field, way in FARES.items() if self.cleaned_data.get(field)}
        left = moment_said(self, "happened_at")
        return words | self.closing | {"coupons": self.handed_over, "fares": fares, "happened_at": left}


class PaymentForm(OperationForm):
    """Yen received or given back."""

    amount = forms.IntegerField(label=gettext_lazy("Amount, yen"), min_value=1, max_value=10_000_000)
    method = forms.TypedChoiceField(
        label=gettext_lazy("How"), choices=PaymentMethod.choices, coerce=PaymentMethod, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=gettext_lazy("Reason, where money is given back"), max_length=200, required=False)

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("amount", "method")}


@require_http_methods(["GET", "HEAD", "POST"])
def departure(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the departure, and issue the charge of the days used."""
    booking = shown_or_404(request, Action.STAY_RECORD, bookings_with_days().select_related("stay"), pk=pk)
    openness_or_404(booking)
    show_badges([booking], timezone.localdate())
    family, undecided = booking.registration.birth.family, undecided_of(booking)
    plan = plan_of(booking, timezone.localdate())
    form = DepartureForm(
        posted(request),
        family=family,
        borne=_borne(booking),
        is_visit=booking.service.kind in VISITS,
        aims=[row.aim for row in plan.open_aims],
        next_steps=plan.next_steps,
        day=timezone.localdate(),
        left_at=word("left_at", booking),
        initial=_said_before(booking) | {"happened_at": this_minute()},
    )
    no_charge = []

    def leave(*, by: User, at: datetime, **values: Any) -> Stay:
        done = check_out(booking=booking, by=by, at=at, **values)
        no_charge.append(done.no_charge)
        return done.stay

    key = key_of(request)
    if submit_once(request, key, form, leave) is not None:
        return _left(request, booking, "".join(no_charge))
    context = {"booking": booking, "form": form, "key": key, "undecided": undecided, "today": timezone.localdate()}
    return render(request, "facility/departure.html", context, status=422 if form.errors else 200)


def _said_before(booking: Booking) -> dict[str, str]:
    """What was written with a departure that was taken back."""
    stay = getattr(booking, "stay", None)
    return {"note": stay.note, "summary": stay.summary} if stay else {}


def _left(request: HttpRequest, booking: Booking, no_charge: str) -> HttpResponse:
    """Say that the family has left, and go to its charge, or to the stay where there is none."""
    messages.success(request, said("departure_done", booking))
    if no_charge:
        messages.warning(request, _("No charge yet: %(why)s") % {"why": no_charge})
    charge = Charge.objects.filter(booking=booking).first()
    return redirect("operator:charge", charge.pk) if charge else redirect("operator:stay", booking.pk)


def _borne(booking: Booking) -> dict[RideDirection, TransportPolicy | None]:
    """By which policy the ward bears each ride, on its own day: the class may change during the stay."""
    if not hasattr(booking, "stay"):
        return {}
    today = timezone.localdate()
    return {way: transport_policy(booking, day_of_ride(booking, way, today)) for way in FARES.values()}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the charge of a stay that could not be priced when the family left."""
    booking = shown_or_404(request, Action.CHARGE_ISSUE, bookings_with_days(), pk=pk)
    issued = Charge.objects.filter(booking=booking).first()
    if issued is not None:
        return redirect("operator:charge", issued.pk)
    has_left = booking.state == BookingState.DEPARTED
    return form_page(
        request,
        OperationForm(posted(request)),
        partial(issue_charge, booking=booking),
        template="facility/issue.html",
        context={"booking": booking, "has_left": has_left, "title": _("Issue the charge")},
        back=lambda made: reverse("operator:charge", args=[made]),
        done=_("The charge of %(who)s is issued.") % {"who": who(booking)},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def charge(request: HttpRequest, pk: int) -> HttpResponse:
    """The charge of a stay, line by line; what was paid of it, and the till for those who keep it."""
    charges = Charge.objects.select_related(
        "booking__service__facility", "booking__registration__birth__family"
    ).prefetch_related("lines", "adjustments", "late_items", "payments__received_by")
    shown = shown_or_404(request, Action.CHARGE_VIEW, charges, pk=pk)
    keeps_till = may_on(signed_in(request), Action.CHARGE_ISSUE, shown.booking)
    form = PaymentForm(
        request.POST if request.method == "POST" and keeps_till else None,
        initial={"amount": owed(shown) - paid(shown), "method": PaymentMethod.CASH},
    )
    if form.is_valid() and _paid(request, shown, form):
        return redirect("operator:charge", pk)
    due, received = owed(shown), paid(shown)
    context = {
        "charge": shown,
        "booking": shown.booking,
        "owed": f"{due:,}",
        "paid": f"{received:,}",
        "open": f"{due - received:,}",
        "too_much": received > due,
        "may_refund": received > 0,
        "may_adjust": may_on(signed_in(request), Action.CHARGE_ADJUST, shown),
        "form": form if keeps_till and (due > received or received > 0) else None,
        "key": key_of(request),
        "not_printable": "".join(missing_in([shown.booking.registration.birth.family.mother_name])),
    }
    return render(request, "facility/charge.html", context, status=422 if form.errors else 200)


@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """A payment's receipt as PDF."""
    payments = Payment.objects.select_related("charge").prefetch_related("charge__lines")
    payment = shown_or_404(request, Action.PAYMENT_VIEW, payments, pk=pk)
    return HttpResponse(
        receipt_pdf(payment),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{payment.number}.pdf"'},
    )


def _paid(request: HttpRequest, shown: Charge, form: PaymentForm) -> bool:
    """Write the payment or refund once for its key; False where it was refused, with the reason in the form."""
    at_ward = signed_in(request).role == Role.WARD_STAFF
    receive = partial(receive_payment, charge=shown, at_ward=at_ward)
    # At the ward's desk two people give back from an amount on.
    give = give_back if at_ward else refund_payment
    refund = partial(give, charge=shown, reason=form.cleaned_data["reason"])
    proposed = "refund" in request.POST and give is give_back and _by_two(form)
    made = submit_once(request, request.POST.get("key", ""), form, refund if "refund" in request.POST else receive)
    if made is None:
        return False
    if proposed:
        messages.success(request, _("The refund is proposed: a colleague confirms it."))
    else:
        messages.success(request, _("%(number)s is recorded.") % {"number": Payment.objects.get(pk=made).number})
    return True


def _by_two(form: PaymentForm) -> bool:
    return needs_two(form.cleaned_data["amount"], timezone.localdate())
