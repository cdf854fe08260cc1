"""A mother invites somebody to see her bookings or to book for her, and takes it back: at once, and without a word.

The invitation goes by mail and holds a link alone; the code that opens it she tells herself, so that a mistyped
address opens nothing. A family under protection invites nobody: whom it is protected from may stand beside her.
"""

import secrets
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.messages.language import language_of
from accounts.models import User
from enrollment.confidential import is_protected
from enrollment.models import Family, FamilyHelper
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from sankecare.mails import link_to, send_mail
from sankecare.models import OutboxEntry
from sankecare.transactions import in_transaction

HELPER_MAIL = "helper_mail"
# Own defaults: how many a family has at once and invites within a day, how long an invitation is open, how often a
# code may be wrong.
MOST_HELPERS = 3
MOST_INVITED_A_DAY = 6
OPEN_FOR = timedelta(days=7)
TRIES = 5
CODE_DIGITS = 6


@in_transaction
def invite_helper(
    *, family: Family, kind: str, right: str, email: str, by: User, at: datetime
) -> tuple[FamilyHelper, str]:
    """Write the invitation, and return it with its code, which is shown once and kept nowhere.

    Errors: Refused ``protected``, ``too_many_helpers``, ``invited_already``, ``invited_often``; NotPossible
    ``own_address``.
    """
    locked = Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    if is_protected(locked):
        raise Refused(
            "protected", _("Your address is protected, so nobody can be invited here. Please call the ward.")
        )
    if email.casefold() == by.email.casefold():
        sentence = _("This is your own address. Please enter the address of the person who helps you.")
        raise NotPossible("own_address", sentence, {"email": sentence})
    standing = FamilyHelper.objects.filter(family=locked, ended_at__isnull=True)
    if standing.filter(email__iexact=email).exists():
        sentence = _("This address is invited already. Take it back below to invite it anew.")
        raise Refused("invited_already", sentence, {"email": sentence})
    if standing.count() >= MOST_HELPERS:
        raise Refused(
            "too_many_helpers", _("You can have %(most)d helpers. Take one back first.") % {"most": MOST_HELPERS}
        )
    if FamilyHelper.objects.filter(family=locked, invited_at__gt=at - timedelta(days=1)).count() >= MOST_INVITED_A_DAY:
        raise Refused("invited_often", _("So many invitations were sent today. Please invite again tomorrow."))
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    helper = FamilyHelper.objects.create(
        family=locked, kind=kind, right=right, email=email, code="", tries_left=TRIES, invited_at=at
    )
    helper.code = _digest(helper, code)
    helper.save(update_fields=["code"])
    outbox.enqueue(
        kind=HELPER_MAIL,
        recipient=f"user:{by.pk}",
        dedupe_key=f"{HELPER_MAIL}:{helper.pk}",
        payload={"helper": helper.pk},
        at=at,
    )
    return helper, code


def open_invitations(person: User, at: datetime) -> list[FamilyHelper]:
    """Return the invitations that went to the address with which the person signs in and are still open."""
    asked = FamilyHelper.objects.filter(
        email__iexact=person.email, account__isnull=True, ended_at__isnull=True, invited_at__gt=at - OPEN_FOR
    )
    return list(asked.filter(tries_left__gt=0)) if person.email else []


@in_transaction
def accept_help(*, code: str, by: User, at: datetime) -> FamilyHelper | None:
    """Bind the sign-in to the family whose invitation has this code; None for a wrong one, which is counted."""
    for waiting in open_invitations(by, at):
        helper = FamilyHelper.objects.select_for_update(no_key=True).get(pk=waiting.pk)
        # As it is now: taken back, taken or tried too often while this one waited for the lock.
        if helper.ended_at is not None or helper.account_id is not None or not helper.tries_left:
            continue
        if constant_time_compare(helper.code, _digest(helper, code)):
            # Who helps the family already, under an address of before, has what she is given now.
            FamilyHelper.objects.filter(family=helper.family_id, account=by, ended_at__isnull=True).update(ended_at=at)
            helper.account, helper.accepted_at = by, at
            helper.save(update_fields=["account", "accepted_at"])
            return helper
        helper.tries_left = max(helper.tries_left - 1, 0)
        helper.save(update_fields=["tries_left"])
    return None


@in_transaction
def end_help(*, helper: FamilyHelper, at: datetime) -> FamilyHelper:
    """Take it back: the next page that the helper opens is not there any more. Twice is once."""
    FamilyHelper.objects.filter(pk=helper.pk, ended_at__isnull=True).update(ended_at=at)
    return FamilyHelper.objects.get(pk=helper.pk)


def end_all_help(*, family: Family, at: datetime) -> None:
    """End every helper of a family that is protected or joined into another. In the caller's transaction."""
    FamilyHelper.objects.filter(family=family, ended_at__isnull=True).update(ended_at=at)


def mail_invitation(entry: OutboxEntry, _at: datetime) -> None:
    """Write to the address that she entered: that somebody of the family asks, and a link."""
    asked = FamilyHelper.objects.select_related("family__account")
    helper = asked.filter(pk=entry.payload["helper"], ended_at__isnull=True).first()
    if helper is None or helper.account_id is not None:
        return
    with translation.override(language_of(helper.family.account)):
        send_mail(
            to=helper.email,
            number=f"helper-{helper.pk}",
            subject=_("Somebody in your family asks for your help"),
            body=_(
                "Somebody in your family uses the ward's postpartum care and wants to show you the bookings. Please "
                "sign in with this address, and enter the code that you are told in person:\n\n%(link)s\n\n"
                "The link is good for %(days)d days. If you do not know what this is about, there is nothing to do."
            )
            % {"link": link_to(reverse("family:helping-accept")), "days": OPEN_FOR.days},
        )


def _digest(helper: FamilyHelper, code: str) -> str:
    return salted_hmac("enrollment.helpers", f"{helper.pk}:{code}", algorithm="sha256").hexdigest()
