"""A figure as known on a day beside now: what made the difference, by cause; for who may view them, row by row."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access_log import note_look
from accounts.actions import Action
from accounts.permissions import may, signed_in, visible
from enrollment.models import Family, Protection
from reports.explained.figure import Opens, RowsBehind
from reports.known.figure_changes import FigureChanged, figure_changed, rows_told
from sankecare.days import NotADay, read_day
from sankecare.errors import NotPossible, Refused
from sankecare.forms import DAY_ERRORS

from .figure_views import UNPROCESSABLE, asked_of_figure, opens_of

ON_A_PAGE = 50
Told = dict[Any, tuple[int, Sequence[Any]]]


@require_safe
def figure_changes(request: HttpRequest, opener: str) -> HttpResponse:
    """What made the figure otherwise, in numbers that add up: no family stands here."""
    try:
        changed, _opens = _changed(request, opener)
    except Refused as refused:
        return _refused(request, refused)
    context = {
        "changed": changed,
        "causes": _causes(changed),
        "slots": _slots(changed),
        "calendar": _calendar(changed),
        "address": request.build_absolute_uri(),
        "back": _address(request, "supervisor:figure", opener),
        "rows_url": _rows_url(request, opener, changed),
    }
    return render(request, "supervisor/figures/changes.html", context)


@never_cache
@require_safe
def figure_change_rows(request: HttpRequest, opener: str) -> HttpResponse:
    """Each row that makes the difference, with cause and moment, of families that she may view; looks are kept."""
    try:
        changed, opens = _changed(request, opener)
        behind = changed.now.rows or changed.then.rows
        if behind is None:
            raise Http404
        page = Paginator(changed.changes, ON_A_PAGE).get_page(request.GET.get("page"))
        asked, today = _asked(request), timezone.localdate()
        shown = list(page.object_list)
        told = rows_told(opens, asked, shown, day=changed.day, today=today)
        told = _allowed(request, behind, told)
    except Refused as refused:
        return _refused(request, refused)
    readable = _readable(request, {family for family, _cells in told.values()})
    seen = [row for row in shown if row.row in told and told[row.row][0] in readable]
    note_look(request, sorted({readable[told[row.row][0]] for row in seen}))
    columns = [
        {"label": pgettext("a figure", "Counts"), "numeric": True},
        {"label": _("Cause")},
        {"label": _("Since")},
        *({"label": label} for label in behind.columns),
    ]
    context = {
        "changed": changed,
        "page": page,
        "every": len(changed.changes),
        "hidden": len(shown) - len(seen),
        "what": behind.what,
        "columns": columns,
        "rows": [[f"{row.by:+}", str(row.cause.label), _moment(row.at), *told[row.row][1]] for row in seen],
        "back": _address(request, "supervisor:figure-changes", opener),
    }
    return render(request, "supervisor/figures/change_rows.html", context)


def _changed(request: HttpRequest, opener: str) -> tuple[FigureChanged, Opens]:
    """Errors: Refused, as ``figure_changed``; NotPossible ``not_a_day``, ``no_day``; Http404 where nothing opens."""
    opens = opens_of(opener)
    written = request.GET.get("known", "").strip()
    if not written:
        raise NotPossible("no_day", _("Choose first as known on which day the figure is to be told."))
    try:
        day = read_day(written)
    except NotADay as unclear:
        raise NotPossible("not_a_day", str(DAY_ERRORS[unclear.code])) from unclear
    return figure_changed(opens, _asked(request), day=day, today=timezone.localdate()), opens


def _asked(request: HttpRequest) -> dict[str, str]:
    """Which figure; the day is asked for apart."""
    return {name: value for name, value in asked_of_figure(request).items() if name != "known"}


def _allowed(request: HttpRequest, behind: RowsBehind, told: Told) -> Told:
    """Of rows for which more than looking at the family is needed those that the reader may see."""
    if behind.also is None:
        return told
    rows = behind.objects.model._default_manager.filter(pk__in=list(told))
    may_see = set(visible(signed_in(request), behind.also, rows).values_list("pk", flat=True))
    return {key: row for key, row in told.items() if key in may_see}


def _readable(request: HttpRequest, families: set[int]) -> Mapping[int, int]:
    """Of these families those that the reader may view, each with the entry under which it is looked at now.

    Of protected ones only where she is named.
    """
    person = signed_in(request)
    into = dict(Family.objects.filter(pk__in=families).values_list("pk", "merged_into"))
    now = {family: kept or family for family, kept in into.items()}
    sealed = Protection.in_force.exclude(named=person)
    asked = Family.objects.filter(pk__in=set(now.values())).exclude(pk__in=sealed.values("family"))
    may_view = set(visible(person, Action.FAMILY_VIEW, asked).values_list("pk", flat=True))
    return {family: kept for family, kept in now.items() if kept in may_view}


def _causes(changed: FigureChanged) -> dict[str, Any]:
    """Then, what each cause made, and now: of the rows counted."""
    rows: list[list[str]] = []
    if changed.rows_then is not None and changed.rows_now is not None:
        rows = [
            [pgettext("a figure", "As known then"), f"{changed.rows_then:,}"],
            *([str(cause.label), f"{count:+,}"] for cause, count in changed.by_cause.items()),
        ]
    now = [pgettext("a figure", "As known now"), f"{changed.rows_now:,}"] if rows else None
    columns = [{"label": _("Cause")}, {"label": _("Rows counted"), "numeric": True}]
    return {"columns": columns, "rows": rows, "footer": now}


def _slots(changed: FigureChanged) -> dict[str, Any]:
    """Where the calendar has other slot-days, with their sum."""
    then, now = pgettext("a figure", "As known then"), pgettext("a figure", "As known now")
    columns = [
        {"label": _("Facility and rooms")},
        {"label": _("Cause")},
        *({"label": words, "numeric": True} for words in (then, now, _("Difference"))),
    ]
    rows = [
        [row.where, row.cause, f"{row.then:,}", f"{row.now:,}", f"{row.now - row.then:+,}"] for row in changed.slots
    ]
    apart = sum(row.now - row.then for row in changed.slots)
    return {"columns": columns, "rows": rows, "footer": [_("Total"), "", "", "", f"{apart:+,}"] if rows else None}


def _calendar(changed: FigureChanged) -> dict[str, Any]:
    columns = [{"label": words} for words in (_("What"), _("Which"), _("What happened"), _("When"))]
    rows = [[row.what, row.which, row.label, _moment(row.at)] for row in changed.calendar]
    return {"columns": columns, "rows": rows}


def _rows_url(request: HttpRequest, opener: str, changed: FigureChanged) -> str:
    if not changed.changes or not may(request.user, Action.FIGURE_ROWS):
        return ""
    return _address(request, "supervisor:figure-change-rows", opener)


def _address(request: HttpRequest, page: str, opener: str) -> str:
    return f"{reverse(page, args=[opener])}?{urlencode(asked_of_figure(request))}"


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else "–"


def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    return render(request, "supervisor/figures/refused.html", {"problem": refused.detail}, status=UNPROCESSABLE)
