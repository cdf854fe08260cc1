"""What the pages of incidents share: one incident as it is shown, and the list as it is filtered."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.access_log import shown_or_404
from accounts.actions import Action
from care.incident_queries import (
    earlier_versions,
    incidents_shown,
    reports_due,
)
from care.models import Incident, IncidentCall
from care.telling.queries import WhomToCall, whom_to_call
from pages.facility.incident_forms import FilterForm
from referrals.queries import offices_closed

YEARS_SHOWN = 3


def incident_context(request: HttpRequest, action: Action, pk: int) -> dict[str, Any]:
    found = shown_or_404(request, action, incidents_shown(), pk=pk)
    due = reports_due(found, timezone.localdate())
    return {
        "incident": found,
        "call": IncidentCall.objects.filter(incident=found).select_related("told_by", "taken_up_by").first(),
        "numbers": _numbers() if found.serious else [],
        "due": due,
        "report_missing": any(report.missing for report in due),
        "versions": earlier_versions(found),
    }


def _numbers() -> list[WhomToCall]:
    """Whom to ring now: while the offices are closed who answers then, and whom the ward named for incidents."""
    now = timezone.now()
    closed, named = offices_closed(now), whom_to_call(timezone.localdate(now))
    at_night = [WhomToCall(closed.name, closed.phone)] if closed and closed.phone else []
    return [*at_night, *([named] if named else [])]


def filtered(incidents: QuerySet[Incident], form: FilterForm) -> QuerySet[Incident]:
    if not form.is_valid():
        return incidents
    asked = {"kind": form.cleaned_data["kind"], "chapter__number": form.cleaned_data["chapter"]}
    return incidents.filter(**{name: value for name, value in asked.items() if value})
