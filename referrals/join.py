"""続報: a further request about the same cause joins the one that is open, instead of one after another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from sankecare import outbox
from sankecare.transactions import in_transaction

from .announce import REFERRAL_ADDED
from .models import Concern, EventKind, Ground, Referral, ReferralAddition, ReferralEvent, Urgency
from .papers import keep_papers
from .sending import lock_referral

FROM_MOST_URGENT = (Urgency.TODAY, Urgency.SOON, Urgency.NORMAL)


@dataclass(frozen=True)
class Asked:
    """What a facility says of a family: its worries, what was seen, how soon, and on what ground."""

    concerns: Sequence[Concern]
    what_was_seen: str
    urgency: Urgency
    ground: Ground


@in_transaction
def join(
    referral: Referral, asked: Asked, papers: "Sequence[UploadedFile[bytes]]", *, by: User, at: datetime
) -> Referral:
    """Add what was asked to an open referral; where nothing of it is new, nothing is written.

    It may make the referral more urgent, never less. Who has it is told once an hour at most, and at once where it has
    become more urgent.
    """
    kept = lock_referral(referral, at=at)
    if not papers and _is_known(kept, asked):
        return kept
    rises = FROM_MOST_URGENT.index(asked.urgency) < FROM_MOST_URGENT.index(Urgency(kept.urgency))
    ReferralAddition.objects.create(
        referral=kept,
        concerns=list(asked.concerns),
        what_was_seen=asked.what_was_seen,
        urgency=asked.urgency,
        ground=asked.ground,
        added_at=at,
        added_by=by,
    )
    if rises:
        kept.urgency = asked.urgency
        kept.save(update_fields=["urgency"])
    keep_papers(kept, papers)
    event = ReferralEvent.objects.create(referral=kept, kind=EventKind.ADDED, by=by, at=at)
    told = asked.urgency if rises else int(at.timestamp()) // 3600
    outbox.enqueue(
        kind=REFERRAL_ADDED,
        recipient=f"district:{kept.district_id}/{kept.recipient}",
        dedupe_key=f"{REFERRAL_ADDED}:{kept.pk}/{told}",
        payload={"referral": kept.pk, "event": event.pk},
        at=at,
    )
    return kept


def _is_known(kept: Referral, asked: Asked) -> bool:
    """Whether the referral or one of its additions says all of this already."""
    said: list[Referral | ReferralAddition] = [kept, *kept.additions.all()]
    return any(
        one.what_was_seen == asked.what_was_seen
        and set(one.concerns) >= {concern.value for concern in asked.concerns}
        and FROM_MOST_URGENT.index(Urgency(one.urgency)) <= FROM_MOST_URGENT.index(asked.urgency)
        for one in said
    )
