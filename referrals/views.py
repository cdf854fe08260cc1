"""Pages of referrals: raising one, a facility's own, the district's inbox, what is late in the ward."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.looks import note_shown, shown_or_404
from accounts.models import User
from accounts.permissions import visible
from bookings.models import Booking
from bookings.queries import bookings_with_days
from sankecare.errors import Refused
from sankecare.idempotency import Answer, once

from .acknowledge import acknowledge_referral
from .close import close_referral, withdraw_referral
from .forms import OutcomeForm, ReferralForm
from .models import Referral
from .queries import inbox, late, not_received, open_by_district, referrals_shown
from .raise_referral import raise_within_transaction
from .reconcile import reconciled

FACILITY_ROWS = 100


@sensitive_post_parameters("what_was_seen")
@require_http_methods(["GET", "HEAD", "POST"])
def raise_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Raise a referral from a stay; the same form sent twice raises one."""
    booking = shown_or_404(request, "referral.raise", bookings_with_days(), pk=pk)
    form = ReferralForm(request.POST if request.method == "POST" else None, initial={"key": uuid4().hex})
    if form.is_valid():
        try:
            referral = _raise_once(_person(request), booking, form.cleaned_data)
        except Refused as refused:
            for field, words in refused.fields.items() or [(None, refused.detail)]:
                form.add_error(field, words)
        else:
            return redirect("operator:referral", pk=referral)
    context = {"form": form, "booking": booking, "family": booking.registration.birth.family}
    return render(request, "referrals/new.html", context, status=422 if form.errors else 200)


def _raise_once(person: User, booking: Booking, given: dict[str, Any]) -> int:
    asked = {name: value for name, value in given.items() if name != "key"}

    def write() -> Answer:
        raised = raise_within_transaction(booking=booking, by=person, at=timezone.now(), **asked)
        return Answer(201, {"referral": raised.pk})

    request = {"booking": booking.pk, "does": "raise_referral", **asked}
    return int(once(user=person, key=f"page:{given['key']}", request=request, write=write).body["referral"])


@require_safe
def of_facility(request: HttpRequest) -> HttpResponse:
    """The facility's own referrals and whether they are received; not what was found."""
    referrals = list(visible(request.user, "referral.follow", referrals_shown())[:FACILITY_ROWS])
    note_shown(request, referrals)
    return render(request, "referrals/of_facility.html", {"referrals": referrals})


@require_safe
def raised(request: HttpRequest, pk: int) -> HttpResponse:
    """One referral of the facility, with its number: the confirmation after raising it, and its state later."""
    referral = shown_or_404(request, "referral.follow", referrals_shown(), pk=pk)
    return render(request, "referrals/raised.html", {"referral": referral})


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a referral that nobody has received."""
    referral = shown_or_404(request, "referral.follow", Referral.objects.all(), pk=pk)
    try:
        withdraw_referral(referral=referral, by=_person(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, _("%(number)s is withdrawn.") % {"number": referral.number})
    return redirect("operator:referral", pk=referral.pk)


@require_safe
def nurse_inbox(request: HttpRequest) -> HttpResponse:
    """The district's referrals, as the database has them: no broker and no worker is needed."""
    now = timezone.now()
    mine = inbox(_person(request), now)
    note_shown(request, [row.referral for row in (*mine.new, *mine.in_hand, *mine.ended)])
    return render(request, "referrals/inbox.html", {"inbox": mine, "now": now})


@require_safe
def nurse_referral(request: HttpRequest, pk: int) -> HttpResponse:
    """One referral of the district, to be received and closed."""
    return _page(request, _of_district(request, pk), OutcomeForm())


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Receive it, by name."""
    referral = _of_district(request, pk)
    try:
        acknowledge_referral(referral=referral, by=_person(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, _("You have received %(number)s.") % {"number": referral.number})
    return redirect("nurse:referral", pk=referral.pk)


@sensitive_post_parameters("outcome")
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the follow-up with what came of it."""
    referral = _of_district(request, pk)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _page(request, referral, form, status=422)
    try:
        close_referral(referral=referral, by=_person(request), at=timezone.now(), **form.cleaned_data)
    except Refused as refused:
        form.add_error("outcome" if "outcome" in refused.fields else None, refused.detail)
        return _page(request, _of_district(request, pk), form, status=refused.status)
    messages.success(request, _("%(number)s is closed.") % {"number": referral.number})
    return redirect("nurse:inbox")


@require_safe
def overseen(request: HttpRequest) -> HttpResponse:
    """What nobody has received in time, in all districts; numbers and times, not what was seen."""
    now = timezone.now()
    context = {"now": now, "late": late(now), "referrals": not_received(now), "districts": open_by_district()}
    return render(request, "referrals/overseen.html", context | {"reconciled": reconciled(now)})


def _of_district(request: HttpRequest, pk: int) -> Referral:
    return shown_or_404(request, "referral.work", referrals_shown(), pk=pk)


def _page(request: HttpRequest, referral: Referral, form: OutcomeForm, status: int = 200) -> HttpResponse:
    events = referral.events.select_related("by")
    infants = referral.booking.registration.birth.infants.all()
    context = {"referral": referral, "events": events, "infants": infants, "form": form, "now": timezone.now()}
    return render(request, "referrals/referral.html", context, status=status)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the permission file lets nobody else in
    return request.user
