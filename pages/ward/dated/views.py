"""新しい日から: a table of settings as a whole, changed from a day on: the grid, the draft, whom it touches."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import signed_in
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from pages.once_form import form_page, key_of, posted, submit_once, write_once
from sankecare.edits.forms import Standing
from sankecare.errors import Refused
from sankecare.forms import FROM_TODAY, DayField, OperationForm, show_refusal
from wards.dated.differences import Asked, from_list
from wards.dated.drafts import (
    confirm_draft,
    enter_proposed,
    keep_draft,
    open_drafts,
    plan_of,
    seen_of,
    send_back,
    throw_away,
)
from wards.dated.effects import effect_of, is_uncounted
from wards.dated.plan import Plan
from wards.dated.policy import takes_second_person
from wards.dated.sheet import Line, lines_on, rows_from
from wards.dated.tables import BY_CODE, DatedTable
from wards.models import DraftState, SettingsDraft

from .forms import GridForm, ReasonForm, SendBackForm
from .shown import differing, planned, texts, touched


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def from_a_day(request: HttpRequest, table: str) -> HttpResponse:
    """The whole table as it would hold on the day, to be changed; what is typed becomes a draft."""
    if table not in BY_CODE:
        raise Http404
    return _grid_page(request, BY_CODE[table], None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The same with a draft that stands already."""
    draft = get_object_or_404(SettingsDraft, pk=pk, table__in=BY_CODE)
    if draft.state != DraftState.DRAFT:
        return redirect("desk:settings-draft", pk)
    return _grid_page(request, BY_CODE[draft.table], draft)


def _grid_page(request: HttpRequest, table: DatedTable, draft: SettingsDraft | None) -> HttpResponse:
    asked = Asked.read(draft.changes) if draft else None
    day = _day_asked_for(request) or (draft.first_day if draft else next_fiscal_year(timezone.localdate()))
    lines = _lines(table, day, asked)
    form = GridForm(posted(request), table, day, lines, asked)
    others = [other for other in open_drafts(table) if other != draft]
    return form_page(
        request,
        form,
        partial(keep_draft, table=table, draft=draft),
        stands=partial(_standing_now, request, form, draft, asked),
        template="ward/dated/grid.html",
        context={
            "table": table,
            "title": capfirst(str(table.model._meta.verbose_name_plural)),
            "day": day,
            "draft": draft,
            "others": others,
            "planned": planned(signed_in(request), table, lines),
        },
        back=lambda pk: reverse("desk:settings-draft", args=[pk]),
    )


def _standing_now(request: HttpRequest, form: GridForm, draft: SettingsDraft | None, shown: Asked | None) -> Standing:
    """What stands under the draft's lock. Errors: Refused ``changed_since`` where its day or its rows are others."""
    if draft is None:
        return form.standing(Asked())
    rows = SettingsDraft.objects.select_for_update(no_key=True, of=("self",)).select_related("changed_by")
    now = rows.get(pk=draft.pk)
    asked = Asked.read(now.changes)
    opened_with = request.POST.get("draft_day", "")
    if opened_with != now.first_day.isoformat() or shown is None or set(asked.cells) - set(shown.cells):
        sentence = _(
            "%(person)s has changed this draft meanwhile; it holds from %(day)s now. Please look, and send again."
        )
        raise Refused("changed_since", sentence % {"person": now.changed_by, "day": date_format(now.first_day)})
    return form.standing(asked, by=now.changed_by, at=now.changed_at)


def _lines(table: DatedTable, day: date, asked: Asked | None) -> list[Line]:
    rows = rows_from(table, day)
    lines = lines_on(table, day, rows)
    known = {line.name for line in lines}
    new = [name for name in asked.cells if name not in known] if asked else []
    return lines + (lines_on(table, day, rows, new) if new else [])


def _day_asked_for(request: HttpRequest) -> date | None:
    sent = request.POST.get("first_day") or request.GET.get("day") or ""
    try:
        return DayField(bounds=FROM_TODAY, required=False).clean(sent)  # type: ignore[no-any-return]
    except forms.ValidationError:
        return None


