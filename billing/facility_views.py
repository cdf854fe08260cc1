"""The facility's leave-taking: the departure is recorded and the charge shown, day by day."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.looks import shown_or_404
from accounts.permissions import signed_in
from bookings.queries import bookings_with_days
from sankecare.errors import Refused

from .check_out import check_out
from .models import Charge


class DepartureForm(forms.Form):
    """What the facility wants to remember of the stay."""

    note = forms.CharField(
        label=gettext_lazy("Note of the facility"),
        help_text=gettext_lazy("Only your facility reads it. To hand a worry on, raise a follow-up request."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def departure(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the departure, and issue the charge of the days used."""
    booking = shown_or_404(request, "stay.record", bookings_with_days(), pk=pk)
    form = DepartureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            done = check_out(booking=booking, by=signed_in(request), at=timezone.now(), note=form.cleaned_data["note"])
        except Refused as refused:
            form.add_error(None, refused.detail)
        else:
            messages.success(request, _("The departure of %(number)s is recorded.") % {"number": booking.number})
            if done.charge is None:
                messages.warning(request, _("No charge yet: %(why)s") % {"why": done.no_charge})
                return redirect("operator:stay", pk=booking.pk)
            return redirect("operator:charge", pk=done.charge.pk)
    return render(
        request, "operator/departure.html", {"booking": booking, "form": form, "today": timezone.localdate()}
    )


@require_safe
def charge(request: HttpRequest, pk: int) -> HttpResponse:
    """The charge of a stay, line by line."""
    charges = Charge.objects.select_related(
        "booking__service__facility", "booking__registration__birth__family"
    ).prefetch_related("lines", "adjustments")
    shown = shown_or_404(request, "charge.view", charges, pk=pk)
    return render(request, "operator/charge.html", {"charge": shown, "booking": shown.booking})
