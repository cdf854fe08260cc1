"""A mail of the outbox: one recipient, a link instead of what it is about, the same Message-ID each time.

No mail server can be asked to take a mail exactly once: a connection that breaks while it answers leaves both
sides unsure, so the mail is sent again, and by its Message-ID the recipient's server knows the second copy.

Every mail looks the same, so that a mother can tell it from a swindler's: the municipality and the programme in
sender and subject, the desk and its telephone below, answers to the desk.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage  # noqa: TID251 - here, so that no mail goes around the outbox
from django.utils import translation
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Desk:
    """Who writes: the municipality, its desk, how to reach it (telephone and hours), where answers go."""

    municipality: str = ""
    office: str = ""
    contact: str = ""
    email: str = ""


_find: list[Callable[[], Desk]] = []


def ask_for_desk(find: Callable[[], Desk]) -> None:
    """Have mails say who writes as ``find`` returns it. An app that knows fills this in in its ``ready()``."""
    _find[:] = [find]


def desk() -> Desk:
    """Return who writes today; nothing of it where nobody has entered it."""
    return _find[0]() if _find else Desk()


def written_mail(*, to: str, subject: str, body: str, headers: Mapping[str, str] | None = None) -> EmailMessage:
    """Return a mail as all of ours look, in the active language: ``subject`` and ``body`` are what it is about."""
    writes, address = desk(), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    sender = _("%(municipality)s, postpartum care") % {"municipality": writes.municipality}
    if not writes.municipality:
        sender = _("Postpartum care")
    return EmailMessage(
        subject=_("[%(sender)s] %(subject)s") % {"sender": sender, "subject": subject},
        body=f"{body.rstrip()}\n\n{_signature(writes, sender)}\n",
        from_email=formataddr((sender, address)),
        to=[to],
        reply_to=[writes.email or address],
        headers={
            "Auto-Submitted": "auto-generated",
            # Outlook and Exchange answer absences to it otherwise.
            "X-Auto-Response-Suppress": "All",
            "Content-Language": translation.get_language() or settings.LANGUAGE_CODE,
            **(headers or {}),
        },
    )


def send_mail(
    *, to: str, number: str, subject: str, body: str, attached: tuple[str, bytes, str] | None = None
) -> None:
    """Send it within the handler of an outbox entry; ``number`` is what it is about (``referral-7-31``).

    ``body`` must be harmless if it comes twice. ``attached`` is a name, the content and its media type. Whatever
    the mail server does wrong is raised: the entry stays undone and is tried again.
    """
    mail = written_mail(to=to, subject=subject, body=body, headers={"Message-ID": f"<{number}@{mail_host()}>"})
    if attached is not None:
        mail.attach(*attached)
    mail.send()


def link_to(path: str) -> str:
    """Return the address of a page, as a mail names it."""
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}{path}"


def mail_address() -> str:
    """Return our own mail address."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def mail_host() -> str:
    """Return the host of our own mail address."""
    return mail_address().rpartition("@")[2] or "localhost"


def _signature(writes: Desk, sender: str) -> str:
    contact = _("Telephone: %(contact)s") % {"contact": writes.contact} if writes.contact else ""
    lines = [
        "-- ",
        sender,
        writes.office,
        contact,
        link_to("/"),
        _("This mail was written by the system of the programme. We never ask for a password or a code by mail."),
    ]
    return "\n".join(line for line in lines if line)
