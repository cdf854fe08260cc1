"""What a nurse makes of a row of the watch list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals.models import ContactWay, MarkKind
from sankecare.forms import OperationForm


class MarkForm(OperationForm):
    """Looked at, no need, or a contact."""

    kind = forms.ChoiceField(label=_("What was done"), choices=MarkKind.choices, widget=forms.RadioSelect)
    way = forms.ChoiceField(
        label=_("How you got in touch"), choices=[("", _("Choose")), *ContactWay.choices], required=False
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Only your district reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )
