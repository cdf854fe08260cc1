"""What a nurse fills in to find a family and to ask for a place, and what ward staff answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextareaWidget

from facilities.models import Service
from facilities.queries import services_offered
from sankecare.forms import DayField, DayInput, OperationForm

from .models import Concern, Wanted


class FamilySearchForm(forms.Form):
    """Posted, so that no name stands in an address."""

    text = forms.CharField(
        label=_("Name, kana, number, telephone or day"),
        help_text=_("At least two letters. Only families who live in your district are found."),
        max_length=60,
        min_length=2,
    )
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class PlaceRequestForm(OperationForm):
    """A request for a place for a family in high need."""

    concerns = forms.MultipleChoiceField(
        label=_("Why the family needs a place"), choices=Concern.choices, widget=forms.CheckboxSelectMultiple
    )
    details = forms.CharField(
        label=_("The reason in your words"),
        help_text=_("Ward staff read it and decide by it. The mother may ask to read it."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=1000,
    )
    wanted = forms.ChoiceField(
        label=_("How soon"), choices=Wanted.choices, widget=forms.RadioSelect, initial=Wanted.NEXT
    )
    service = forms.ModelChoiceField(
        label=_("Service wished"), queryset=Service.objects.none(), required=False, empty_label=_("Any")
    )
    first_day = DayField(label=_("Days wished: from"), widget=DayInput, required=False)
    last_day = DayField(label=_("Days wished: to"), widget=DayInput, required=False)

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = services_offered(today)  # type: ignore[attr-defined]  # a ModelChoiceField


class AcceptForm(forms.Form):
    """Until when the family weighs more."""

    last_day = DayField(label=_("Counts in draws whose deadline is until"), widget=UnfoldAdminSingleDateWidget)
    note = forms.CharField(
        label=_("Note for the district"),
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextareaWidget({"rows": 2}),
    )


class DeclineForm(forms.Form):
    """Why not."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The district reads it."),
        max_length=1000,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
    )
