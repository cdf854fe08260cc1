"""計画: the runs that are kept, a new one, what came of one, and several beside each other."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import Action
from accounts.permissions import may, visible, visible_or_404
from bookings.places.queries import STAYS
from facilities.fiscal_year import fiscal_year
from facilities.models import Facility
from pages.once_form import form_page, posted
from reports.models import PlanningKind, PlanningRun
from reports.planning.start import start_forecast, start_what_if
from reports.queries import fiscal_years_with_use

from .compared import MOST_COMPARED, compared
from .forecast_shown import forecast_shown
from .forms import ForecastForm, WhatIfForm, another_house
from .what_if_shown import asked_in_words, what_if_shown

LISTED = 200
# Seconds after which the page of a run that is being worked out looks again by itself.
LOOKS_AGAIN = "8"


@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Every run that is kept, the newest first."""
    kept = visible(request.user, Action.PLANNING_VIEW, PlanningRun.objects.all())
    listed = kept.select_related("asked_by").defer("partial", "result")[:LISTED]
    context = {"runs": listed, "may_run": _may_run(request), "most": MOST_COMPARED}
    return render(request, "supervisor/planning/runs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: HttpRequest) -> HttpResponse:
    """Ask for a replay of recorded demand in another world."""
    years = fiscal_years_with_use()
    facilities = Facility.objects.filter(services__kind__in=STAYS).distinct().order_by("position")
    today = timezone.localdate()
    finished = [year for year in years if year < fiscal_year(today)] or years
    begins = another_house(finished[-1]) if request.GET.get("house") and finished else None
    form = WhatIfForm(posted(request), years=years, facilities=facilities, today=today, initial=begins)
    return form_page(
        request,
        form,
        start_what_if,
        template="supervisor/planning/what_if.html",
        context={"years": years, "trail": _trail(), "here": _("What if")},
        back=lambda pk: reverse("supervisor:planning-run", args=[pk]),
        done=_("It is being worked out. You can leave this page: the run is kept."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def foretell(request: HttpRequest) -> HttpResponse:
    """Ask for a forecast of the coming twelve months."""
    return form_page(
        request,
        ForecastForm(posted(request)),
        start_forecast,
        template="supervisor/planning/foretell.html",
        context={"trail": _trail(), "here": _("Forecast of occupancy")},
        back=lambda pk: reverse("supervisor:planning-run", args=[pk]),
        done=_("It is being worked out. You can leave this page: the run is kept."),
    )


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: how far it is, or what came of it."""
    rows = PlanningRun.objects.select_related("asked_by").defer("partial")
    shown = visible_or_404(request.user, Action.PLANNING_VIEW, rows, pk=pk)
    context: dict[str, Any] = {"run": shown, "trail": _trail(), "here": shown.title}
    if shown.kind == PlanningKind.WHAT_IF:
        context["asked"] = asked_in_words(shown)
        context["found"] = what_if_shown(shown) if shown.result else None
    else:
        context["found"] = forecast_shown(shown) if shown.result else None
    answer = render(request, "supervisor/planning/run.html", context)
    if shown.is_open:
        answer["Refresh"] = LOOKS_AGAIN
    return answer


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Several replays beside each other: ``run`` in the address, each with its number."""
    asked = [int(one) for one in request.GET.getlist("run") if one.isascii() and one.isdigit() and len(one) < 10]
    done = visible(request.user, Action.PLANNING_VIEW, PlanningRun.objects.all()).filter(
        pk__in=asked[:MOST_COMPARED], kind=PlanningKind.WHAT_IF, result__isnull=False
    )
    found = sorted(done.defer("partial"), key=lambda one: asked.index(one.pk))
    context = {
        "found": compared(found) if len(found) > 1 else None,
        "runs": found,
        "trail": _trail(),
        "here": _("Runs beside each other"),
    }
    return render(request, "supervisor/planning/compare.html", context)


def _trail() -> list[tuple[str, str]]:
    return [(_("Planning"), reverse("supervisor:planning"))]


def _may_run(request: HttpRequest) -> bool:
    return may(request.user, Action.PLANNING_RUN)
