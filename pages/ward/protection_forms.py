"""What staff fill in about a family under protection."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from enrollment.models import Family
from sankecare.edits.forms import EditForm
from sankecare.forms import FROM_TODAY, DayField, OperationForm

NAMEABLE = (Role.WARD_STAFF, Role.HEALTH_NURSE, Role.CASEWORKER)


class ProtectForm(OperationForm):
    """Why the family is put under protection, and when the measure is to be renewed."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Such as the number of the measure (支援措置). No address here."),
    )
    review_by = DayField(label=_("To be renewed by"), required=False, bounds=FROM_TODAY)


class RenewForm(EditForm):
    """Until when the measure holds."""

    review_by = DayField(label=_("To be renewed by"), bounds=FROM_TODAY)


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
