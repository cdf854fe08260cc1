"""What staff fill in about a family under protection."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from enrollment.models import Family
from sankecare.edits.forms import EditForm
from sankecare.forms import FROM_TODAY, YEAR, Bounds, DayField, OperationForm

A_YEAR_BACK = Bounds(back=YEAR, ahead=timedelta(0))
NAMEABLE = (Role.WARD_STAFF, Role.HEALTH_NURSE, Role.CASEWORKER)


class ProtectForm(OperationForm):
    """Why the family is put under protection, when it was asked for, and until when the measure lasts."""

    paper_on = DayField(label=_("Asked for on"), bounds=A_YEAR_BACK)

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Such as the number of the measure (支援措置). No address here."),
    )
    review_by = DayField(
        label=_("Last day of the measure"),
        required=False,
        bounds=FROM_TODAY,
        help_text=_("Left empty: a year from today."),
    )


class RenewForm(EditForm):
    """Until when the measure goes on, and on which day it was asked for again."""

    paper_on = DayField(label=_("Asked for again on"), bounds=A_YEAR_BACK)
    review_by = DayField(
        label=_("New last day of the measure"),
        bounds=FROM_TODAY,
        help_text=_("A year at most, from the day after the last one."),
    )


class ProposeEndForm(OperationForm):
    """Why the protection is to end, and when the family asked for it, where it did."""

    paper_on = DayField(label=_("Asked for by the family on"), required=False, bounds=A_YEAR_BACK)
    reason = forms.CharField(
        label=_("Reason for the end"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Such as what she asked for and how it was confirmed. No address here."),
    )


class NameForm(OperationForm):
    """Who may see the address without asking."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Person to name"), empty_label=_("Choose"))

    def __init__(self, *args: Any, family: Family, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["person"]
        assert isinstance(choice, forms.ModelChoiceField)
        districts = family.residences.values("district")
        here = Q(district__isnull=True, role=Role.WARD_STAFF) | Q(district__in=districts)
        choice.queryset = User.objects.filter(here, role__in=NAMEABLE, is_active=True).order_by("role", "username")


class AskForm(OperationForm):
    """Why somebody not named must see the address."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 3}))
