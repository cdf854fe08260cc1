"""目次 and its tables: one page for the contents, one for every table of the ward's figures, whatever it counts."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.actions import Action
from accounts.permissions import may
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from reports.catalogue.contents import by_slug, contents
from reports.catalogue.entry import Numbered
from reports.tables import Table

from .as_known import built, changed, kept_lines
from .asked import Asked, asked_of, of_facility
from .cells import columns_of, lines_of
from .drawing import drawing_of
from .file_views import files_of

UNPROCESSABLE = 422
# Lines on a page. Of a table that goes on in time the last page is shown first.
ON_A_PAGE = 200
IN_TIME = {"week", "month", "drawn_on"}


@dataclass(frozen=True)
class Neighbour:
    """The table before or after this one."""

    number: str
    title: str
    url: str


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """All tables by chapter, with their numbers and what they count. No query of figures."""
    chapters = [
        (number, chapter, list(tables))
        for number, (chapter, tables) in enumerate(groupby(contents(), key=lambda table: table.chapter), start=1)
    ]
    return render(request, "supervisor/tables/contents.html", {"chapters": chapters})


@require_safe
def table(request: HttpRequest, named: str) -> HttpResponse:
    """One table of the years asked for: figures, chart, notes, what they mean, and the address to cite."""
    found = by_slug().get(named)
    if found is None:
        raise Http404
    today = timezone.localdate()
    asked = asked_of(request, fiscal_year(today))
    context = {"table": found, "asked": asked, "now": timezone.now(), **_neighbours(found)}
    if asked.problem:
        return render(request, "supervisor/tables/table.html", context, status=UNPROCESSABLE)
    told = built(found, asked, today)
    if told.table is None:
        context["asked"] = replace(asked, problem=told.problem, field="known")
        return render(request, "supervisor/tables/table.html", context, status=UNPROCESSABLE)
    whole = told.table
    shown, problem = of_facility(whole, asked.facility)
    first, last = fiscal_year_days(asked.years[-1])
    context |= {
        "shown": shown,
        "columns": columns_of(shown),
        "page": _page(request, shown),
        "drawing": drawing_of(shown),
        "facilities": whole.names.get("facility", {}).items(),
        "facility_problem": problem,
        "running": first <= told.until <= last and not _is_over(told.until, last, asked),
        "today": told.until,
        "changed": changed(found, asked, today),
        "kept": kept_lines(found),
        "keep_url": _keep_url(request, found, asked),
        "address": request.build_absolute_uri(_address(found, asked)),
        "files": files_of(found.entry.slug, asked.query),
    }
    return render(request, "supervisor/tables/table.html", context, status=UNPROCESSABLE if problem else 200)


def _is_over(until: date, last: date, asked: Asked) -> bool:
    """Tell whether all of the year is counted: what is told as of a day counts the whole of that day."""
    return until == last and asked.known is not None


def _page(request: HttpRequest, shown: Table) -> "Page[list[Any]]":
    newest_last = bool(shown.columns) and shown.columns[0] in IN_TIME
    lines = Paginator(lines_of(shown), ON_A_PAGE)
    return lines.get_page(request.GET.get("page") or (lines.num_pages if newest_last else 1))


def _address(found: Numbered, asked: Asked) -> str:
    return f"{reverse('supervisor:table', args=[found.entry.slug])}?{urlencode(asked.query)}"


def _keep_url(request: HttpRequest, found: Numbered, asked: Asked) -> str | None:
    if asked.known is None or not may(request.user, Action.FIGURES_KEEP):
        return None
    return f"{reverse('supervisor:table-keep', args=[found.entry.slug])}?{urlencode(asked.query)}"


def _neighbours(found: Numbered) -> dict[str, Any]:
    """The tables before and after, in the order of the contents."""
    every = contents()
    place = next(place for place, one in enumerate(every) if one.entry.slug == found.entry.slug)
    return {
        "before": _neighbour(every[place - 1]) if place else None,
        "after": _neighbour(every[place + 1]) if place + 1 < len(every) else None,
    }


def _neighbour(one: Numbered) -> Neighbour:
    return Neighbour(one.number, str(one.entry.title), reverse("supervisor:table", args=[one.entry.slug]))
