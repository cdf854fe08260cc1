"""With which section a referral is: sent on by staff, or taken along by a family that moves. There it is new.

A section that gets a referral has to receive it by name, in its own time, and is told of it through the outbox once.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.responsible_district import district_in_charge, districts_deputised
from facilities.models import District
from sankecare import outbox
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

from .models import OPEN_STATES, EventKind, RecipientKind, Referral, ReferralEvent, ReferralState
from .queries import deadlines

REFERRAL_SENT = "referral_sent"


def lock_referral(referral: Referral, *, at: datetime) -> Referral:
    """Lock the referral until the end of the transaction and return it as it is now, with today's district."""
    locked = Referral.objects.select_for_update(no_key=True).get(pk=referral.pk)
    _follow_move(locked, at)
    return locked


def follow_moves(*, at: datetime) -> int:
    """Take open referrals along with families whose move has come, also one reported before; return how many.

    The inbox shows them in the new district anyhow: here it is told, and has to receive them anew. A batch: it opens
    a transaction for each. Call it outside of one.
    """
    moved = (
        Referral.objects.filter(state__in=OPEN_STATES)
        .alias(now=district_in_charge(timezone.localdate(at)))
        .exclude(now=Coalesce("announced_to", "district"))
        .order_by("pk")
    )
    followed = 0
    for referral in moved:
        with transaction.atomic(durable=True):
            locked = Referral.objects.select_for_update(no_key=True).get(pk=referral.pk)
            followed += locked.state in OPEN_STATES and _follow_move(locked, at)
    return followed


@in_transaction
def send_on(
    kept: Referral,
    kind: EventKind,
    *,
    recipient: RecipientKind,
    district: District,
    by: User | None,
    at: datetime,
    reason: str = "",
) -> ReferralEvent:
    """Give a locked, open referral to a section, which is told once and has as long as for a new one.

    Whoever had it in hand has it no more.
    """
    note_plan_called_off(kept, by=by, at=at)
    kept.recipient, kept.announced_to = recipient, district
    kept.due_at, kept.red_at = deadlines(at)
    kept.state = ReferralState.RAISED
    kept.acknowledged_at = kept.acknowledged_by = kept.in_charge = kept.next_contact_on = None
    kept.save()
    event = ReferralEvent.objects.create(
        referral=kept, kind=kind, by=by, at=at, recipient=recipient, district=district, text=reason
    )
    outbox.enqueue(
        kind=REFERRAL_SENT,
        recipient=f"district:{district.pk}/{recipient}",
        dedupe_key=f"{REFERRAL_SENT}:{event.pk}",
        payload={"referral": kept.pk, "event": event.pk},
        at=at,
    )
    return event


def note_plan_called_off(kept: Referral, *, by: User | None, at: datetime) -> None:
    """Keep which planned contact falls away with what is about to be done to a locked referral."""
    if kept.next_contact_on is not None:
        ReferralEvent.objects.create(referral=kept, kind=EventKind.CALLED_OFF, by=by, at=at, day=kept.next_contact_on)


def refuse_forgotten_plan(kept: Referral, *, plan_called_off: bool) -> None:
    """Refuse to drop a planned contact without a word: who does so says that it is called off.

    Errors: Refused ``contact_planned``.
    """
    if kept.next_contact_on is not None and not plan_called_off:
        sentence = _("A contact is planned on %(day)s. Say that it is called off, or record it first.")
        words = sentence % {"day": date_format(kept.next_contact_on)}
        raise Refused("contact_planned", words, {"plan_called_off": words})


def district_now(referral: Referral, at: datetime) -> District:
    """Return the district that the referral is with at the moment. One query."""
    return District.objects.get(pk__in=_in_charge(referral, at))


def refuse_unless_addressed(kept: Referral, *, by: User, at: datetime) -> None:
    """Refuse who is not of the section that has the locked referral now: it was sent on since she opened the page.

    A deputy to whom it was handed is taken for one of the section.
    Errors: Refused ``sent_on``.
    """
    # An open one was told the district that it is with when it was locked.
    is_open = kept.state in OPEN_STATES
    with_it = (kept.announced_to_id or kept.district_id) if is_open else _in_charge(kept, at).get()
    if by.role != kept.recipient or not (
        by.district_id == with_it or (kept.in_charge == by and is_deputy(by, with_it, at))
    ):
        raise Refused("sent_on", _("%(number)s has been sent on: another section has it.") % {"number": kept.number})


def is_deputy(person: User, district: int, at: datetime) -> bool:
    """Tell whether the person's section takes over from that of the district (id) at the moment. One query."""
    deputised = districts_deputised(person.role, person.district_id, timezone.localdate(at))
    return bool(deputised.filter(district=district).exists())


def refuse_unless_in_hand(kept: Referral) -> None:
    """Refuse what can only be done with a referral that somebody has received. Errors: Refused ``not_in_hand``."""
    if kept.state != ReferralState.ACKNOWLEDGED:
        raise Refused(
            "not_in_hand",
            _("This cannot be done with %(number)s: %(state)s.")
            % {"number": kept.number, "state": kept.get_state_display()},
        )


def _follow_move(locked: Referral, at: datetime) -> bool:
    """Give a locked referral to the district of today where that is another one; True if it was."""
    if locked.state not in OPEN_STATES:
        return False
    now = _in_charge(locked, at).get()
    if now == (locked.announced_to_id or locked.district_id):
        return False
    district = District.objects.get(pk=now)
    send_on(locked, EventKind.MOVED, recipient=RecipientKind(locked.recipient), district=district, by=None, at=at)
    return True


def _in_charge(referral: Referral, at: datetime) -> QuerySet[Referral, Any]:
    """Return the district (id) that the referral is with at the moment, and nothing else."""
    now = district_in_charge(timezone.localdate(at))
    return Referral.objects.filter(pk=referral.pk).annotate(now=now).values_list("now", flat=True)
