"""What families are told of coordinator sessions: a link, and nothing of what it is about."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from accounts.linked_mail import mail_link
from sankecare.models import OutboxEntry

from .models import SessionSignUp


def mail_session_called_off(entry: OutboxEntry, _at: datetime) -> None:
    """Tell a family that a session is not held; why stands on its page."""
    sign_up = SessionSignUp.objects.select_related("family__account").get(pk=entry.payload["sign_up"])
    if sign_up.cancelled_at is None:
        mail_link(
            sign_up.family.account,
            number=f"session-{sign_up.pk}",
            subject=_("A session is not held"),
            body=_("A session that you signed up for is not held. Please read why on your page:\n\n%(link)s"),
            page=reverse("family:home"),
        )


def mail_session_changed(entry: OutboxEntry, _at: datetime) -> None:
    """Tell a family that a session begins at another time; when, stands on its page."""
    sign_up = SessionSignUp.objects.select_related("family__account", "session").get(pk=entry.payload["sign_up"])
    if sign_up.cancelled_at is None and sign_up.session.called_off_at is None:
        mail_link(
            sign_up.family.account,
            number=f"session-changed-{entry.pk}",
            subject=_("A session begins at another time"),
            body=_(
                "A session that you signed up for begins at another time. Please see when on your page:\n\n%(link)s"
            ),
            page=reverse("family:home"),
        )
