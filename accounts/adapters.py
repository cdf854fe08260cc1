"""Where allauth asks us: who passes which stage, what may be removed, how secrets are kept."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sankecare.sealing import seal, unseal

from .models import User
from .roles import Role
from .second_factor import is_last_factor
from .sign_in import needs_second_factor
from .sign_in_limit import address_of

# So long after showing who she is a person may change how she signs in without showing it again.
RECENTLY_SECONDS = 300


class SecondFactorStage(AuthenticateStage):
    """For those who need one. A mother's passkey is another way in, not a second step after the code."""

    def _should_handle(self, request: HttpRequest) -> bool:
        person = self.login.user
        return isinstance(person, User) and needs_second_factor(person) and super()._should_handle(request)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": gettext_lazy("Too many attempts. Please wait five minutes and try again."),
    }

    def get_login_stages(self) -> list[str]:
        return ["allauth.account.stages.LoginByCodeStage", "accounts.adapters.SecondFactorStage"]

    def is_login_by_code_required(self, login: Login) -> bool:
        return False

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Mothers sign up by their first code (accounts.email_codes), nobody in any other way."""
        return False

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **options: Any) -> HttpResponse | None:
        """A passkey alone opens no account of the staff."""
        assert isinstance(user, User)
        ways = {record["method"] for record in get_authentication_records(request, user)}
        if needs_second_factor(user) and "password" not in ways:
            messages.info(request, _("Please enter your name and password as well."))
            return redirect("account_login")
        return super().pre_login(request, user, **options)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        clear_login(request)
        messages.error(request, _("This account is closed. Please ask the ward's postpartum care desk."))
        return redirect("account_login")

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def is_reauthentication_required(self, *, app: str, **_options: Any) -> bool:
        """Not from who has only just signed in, nor from a mother: her mail opens her account in any case."""
        person = self.request.user
        records = get_authentication_records(self.request, person)
        recently = bool(records) and timezone.now().timestamp() - records[-1]["at"] < RECENTLY_SECONDS
        return not recently and getattr(person, "role", "") != Role.MOTHER

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """allauth's ways in our words."""
        words = {
            "reauthenticate": _("By password"),
            "mfa_reauthenticate": _("By authenticator app or recovery code"),
            "mfa_reauthenticate:webauthn": _("By passkey"),
        }
        return [way | {"description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]


class MfaAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("The code is wrong. Please look again."),
        "cannot_delete_authenticator": gettext_lazy(
            "This is your only second factor. Set up another one first; then it can be removed."
        ),
    }

    def encrypt(self, text: str) -> str:
        return seal(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        person = authenticator.user
        return not (needs_second_factor(person) and is_last_factor(authenticator))

    def generate_authenticator_name(
        self,
        user: AbstractBaseUser,
        type: Authenticator.Type,  # noqa: A002 (allauth's name)
    ) -> str:
        return _("Passkey %(number)d") % {
            "number": Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        }

    def build_totp_svg(self, url: str) -> str:
        """Without the line that belongs to a file: the picture stands in the page (content security)."""
        return super().build_totp_svg(url).partition("?>")[2]

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def get_totp_issuer(self) -> str:
        return _("Postpartum care")
