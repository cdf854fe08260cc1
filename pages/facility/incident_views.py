"""ヒヤリハット・事故: the facility's record and board on the tablet."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

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
from care.incidents import correct_incident, lock_incident, record_incident, report_incident
from care.models import Incident, SafetyChapter
from care.telling.tell_ward import tell_ward
from facilities.queries import own_facility
from pages.once_form import form_page, posted
from sankecare.edits.forms import Standing
from sankecare.errors import Refused
from sankecare.forms import OperationForm

from .closing import openness_or_404
from .incident_forms import FilterForm, IncidentForm, ReportForm, as_noted
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
    openness_or_404(stay.booking)
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

    title, done = _("Correct %(number)s") % {"number": kept.number}, _("It is corrected.")
    operation = partial(correct_incident, incident=kept)
    stands = partial(_stands, kept)
    return _incident_form(request, form, operation, kept=kept, title=title, done=done, stands=stands)


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

    title = _("Report no. %(number)d to the ward: %(incident)s") % {"number": coming, "incident": kept.number}
    operation, done = partial(report_incident, incident=kept), _("The report to the ward is recorded.")
    return _incident_form(request, form, operation, kept=kept, title=title, done=done)


@require_POST
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the ward of a serious incident at once, on its page and by mail: one touch."""
    kept = _own(request, pk)
    try:
        with transaction.atomic(durable=True):
            tell_ward(incident=kept, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.detail)
    else:
        messages.success(request, _("The ward is told, on its page and by mail. Please call as well."))
    return redirect("operator:incident", pk)


def _record(request: HttpRequest, stays: list[Stay], *, of: Stay | None = None) -> HttpResponse:
    form = IncidentForm(posted(request), stays=stays, today=timezone.localdate(), of=of)

    title = _("Record a near miss or an incident")
    operation = partial(record_incident, facility=own_facility(signed_in(request)))
    return _incident_form(request, form, operation, title=title, done=_("It is recorded."), of=of)


def _incident_form(
    request: HttpRequest,
    form: OperationForm,
    operation: Callable[..., Model],
    *,
    title: str,
    done: str,
    kept: Incident | None = None,
    of: Stay | None = None,
    stands: Callable[[], Standing] | None = None,
) -> HttpResponse:
    """Show the form, or do what it says once for its key and go to the incident, new or ``kept``."""
    return form_page(
        request,
        form,
        operation,
        template="facility/incident_form.html",
        context={"title": title, "kept": kept, "of": of},
        back=lambda written: reverse("operator:incident", args=[kept.pk if kept else written]),
        done=done,
        stands=stands,
    )


def _stands(incident: Incident) -> Standing:
    """The incident as it stands, under its lock."""
    kept = lock_incident(incident)
    return Standing(as_noted(kept), kept.corrected_by or kept.recorded_by, kept.corrected_at or kept.recorded_at)


def _own(request: HttpRequest, pk: int) -> Incident:
    return shown_or_404(request, Action.INCIDENT_RECORD, incidents_shown(), pk=pk)
