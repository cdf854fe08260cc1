"""キャンセル待ち on the web: a mother joins the list for days that are full, and leaves it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from bookings.models import DrawPolicy, WaitingEntry
from bookings.places.refusals import guarded_transaction
from bookings.waiting.line_queries import ahead_in_waiting
from bookings.waiting.waiting_list import join_waiting_list, leave_waiting_list, leaving_undone_until, wait_again
from enrollment.models import Registration
from pages.public.availability_views import name_of
from sankecare.errors import Refused
from sankecare.forms import show_refusal
from sankecare.moments import clock_time
from sankecare.periods import last_day

from .wish_forms import WaitForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request: HttpRequest, pk: int) -> HttpResponse:
    """What she waits for; joining, and leaving with a button beside each."""
    registrations = Registration.objects.select_related("birth__family")
    registration = shown_or_404(request, Action.BOOKING_WISH, registrations, pk=pk)
    today, now = timezone.localdate(), timezone.now()
    leaving, again = request.POST.get("leave", ""), request.POST.get("again", "")
    posted = request.POST if request.method == "POST" and not leaving + again else None
    form = WaitForm(posted, family=registration.birth.family, today=today, asked=request.GET)
    way = redirect("family:waiting", registration.pk)
    try:
        if leaving or again:
            number = leaving or again
            pk_asked = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
            entry = get_object_or_404(WaitingEntry, registration=registration, pk=pk_asked)
            with guarded_transaction():
                (leave_waiting_list if leaving else wait_again)(entry=entry, at=now)
            said = _("You no longer wait for these days.") if leaving else _("You wait again, as before.")
            messages.success(request, said)
            return way
        if form.is_valid():
            values: dict[str, Any] = {
                name: form.cleaned_data.get(name) for name in ("service", "first_day", "last_day", "sibling")
            }
            with guarded_transaction():
                join_waiting_list(registration=registration, by=signed_in(request), at=now, **values)
            messages.success(request, _("You are on the waiting list. We write to you as soon as a place is free."))
            return way
    except Refused as refused:
        if leaving or again:
            messages.error(request, refused.detail)
            return way
        show_refusal(form, refused)
    waits = registration.waiting_entries.select_related("service__facility", "booking").prefetch_related("notices")
    entries = list(waits)
    ahead, policy = ahead_in_waiting(entries), DrawPolicy.objects.filter(period__contains=today).first()
    minutes = policy.undo_minutes if policy else 0
    context = {
        "registration": registration,
        "form": form,
        "entries": [
            (row, name_of(row.service), last_day(row.period), ahead[row.pk] + 1, _undone_until(row, minutes, now))
            for row in entries
        ],
    }
    return render(request, "mother/waiting.html", context, status=422 if form.errors else 200)


def _undone_until(entry: WaitingEntry, minutes: int, now: datetime) -> str:
    """Until when she can take back that she left the list, as a time of day; "" where she cannot."""
    until = leaving_undone_until(entry, minutes)
    return clock_time(until) if until is not None and until >= now else ""
