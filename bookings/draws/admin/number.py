"""公開の番号 in the admin: what the source shows, typed in by one and by another; not shown to the second."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from accounts.actions import Action
from accounts.admin_site import DayWidget, ModelAdmin
from accounts.models import User
from accounts.permissions import signed_in, visible_or_404
from bookings.draws.public_number import Typed, confirm_number, enter_number
from bookings.models import DrawNumber, DrawRound
from bookings.places.refusals import guarded_transaction
from sankecare.errors import Refused
from sankecare.forms import DayField, show_refusal

CHANGELIST = "admin:bookings_drawround_changelist"


class NumberForm(forms.Form):
    """What somebody read at the source; never what another typed."""

    value = forms.CharField(
        label=gettext_lazy("public number"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("all digits, zeros in front as well, as the source shows it"),
    )
    of_day = DayField(label=gettext_lazy("day on which the number was drawn"), widget=DayWidget)
    is_fallback = forms.BooleanField(
        label=gettext_lazy("of the source that stands in"), required=False, widget=UnfoldBooleanSwitchWidget
    )


def number_page(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the public number of a round, or confirm it by entering the same; ``anew`` replaces what stands there."""
    rounds = DrawRound.objects.select_related("pool__facility")
    shown = visible_or_404(request.user, Action.DRAW_ANNOUNCE, rounds, pk=pk)
    person = signed_in(request)
    number = DrawNumber.objects.select_related("entered_by", "confirmed_by").filter(round=shown).first()
    form = NumberForm(request.POST or None)
    if form.is_valid():
        try:
            written = _write(shown, form, person, anew="anew" in request.POST)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, written)
            return HttpResponseRedirect(reverse(CHANGELIST))
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Public number of the draw"),
        "opts": model_admin.opts,
        "round": shown,
        "form": form,
        "number": number,
        "is_second": number is not None and number.entered_by_id != person.pk,
    }
    return TemplateResponse(request, "bookings/admin/number.html", context, status=422 if form.errors else 200)


def _write(shown: DrawRound, form: NumberForm, person: User, *, anew: bool) -> str:
    """Enter or confirm, as what stands there asks; return what was done, in words."""
    cleaned: dict[str, Any] = form.cleaned_data
    typed = Typed.of(cleaned["value"], cleaned["of_day"], cleaned["is_fallback"])
    with guarded_transaction():
        entered = DrawNumber.objects.select_for_update().filter(round=shown).first()
        is_first = entered is None or anew or entered.entered_by_id == person.pk
        operation = enter_number if is_first else confirm_number
        operation(draw_round=shown, typed=typed, by=person, at=timezone.now())
    if is_first:
        return _("Entered. It counts once a second person has entered the same.")
    return _("Confirmed. The draw takes place at its time.")
