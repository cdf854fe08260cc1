"""お知らせ of watch lists: each nurse of the district gets a link, and never whom it is about."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from accounts.linked_mail import mail_link
from accounts.models import User
from accounts.roles import Role
from sankecare import outbox
from sankecare.models import OutboxEntry

from .models import WatchList

WATCH_MADE = "watch_made"
WATCH_MAIL = "watch_mail"


def announce_watch_list(entry: OutboxEntry, at: datetime) -> None:
    """A mail to each health nurse of the list's district."""
    watch_list = WatchList.objects.get(pk=entry.payload["list"])
    nurses = User.objects.filter(role=Role.HEALTH_NURSE, district=watch_list.district_id, is_active=True)
    for person in nurses.exclude(email="").order_by("pk"):
        outbox.enqueue(
            kind=WATCH_MAIL,
            recipient=f"user:{person.pk}",
            dedupe_key=f"{WATCH_MAIL}:{watch_list.pk}/{person.pk}",
            payload={"list": watch_list.pk, "person": person.pk},
            at=at,
        )


def mail_watch_list(entry: OutboxEntry, _at: datetime) -> None:
    """Send the link to one nurse."""
    mail_link(
        User.objects.get(pk=entry.payload["person"]),
        number=f"watch-{entry.payload['list']}-{entry.payload['person']}",
        subject=_("This week's list of your district is there"),
        body=_("This week's list of families to look after is there. Please sign in to read it:\n\n%(link)s"),
        page=reverse("nurse:watch"),
    )
