"""Each night's head of the sealed history, mailed to every auditor: a second place that no database reaches."""

from datetime import datetime

from django.urls import reverse

from accounts.linked_mail import mail_link
from accounts.models import User
from accounts.roles import Role
from sankecare import outbox
from sankecare.models import HistoryDay, OutboxEntry
from sankecare.transactions import in_transaction

SEALED_MAIL = "history_sealed_mail"


@in_transaction
def tell_auditors(day: HistoryDay, at: datetime) -> None:
    """Announce the head of a day to every auditor who can sign in."""
    for pk in User.objects.filter(role=Role.AUDITOR, is_active=True).order_by("pk").values_list("pk", flat=True):
        outbox.enqueue(
            kind=SEALED_MAIL,
            recipient=f"user:{pk}",
            dedupe_key=f"{SEALED_MAIL}:{day.pk}/{pk}",
            payload={"person": pk, "day": day.pk},
            at=at,
        )


def mail_head(entry: OutboxEntry, _at: datetime) -> None:
    """Write the mail: day, digest and signature, nothing of anybody."""
    day = HistoryDay.objects.filter(pk=entry.payload["day"]).first()
    person = User.objects.filter(pk=entry.payload["person"], role=Role.AUDITOR).first()
    if day is None:
        return
    mail_link(
        person,
        number=f"history-{entry.pk}",
        subject=SUBJECT,
        body=BODY,
        page=reverse("audit:history"),
        day=day.day.isoformat(),
        digest=day.digest,
        signature=day.signature,
    )


def _(words: str) -> str:
    """Mark words that are said in the reader's language when the mail is written."""
    return words


SUBJECT = _("The history of a day was sealed")
BODY = _(
    "The history of %(day)s was sealed. Keep this mail: with the digest it can be shown later that no day was cut off"
    " or replaced.\n\nDigest: %(digest)s\nSignature: %(signature)s\n\nWhat the last check found:\n%(link)s"
)
