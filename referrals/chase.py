"""督促: nobody has received a referral in time, or nobody is there to be told of it: the supervisors are told."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from accounts.linked_mail import mail_link
from accounts.models import User
from accounts.roles import Role
from sankecare import outbox
from sankecare.models import OutboxEntry
from sankecare.transactions import in_transaction

from .models import SENDING, EventKind, Referral, ReferralEvent, ReferralNotice, ReferralState
from .queries import is_overdue

REFERRAL_OVERDUE = "referral_overdue"
REFERRAL_OVERDUE_MAIL = "referral_overdue_mail"
CHASED_AT_ONCE = 100


class NobodyToTell(LookupError):
    """The ward has no supervisor who signs in: the entry waits, for all to see, until there is one."""


@in_transaction
def chase_referrals(*, at: datetime, limit: int = CHASED_AT_ONCE) -> int:
    """Have the supervisors told of each referral that nobody received by its deadline; return how many were new.

    However long ago that was: an outage only makes it later. Once for each deadline, and never for one that is
    received in the same moment (its row is locked).
    """
    overdue = Referral.objects.filter(is_overdue(at)).order_by("due_at", "pk")
    keys = {pk: _key(pk, due_at) for pk, due_at in overdue.values_list("pk", "due_at")}
    told = set(OutboxEntry.objects.filter(dedupe_key__in=keys.values()).values_list("dedupe_key", flat=True))
    untold = [pk for pk, key in keys.items() if key not in told][:limit]
    for referral in overdue.filter(pk__in=untold).select_for_update(no_key=True, skip_locked=True):
        escalate(referral, at)
    return len(untold)


def escalate(referral: Referral, at: datetime) -> None:
    """Have the supervisors told, in the caller's transaction; once for the referral's deadline."""
    outbox.enqueue(
        kind=REFERRAL_OVERDUE,
        recipient=f"district:{referral.district_id}/{Role.SUPERVISOR}",
        dedupe_key=_key(referral.pk, referral.due_at),
        payload={"referral": referral.pk},
        at=at,
    )


def tell_supervisors(entry: OutboxEntry, at: datetime) -> None:
    """Give every supervisor a notice, and a mail each, and note it; nothing where received or sent on meanwhile.

    Errors: NobodyToTell.
    """
    referral = Referral.objects.select_for_update(no_key=True).get(pk=entry.payload["referral"])
    if referral.state != ReferralState.RAISED or _key(referral.pk, referral.due_at) != entry.dedupe_key:
        return
    people = list(User.objects.filter(role=Role.SUPERVISOR, is_active=True).order_by("pk"))
    if not people:
        raise NobodyToTell
    sent = ReferralEvent.objects.filter(referral=referral, kind__in=SENDING).order_by("pk").last()
    notices = [ReferralNotice(referral=referral, person=person, event=sent, at=at) for person in people]
    ReferralNotice.objects.bulk_create(notices, ignore_conflicts=True)
    ReferralEvent.objects.create(referral=referral, kind=EventKind.CHASED, by=None, at=at)
    for person in people:
        if person.email:
            outbox.enqueue(
                kind=REFERRAL_OVERDUE_MAIL,
                recipient=f"user:{person.pk}",
                dedupe_key=f"{entry.dedupe_key}/{person.pk}",
                payload={"referral": referral.pk, "person": person.pk},
                at=at,
            )


def mail_supervisor(entry: OutboxEntry, _at: datetime) -> None:
    """Send one supervisor the link to what is late; nothing where it was received or sent on meanwhile."""
    referral = Referral.objects.get(pk=entry.payload["referral"])
    person = User.objects.get(pk=entry.payload["person"])
    of_deadline = f"{_key(referral.pk, referral.due_at)}/{person.pk}"
    if referral.state != ReferralState.RAISED or entry.dedupe_key != of_deadline:
        return
    if person.role != Role.SUPERVISOR:
        return
    mail_link(
        person,
        number=f"late-{entry.pk}",
        subject=_("Nobody has received a follow-up request"),
        body=_(
            "A follow-up request has not been received in time. Please sign in and see to it:\n\n%(link)s\n\n"
            "If somebody has received it meanwhile, there is nothing to do."
        ),
        page=reverse("supervisor:referrals"),
    )


def _key(referral: int, due_at: datetime) -> str:
    return f"{REFERRAL_OVERDUE}:{referral}/{int(due_at.timestamp())}"
