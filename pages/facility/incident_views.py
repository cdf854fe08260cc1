"""ヒヤリハット・事故: the facility's record and board on the tablet, and the ward's board over all facilities."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in, visible
from bookings.models import Stay
from care.incident_queries import (
    incidents_shown,
    listed,
    reports_waiting,
    stays_concerned,
)
from care.incidents import correct_incident, record_incident, report_incident
from care.models import Incident, IncidentReport, SafetyChapter
from facilities.queries import own_facility
from pages.once_form import key_of, posted, submit_once

from .incident_forms import FilterForm, IncidentForm, ReportForm
from .incident_page import filtered, incident_context

INCIDENTS_A_PAGE = 30


@require_safe
def of_facility(request: HttpRequest) -> HttpResponse:
    """The facility's own near misses and incidents, what is to be reported of them first."""
    today = timezone.localdate()
    mine = visible(request.user, Action.INCIDENT_RECORD, incidents_shown())
    chapters = list(SafetyChapter.objects.order_by("number", "period"))
    form = FilterForm(request.GET, chapters)
    page = Paginator(filtered(mine, form), INCIDENTS_A_PAGE).get_page(request.GET.get("page"))
    rows = listed(page.object_list, today)
    note_shown(request, [row.incident for row in rows])
    context = {"page": page, "rows": rows, "form": form, "waiting": reports_waiting(mine, today)}
    return render(request, "facility/incidents.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """Write down a near miss or incident of the house, or of any family that is or lately was there."""
    stays = stays_concerned(own_facility(signed_in(request)), timezone.now())
    note_shown(request, stays)
    return _record(request, stays)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def record_of_stay(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what happened to the family of one stay."""
    stays = Stay.objects.select_related("booking__service", "booking__registration__birth__family")
    stay = shown_or_404(request, Action.INCIDENT_OF_STAY, stays, pk=pk)
    return _record(request, [stay], of=stay)


@never_cache
@require_safe
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the facility's own: what was written, what it said before, its reports."""
    return render(
        request, "facility/incident.html", incident_context(request, Action.INCIDENT_RECORD, pk) | {"may_write": True}
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct or complete what was written; what it said before is kept."""
    kept = _own(request, pk)
    now = timezone.now()
    stays = stays_concerned(kept.facility, now, also=kept.stay_id)
    note_shown(request, stays)
    form = IncidentForm(posted(request), stays=stays, today=timezone.localdate(now), of=kept)

    def write() -> Incident:
        by, at = signed_in(request), timezone.now()
        return correct_incident(incident=kept, facts=form.facts, by=by, at=at)

    words = {"title": _("Correct %(number)s") % {"number": kept.number}, "done": _("It is corrected.")}
    return _form_page(request, form, write, kept=kept, **words)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the ward was told, by telephone or in writing."""
    kept = _own(request, pk)
    now = timezone.localtime()
    coming = len(kept.reports.all()) + 1
    form = ReportForm(
        posted(request), initial={"number": coming, "reported_on": now.date(), "reported_time": now.time()}
    )

    def write() -> IncidentReport:
        return report_incident(
            incident=kept,
            number=form.cleaned_data["number"],
            reported_at=form.reported_at,
            text=form.cleaned_data["text"],
            by=signed_in(request),
            at=timezone.now(),
        )

    title = _("Report no. %(number)d to the ward: %(incident)s") % {"number": coming, "incident": kept.number}
    return _form_page(request, form, write, kept=kept, title=title, done=_("The report to the ward is recorded."))


def _record(request: HttpRequest, stays: list[Stay], *, of: Stay | None = None) -> HttpResponse:
    form = IncidentForm(posted(request), stays=stays, today=timezone.localdate(), of=of)

    def write() -> Incident:
        person = signed_in(request)
        return record_incident(facility=own_facility(person), facts=form.facts, by=person, at=timezone.now())

    title = _("Record a near miss or an incident")
    return _form_page(request, form, write, title=title, done=_("It is recorded."), of=of)


def _form_page(
    request: HttpRequest, form: Any, write: Callable[[], Model], *, title: str, done: str, **more: Any
) -> HttpResponse:
    """Show the form, or write what it says once for its key and go to the incident. Nothing typed is lost."""
    key = key_of(request)
    written = submit_once(request, key, form, write)
    if written is not None:
        messages.success(request, done)
        kept = more.get("kept")
        return redirect("operator:incident", kept.pk if kept else written)
    context = {"form": form, "title": title, "key": key, **more}
    return render(request, "facility/incident_form.html", context, status=422 if form.errors else 200)


def _own(request: HttpRequest, pk: int) -> Incident:
    return shown_or_404(request, Action.INCIDENT_RECORD, incidents_shown(), pk=pk)
