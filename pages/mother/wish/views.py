"""ひとつの希望 on the web: she says it once, and sees what became of it in every draw and on the waiting list."""

from datetime import datetime
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
from accounts.permissions import signed_in
from bookings.draws.entry_moments import with_what_moments_ask
from bookings.draws.round_places import services_of
from bookings.models import DrawEntry, DrawPolicy, WaitingEntry, Wish
from bookings.places.refusals import guarded_transaction
from bookings.waiting.line_queries import ahead_in_waiting, places_in_line
from bookings.wish.wish_queries import days_still_wished, wish_of
from bookings.wish.wishing import say_wish, wish_again, withdraw_wish, withdrawing_undone_until
from enrollment.models import Registration
from pages.mother.draw_entry_page import entry_row
from pages.mother.draw_odds import odds_part
from pages.once_form import posted
from pages.public.availability_views import name_of
from pages.public.draw_views import name_of_round
from sankecare.errors import Refused
from sankecare.forms import show_refusal
from sankecare.moments import clock_time
from sankecare.periods import last_day

from .forms import OneWishForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HttpRequest, pk: int) -> HttpResponse:
    """Her wish and what was made from it; said, changed, withdrawn, and that taken back."""
    registrations = Registration.objects.select_related("birth__family")
    registration = shown_or_404(request, Action.BOOKING_WISH, registrations, pk=pk)
    now, found, way = timezone.now(), wish_of(registration), redirect("family:wish", pk)
    touched = request.POST.keys() & {"withdraw", "again"}
    form = OneWishForm(None if touched else posted(request), family=registration.birth.family, wish=found)
    try:
        if touched and found is not None:
            with guarded_transaction():
                (withdraw_wish if "withdraw" in touched else wish_again)(wish=found, at=now)
            is_out = "withdraw" in touched
            messages.success(request, _("Your wish is withdrawn.") if is_out else _("Your wish counts again."))
            return way
        if form.is_valid():
            with guarded_transaction():
                say_wish(registration=registration, by=signed_in(request), at=now, **form.values)
            messages.success(request, _("Your wish is kept. What was made from it stands below."))
            return way
    except Refused as refused:
        if touched:
            messages.error(request, refused.detail)
            return way
        show_refusal(form, refused)
    context = {"registration": registration, "form": form, "wish": found, **_stands(found, now)}
    return render(request, "mother/wish.html", context, status=422 if form.errors else 200)


def _stands(found: Wish | None, now: datetime) -> dict[str, Any]:
    if found is None:
        return {}
    policy = DrawPolicy.objects.filter(period__contains=timezone.localdate(now)).first()
    until = withdrawing_undone_until(found, policy.undo_minutes if policy else 0)
    waits = WaitingEntry.objects.filter(wish_part__wish=found, ended_at__isnull=True)
    entries = DrawEntry.objects.filter(wish_part__wish=found, withdrawn_at__isnull=True)
    return {
        "lives": found.ended_at is None,
        "left": max(days_still_wished([found])[found.pk], 0),
        "undone_until": clock_time(until) if until is not None and until >= now else "",
        "waits": _waits(list(waits.select_related("service__facility", "booking"))),
        "draws": _draws(list(with_what_moments_ask(entries).prefetch_related("round__pool__services")), now),
    }


def _waits(entries: list[WaitingEntry]) -> list[dict[str, Any]]:
    ahead = ahead_in_waiting(entries)
    return [
        {
            "entry": entry,
            "name": name_of(entry.service),
            "first": entry.period.lower,
            "last": last_day(entry.period),
            "number": ahead[entry.pk] + 1,
        }
        for entry in entries
    ]


def _draws(entries: list[DrawEntry], now: datetime) -> list[dict[str, Any]]:
    lines = places_in_line([entry.pk for entry in entries])
    rows = []
    for entry in entries:
        is_open = entry.round.drawn_at is None
        odds = odds_part(entry.round, services_of(entry.round).values(), entry, now)["odds"] if is_open else None
        row = {"name": name_of_round(entry.round), "last_day": last_day(entry.round.period), **entry_row(entry, now)}
        place = lines.get(entry.pk)
        rows.append(row | {"odds": odds, "line": place if place is not None and place.stands else None})
    return rows
