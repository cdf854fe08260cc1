"""お知らせ: what the outbox's entries of a referral do. A mail holds a link and nothing else."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from accounts.linked_mail import mail_link
from accounts.models import User
from sankecare import outbox
from sankecare.models import OutboxEntry

from .chase import escalate
from .models import OPEN_STATES, SENDING, EventKind, Referral, ReferralEvent, ReferralNotice, ReferralState, Urgency
from .sending import district_now, lock_referral

REFERRAL_RAISED = "referral_raised"
REFERRAL_MAIL = "referral_mail"
REFERRAL_HANDED = "referral_handed"
REFERRAL_ADDED = "referral_added"


def announce_referral(entry: OutboxEntry, at: datetime) -> None:
    """Tell everyone of the section that has the referral now: a notice, and a mail each.

    Received or withdrawn meanwhile: nobody needs to be told. Sent on or moved meanwhile: the entry of that tells.
    Nobody there to be told: the supervisors are, at once.
    """
    referral = lock_referral(Referral(pk=entry.payload["referral"]), at=at)
    sent, event = _came_with(referral)
    if referral.state != ReferralState.RAISED or entry.payload.get("event") != event.get("event"):
        return
    people = list(_section(referral, at).order_by("pk"))
    if not people:
        escalate(referral, at)
    ReferralNotice.objects.bulk_create(
        [ReferralNotice(referral=referral, person=person, event=sent, at=at) for person in people],
        ignore_conflicts=True,
    )
    again = "".join(f"/{pk}" for pk in event.values())
    for person in people:
        if person.email:
            outbox.enqueue(
                kind=REFERRAL_MAIL,
                recipient=f"user:{person.pk}",
                dedupe_key=f"{REFERRAL_MAIL}:{referral.pk}/{person.pk}{again}",
                payload={"referral": referral.pk, "person": person.pk} | event,
                at=at,
            )


def mail_referral(entry: OutboxEntry, at: datetime) -> None:
    """Send the link to one person. The Message-ID is always the same, so a second copy is known as one.

    Received, sent on or moved meanwhile, or the person works elsewhere now: her link would lead nowhere.
    """
    referral = Referral.objects.get(pk=entry.payload["referral"])
    person = _section(referral, at).filter(pk=entry.payload["person"]).first()
    _sent, event = _came_with(referral)
    if referral.state != ReferralState.RAISED or entry.payload.get("event") != event.get("event"):
        return
    if person is None:
        return
    is_today = referral.urgency == Urgency.TODAY
    again = f"-{entry.payload['event']}" if "event" in entry.payload else ""
    mail_link(
        person,
        number=f"referral-{referral.pk}-{person.pk}{again}",
        subject=_("[Today] A follow-up request has arrived") if is_today else _("A follow-up request has arrived"),
        body=_(
            "A follow-up request has arrived for your district. Please sign in and receive it by %(until)s:\n\n"
            "%(link)s\n\nIf you have read it already, there is nothing to do."
        ),
        page=reverse("nurse:referral", kwargs={"pk": referral.pk}),
        until=referral.due_at,
    )


def mail_added(entry: OutboxEntry, at: datetime) -> None:
    """Tell who has a referral in hand, or the section that has not received it, that a further request joined it."""
    referral = Referral.objects.select_related("in_charge").get(pk=entry.payload["referral"])
    if referral.state not in OPEN_STATES:
        return
    is_today = referral.urgency == Urgency.TODAY
    subject = _("[Today] More was written about a follow-up request")
    people = [referral.in_charge] if referral.in_charge else list(_section(referral, at).order_by("pk"))
    for person in people:
        if person.email:
            mail_link(
                person,
                number=f"referral-added-{entry.payload['event']}-{person.pk}",
                subject=subject if is_today else _("More was written about a follow-up request"),
                body=_(
                    "A facility has written more about a follow-up request. Please sign in to read it:\n\n%(link)s"
                ),
                page=reverse("nurse:referral", kwargs={"pk": referral.pk}),
            )


def mail_handed_over(entry: OutboxEntry, _at: datetime) -> None:
    """Tell a person that something was handed over to her: the link to her inbox."""
    mail_link(
        User.objects.get(pk=entry.payload["person"]),
        number=f"referral-handed-{entry.payload['event']}",
        subject=_("Follow-up requests were handed over to you"),
        body=_("Follow-up requests were handed over to you. Please sign in to read them:\n\n%(link)s"),
        page=reverse("nurse:inbox"),
    )


def _section(referral: Referral, at: datetime) -> QuerySet[User]:
    """Return who signs in for the section that has the referral at the moment."""
    return User.objects.filter(role=referral.recipient, district=district_now(referral, at), is_active=True)


def _came_with(referral: Referral) -> tuple[ReferralEvent | None, dict[str, int]]:
    """Return the event with which the section got it, and how entries name it.

    None of a first announcement: those of an earlier version name no event, and their mails keep their keys.
    """
    sent = ReferralEvent.objects.filter(referral=referral, kind__in=SENDING).order_by("pk").last()
    return sent, {"event": sent.pk} if sent is not None and sent.kind != EventKind.RAISED else {}
