"""ヒヤリハット・事故 of the whole ward, for those who see to the reports."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import Action
from accounts.permissions import may, signed_in, visible, visible_or_404
from care.incident_queries import (
    counts_by_chapter,
    reports_waiting,
    serious_incidents,
)
from care.models import Incident, IncidentCall
from care.telling.queries import calls_shown
from care.telling.tell_ward import take_up_call
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from facilities.models import Facility
from pages.facility.incident_page import YEARS_SHOWN, incident_context
from sankecare.errors import Refused


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
        "calls": calls_shown(timezone.now()),
        "may_take_up": may(request.user, Action.INCIDENT_CHASE),
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


@require_POST
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the ward has in hand what a facility told of: the others see it."""
    call = visible_or_404(request.user, Action.INCIDENT_CHASE, IncidentCall.objects.all(), pk=pk)
    try:
        with transaction.atomic(durable=True):
            take_up_call(call=call, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.detail)
    else:
        messages.success(request, _("You have taken it up. The others see it."))
    return redirect("supervisor:incidents")
