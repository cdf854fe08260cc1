"""What an operator fills in to raise a referral, and a nurse to close one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Concern, Ground, Outcome, RecipientKind, Urgency


class ReferralForm(forms.Form):
    """A follow-up request about the family of a stay."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
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
        help_text=_("What was seen and heard, as it was. The mother may ask to read it."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        required=False,
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

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if Concern.OTHER in given.get("concerns", []) and not given.get("what_was_seen", "").strip():
            self.add_error("what_was_seen", _("Say in your own words what worries you."))
        return given


class OutcomeForm(forms.Form):
    """What came of it; the facility sees only that it is closed."""

    kind = forms.ChoiceField(label=_("What came of it"), choices=Outcome.choices, widget=forms.RadioSelect)
    outcome = forms.CharField(
        label=_("Outcome"),
        help_text=_("Only your district reads it."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
    )
