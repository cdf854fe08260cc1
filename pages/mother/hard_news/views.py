"""赤ちゃんのこと: she says it with two touches; then the page says what was done and who calls."""

from contextlib import suppress

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import signed_in
from bookings.hard_news.tell import tell_hard_news
from bookings.places.refusals import guarded_transaction
from enrollment.hard_news.note import end_hard_news, open_news
from enrollment.models import Family, HardNewsKind
from pages.once_form import posted
from sankecare.errors import Refused
from sankecare.forms import OperationForm, show_refusal


class HardNewsForm(OperationForm):
    """What happened, and whether she would like a call. Nothing else is asked."""

    kind = forms.ChoiceField(
        label=_("What happened with your baby"), choices=HardNewsKind.choices, widget=forms.RadioSelect
    )
    wants_call = forms.TypedChoiceField(
        label=_("May somebody call you?"),
        choices=[("yes", _("Yes, please")), ("no", _("Not at present"))],
        coerce=lambda given: given == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hard_news(request: HttpRequest) -> HttpResponse:
    """Ask, or say what was done and who calls her."""
    person = signed_in(request)
    family = Family.objects.filter(account=person).first()
    if family is None:
        raise Http404
    news = open_news(family)
    stood = {"kind": news.kind, "wants_call": "yes"} if news else {}
    form = HardNewsForm(posted(request), initial=stood)
    if request.method == "POST" and form.is_valid():
        try:
            with guarded_transaction():
                tell_hard_news(family=family, by=person, at=timezone.now(), **form.values)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return redirect("family:hard-news")
    context = {"form": form, "news": news}
    return render(request, "mother/hard_news.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """The baby is home again: she hears from us as before."""
    person = signed_in(request)
    family = Family.objects.filter(account=person).first()
    news = open_news(family) if family else None
    if news is not None and news.kind == HardNewsKind.HOSPITAL:  # after a loss a person ends it
        with suppress(Refused), transaction.atomic(durable=True):  # touched twice it has ended already
            end_hard_news(news=news, by=person, at=timezone.now())
    return redirect("family:home")
