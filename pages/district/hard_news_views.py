"""赤ちゃんのこと: the mothers of the district who wait for a call, and what was offered to them."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from enrollment.hard_news.note import end_hard_news, news_shown, note_call, take_in_hand
from enrollment.models import HardNews
from sankecare.errors import Refused
from sankecare.forms import OperationForm


class CallForm(OperationForm):
    """What a person offered her; it may stay empty."""

    offered = forms.CharField(
        label=gettext_lazy("What you offered her"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
    )


@never_cache
@require_safe
def hard_news(request: HttpRequest) -> HttpResponse:
    """Those that nobody has spoken with first."""
    return _page(request)


def _page(request: HttpRequest, wrong: CallForm | None = None, pk: int = 0) -> HttpResponse:
    """``wrong``: what was typed beside the row ``pk`` and could not be kept; it stands there again."""
    rows = list(news_shown(signed_in(request), timezone.now()))
    note_shown(request, rows)
    shown = [
        {
            "news": row,
            "form": wrong
            if wrong is not None and row.pk == pk
            else CallForm(initial={"offered": row.offered}, auto_id=f"{row.pk}-%s"),
        }
        for row in rows
    ]
    return render(request, "district/hard_news.html", {"rows": shown}, status=422 if wrong is not None else 200)


@require_POST
def do(request: HttpRequest, pk: int) -> HttpResponse:
    """She says that she calls, that she has spoken with her, or that it has ended."""
    person, now = signed_in(request), timezone.now()
    news = shown_or_404(request, Action.HARD_NEWS_WORK, HardNews.objects.select_related("family"), pk=pk)
    form = CallForm(request.POST, auto_id=f"{pk}-%s")
    if not form.is_valid():
        return _page(request, form, pk)
    typed = {"offered": form.cleaned_data["offered"]} if "offered" in request.POST else {}
    try:
        with transaction.atomic(durable=True):
            if "end" in request.POST:
                end_hard_news(news=news, by=person, at=now, **typed)
            elif "called" in request.POST:
                note_call(news=news, by=person, at=now, **form.values)
            else:
                take_in_hand(news=news, by=person, **typed)
    except Refused as refused:
        messages.warning(request, refused.detail)
    else:
        messages.success(request, _("Kept."))
    return redirect("nurse:hard-news")
