"""What is typed to sign in, and to look after how one signs in."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sankecare.email_addresses import PlainEmailField

from .email_codes import CodeSignIn
from .password_reset import ask_for_link
from .roles import Role
from .second_factor import take_totp_step

ONE_TIME = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 20}


class EmailForm(forms.Form):
    """A mother's one field."""

    email = PlainEmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class CodeForm(forms.Form):
    """The eight digits of the mail."""

    code = forms.CharField(label=_("Confirmation code"), max_length=40, widget=forms.TextInput(attrs=ONE_TIME))

    def __init__(self, *args: Any, waiting: CodeSignIn, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting = waiting

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not self._waiting.take_attempt():
            raise ValidationError(
                _("The code was entered wrongly too often. Please ask for a new one."), code="too_often"
            )
        if not self._waiting.is_right(code):
            raise ValidationError(_("This is not the code of the newest mail. Please look again."), code="wrong")
        return code


class StaffForm(AuthenticationForm):
    """Name and password; the caret stands in the mother's field, not here."""

    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": _("The name or the password is wrong. Capital and small letters count."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.pop("autofocus", None)


class _OnceOnly:
    """A code of the app is good once, on any server, whatever the cache forgot."""

    def clean_code(self) -> str:
        code = str(super().clean_code())  # type: ignore[misc]
        authenticator: Authenticator = self.authenticator  # type: ignore[attr-defined]
        if authenticator.type == Authenticator.Type.TOTP and not take_totp_step(authenticator, code):
            raise ValidationError(_("This code has been used already. Please wait for the next one."), code="used")
        return code


class SecondFactorForm(_OnceOnly, AuthenticateForm):
    """The app's code, or one of the recovery codes."""

    code = forms.CharField(
        label=_("Authentication code"),
        help_text=_("The 6 digits that your authenticator app shows, or one of your recovery codes."),
        widget=forms.TextInput(attrs=ONE_TIME),
    )


class SecondFactorAgainForm(_OnceOnly, ReauthenticateForm):
    code = SecondFactorForm.declared_fields["code"]  # type: ignore[assignment]  # a CharField


class AppForm(ActivateTOTPForm):
    code = forms.CharField(
        label=_("Code of the app"),
        help_text=_("The 6 digits that the app shows now."),
        widget=forms.TextInput(attrs=ONE_TIME),
    )


class CredentialField(forms.JSONField):
    """What a browser says of a passkey. Brackets without end are no JSON."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except RecursionError as endless:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from endless

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was sent, for the page that says that it was wrong."""
        try:
            return super().bound_data(data, initial)
        except RecursionError:
            return initial


# What is raised where a credential is no credential: no browser sends such a one.
NO_CREDENTIAL = (KeyError, TypeError, ValueError, AttributeError)


class _ShownPasskey(AuthenticateWebAuthnForm):
    """A passkey that is shown; what is none is wrong, and no error of ours."""

    credential = CredentialField(widget=forms.HiddenInput)

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except NO_CREDENTIAL as malformed:
            raise get_adapter().validation_error("incorrect_code") from malformed


class PasskeySignInForm(_ShownPasskey, LoginWebAuthnForm):
    """In the place of the code by mail."""


class PasskeyStepForm(_ShownPasskey):
    """After the password."""


class PasskeyAgainForm(_ShownPasskey, ReauthenticateWebAuthnForm):
    """Before something about signing in is changed."""


class PasskeyForm(AddWebAuthnForm):
    """A mother's passkey signs her in by itself; a staff member's is the step after the password."""

    credential = CredentialField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name of this passkey"),
        help_text=_("So that you know which device it is."),
        required=False,
        max_length=60,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = self.user.role == Role.MOTHER
        try:
            return super().clean()
        except NO_CREDENTIAL as malformed:
            raise get_adapter().validation_error("incorrect_code") from malformed


class ForgottenForm(PasswordResetForm):
    """A staff member's address; the link goes out through the outbox, as does its absence."""

    email = PlainEmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def save(self, **_options: Any) -> None:  # type: ignore[override]
        with transaction.atomic(durable=True):
            ask_for_link(email=self.cleaned_data["email"])
