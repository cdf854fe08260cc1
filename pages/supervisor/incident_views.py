"""ヒヤリハット・事故 of the whole ward, for those who see to the reports."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actions import Action
from accounts.permissions import visible
from care.incident_queries import (
    counts_by_chapter,
    reports_waiting,
    serious_incidents,
)
from care.models import Incident
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from facilities.models import Facility
from pages.facility.incident_page import YEARS_SHOWN, incident_context


@require_safe
def of_ward(request: HttpRequest) -> HttpResponse:
    """All facilities: which reports of serious incidents are due or late, and how many happened by chapter.

    No family stands here: numbers, days, facilities.
    """
    today = timezone.localdate()
    this_year = fiscal_year(today)
    years = [this_year - ago for ago in range(YEARS_SHOWN)]
    facilities = list(Facility.objects.all())
    chosen = next((one for one in facilities if one.slug == request.GET.get("facility")), None)
    counted = Incident.objects.filter(facility=chosen) if chosen else Incident.objects.all()
    chapters, together = counts_by_chapter(counted, years)
    serious = serious_incidents(fiscal_year_days(this_year)[0], today)
    readable = visible(request.user, Action.INCIDENT_EXAMINE, Incident.objects.filter(first_due_on__isnull=False))
    context = {
        "serious": serious,
        # Staff of a district read the incidents of its families; of the others the days and the figures.
        "readable": set(readable.values_list("pk", flat=True)),
        "waiting": reports_waiting(Incident.objects.all(), today),
        "chapters": chapters,
        "together": together,
        "years": years,
        "facilities": facilities,
        "chosen": chosen,
    }
    return render(request, "supervisor/incidents.html", context)


@never_cache
@require_safe
def incident_for_ward(request: HttpRequest, pk: int) -> HttpResponse:
    """One incident as the ward reads it."""
    return render(request, "facility/incident.html", incident_context(request, Action.INCIDENT_EXAMINE, pk))
