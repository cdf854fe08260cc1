"""支払先 for staff to keep: the account is typed in the open and kept sealed; who only reads does not see it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import RegexValidator
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.admin_site import ModelAdmin
from facilities.admin import shown_period
from sankecare.sealing import CannotOpen

from .models import Payee
from .payees import KINDS, Account, account_of, seal_account

ACCOUNT = ("bank", "branch", "kind", "number", "holder")


def _text(label: Any, most: int, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, widget=UnfoldAdminTextInputWidget, **given)


class PayeeForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' own parameter
    """A payee with its account: all five parts of it, or none."""

    bank = _text(_("bank"), 40)
    branch = _text(_("branch"), 40)
    kind = forms.ChoiceField(
        label=_("kind of account"), choices=[("", "–"), *KINDS.items()], required=False, widget=UnfoldAdminSelectWidget
    )
    number = _text(
        _("account number"), 7, validators=[RegexValidator(r"^[0-9]{7}$", _("Seven digits, such as 0012345."))]
    )
    holder = _text(_("account holder in kana"), 60)

    class Meta:
        model = Payee
        fields = ("facility", "period", "name", "representative", "address", "registration_number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            known = account_of(self.instance)
        except CannotOpen:  # sealed with a key that is gone: to be entered anew
            known = None
        if known is not None:
            self.initial = {**self.initial, **vars(known)}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        given = [name for name in ACCOUNT if values.get(name)]
        if given:
            for name in ACCOUNT:
                if name not in given and name not in self.errors:
                    self.add_error(name, _("Please fill in the whole account, or leave all of it empty."))
        return values

    def save(self, commit: bool = True) -> Any:
        parts = {name: self.cleaned_data[name] for name in ACCOUNT}
        self.instance.account = seal_account(Account(**parts)) if all(parts.values()) else None
        return super().save(commit)


@admin.register(Payee)
class PayeeAdmin(ModelAdmin):
    """Who is paid, from when on. A claim keeps the payee of the day on which it was submitted."""

    # Plain: what a form of the administration remembers of the row that it opened would show the account.
    form = PayeeForm  # type: ignore[assignment]
    list_display = ("facility", "name", "representative", shown_period, "registration_number")
    list_select_related = ("facility",)
    list_filter = ("facility",)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Leave the account out for who may only look."""
        of_row = PayeeForm.Meta.fields
        changes = self.has_change_permission(request, obj)
        shown = (*of_row, *ACCOUNT) if changes else of_row
        return [(None, {"fields": list(shown)})]
