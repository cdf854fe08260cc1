"""料金の訂正・配慮 at the ward: a charge corrected, or lowered on purpose; each with its reason."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from billing.adjust import MOST_YEN, adjust_charge, days_of
from billing.models import AdjustmentKind, Charge
from billing.queries import owed
from bookings.stays.words import who
from pages.once_form import form_page, posted
from sankecare.forms import OperationForm

KINDS = (
    (AdjustmentKind.GOODWILL.value, gettext_lazy("Goodwill: less than the fee worked out, on purpose; it stays")),
    (
        AdjustmentKind.CORRECTION.value,
        gettext_lazy("Correction: the fee was worked out wrongly; it is compared with the records ever after"),
    ),
)


class AdjustForm(OperationForm):
    """How much, of which kind, and why."""

    kind = forms.TypedChoiceField(
        label=gettext_lazy("Kind"), choices=KINDS, coerce=AdjustmentKind, widget=forms.RadioSelect
    )
    amount = forms.IntegerField(
        label=gettext_lazy("Yen, with a minus where it lowers"),
        help_text=gettext_lazy("For example -500."),
        min_value=-MOST_YEN,
        max_value=MOST_YEN,
    )
    day = forms.TypedChoiceField(
        label=gettext_lazy("Of which day"),
        help_text=gettext_lazy("The facility's claim follows it by the contract of this day."),
        coerce=date.fromisoformat,
        empty_value=None,
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), help_text=gettext_lazy("The family reads it. Write no names."), max_length=400
    )

    def __init__(self, data: Any, days: Sequence[date]) -> None:
        super().__init__(data)
        if len(days) > 1:
            shown = [(day.isoformat(), date_format(day)) for day in days]
            self.fields["day"].choices = [("", _("Choose one where it matters")), *shown]  # type: ignore[attr-defined]
        else:
            del self.fields["day"]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def adjust(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a signed row to a charge."""
    charges = Charge.objects.select_related("booking__registration__birth__family", "booking__service__facility")
    charge = shown_or_404(request, Action.CHARGE_ADJUST, charges, pk=pk)
    context: dict[str, Any] = {
        "charge": charge,
        "owed": f"{owed(charge):,}",
        "rows": charge.adjustments.select_related("made_by"),
    }
    return form_page(
        request,
        AdjustForm(posted(request), days_of(charge)),
        partial(adjust_charge, charge=charge),
        template="ward/adjust.html",
        context=context,
        back=reverse("operator:charge", args=[pk]),
        done=_("The charge of %(who)s is adjusted.") % {"who": who(charge.booking)},
    )
