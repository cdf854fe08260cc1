"""The looks at a family's babies, a day a page."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from bookings.places.queries import bookings_with_days
from care.record_queries import care_policy
from care.sleep_history import days_looked_at, looks_of_day

from .closing import openness_or_404
from .family_badges import show_badges


@never_cache
@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Each baby's looks of one day, with who looked, and the longest time without one; the last day first."""
    booking = shown_or_404(request, Action.STAY_RECORD, bookings_with_days(), pk=pk)
    openness_or_404(booking)
    show_badges([booking], timezone.localdate())
    days = days_looked_at(booking)
    day = _chosen(request.GET.get("day", ""), days)
    policy = care_policy(day) if day else None
    place = days.index(day) if day else 0
    context = {
        "booking": booking,
        "day": day,
        "babies": looks_of_day(booking, day, policy.sleep_check_minutes if policy else None) if day else [],
        "before": days[place - 1] if place else None,
        "after": days[place + 1] if place + 1 < len(days) else None,
    }
    return render(request, "facility/look_history.html", context)


def _chosen(given: str, days: list[date]) -> date | None:
    """The day that was asked for, where a baby was looked at on it; else the last one."""
    return next((day for day in days if day.isoformat() == given), days[-1] if days else None)
