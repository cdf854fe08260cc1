"""見守りリスト: this week's list of the district, and one family of it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import signed_in
from referrals.models import WatchRow
from referrals.watch import mark_watch_row
from referrals.watch_queries import limits_on, reason_words, watch_list_of
from sankecare.errors import Refused
from sankecare.idempotency import Answer, once

from .watch_forms import MarkForm


@require_safe
def watch(request: HttpRequest) -> HttpResponse:
    """The newest list; where the ward has switched it off, that it is off."""
    shown = watch_list_of(signed_in(request))
    note_shown(request, shown.rows)
    context = {
        "week": shown.week,
        "rows": [(row, reason_words(row), next(iter(row.marks.all()), None)) for row in shown.rows],
        "is_on": limits_on(timezone.localdate()) is not None,
    }
    return render(request, "district/watch.html", context)


@sensitive_post_parameters("note")
@require_http_methods(["GET", "HEAD", "POST"])
def watch_row(request: HttpRequest, pk: int) -> HttpResponse:
    """One family of a list: why it is there, and what was made of it; the same form sent twice marks once."""
    rows = WatchRow.objects.select_related("watch_list__district", "family")
    row = shown_or_404(request, Action.WATCH_WORK, rows, pk=pk)
    form = MarkForm(request.POST if request.method == "POST" else None, initial={"key": uuid4().hex})
    if form.is_valid():
        try:
            _mark_once(signed_in(request), row, form.cleaned_data)
        except Refused as refused:
            for field, words in refused.fields.items() or [(None, refused.detail)]:
                form.add_error(field, words)
        else:
            messages.success(request, _("It is recorded."))
            return redirect("nurse:watch")
    context = {
        "row": row,
        "reasons": reason_words(row),
        "marks": row.marks.select_related("by"),
        "births": row.family.births.prefetch_related("infants"),
        "form": form,
    }
    return render(request, "district/watch_row.html", context, status=422 if form.errors else 200)


def _mark_once(person: User, row: WatchRow, given: dict[str, Any]) -> None:
    asked = {name: value for name, value in given.items() if name != "key"}

    def write() -> Answer:
        mark = mark_watch_row(row=row, by=person, at=timezone.now(), **asked)
        return Answer(201, {"mark": mark.pk})

    once(user=person, key=f"page:{given['key']}", request={"row": row.pk, "does": "watch", **asked}, write=write)
