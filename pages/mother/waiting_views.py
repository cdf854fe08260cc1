"""キャンセル待ち on the web: a mother joins the list for days that are full, and leaves it."""

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
from bookings.models import WaitingEntry
from bookings.places.refusals import guarded_transaction
from bookings.waiting.waiting_list import join_waiting_list, leave_waiting_list
from enrollment.models import Registration
from pages.public.availability_views import name_of
from sankecare.errors import Refused
from sankecare.forms import show_refusal
from sankecare.periods import last_day

from .wish_forms import WaitForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request: HttpRequest, pk: int) -> HttpResponse:
    """What she waits for; joining, and leaving with a button beside each."""
    registrations = Registration.objects.select_related("birth__family")
    registration = shown_or_404(request, Action.BOOKING_RESERVE, registrations, pk=pk)
    today, now = timezone.localdate(), timezone.now()
    leaving = request.POST.get("leave", "")
    posted = request.POST if request.method == "POST" and not leaving else None
    form = WaitForm(posted, family=registration.birth.family, today=today, asked=request.GET.get("service", ""))
    way = redirect("family:waiting", registration.pk)
    try:
        if leaving:
            number = int(leaving) if leaving.isascii() and leaving.isdigit() and len(leaving) < 10 else 0
            entry = get_object_or_404(WaitingEntry, registration=registration, pk=number)
            with guarded_transaction():
                leave_waiting_list(entry=entry, at=now)
            messages.success(request, _("You no longer wait for these days."))
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
        if leaving:
            messages.error(request, refused.detail)
            return way
        show_refusal(form, refused)
    entries = registration.waiting_entries.select_related("service__facility", "booking")
    context = {
        "registration": registration,
        "form": form,
        "entries": [(row, name_of(row.service), last_day(row.period)) for row in entries],
    }
    return render(request, "mother/waiting.html", context, status=422 if form.errors else 200)
