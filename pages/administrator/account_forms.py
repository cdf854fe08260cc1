"""What an administrator of accounts fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from facilities.models import District, Facility
from sankecare.edits.forms import EditMixin
from sankecare.email_addresses import PlainEmailField
from sankecare.forms import OperationForm

STAFF_ROLES = [(role.value, role.label) for role in Role if role != Role.MOTHER]


class ReasonForm(OperationForm):
    """Why; the second administrator and the auditor read it."""

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea({"rows": 3}))


class LostFactorForm(ReasonForm):
    """How it was made sure that it is she who asks."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What is lost, and how you made sure who asks: such as in person, with her staff card."),
    )


class _RoleAndPlace(OperationForm):
    last_name = forms.CharField(label=_("family name"), max_length=150)
    first_name = forms.CharField(label=_("given name"), max_length=150)
    email = PlainEmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Her own: the invitation and links for a forgotten password go to it."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose")), *STAFF_ROLES])
    facility = forms.ModelChoiceField(
        Facility.objects.all(),
        label=_("Facility"),
        required=False,
        empty_label=_("none"),
        help_text=_("Of operators and facility managers."),
    )
    district = forms.ModelChoiceField(
        District.objects.all(),
        label=_("District"),
        required=False,
        empty_label=_("none"),
        help_text=_("Of health nurses and caseworkers; of ward staff where she works for one district alone."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Such as the notice of appointment. The second administrator and the auditor read it."),
    )


class AccountForm(_RoleAndPlace):
    """A new account. No password: the person sets hers."""

    username = forms.CharField(
        label=_("name to sign in with"), max_length=150, help_text=_("Letters, digits and @ . + - _ only.")
    )
    field_order = ["last_name", "first_name", "username"]


class ChangeForm(EditMixin, _RoleAndPlace):
    """What is to stand from now on; what somebody else changed meanwhile is said."""

    @staticmethod
    def standing(person: User) -> dict[str, Any]:
        """Return what stands now, to begin with."""
        names = ("last_name", "first_name", "email", "role", "facility", "district")
        return {name: getattr(person, name) for name in names}
