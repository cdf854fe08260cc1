"""A mail to one person: a link, and never what it is about."""

from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from sankecare.mails import link_to, send_mail
from sankecare.moments import fact_in_words

from .models import User


def mail_link(
    person: User | None,
    *,
    number: str,
    subject: str,
    body: str,
    page: str,
    until: datetime | date | None = None,
    attached: tuple[str, bytes, str] | None = None,
    **facts: int,
) -> None:
    """Send the link of the page, in the ward's language; nothing to nobody, who left or who has no address.

    ``subject`` and ``body`` (with ``%(link)s``, and the ``facts`` by name) are msgids; ``number`` makes a second copy
    known as one. ``until``: the deadline, which ``body`` holds as ``%(until)s``. ``attached``: as ``send_mail``.
    """
    if person is None or not person.is_active or not person.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        send_mail(
            to=person.email,
            number=number,
            subject=gettext(subject),
            body=gettext(body) % {"link": link_to(page), "until": fact_in_words(until), **facts},
            attached=attached,
        )
