"""What is filled in to change a mother's address: by herself, or by staff for her."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.address_codes import NEW, OLD, Asked
from accounts.email_codes import take_attempt
from accounts.forms import ONE_TIME
from accounts.models import User
from sankecare.email_addresses import PlainEmailField
from sankecare.forms import OperationForm


class NewAddressForm(forms.Form):
    """The new address, to which a code goes."""

    address = PlainEmailField(
        label=_("New e-mail address"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"})
    )


class BothCodesForm(OperationForm):
    """The codes of both mails."""

    old = forms.CharField(
        label=_("Code that came to the old address"), max_length=40, widget=forms.TextInput(ONE_TIME)
    )
    new = forms.CharField(
        label=_("Code that came to the new address"), max_length=40, widget=forms.TextInput(ONE_TIME)
    )

    def __init__(self, *args: Any, asked: Asked, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked, self._person = asked, person
        for name in (OLD, NEW):
            if name not in asked.digests:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        may_try = take_attempt("|".join(self._asked.digests.values()))
        for name, is_right in self._asked.right(self._person, given).items():
            if not (may_try and is_right) and name not in self.errors:
                words = _("This is not the code of the newest mail. Please look again.")
                self.add_error(name, ValidationError(words, code="wrong"))
        return given


class ProvedAddressForm(OperationForm):
    """Staff enter it, twice: a slip would give the family's page to a stranger."""

    address = PlainEmailField(label=_("New e-mail address"), max_length=254)
    again = PlainEmailField(label=_("The same address once more"), max_length=254)
    proof = forms.CharField(
        label=_("How you made sure that it is she who asks"),
        max_length=200,
        help_text=_("Such as: at the counter, with her driving licence. Or: called back on the number known before."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("address") and given.get("again") and given["address"] != given["again"]:
            self.add_error("again", _("The two addresses differ. Please look again."))
        return given
