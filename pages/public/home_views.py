"""The home page: what the programme is, and the way to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings.models import LimitGroup, UsageLimits
from enrollment.queries import week_to_apply
from facilities.models import ServiceTermsRow
from facilities.queries import facilities_on


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the programme is, in a mother's words, and the way to it; its limits as they are in force today."""
    today = timezone.localdate()
    facilities = list(facilities_on(today))
    kinds: dict[int, dict[str, None]] = {}
    for terms in (
        ServiceTermsRow.objects.filter(period__contains=today, service__offered__contains=today)
        .order_by("age_limit_months", "service__facility__position", "service__position")
        .select_related("service")
    ):
        kinds.setdefault(terms.age_limit_months, {})[terms.service.get_kind_display()] = None
    limits = UsageLimits.objects.filter(group=LimitGroup.STAYS, period__contains=today).first()
    context = {
        "facilities": facilities,
        "age_limits": [(months, list(names)) for months, names in kinds.items()],
        "days_per_birth": limits.days_per_birth if limits else None,
        "week": week_to_apply(today),
    }
    return render(request, "public/home.html", context)
