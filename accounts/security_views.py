"""How one signs in, looked after by oneself: password, second factor, passkeys. By allauth's and Django's pages."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView, PasswordResetView
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from .account_mails import Notice, tell
from .forms import ForgottenForm
from .invitation import invitation_tokens
from .models import Tried
from .permissions import signed_in
from .roles import Role
from .second_factor import signed_in_fully
from .sign_in_alarm import note_failure, tell_of_wrong_second_factor
from .sign_in_limit import Act, count, wait_seconds
from .views import too_many_requests

# The window of settings.ACCOUNT_RATE_LIMITS "login_failed".
SECOND_FACTOR_SECONDS = 300


class Overview(IndexView):
    """How one signs in, and, for who has yet to, what must be set up first."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        must = not signed_in_fully(self.request, signed_in(self.request))
        return super().get_context_data(must_set_up=must, **kwargs)


class SecondFactor(AuthenticateView):
    """The step after the password."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Too many wrong codes: whoever it is knows the password, and its owner is told."""
        person = self.stage.login.user
        closed = any(form.has_error(name, "too_many_login_attempts") for name in form.fields)
        if person.role != Role.MOTHER:
            note_failure(person=person, tried=Tried.SECOND_FACTOR, closed=closed, at=timezone.now())
        if closed:
            tell_of_wrong_second_factor(person=person, at=timezone.now())
            return too_many_requests(self.request, seconds=SECOND_FACTOR_SECONDS)
        return super().form_invalid(form)


class AddPasskey(AddWebAuthnView):
    """The first one of a staff member shows her recovery codes; a mother has none."""

    def get_success_url(self) -> str:
        if getattr(self.request.user, "role", "") == Role.MOTHER:
            return reverse("mfa_index")
        return super().get_success_url()


class RemovePasskey(RemoveWebAuthnView):
    """Not the last second factor of who needs one."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.object):
            return super().form_valid(form)
        form.add_error(None, adapter.validation_error("cannot_delete_authenticator"))
        return self.form_invalid(form)


class ChangePassword(PasswordChangeView):
    """This session goes on, all others end at their next request."""

    template_name = "account/password_change.html"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        words = _("Your password is changed. Wherever else you were signed in, you no longer are.")
        with transaction.atomic(durable=True):
            answer = super().form_valid(form)
            tell(Notice.PASSWORD_SET, person=signed_in(self.request), at=timezone.now())
        messages.success(self.request, words)
        return answer


class Forgotten(PasswordResetView):
    """Asks for the address; the next page says the same whatever it was."""

    template_name = "account/password_reset.html"
    form_class = ForgottenForm
    success_url = reverse_lazy("accounts:password-sent")

    def form_valid(self, form: ForgottenForm) -> HttpResponse:  # type: ignore[override]
        email = form.cleaned_data["email"]
        if seconds := wait_seconds(self.request, Act.LINK, email):
            return too_many_requests(self.request, seconds=seconds)
        count(self.request, Act.LINK, email)
        return super().form_valid(form)


@method_decorator(never_cache, name="dispatch")
class NewPassword(PasswordResetConfirmView):
    """The link of the mail. The token goes into the session at once, so that no address holds it any longer."""

    template_name = "account/password_new.html"
    success_url = reverse_lazy("accounts:login")

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:  # type: ignore[type-arg]
        with transaction.atomic(durable=True):
            answer = super().form_valid(form)
            tell(Notice.PASSWORD_SET, person=form.user, at=timezone.now())
        messages.success(self.request, _("Your new password is set. Please sign in with it."))
        return answer


class Invitation(NewPassword):
    """The link of an invitation: the person alone chooses her password."""

    template_name = "account/invitation.html"
    token_generator = invitation_tokens
    reset_url_token = "choose"  # noqa: S105 (a word in the address, in the place of the token)
