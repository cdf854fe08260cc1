"""ヒヤリハット・事故: the facility's record and board on the tablet, and the ward's board over all facilities."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.looks import note_shown, shown_or_404
from accounts.permissions import signed_in, visible
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from facilities.models import Facility
from facilities.queries import own_facility

from .incident_forms import FilterForm, IncidentForm, ReportForm
from .incident_queries import (
    counts_by_chapter,
    earlier_versions,
    incidents_shown,
    listed,
    reports_due,
    reports_waiting,
    serious_incidents,
    stays_concerned,
)
from .incidents import (
    correct_incident,
    record_incident,
    report_incident,
)
from .models import Incident, IncidentReport, SafetyChapter, Stay
from .tablet import key_of, posted, written_once

INCIDENTS_A_PAGE = 30
YEARS_SHOWN = 3


@require_safe
def of_facility(request: HttpRequest) -> HttpResponse:
    """The facility's own near misses and incidents, what is to be reported of them first."""
    today = timezone.localdate()
    mine = visible(request.user, "incident.record", incidents_shown())
    chapters = list(SafetyChapter.objects.order_by("number", "period"))
    form = FilterForm(request.GET, chapters)
    page = Paginator(_filtered(mine, form), INCIDENTS_A_PAGE).get_page(request.GET.get("page"))
    rows = listed(page.object_list, today)
    note_shown(request, [row.incident for row in rows])
    context = {"page": page, "rows": rows, "form": form, "waiting": reports_waiting(mine, today)}
    return render(request, "incidents/of_facility.html", context)


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
    stay = shown_or_404(request, "incident.of_stay", stays, pk=pk)
    return _record(request, [stay], of=stay)


@never_cache
@require_safe
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the facility's own: what was written, what it said before, its reports."""
    return render(request, "incidents/incident.html", _shown(request, "incident.record", pk) | {"may_write": True})


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
    readable = visible(request.user, "incident.examine", Incident.objects.filter(first_due_on__isnull=False))
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
    return render(request, "incidents/of_ward.html", context)


@never_cache
@require_safe
def incident_for_ward(request: HttpRequest, pk: int) -> HttpResponse:
    """One incident as the ward reads it."""
    return render(request, "incidents/incident.html", _shown(request, "incident.examine", pk))


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
    written = written_once(request, key, form, write)
    if written is not None:
        messages.success(request, done)
        kept = more.get("kept")
        return redirect("operator:incident", kept.pk if kept else written)
    context = {"form": form, "title": title, "key": key, **more}
    return render(request, "incidents/form.html", context, status=422 if form.errors else 200)


def _own(request: HttpRequest, pk: int) -> Incident:
    return shown_or_404(request, "incident.record", incidents_shown(), pk=pk)


def _shown(request: HttpRequest, action: str, pk: int) -> dict[str, Any]:
    found = shown_or_404(request, action, incidents_shown(), pk=pk)
    due = reports_due(found, timezone.localdate())
    return {
        "incident": found,
        "due": due,
        "report_missing": any(report.missing for report in due),
        "versions": earlier_versions(found),
    }


def _filtered(incidents: QuerySet[Incident], form: FilterForm) -> QuerySet[Incident]:
    if not form.is_valid():
        return incidents
    asked = {"kind": form.cleaned_data["kind"], "chapter__number": form.cleaned_data["chapter"]}
    return incidents.filter(**{name: value for name, value in asked.items() if value})
