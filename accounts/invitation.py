"""The link of an invitation: good for the policy's days, and until a password is set with it. No table holds it."""

from datetime import timedelta

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import base36_to_int

from .account_policy import account_policy
from .models import User


class InvitationTokens(PasswordResetTokenGenerator):
    """As a forgotten password's token, which ends with the password and the address; but it lasts days."""

    key_salt = "accounts.invitation"

    def check_token(self, user: User | None, token: str | None) -> bool:
        """Tell whether the token is this person's, not used, not too old, and its person still without a password."""
        if user is None or not token or user.has_usable_password() or not user.is_active:
            return False
        try:
            written = base36_to_int(token.split("-")[0])
        except ValueError:
            return False
        if not constant_time_compare(self._make_token_with_timestamp(user, written, self.secret), token):
            return False
        days = account_policy(timezone.localdate()).invitation
        return self._num_seconds(self._now()) - written <= timedelta(days=days).total_seconds()


invitation_tokens = InvitationTokens()
