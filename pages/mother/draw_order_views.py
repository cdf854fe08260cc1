"""どの抽選を先に望むか, for a mother who is in several draws: of two places that she cannot both keep she has one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from bookings.draws.preferences import entries_in_order
from bookings.draws.preferring import prefer_draws
from bookings.models import DrawEntry
from enrollment.models import Registration
from pages.public.draw_views import name_of_round
from sankecare.errors import Refused
from sankecare.forms import show_refusal
from sankecare.periods import as_text


class OrderForm(forms.Form):
    """One field for each draw that she is in: its place, 1 the most preferred."""

    def __init__(self, *args: Any, entries: list[DrawEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(place), str(place)) for place in range(1, len(entries) + 1)]
        for place, entry in enumerate(entries, start=1):
            label = f"{name_of_round(entry.round)}（{as_text(entry.round.period)}）"
            self.fields[f"draw_{entry.pk}"] = forms.ChoiceField(label=label, choices=places, initial=str(place))

    @property
    def order(self) -> list[int]:
        """The entries' ids in order; one place given twice leaves one of them out. Of a valid form alone."""
        by_place = {place: int(name.removeprefix("draw_")) for name, place in self.cleaned_data.items()}
        return [by_place[place] for place in sorted(by_place, key=int)]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Her draws still to come, in the order in which she prefers them."""
    registrations = Registration.objects.select_related("birth__family")
    registration = shown_or_404(request, Action.BOOKING_WISH, registrations, pk=pk)
    entries = list(entries_in_order(registration.birth.family).prefetch_related(_SERVICES))
    form = OrderForm(request.POST if request.method == "POST" else None, entries=entries)
    if form.is_valid():
        try:
            with transaction.atomic(durable=True):
                prefer_draws(registration=registration, order=form.order, at=timezone.now())
            messages.success(request, _("Your order is kept."))
            return redirect("family:draws", registration.pk)
        except Refused as refused:
            show_refusal(form, refused)
    context = {"registration": registration, "form": form, "several": len(entries) > 1}
    return render(request, "mother/draw_order.html", context, status=422 if form.errors else 200)


_SERVICES = "round__pool__services"
