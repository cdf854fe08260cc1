"""What an operator fills in to raise a referral."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from referrals.models import Concern, Ground, RecipientKind, Urgency
from sankecare.forms import OperationForm, PaperInput


class SeveralFiles(PaperInput):
    allow_multiple_selected = True


class PapersField(forms.FileField):
    """Some files or none."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(PapersField, self).clean(file, initial) for file in data or []]


class ReferralForm(OperationForm):
    """A follow-up request about the family of a stay."""

    cause = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    recipient = forms.ChoiceField(
        label=_("To whom"),
        choices=RecipientKind.choices,
        widget=forms.RadioSelect,
        initial=RecipientKind.HEALTH_NURSE,
        help_text=_("It goes to the district in which the family lives."),
    )
    concerns = forms.MultipleChoiceField(
        label=_("What worries you"), choices=Concern.choices, widget=forms.CheckboxSelectMultiple
    )
    what_was_seen = forms.CharField(
        label=_("What was seen"),
        help_text=_("What was seen and heard, as it was. The mother may ask to read it. Empty only with an EPDS."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    urgency = forms.ChoiceField(
        label=_("How soon"), choices=Urgency.choices, widget=forms.RadioSelect, initial=Urgency.SOON
    )
    ground = forms.ChoiceField(
        label=_("Does the mother agree to passing this on?"),
        choices=Ground.choices,
        widget=forms.RadioSelect,
        help_text=_("Where she does not, choose the law on which you act."),
    )
    papers = PapersField(
        label=_("Photographs or papers"),
        required=False,
        widget=SeveralFiles(),
        help_text=_(
            "Photographs (JPEG, PNG, HEIC) up to 30 MB or PDFs up to 10 MB each, at most 5. "
            "Read by the section that you ask, and by you."
        ),
    )

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "cause"}

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        by_scores = str(values.get("cause", "")).startswith("assessment:")
        unsaid = Concern.OTHER in values.get("concerns", []) or not by_scores
        if unsaid and "what_was_seen" not in self.errors and not values.get("what_was_seen", "").strip():
            self.add_error("what_was_seen", _now("Say in your own words what worries you."))
        return values
