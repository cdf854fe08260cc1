"""申請を受け取りました: she hears that her application is there, and what comes next."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from accounts.linked_mail import mail_link
from accounts.messages.matters import Matter
from enrollment.models import Registration, RegistrationState
from sankecare import outbox
from sankecare.models import OutboxEntry

SENT_MAIL = "application_sent"


def tell_sent(registration: Registration, at: datetime) -> None:
    """Have a mail sent that the application is there, in the caller's transaction; once each time it is sent in."""
    account = registration.birth.family.account_id
    if account is not None:
        outbox.enqueue(
            kind=SENT_MAIL,
            recipient=f"user:{account}",
            dedupe_key=f"{SENT_MAIL}:{registration.pk}/{int(at.timestamp())}",
            payload={"registration": registration.pk},
            at=at,
        )


def mail_sent(entry: OutboxEntry, _at: datetime) -> None:
    """Send it; nothing where it is decided or withdrawn meanwhile."""
    sent = Registration.objects.select_related("birth__family__account").get(pk=entry.payload["registration"])
    if sent.state == RegistrationState.APPLIED:
        mail_link(
            sent.birth.family.account,
            number=f"applied-{entry.pk}",
            subject=_("We have received your application"),
            body=_(
                "Your application has arrived. The ward looks at it and tells you the answer by a message. Where it"
                " stands is on your page at any time:\n\n%(link)s"
            ),
            page=reverse("family:home"),
            matter=Matter.ANSWER,
        )
