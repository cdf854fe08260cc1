"""Mails about an account, to the person whose it is: an invitation, and what was changed about how she signs in.

An entry holds the person's id and which notice it is; the address is looked up when the mail is written. Only a
notice to an address that was given up finds it in the change's own row.
"""

import uuid
from datetime import datetime
from enum import IntEnum

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import force_bytes
from django.utils.formats import date_format
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from sankecare import outbox
from sankecare.mails import link_to, send_mail
from sankecare.models import OutboxEntry
from sankecare.transactions import in_transaction

from .account_policy import account_policy
from .invitation import invitation_tokens
from .models import AccountChange, EmailChange, User
from .roles import Role
from .sign_in import is_of_the_demo

INVITATION_MAIL = "account_invitation_mail"
NOTICE_MAIL = "account_notice_mail"
GIVEN_UP_MAIL = "account_address_given_up_mail"


class Notice(IntEnum):
    """What a person is told about her account."""

    PASSWORD_SET = 1
    FACTOR_ADDED = 2
    FACTOR_REMOVED = 3
    CODES_NEW = 4
    FACTOR_TAKEN_BACK = 5
    CHANGED = 6
    CLOSED = 7
    REOPENED = 8
    EMAIL_CHANGED = 9
    WRONG_PASSWORDS = 10
    WRONG_SECOND_FACTOR = 11
    PIN_SET = 12


@in_transaction
def invite(*, person: User, at: datetime) -> None:
    """Have the invitation mailed: with its link she sets her password."""
    outbox.enqueue(
        kind=INVITATION_MAIL,
        recipient=f"user:{person.pk}",
        dedupe_key=f"{INVITATION_MAIL}:{uuid.uuid4().hex}",
        payload={"person": person.pk},
        at=at,
    )


@in_transaction
def tell(notice: Notice, *, person: User, at: datetime, once: str = "") -> None:
    """Have the person told; with ``once`` only the first time for this key (``attempts:7:2026-11-29``)."""
    outbox.enqueue(
        kind=NOTICE_MAIL,
        recipient=f"user:{person.pk}",
        dedupe_key=f"{NOTICE_MAIL}:{once or uuid.uuid4().hex}",
        payload={"person": person.pk, "notice": notice.value},
        at=at,
    )


def tell_now(notice: Notice, *, person: User) -> None:
    """Do the same in a transaction of its own, for what allauth's pages have done."""
    with transaction.atomic():
        tell(notice, person=person, at=timezone.now())


@in_transaction
def tell_address_given_up(*, change: AccountChange | EmailChange, person: User, at: datetime) -> None:
    """Have the address told that is hers no longer: who did not ask for it learns of it there."""
    name = "account_change" if isinstance(change, AccountChange) else "email_change"
    outbox.enqueue(
        kind=GIVEN_UP_MAIL,
        recipient=f"user:{person.pk}",
        dedupe_key=f"{GIVEN_UP_MAIL}:{name}:{change.pk}",
        payload={"person": person.pk, name: change.pk},
        at=at,
    )


# ---- What the worker sends ------------------------------------------------------------------------------------------


def mail_invitation(entry: OutboxEntry, at: datetime) -> None:
    """Write the invitation; nothing where she has set her password already, or the account is closed."""
    person = User.objects.filter(pk=entry.payload["person"], is_active=True).first()
    if person is None or not person.email or person.has_usable_password():
        return
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    path = reverse("accounts:invitation", kwargs={"uidb64": uid, "token": invitation_tokens.make_token(person)})
    with translation.override(settings.LANGUAGE_CODE):
        send_mail(
            to=person.email,
            number=f"invitation-{entry.pk}",
            subject=_("Your account"),
            body=_(
                "An account has been made for you in the ward's postpartum care system. With this link you choose "
                "your password, within %(days)d days:\n\n%(link)s\n\nNobody else learns it. Then you sign in as "
                "%(username)s and set up a second factor (an authenticator app or a passkey); have your phone at hand."
                "\n\nIf you do not know what this is about, please tell the ward's postpartum care desk."
            )
            % {
                "days": account_policy(timezone.localdate(at)).invitation,
                "link": link_to(path),
                "username": person.username,
            },
        )


def mail_notice(entry: OutboxEntry, _at: datetime) -> None:
    """Write what was changed, and what to do if it was not she who did it."""
    person = User.objects.filter(pk=entry.payload["person"]).first()
    if person is None or not person.email:
        return
    notice = Notice(entry.payload["notice"])
    with translation.override(settings.LANGUAGE_CODE):
        _send(person, person.email, f"account-{entry.pk}", words_of(notice), entry.created_at)


def mail_given_up(entry: OutboxEntry, _at: datetime) -> None:
    """Write to the address that was hers before."""
    person = User.objects.filter(pk=entry.payload["person"]).first()
    if "account_change" in entry.payload:
        asked = AccountChange.objects.filter(pk=entry.payload["account_change"]).first()
        before, then = (asked.email_before, asked.decided_at) if asked else ("", None)
    else:
        changed = EmailChange.objects.filter(pk=entry.payload["email_change"]).first()
        before, then = (changed.before, changed.at) if changed else ("", None)
    if person is None or not before or then is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        words = _("This e-mail address no longer belongs to your account: mails and sign-in go to another one.")
        _send(person, before, f"given-up-{entry.pk}", words, then)


def words_of(notice: Notice) -> str:
    """Return the notice as a sentence, in the language that is set."""
    return {
        Notice.PASSWORD_SET: _("The password of your account was set."),
        Notice.FACTOR_ADDED: _("An authenticator app or a passkey was added to your account."),
        Notice.FACTOR_REMOVED: _("An authenticator app or a passkey was removed from your account."),
        Notice.CODES_NEW: _("New recovery codes were made for your account. The old ones are no longer good."),
        Notice.FACTOR_TAKEN_BACK: _(
            "The second factor of your account was taken back. Set up another one when you next sign in."
        ),
        Notice.CHANGED: _("Name, address, role or place of your account were changed by two administrators."),
        Notice.CLOSED: _("Your account was closed."),
        Notice.REOPENED: _("Your account was opened again."),
        Notice.EMAIL_CHANGED: _("This e-mail address now belongs to your account: mails and sign-in go to it."),
        Notice.PIN_SET: _("The PIN with which you take a shared tablet was set."),
        Notice.WRONG_PASSWORDS: _(
            "Somebody has entered a wrong password for your account several times. You get in all the same from a "
            "device on which you have signed in before."
        ),
        Notice.WRONG_SECOND_FACTOR: _(
            "Somebody has entered your right password, and then a wrong code of the second factor several times. If "
            "it was not you, somebody knows your password: please change it now."
        ),
    }[notice]


def _send(person: User, address: str, number: str, words: str, then: datetime) -> None:
    if is_of_the_demo(person) and not settings.DEMO:
        return
    staff = _("If it was not you, please tell the administrator of accounts at once.")
    mother = _("If it was not you, please tell the ward's postpartum care desk at once.")
    send_mail(
        to=address,
        number=number,
        subject=_("About your account"),
        body=_("%(words)s\n\nWhen: %(moment)s\n\n%(otherwise)s")
        % {
            "words": words,
            "moment": date_format(timezone.localtime(then), "DATETIME_FORMAT"),
            "otherwise": mother if person.role == Role.MOTHER else staff,
        },
    )
