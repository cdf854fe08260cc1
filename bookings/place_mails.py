"""The mails of draws and of the waiting list: a link and nothing else. The Message-ID makes a second copy one."""

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.models import User
from sankecare.models import OutboxEntry

from .models import Booking, BookingState, DrawEntry


def mail_offer(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that a place is held for it: a link to the page where it answers."""
    held = Booking.objects.select_related("registration__birth__family__account").get(pk=entry.payload["booking"])
    if held.state == BookingState.OFFERED:
        _send(
            held.registration.birth.family.account,
            f"offer-{held.pk}",
            _("Postpartum care: a place has come free for you"),
            _("A place that you waited for is held for you. Please sign in and answer in time:\n\n%(link)s"),
            reverse("family:offer", args=[held.pk]),
        )


def mail_result(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that the result stands on its page."""
    wish = DrawEntry.objects.select_related("registration__birth__family__account").get(pk=entry.payload["entry"])
    _send(
        wish.registration.birth.family.account,
        f"draw-{wish.pk}",
        _("Postpartum care: the result of the draw is there"),
        _("The result of the draw stands on your page. If you won, please accept it there in time:\n\n%(link)s"),
        reverse("family:home"),
    )


def _send(person: User | None, number: str, subject: str, body: str, page: str) -> None:
    if person is None or not person.is_active or not person.email:
        return
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    with translation.override(settings.LANGUAGE_CODE):
        EmailMessage(
            subject=gettext(subject),
            body=gettext(body) % {"link": settings.PUBLIC_BASE_URL.rstrip("/") + page},
            to=[person.email],
            headers={"Message-ID": f"<{number}@{host}>", "Auto-Submitted": "auto-generated"},
        ).send()
