"""A mail of the outbox: one recipient, a link instead of what it is about, the same Message-ID each time.

No mail server can be asked to take a mail exactly once: a connection that breaks while it answers leaves both
sides unsure, so the mail is sent again, and by its Message-ID the recipient's server knows the second copy.

Every mail looks the same, so that a mother can tell it from a swindler's: the municipality and the programme in
sender and subject, the desk and its telephone below, answers to the desk.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import (
    EmailMessage,  # noqa: TID251 - here, so that no mail goes around the outbox
    get_connection,
)
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation
from django.utils.translation import gettext as _

from .languages import EASY, code_of_page
from .languages.readings import in_text


@dataclass(frozen=True)
class Desk:
    """Who writes: the municipality, its desk, how to reach it (telephone and hours), where answers go."""

    municipality: str = ""
    office: str = ""
    contact: str = ""
    email: str = ""


_find: list[Callable[[], Desk]] = []
_kept: ContextVar[BaseEmailBackend | None] = ContextVar("mail_connection", default=None)
# Who writes, by language, read once for the seconds in which mails go over one connection.
_desks: ContextVar[dict[str | None, Desk] | None] = ContextVar("mail_desks", default=None)


@contextmanager
def mails_over_one_connection() -> Iterator[Callable[[], None]]:
    """Have all mails inside go over one connection to the mail server, opened with the first; the desk is read once.

    Gives what closes it after an error; the next mail opens another.
    """
    connection = get_connection()
    token, desks = _kept.set(connection), _desks.set({})
    try:
        yield connection.close
    finally:
        _desks.reset(desks)
        _kept.reset(token)
        connection.close()


def ask_for_desk(find: Callable[[], Desk]) -> None:
    """Have mails say who writes as ``find`` returns it. An app that knows fills this in in its ``ready()``."""
    _find[:] = [find]


def desk() -> Desk:
    """Return who writes today; nothing of it where nobody has entered it."""
    if (known := _desks.get()) is None:
        return _find[0]() if _find else Desk()
    language = translation.get_language()
    if language not in known:
        known[language] = _find[0]() if _find else Desk()
    return known[language]


def written_mail(*, to: str, subject: str, body: str, headers: Mapping[str, str] | None = None) -> EmailMessage:
    """Return a mail as all of ours look, in the active language: ``subject`` and ``body`` are what it is about."""
    writes, address = desk(), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    sender = _sender(writes)
    return EmailMessage(
        subject=subject_line(subject),
        body=_with_readings(f"{body.rstrip()}\n\n{_signature(writes, sender)}\n"),
        from_email=formataddr((sender, address)),
        to=[to],
        reply_to=[writes.email or address],
        headers={
            "Auto-Submitted": "auto-generated",
            # Outlook and Exchange answer absences to it otherwise.
            "X-Auto-Response-Suppress": "All",
            "Content-Language": code_of_page(translation.get_language()),
            **(headers or {}),
        },
    )


def send_mail(
    *,
    to: str,
    number: str,
    subject: str,
    body: str,
    attached: tuple[str, bytes, str] | None = None,
    stop: str = "",
) -> None:
    """Send it within the handler of an outbox entry; ``number`` is what it is about (``referral-7-31``).

    ``body`` must be harmless if it comes twice. ``attached`` is a name, the content and its media type. ``stop``: the
    page on which mails of this kind end by one touch (RFC 8058). Whatever the mail server does wrong is raised: the
    entry stays undone and is tried again.
    """
    headers = {"Message-ID": f"<{number}@{mail_host()}>"}
    if stop:
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    mail = written_mail(to=to, subject=subject, body=body, headers=headers)
    if attached is not None:
        mail.attach(*attached)
    if (connection := _kept.get()) is not None:
        connection.open()
        mail.connection = connection
    mail.send()


def subject_line(subject: str) -> str:
    """Return the first line of a message, the same on every way: who writes, and what happened."""
    return _("[%(sender)s] %(subject)s") % {"sender": _sender(desk()), "subject": subject}


def link_to(path: str) -> str:
    """Return the address of a page, as a mail names it."""
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}{path}"


def mail_address() -> str:
    """Return our own mail address."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def mail_host() -> str:
    """Return the host of our own mail address."""
    return mail_address().rpartition("@")[2] or "localhost"


def _with_readings(body: str) -> str:
    """In easy Japanese each word's reading stands behind it where it comes first."""
    return in_text(body) if translation.get_language() == EASY else body


def _sender(writes: Desk) -> str:
    if not writes.municipality:
        return _("Postpartum care")
    return _("%(municipality)s, postpartum care") % {"municipality": writes.municipality}


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
