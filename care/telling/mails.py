"""The mail of what a facility told at once: a link and nothing else."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from accounts.linked_mail import mail_link
from accounts.models import User
from care.incident_mails import WARD_ROLES
from care.models import IncidentCall
from sankecare.models import OutboxEntry

TOLD = "incident_told"


def mail_told(entry: OutboxEntry, _at: datetime) -> None:
    """Tell one person of the ward, unless somebody has it in hand meanwhile."""
    call = IncidentCall.objects.get(pk=entry.payload["call"])
    person = User.objects.get(pk=entry.payload["person"])
    if call.taken_up_at is not None or person.role not in WARD_ROLES:
        return
    mail_link(
        person,
        number=f"incident-told-{call.pk}-{person.pk}",
        subject=_("At once: a facility tells of a serious incident"),
        body=_(
            "A facility tells of a serious incident. Please sign in, take it up and call the facility:\n\n%(link)s"
        ),
        page=reverse("supervisor:incidents"),
    )
