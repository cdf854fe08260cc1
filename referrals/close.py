"""終了と取下げ: how a referral ends."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from sankecare.errors import NotPossible, Refused

from .acknowledge import lock_referral
from .models import EventKind, Referral, ReferralEvent, ReferralState


@transaction.atomic(durable=True)
def close_referral(*, referral: Referral, outcome: str, by: User, at: datetime) -> Referral:
    """End the follow-up and record what came of it; only the district reads the outcome.

    Errors: NotPossible ``no_outcome``; Refused ``not_in_hand`` (not received yet, or ended).
    """
    if not outcome.strip():
        words = _("Say in a few words what came of it.")
        raise NotPossible("no_outcome", words, {"outcome": words})
    kept = lock_referral(referral)
    if kept.state != ReferralState.ACKNOWLEDGED:
        raise Refused(
            "not_in_hand",
            _("%(number)s cannot be closed: %(state)s.") % {"number": kept.number, "state": kept.get_state_display()},
        )
    kept.outcome = outcome.strip()
    return _end(kept, ReferralState.CLOSED, EventKind.CLOSED, by, at)


@transaction.atomic(durable=True)
def withdraw_referral(*, referral: Referral, by: User, at: datetime) -> Referral:
    """Take back a referral that was raised by mistake and nobody has received.

    Errors: Refused ``already_received``.
    """
    kept = lock_referral(referral)
    if kept.state != ReferralState.RAISED:
        raise Refused(
            "already_received",
            _("%(number)s cannot be withdrawn: %(state)s.")
            % {"number": kept.number, "state": kept.get_state_display()},
        )
    return _end(kept, ReferralState.WITHDRAWN, EventKind.WITHDRAWN, by, at)


def _end(referral: Referral, state: ReferralState, kind: EventKind, by: User, at: datetime) -> Referral:
    referral.state, referral.ended_at, referral.ended_by = state, at, by
    referral.save(update_fields=["state", "ended_at", "ended_by", "outcome"])
    ReferralEvent.objects.create(referral=referral, kind=kind, by=by, at=at)
    return referral
