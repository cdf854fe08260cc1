"""未払いのお知らせ: a fee that is still open is reminded of, without an amount and without a name."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from accounts.linked_mail import mail_link
from bookings.reminders.due import due_after
from bookings.reminders.remind import policy_of_the_hour
from sankecare import outbox
from sankecare.models import OutboxEntry
from sankecare.outbox import Announcement
from sankecare.transactions import in_transaction

from .models import Charge
from .queries import charges_with_owed_and_paid, listed_as_owed, listed_as_paid

UNPAID_REMINDER = "unpaid_reminder"
# What is open for longer is for people to speak about (own default).
REMINDED_WITHIN = timedelta(days=90)


@in_transaction
def remind_of_unpaid(*, at: datetime) -> int:
    """Have every family told of a fee that is open for so many days; return how many entries. Once for each step."""
    policy = policy_of_the_hour(at)
    if policy is None or not policy.unpaid_days:
        return 0
    told = list(_due(policy.unpaid_days, at))
    outbox.enqueue_several(told, at=at)
    return len(told)


def mail_unpaid(entry: OutboxEntry, _at: datetime) -> None:
    """Remind of it; nothing where it is paid meanwhile."""
    charges = charges_with_owed_and_paid(Charge.objects.filter(pk=entry.payload["charge"]))
    charge = charges.select_related("booking__registration__birth__family__account").get()
    if listed_as_paid(charge) < listed_as_owed(charge):
        mail_link(
            charge.booking.registration.birth.family.account,
            number=f"unpaid-{entry.pk}",
            subject=_("A fee is still open"),
            body=_(
                "A fee of your stay is still open. How much it is and how you pay it is on your page. If you have paid"
                " it in these days, or if it is difficult, there is nothing to fear: please call the facility or the"
                " ward.\n\n%(link)s"
            ),
            page=reverse("family:home"),
        )


def _due(days_after: list[int], at: datetime) -> Iterator[Announcement]:
    today = timezone.localdate(at)
    issued = Charge.objects.filter(
        issued_at__gte=at - REMINDED_WITHIN, booking__registration__birth__family__account__isnull=False
    )
    charges = charges_with_owed_and_paid(issued).select_related("booking__registration__birth__family")
    for charge in charges:
        if listed_as_paid(charge) >= listed_as_owed(charge):
            continue
        number = due_after(timezone.localdate(charge.issued_at), today, days_after)
        if number is not None:
            account = charge.booking.registration.birth.family.account_id
            key = f"{UNPAID_REMINDER}:{charge.pk}/{number}"
            yield Announcement(UNPAID_REMINDER, f"user:{account}", key, {"charge": charge.pk})
