"""発送する通知書: the page on which a day's letters are printed together, marked as sent, and noted as come back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.access_log import note_look
from accounts.actions import Action
from accounts.admin_site import ModelAdmin
from accounts.permissions import signed_in, visible
from enrollment.models import Letter, Posting, PostingRun, WhyReturned
from sankecare.errors import NotPossible, Refused
from sankecare.forms import YEAR, Bounds, DayField

from .posting import (
    MOST_AT_ONCE,
    apart,
    letters_to_send,
    mark_by_hand,
    mark_sent,
    note_returned,
    postings_of,
    print_together,
    printed_not_sent,
    sent_lately,
    unprint,
)
from .posting_file import paper_of

# What was sent in so many days is listed to be noted as come back; the post needs a week, and keeps it for one.
COMES_BACK_WITHIN = timedelta(days=45)
# Letters issued longer ago are not proposed to be printed: from before sending was noted here.
PROPOSED_FOR = timedelta(days=60)


class SentForm(Form):
    """The day on which it went out."""

    on_day = DayField(label=gettext_lazy("Went out on"), bounds=Bounds(back=YEAR, ahead=timedelta(0)))


class ReturnedForm(Form):
    """A letter that the post brought back."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why it came back"), choices=WhyReturned.choices, widget=UnfoldAdminSelectWidget
    )
    on_day = DayField(label=gettext_lazy("Came back on"), bounds=Bounds(back=YEAR, ahead=timedelta(0)))


def to_send(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """What is to be printed, what is printed, and what was sent lately; each with its one step."""
    if request.method == "POST" and (done := _do(request)) is not None:
        return done
    letters, today = _letters(request), timezone.localdate()
    waiting = list(letters_to_send(letters.filter(issued_at__date__gte=today - PROPOSED_FOR)))
    printed, sent = list(printed_not_sent(letters)), list(sent_lately(letters, today - COMES_BACK_WITHIN))
    shown = [*waiting, *(row.letter for row in (*printed, *sent))]
    if shown:
        note_look(request, [letter.registration.birth.family_id for letter in shown])
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Letters to send"),
        "opts": model_admin.opts,
        "together": [letter for letter in waiting if not apart(letter)],
        "by_hand": [letter for letter in waiting if apart(letter)],
        "older": letters_to_send(letters.filter(issued_at__date__lt=today - PROPOSED_FOR)).count(),
        "runs": _by_run(printed),
        "sent": sent,
        "most_at_once": MOST_AT_ONCE,
        "sent_form": SentForm(initial={"on_day": today}),
        "returned_form": ReturnedForm(initial={"on_day": today}),
        "proposed_for": PROPOSED_FOR.days,
    }
    return TemplateResponse(request, "enrollment/admin/to_send.html", context)


def print_run(_model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of letters printed together: cover list, then the letters with their addresses in the window."""
    run = PostingRun.objects.filter(pk=pk).first()
    if run is None or not run.postings.filter(letter__in=_letters(request)).exists():
        raise Http404
    postings = list(postings_of(run, _letters(request)))
    if not postings:
        detail = _("None of these letters goes out with others any more: they are void, or go out by hand.")
        return render(request, "letters/not_shown.html", {"detail": detail}, status=409)
    note_look(request, [row.letter.registration.birth.family_id for row in postings])
    try:
        made = paper_of(postings, timezone.localdate())
    except Refused as refused:
        return render(request, "letters/not_shown.html", {"detail": refused.detail}, status=refused.status)
    headers = {"Content-Disposition": f'inline; filename="letters-{pk}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def _letters(request: HttpRequest) -> "QuerySet[Letter]":
    return visible(request.user, Action.LETTER_SEND, Letter.objects.all())


def _do(request: HttpRequest) -> HttpResponse | None:
    """Do what was asked, in the one transaction; on refusal say why."""
    step = STEPS.get(request.POST.get("do", ""))
    if step is None:
        return None
    try:
        with transaction.atomic(durable=True):
            messages.success(request, step(request))
    except Refused as refused:
        messages.error(request, " ".join(dict.fromkeys([refused.detail, *refused.fields.values()])))
    return HttpResponseRedirect(reverse("admin:enrollment_letter_to-send"))


def _print(request: HttpRequest) -> str:
    chosen = _letters(request).filter(pk__in=_ticked(request)).order_by("fiscal_year", "serial")
    letters = list(chosen)
    print_together(letters=letters, by=signed_in(request), at=timezone.now())
    return _("%(count)d letters are ready to be printed: open the PDF below.") % {"count": len(letters)}


def _sent(request: HttpRequest) -> str:
    on_day = _valid(SentForm(request.POST))["on_day"]
    rows = list(Posting.objects.filter(letter__in=_letters(request), pk__in=_ticked(request)))
    count = mark_sent(postings=rows, on_day=on_day, by=signed_in(request), at=timezone.now())
    return _("%(count)d letters are marked as sent.") % {"count": count}


def _unprint(request: HttpRequest) -> str:
    rows = list(Posting.objects.filter(letter__in=_letters(request), pk__in=_ticked(request)))
    count = unprint(postings=rows)
    return _("%(count)d letters wait again to be printed.") % {"count": count}


def _by_hand(request: HttpRequest) -> str:
    on_day = _valid(SentForm(request.POST))["on_day"]
    for letter in _letters(request).filter(pk__in=_ticked(request)):
        mark_by_hand(letter=letter, on_day=on_day, by=signed_in(request), at=timezone.now())
    return _("It is noted how they went out.")


def _returned(request: HttpRequest) -> str:
    values = _valid(ReturnedForm(request.POST))
    rows = list(Posting.objects.filter(letter__in=_letters(request), pk__in=_ticked(request)))
    if not rows:
        raise NotPossible("nothing_chosen", _("Nothing was ticked."))
    for row in rows:
        note_returned(posting=row, by=signed_in(request), at=timezone.now(), **values)
    return _("It is noted that %(count)d letters came back. They wait again to be sent.") % {"count": len(rows)}


STEPS: dict[str, Callable[[HttpRequest], str]] = {
    "print": _print,
    "sent": _sent,
    "unprint": _unprint,
    "by_hand": _by_hand,
    "returned": _returned,
}


def _valid(form: Form) -> dict[str, Any]:
    if not form.is_valid():
        sentences = [str(sentence) for errors in form.errors.values() for sentence in errors]
        raise NotPossible("invalid", " ".join(sentences))
    return form.cleaned_data


def _ticked(request: HttpRequest) -> list[int]:
    return [int(key) for key in request.POST.getlist("chosen") if key.isascii() and key.isdigit() and len(key) < 19]


def _by_run(printed: list[Posting]) -> list[tuple[PostingRun, list[Posting]]]:
    """What is printed and not sent, by what was printed together, the newest first."""
    found: dict[PostingRun, list[Posting]] = {}
    for row in printed:
        if row.run is not None:
            found.setdefault(row.run, []).append(row)
    return sorted(found.items(), key=lambda item: item[0].pk, reverse=True)
