"""A mail of the outbox: one recipient, a link instead of what it is about, the same Message-ID each time.

No mail server can be asked to take a mail exactly once: a connection that breaks while it answers leaves both
sides unsure, so the mail is sent again, and by its Message-ID the recipient's server knows the second copy.
"""

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage  # noqa: TID251 - here, so that no mail goes around the outbox


def send_mail(
    *, to: str, number: str, subject: str, body: str, attached: tuple[str, bytes, str] | None = None
) -> None:
    """Send it within the handler of an outbox entry; ``number`` is what it is about (``referral-7-31``).

    ``body`` must be harmless if it comes twice. ``attached`` is a name, the content and its media type. Whatever
    the mail server does wrong is raised: the entry stays undone and is tried again.
    """
    mail = EmailMessage(
        subject=subject,
        body=body,
        to=[to],
        headers={"Message-ID": f"<{number}@{mail_host()}>", "Auto-Submitted": "auto-generated"},
    )
    if attached is not None:
        mail.attach(*attached)
    mail.send()


def link_to(path: str) -> str:
    """Return the address of a page, as a mail names it."""
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}{path}"


def mail_host() -> str:
    """Return the host of our own mail address."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
