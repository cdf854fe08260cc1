"""抽選 for a mother: the draws that she can enter, her wishes, and her answer to a place that is held."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from bookings.draws.rounds import enter_draw, withdraw_entry
from bookings.models import BookingState, DrawEntry, DrawRound
from bookings.places.locking import lock_registration
from bookings.places.offers import accept_offer, decline_offer
from bookings.places.queries import bookings_with_days
from bookings.places.refusals import guarded_transaction
from enrollment.models import Registration
from facilities.queries import terms_row
from pages.once_form import say_changed_meanwhile
from pages.public.availability_views import name_of
from pages.public.draw_views import round_row
from sankecare.edits.forms import Standing
from sankecare.errors import Refused
from sankecare.forms import show_refusal

from .wish_forms import WishForm, as_typed


@require_safe
def of_registration(request: HttpRequest, pk: int) -> HttpResponse:
    """The draws that a family can enter now, and what came of those it entered."""
    registration = _own(request, pk)
    now = timezone.now()
    open_now = DrawRound.objects.filter(opens_at__lte=now, closes_at__gt=now, called_off_at__isnull=True)
    entries = {
        entry.round_id: entry
        for entry in registration.draw_entries.filter(withdrawn_at__isnull=True).select_related("booking")
    }
    shown = DrawRound.objects.filter(Q(pk__in=open_now) | Q(pk__in=entries)).select_related("service__facility")
    context = {
        "registration": registration,
        "rounds": [round_row(row) | {"entry": entries.get(row.pk)} for row in shown],
    }
    return render(request, "mother/draws.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, pk: int, draw: int) -> HttpResponse:
    """A family's wishes in one draw, changed as often as she likes until the deadline."""
    registration = _own(request, pk)
    draw_round = get_object_or_404(DrawRound.objects.select_related("service__facility"), pk=draw)
    entry = _entry(registration, draw_round)
    terms = terms_row(draw_round.service, draw_round.period.lower)
    form = WishForm(
        request.POST if request.method == "POST" and "withdraw" not in request.POST else None,
        initial=as_typed(entry),
        draw_round=draw_round,
        family=registration.birth.family,
        takes_sibling=bool(terms and terms.takes_siblings),
    )
    way = redirect("family:draws", registration.pk)
    try:
        if "withdraw" in request.POST and entry is not None:
            with guarded_transaction():
                withdraw_entry(entry=entry, at=timezone.now())
            messages.success(request, _("Your wishes are taken out of the draw."))
            return way
        if form.is_valid():
            with guarded_transaction():
                lock_registration(registration.pk)
                say_changed_meanwhile(request, form, _wished(_entry(registration, draw_round)))
                entered = enter_draw(
                    draw_round=draw_round,
                    registration=registration,
                    choices=form.choices,
                    by=signed_in(request),
                    at=timezone.now(),
                    least_days=form.cleaned_data["shorter"],
                    sibling=form.cleaned_data.get("sibling"),
                    infant_count=max(registration.birth.infants.count(), 1),
                )
            sentence = _("Your wishes are in the draw. Your sign is %(sign)s.") % {"sign": entered.sign}
            messages.success(request, sentence)
            return way
    except Refused as refused:
        show_refusal(form, refused)
    context = round_row(draw_round) | {"form": form, "registration": registration, "entry": entry}
    return render(request, "mother/draw.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """A place that is held for her: take it or leave it."""
    booking = shown_or_404(request, Action.BOOKING_CHANGE, bookings_with_days(), pk=pk)
    if request.method == "POST":
        person, now = signed_in(request), timezone.now()
        try:
            if "accept" in request.POST:
                with guarded_transaction():
                    accept_offer(booking=booking, by=person, at=now)
                messages.success(request, _("It is yours: %(number)s is booked.") % {"number": booking.number})
            elif "decline" in request.POST:
                with guarded_transaction():
                    decline_offer(booking=booking, by=person, at=now)
                messages.success(request, _("The place goes to another family. Thank you for telling us."))
        except Refused as refused:
            messages.error(request, refused.detail)
        return redirect("accounts:landing")
    context = {
        "booking": booking,
        "name": name_of(booking.service),
        "is_open": booking.state == BookingState.OFFERED,
    }
    return render(request, "mother/offer.html", context)


def _entry(registration: Registration, draw_round: DrawRound) -> DrawEntry | None:
    entries = DrawEntry.objects.filter(round=draw_round, registration=registration, withdrawn_at__isnull=True)
    return entries.select_related("entered_by").first()


def _wished(entry: DrawEntry | None) -> Standing:
    """What is wished as it stands; without an entry nothing stands that could be overwritten."""
    if entry is None:
        return Standing({})
    nothing: dict[str, Any] = {f"{part}_{number}": "" for part in ("first", "length") for number in (1, 2, 3)}
    return Standing(nothing | as_typed(entry), entry.entered_by, entry.entered_at)


def _own(request: HttpRequest, pk: int) -> Registration:
    registrations = Registration.objects.select_related("birth__family")
    return shown_or_404(request, Action.BOOKING_RESERVE, registrations, pk=pk)