def next_fiscal_year(today: date) -> date:
    """Return the first day of the fiscal year to come: from it most tables are set anew."""
    return fiscal_year_days(fiscal_year(today) + 1)[0]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """What differs cell by cell, what it does to families already booked, and who says yes."""
    found = get_object_or_404(
        SettingsDraft.objects.select_related("proposed_by", "decided_by"), pk=pk, table__in=BY_CODE
    )
    is_open = found.state in (DraftState.DRAFT, DraftState.PROPOSED)
    confirming = ReasonForm(posted(request) if "confirm" in request.POST else None, initial={"reason": found.reason})
    returning = SendBackForm(posted(request) if "send-back" in request.POST else None, prefix="back")
    entering = OperationForm(posted(request))
    if request.method == "POST" and (way := _acted(request, found, confirming, returning, entering)) is not None:
        return way
    table = BY_CODE[found.table]
    plan = plan_of(found)
    differences = plan.found if is_open else from_list(found.differences)
    context: dict[str, Any] = {
        "draft": found,
        "is_open": is_open,
        "title": capfirst(str(table.model._meta.verbose_name_plural)),
        "differing": differing(table, differences, _lines_of(plan, [row.name for row in differences])),
        "confirming": confirming,
        "returning": returning,
        "entering": entering,
        "forms_shown": [confirming, returning, entering],
        "key": key_of(request),
        "is_mine": found.proposed_by_id == signed_in(request).pk,
    }
    if is_open:
        context |= _what_it_does(request, found, plan)
    errors = confirming.errors or returning.errors or entering.errors
    return render(request, "ward/dated/draft.html", context, status=422 if errors else 200)


def _lines_of(plan: Plan, names: Sequence[str]) -> Sequence[Line]:
    missing = [name for name in names if name not in plan.by_name]
    return [*plan.lines, *(lines_on(plan.table, plan.day, plan.before, missing) if missing else [])]


def _what_it_does(request: HttpRequest, found: SettingsDraft, plan: Plan) -> dict[str, Any]:
    effect = effect_of(plan)
    return {
        "seen": seen_of(found, plan),
        "effect": effect,
        "touched": touched(request, effect) if effect else None,
        "is_uncounted": is_uncounted(plan),
        "texts": texts(plan.table, plan.new),
        "planned": planned(signed_in(request), plan.table, [plan.by_name[row.name] for row in plan.found]),
        "takes_two": takes_second_person(timezone.localdate()),
    }


def _acted(
    request: HttpRequest,
    found: SettingsDraft,
    confirming: ReasonForm,
    returning: SendBackForm,
    entering: OperationForm,
) -> HttpResponse | None:
    """Do what was asked and go on; None where it is refused: then its form says why."""
    key, seen = key_of(request), request.POST.get("seen", "")
    if "throw-away" in request.POST:
        return _thrown_away(request, found, key, entering)
    if "confirm" in request.POST:
        written = submit_once(request, key, confirming, partial(confirm_draft, draft=found, seen=seen))
    elif "send-back" in request.POST:
        written = submit_once(request, key, returning, partial(send_back, draft=found))
    else:
        written = submit_once(request, key, entering, partial(enter_proposed, draft=found, seen=seen))
    if written is None:
        found.refresh_from_db()
        return None
    found.refresh_from_db()
    messages.success(request, _done(found))
    return redirect("desk:settings-draft", found.pk)


def _thrown_away(request: HttpRequest, found: SettingsDraft, key: str, entering: OperationForm) -> HttpResponse | None:
    try:
        write_once(request, key, [request.path, "throw_away"], partial(throw_away, draft=found))
    except Refused as refused:
        entering.is_valid()
        show_refusal(entering, refused)
        return None
    messages.success(request, _("The draft is thrown away. Nothing has changed."))
    return redirect("desk:settings")


def _done(found: SettingsDraft) -> str:
    words = {
        DraftState.ENTERED: _("It is entered and holds from %(day)s."),
        DraftState.PROPOSED: _("It waits for a second person. Until she enters it nothing changes."),
        DraftState.DRAFT: _("It was sent back and is a draft again."),
    }
    return words[DraftState(found.state)] % {"day": date_format(found.first_day)}
