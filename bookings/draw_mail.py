"""The mails of draws: a link and nothing else."""

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from sankecare.models import OutboxEntry

from .models import DrawEntry


def mail_result(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that the result stands on its page. The Message-ID makes a second copy one."""
    wish = DrawEntry.objects.select_related("registration__birth__family__account").get(pk=entry.payload["entry"])
    person = wish.registration.birth.family.account
    if person is None or not person.is_active or not person.email:
        return
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    with translation.override(settings.LANGUAGE_CODE):
        EmailMessage(
            subject=_("Postpartum care: the result of the draw is there"),
            body=_(
                "The result of the draw stands on your page. If you won, please accept it there in time:\n\n%(link)s"
            )
            % {"link": settings.PUBLIC_BASE_URL.rstrip("/") + reverse("family:home")},
            to=[person.email],
            headers={"Message-ID": f"<draw-{wish.pk}@{host}>", "Auto-Submitted": "auto-generated"},
        ).send()
