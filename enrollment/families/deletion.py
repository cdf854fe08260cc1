"""削除の請求: asked by her, taken back by her, decided by staff. No mail says what it is about.

Granted, her sign-in ends and what only she needed goes at once: what she began to fill in, her passkeys. What the ward
must keep (letters, use, fees) stays for as long as it must, and the answer says so (DEFAULT: staff judge it).
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.account_mails import Notice, tell
from accounts.actions import Action
from accounts.linked_mail import mail_link
from accounts.models import User
from accounts.permissions import visible
from enrollment.applications.drafts import discard_draft
from enrollment.models import LIVE_STATES, DeletionRequest, DeletionState, Family, Registration
from sankecare import outbox
from sankecare.errors import Refused, refuse_without_reason
from sankecare.models import OutboxEntry
from sankecare.transactions import in_transaction

DELETION_MAIL = "deletion_mail"


@in_transaction
def ask_for_deletion(*, words: str, by: User, at: datetime) -> DeletionRequest:
    """She asks; asked already, the request that waits is returned as it is."""
    account = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    waiting = DeletionRequest.objects.filter(account=account, state=DeletionState.ASKED).first()
    if waiting is not None:
        return waiting
    family = Family.objects.filter(account=account).first()
    return DeletionRequest.objects.create(account=account, family=family, words=words, asked_at=at)


@in_transaction
def take_back_deletion(*, asked: DeletionRequest) -> DeletionRequest:
    """She takes it back. Errors: Refused ``decided_already``."""
    locked = _waiting(asked)
    locked.state = DeletionState.TAKEN_BACK
    locked.save(update_fields=["state"])
    return locked


@in_transaction
def decide_deletion(*, asked: DeletionRequest, grant: bool, answer: str, by: User, at: datetime) -> DeletionRequest:
    """Staff decide, with an answer that she reads.

    Errors: NotPossible ``no_reason``; Refused ``decided_already``; ``registration_stands`` where it is granted while
    she can still book: what is booked is given back by ending the registration first.
    """
    refuse_without_reason(answer, field="answer")
    locked = _waiting(asked)
    if grant:
        if Registration.objects.filter(birth__family__account=locked.account, state__in=LIVE_STATES).exists():
            raise Refused(
                "registration_stands",
                _("Her registration is still in force. Please end it first: what is booked is then given back."),
            )
        _close(locked.account, at)
    locked.state = DeletionState.GRANTED if grant else DeletionState.REFUSED
    locked.answer, locked.decided_at, locked.decided_by = answer, at, by
    locked.save(update_fields=["state", "answer", "decided_at", "decided_by"])
    if not grant:
        outbox.enqueue(
            kind=DELETION_MAIL,
            recipient=f"user:{locked.account_id}",
            dedupe_key=f"{DELETION_MAIL}:{locked.pk}",
            payload={"request": locked.pk},
            at=at,
        )
    return locked


def requests_shown(person: User) -> "QuerySet[DeletionRequest]":
    """Return the requests that staff may decide: those that wait first, the oldest on top. One query."""
    found = visible(person, Action.DELETION_DECIDE, DeletionRequest.objects.exclude(state=DeletionState.TAKEN_BACK))
    return found.select_related("family", "account", "decided_by").order_by("decided_at", "asked_at")


def mail_decision(entry: OutboxEntry, _at: datetime) -> None:
    """Send her the link of the page with the answer."""
    asked = DeletionRequest.objects.select_related("account").get(pk=entry.payload["request"])
    mail_link(
        asked.account,
        number=f"deletion-{asked.pk}",
        subject=gettext_noop("The ward has answered you"),
        body=gettext_noop(
            "The ward has answered something that you asked. Please sign in to read it:\n\n%(link)s\n\n"
            "If you have read it already, there is nothing to do."
        ),
        page=reverse("family:deletion"),
    )


def _close(account: User, at: datetime) -> None:
    tell(Notice.CLOSED, person=account, at=at)
    discard_draft(account=account)
    Authenticator.objects.filter(user=account).delete()
    account.is_active = False
    account.save(update_fields=["is_active"])


def _waiting(asked: DeletionRequest) -> DeletionRequest:
    locked = DeletionRequest.objects.select_for_update(no_key=True).select_related("account").get(pk=asked.pk)
    if locked.state != DeletionState.ASKED:
        raise Refused("decided_already", _("This has been decided already."))
    return locked
