"""A figure laid open: what it is made of; for who may view the families the rows behind it, each look recorded."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access_log import note_look
from accounts.actions import Action
from accounts.permissions import may, signed_in, visible
from enrollment.models import Family, Protection
from reports.catalogue.openers import openers
from reports.explained.cells import check_recorded
from reports.explained.figure import Explained, Opens, RowsBehind
from reports.known.at import as_known_in_words, known_on
from sankecare.days import NotADay, read_day
from sankecare.errors import NotPossible, Refused
from sankecare.forms import DAY_ERRORS

ON_A_PAGE = 50
UNPROCESSABLE = 422
# What an address of a figure is read by; anything else in it is passed over.
NAMES = (
    *("figure", "facility", "fiscal_year", "month", "district", "kind", "service", "town", "week"),
    *("drawn_on", "days_drawn", "odds_told", "way_of_asking", "rule", "known"),
)


@require_safe
def figure(request: HttpRequest, opener: str) -> HttpResponse:
    """What a figure is made of: no family stands here."""
    try:
        explained = _explained(request, opener)
    except Refused as refused:
        return _refused(request, refused)
    context = {
        "explained": explained,
        "now": timezone.now(),
        "address": request.build_absolute_uri(),
        "slots": _slots(explained),
        "rows_url": _rows_url(request, opener, explained),
        "changes_url": _changes_url(request, opener),
    }
    return render(request, "supervisor/figures/figure.html", context)


@never_cache
@require_safe
def figure_rows(request: HttpRequest, opener: str) -> HttpResponse:
    """The rows that a figure counts, of the families that the reader may view; whom it shows is written down."""
    try:
        explained = _explained(request, opener)
    except Refused as refused:
        return _refused(request, refused)
    behind = explained.rows
    if behind is None:
        raise Http404
    rows = _readable(request, behind)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    note_look(request, [behind.family_of(row) for row in page.object_list])
    context = {
        "explained": explained,
        "page": page,
        "every": behind.objects.count(),
        "columns": [{"label": label} for label in behind.columns],
        "rows": [list(behind.tell(row)) for row in page.object_list],
        "back": f"{reverse('supervisor:figure', args=[opener])}?{urlencode(asked_of_figure(request))}",
    }
    return render(request, "supervisor/figures/rows.html", context)


def _readable(request: HttpRequest, behind: RowsBehind) -> "QuerySet[Any]":
    """The rows that the reader may see: of the families that she may view, of protected ones where she is named."""
    person = signed_in(request)
    sealed = Protection.in_force.exclude(named=person)
    families = visible(person, Action.FAMILY_VIEW, Family.objects.exclude(pk__in=sealed.values("family")))
    rows = behind.objects.filter(**{f"{behind.family}__in": families.values("pk")})
    return visible(person, behind.also, rows) if behind.also else rows


def _explained(request: HttpRequest, opener: str) -> Explained:
    """The figure as of now, or as it was known on a day: then without rows, which are those of now."""
    opens = opens_of(opener)
    asked, today = asked_of_figure(request), timezone.localdate()
    if "known" not in asked:
        found = opens(asked, today)
        check_recorded(found, asked, today)
        return found
    try:
        day = read_day(asked["known"])
    except NotADay as unclear:
        raise NotPossible("not_a_day", str(DAY_ERRORS[unclear.code])) from unclear
    with known_on(day, today=today):
        found = opens(asked, day)
    check_recorded(found, asked, today)
    return replace(found, rows=None, notes=[*found.notes, as_known_in_words(day)])


def opens_of(opener: str) -> Opens:
    """Return what lays the figure open. Http404 where nothing does."""
    opens = openers().get(opener)
    if opens is None:
        raise Http404
    return opens


def asked_of_figure(request: HttpRequest) -> dict[str, str]:
    """Return which figure the address asks for."""
    return {name: request.GET[name] for name in NAMES if request.GET.get(name)}


def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    return render(request, "supervisor/figures/refused.html", {"problem": refused.detail}, status=UNPROCESSABLE)


def _rows_url(request: HttpRequest, opener: str, explained: Explained) -> str:
    behind: RowsBehind | None = explained.rows
    if behind is None or not may(request.user, Action.FIGURE_ROWS):
        return ""
    return f"{reverse('supervisor:figure-rows', args=[opener])}?{urlencode(asked_of_figure(request))}"


def _changes_url(request: HttpRequest, opener: str) -> str:
    """Of a figure as it was known on a day: what made it otherwise since."""
    asked = asked_of_figure(request)
    return f"{reverse('supervisor:figure-changes', args=[opener])}?{urlencode(asked)}" if "known" in asked else ""


def _slots(explained: Explained) -> dict[str, Any]:
    """The calendar behind the figure as a table, with its sum."""
    columns = [
        {"label": _("Facility and rooms")},
        {"label": _("Cause")},
        {"label": _("Published or inferred")},
        {"label": _("Number of days"), "numeric": True},
        {"label": _("Slot-days"), "numeric": True},
        {"label": _("Slot-days lost"), "numeric": True},
        {"label": _("Which days")},
    ]
    rows = [
        [
            row.where,
            row.cause,
            _("Inferred: nobody published it") if row.inferred else _("As entered"),
            f"{row.days:,}",
            f"{row.slot_days:,}",
            f"{row.lost:,}",
            row.days_told or "–",
        ]
        for row in explained.slots
    ]
    days = sum(row.days for row in explained.slots)
    slots, lost = (sum(getattr(row, key) for row in explained.slots) for key in ("slot_days", "lost"))
    footer = [_("Total"), "", "", f"{days:,}", f"{slots:,}", f"{lost:,}", ""]
    return {"columns": columns, "rows": rows, "footer": footer if rows else None}
