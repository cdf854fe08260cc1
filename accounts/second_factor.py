"""The second factor: whether a session has shown it, and what keeps a code from being used twice.

A session remembers by which ways its person showed who she is (allauth's records). Only one that holds both
the password and a second factor has a staff member's rights; accounts.middleware asks at every request.
"""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from sankecare.transactions import in_transaction

from .account_mails import Notice, tell_now
from .models import User
from .roles import Role
from .shift import end_shifts
from .sign_in import needs_second_factor

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def signed_in_fully(request: HttpRequest, person: User | AnonymousUser) -> bool:
    """Tell whether this session has shown all that its person must show. No query."""
    if not isinstance(person, User) or not needs_second_factor(person):
        return True
    ways = {record.get("method") for record in get_authentication_records(request, person)}
    return {"password", "mfa"} <= ways


def has_second_factor(person: User) -> bool:
    """Tell whether an app or a passkey is set up."""
    return Authenticator.objects.filter(user=person, type__in=FACTORS).exists()


def is_last_factor(authenticator: Authenticator) -> bool:
    """Tell whether without it the person would be left without a second factor."""
    others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(pk=authenticator.pk)
    return authenticator.type in FACTORS and not others.exists()


def take_totp_step(authenticator: Authenticator, code: str) -> bool:
    """Take the code's 30 seconds for good; False where a code of then or later was taken before.

    Kept in the row and not in the cache: a code stays used while Valkey is away.
    """
    with transaction.atomic():
        row = Authenticator.objects.select_for_update(no_key=True).get(pk=authenticator.pk)
        secret = decrypt(row.data["secret"])
        typed = normalize_user_code(code)
        step = next((step for step in yield_hotp_counters_from_time() if _code_of(secret, step) == typed), None)
        if step is None or step <= row.data.get("last_step", -1):
            return False
        row.data["last_step"] = step
        row.save(update_fields=["data"])
    authenticator.data = row.data
    return True


@in_transaction
def forget_second_factor(*, person: User) -> None:
    """Somebody lost phone and codes: all of it goes, and every session with it; the next sign-in sets it up anew."""
    Authenticator.objects.filter(user=person).delete()
    end_shifts(person=person, at=timezone.now())
    # Sessions are few and this is rare: no index is kept for it.
    own = [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    Session.objects.filter(pk__in=own).delete()


def note_added(request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """Who has just set it up has shown it: the session goes on with it. A mother's passkey needs no recovery codes.

    The person is told by mail; the recovery codes that come with the first one are part of it.
    """
    if authenticator.type in FACTORS:
        if authenticator.type == Authenticator.Type.TOTP:
            authenticator.data["last_step"] = sorted(yield_hotp_counters_from_time())[0]
            authenticator.save(update_fields=["data"])
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        tell_now(Notice.FACTOR_ADDED, person=user)
    elif user.role == Role.MOTHER:
        authenticator.delete()


def note_removed(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """The person is told by mail; recovery codes that go with the last one are part of it."""
    if authenticator.type in FACTORS:
        tell_now(Notice.FACTOR_REMOVED, person=user)


def note_new_codes(user: User, **_signal: Any) -> None:
    """The person is told by mail."""
    tell_now(Notice.CODES_NEW, person=user)


def _code_of(secret: str, step: int) -> str:
    return str(format_hotp_value(hotp_value(secret, step)))


def listen() -> None:
    """Called once the models are there."""
    authenticator_added.connect(note_added, dispatch_uid="accounts.second_factor")
    authenticator_removed.connect(note_removed, dispatch_uid="accounts.second_factor.removed")
    authenticator_reset.connect(note_new_codes, dispatch_uid="accounts.second_factor.codes")
