"""お知らせ: what the outbox's entries of a referral do. A mail holds a link and nothing else."""

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from sankecare import outbox
from sankecare.models import OutboxEntry

from .models import Referral, ReferralNotice, ReferralState
from .queries import district_of

REFERRAL_RAISED = "referral_raised"
REFERRAL_MAIL = "referral_mail"


def announce_referral(entry: OutboxEntry, at: datetime) -> None:
    """Tell everyone of the recipient's role in the district where the family lives now: a notice, and a mail each.

    Received or withdrawn meanwhile: nobody needs to be told.
    """
    referral = Referral.objects.select_related("family").get(pk=entry.payload["referral"])
    if referral.state != ReferralState.RAISED:
        return
    district = district_of(referral.family, timezone.localdate(at)) or referral.district
    people = list(User.objects.filter(role=referral.recipient, district=district, is_active=True).order_by("pk"))
    notices = [ReferralNotice(referral=referral, person=person, at=at) for person in people]
    ReferralNotice.objects.bulk_create(notices, ignore_conflicts=True)
    for person in people:
        if person.email:
            outbox.enqueue(
                kind=REFERRAL_MAIL,
                recipient=f"user:{person.pk}",
                dedupe_key=f"{REFERRAL_MAIL}:{referral.pk}/{person.pk}",
                payload={"referral": referral.pk, "person": person.pk},
                at=at,
            )


def mail_referral(entry: OutboxEntry, _at: datetime) -> None:
    """Send the link to one person. The Message-ID is always the same, so a second copy is known as one."""
    referral = Referral.objects.get(pk=entry.payload["referral"])
    person = User.objects.get(pk=entry.payload["person"])
    if referral.state != ReferralState.RAISED or not person.is_active or not person.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        link = settings.PUBLIC_BASE_URL.rstrip("/") + reverse("nurse:referral", kwargs={"pk": referral.pk})
        EmailMessage(
            subject=_("Postpartum care: a follow-up request has arrived"),
            body=_(
                "A follow-up request has arrived for your district. Please sign in to read it:\n\n%(link)s\n\n"
                "If you have read it already, there is nothing to do."
            )
            % {"link": link},
            to=[person.email],
            headers={"Message-ID": _message_id(referral.pk, person.pk), "Auto-Submitted": "auto-generated"},
        ).send()


def _message_id(referral: int, person: int) -> str:
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<referral-{referral}-{person}@{host}>"
