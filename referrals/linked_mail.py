"""A mail to one person of the ward: a link, and never what it is about."""

from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import User
from sankecare.mails import link_to, send_mail
from sankecare.moments import fact_in_words


def mail_link(
    person: User, *, number: str, subject: str, body: str, page: str, until: datetime | date | None = None
) -> None:
    """Send the link of the page, in the ward's language; nothing to who left or has no address.

    ``subject`` and ``body`` (with ``%(link)s``) are msgids; ``number`` makes a second copy known as one. ``until``:
    the deadline, which ``body`` holds as ``%(until)s``.
    """
    if not person.is_active or not person.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        send_mail(
            to=person.email,
            number=number,
            subject=gettext(subject),
            body=gettext(body) % {"link": link_to(page), "until": fact_in_words(until)},
        )
