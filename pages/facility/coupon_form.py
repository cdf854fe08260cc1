"""Coupons as a facility takes them: ticked by their numbers where a family leaves, or after a visit."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.coupons import coupon_numbers, coupons_handed_over
from enrollment.models import Family
from sankecare.forms import OperationForm


class CouponsForm(OperationForm):
    """A form with the coupons that a mother hands over; where the ward has none, without the field."""

    coupons = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Coupons handed over"),
        help_text=gettext_lazy("The numbers of those not used yet."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, family: Family, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = coupon_numbers()
        used = set(coupons_handed_over(family))
        coupons = self.fields["coupons"]
        assert isinstance(coupons, forms.TypedMultipleChoiceField)
        # A used one that is sent all the same is refused by the operation, with the reason.
        coupons.choices = [
            (number, _("%(number)s (used)") % {"number": number} if number in used else str(number))
            for number in numbers
        ]
        if not numbers:
            del self.fields["coupons"]

    @property
    def handed_over(self) -> list[int]:
        """The numbers handed over; what the mother announced when booking counts for nothing here."""
        return self.cleaned_data.get("coupons") or []
