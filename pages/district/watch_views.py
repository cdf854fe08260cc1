"""見守りリスト: this week's list of the district, and one family of it."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from pages.once_form import form_page, posted
from referrals.models import WatchRow
from referrals.watch import mark_watch_row
from referrals.watch_queries import WITH_MARKS, limits_on, marks_of, reason_words, watch_list_of

from .watch_forms import MarkForm


@require_safe
def watch(request: HttpRequest) -> HttpResponse:
    """The newest list; where the ward has switched it off, that it is off."""
    shown = watch_list_of(signed_in(request))
    note_shown(request, shown.rows)
    context = {
        "week": shown.week,
        "rows": [(row, reason_words(row), next(iter(marks_of(row)), None)) for row in shown.rows],
        "is_on": limits_on(timezone.localdate()) is not None,
    }
    return render(request, "district/watch.html", context)


@sensitive_post_parameters("note")
@require_http_methods(["GET", "HEAD", "POST"])
def watch_row(request: HttpRequest, pk: int) -> HttpResponse:
    """One family of a list: why it is there, and what was made of it; the same form sent twice marks once."""
    rows = WatchRow.objects.select_related("watch_list__district", "family").prefetch_related(*WITH_MARKS)
    row = shown_or_404(request, Action.WATCH_WORK, rows, pk=pk)
    context = {
        "row": row,
        "reasons": reason_words(row),
        "marks": marks_of(row),
        "births": row.family.births.prefetch_related("infants"),
    }
    return form_page(
        request,
        MarkForm(posted(request)),
        partial(mark_watch_row, row=row),
        template="district/watch_row.html",
        context=context,
        back=reverse("nurse:watch"),
        done=_("It is recorded."),
    )
