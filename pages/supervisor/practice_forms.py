"""What a facility, a nurse or ward staff write for the yearly meeting, and what staff make of it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sankecare.edits.forms import EditForm
from sankecare.forms import OperationForm


class PracticeForm(OperationForm):
    """A note for the meeting."""

    title = forms.CharField(label=_("Title"), max_length=80)
    text = forms.CharField(
        label=_("What was done, and what came of it"),
        help_text=_("Everybody at the meeting reads it: write no name, address, date of birth or booking number."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=1000,
    )


class ReviewForm(EditForm):
    """The wording in which the pack prints a note."""

    seen_as = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    wording = forms.CharField(
        label=_("Wording in the pack"),
        help_text=_("Take out whatever names somebody. The note itself stays as it was written."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=1000,
        required=False,
    )
